"""A linear chain over the units of a page, with six states: a conditional random field (Lafferty, McCallum and Pereira, 2001) over hashed clues.

The states tell margins apart by where they stand: *before* the body, *inside* it, *after* it. Two more states hold prose that is no body: a *summary*
right in front of it and *another article* behind it. They share the body's label weights, so that prose never speaks against them; only the moves
into and out of them decide. Whatever stands behind the body never turns back into it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from baselines.buckets import BUCKETS, Part
from baselines.clues import Clues
from baselines.letters import Ints

Reals = NDArray[np.float64]
Singles = NDArray[np.float32]

STATES = ("before", "summary", "inside", "after", "another_article", "body")
BEFORE, SUMMARY, INSIDE, AFTER, ARTICLE, BODY = range(len(STATES))
# A state may follow itself, and these others it: each move has weights of its own. Each row leads to the last states, one move to each,
# so that a row is one step of numpy.
MOVES = (
    (BEFORE, SUMMARY), (BODY, INSIDE), (BODY, AFTER), (AFTER, ARTICLE), (BEFORE, BODY),
    (ARTICLE, AFTER), (BODY, ARTICLE), (INSIDE, BODY),
    (SUMMARY, BODY),
)  # fmt: skip
_ROUNDS = (slice(0, 5), slice(5, 8), slice(8, 9))
SOURCES, TARGETS = np.array(MOVES, np.int8).T
STARTS, ENDS = (BEFORE, BODY, SUMMARY), (BEFORE, BODY, AFTER, ARTICLE)
# Which column of the label weights a state reads; `before` is the zero that the others are measured against.
COLUMN = {BODY: 0, ARTICLE: 0, SUMMARY: 0, INSIDE: 1, AFTER: 2}
LABELS = 3
_STRETCH = 4096  # units of the longest page that are taken out of numpy at a time


class Weights(NamedTuple):
    """The buckets that have weights, sorted, and their weights: (buckets, LABELS) and (buckets, moves)."""

    label_buckets: Ints
    label: Singles
    move_buckets: Ints
    move: Singles


class Scores(NamedTuple):
    """Log scores of one page: of each state at each unit (units, states), of each move right before each unit (units, moves)."""

    state: Singles
    move: Singles


def scores(weights: Weights, found: Clues, boldness: float = 0.0) -> Scores:
    """The scores of the units of some pages, ``boldness`` added to every move."""
    label = _product(found.units, found.label, weights.label_buckets, weights.label)
    return Scores(by_state(label), _product(found.units, found.move, weights.move_buckets, weights.move, boldness))


def best_states(pages: list[Scores]) -> list[Ints]:
    """The most probable states of each page (Viterbi, 1967), all pages at a time; at a tie the earlier way in MOVES wins."""
    sizes = np.array([len(page.state) for page in pages])
    order = np.argsort(-sizes, kind="stable")
    steps = Steps(sizes[order])
    state, move = (np.ascontiguousarray(steps.by_step([page[part] for page in (pages[i] for i in order)]).T) for part in (0, 1))
    best = np.full((len(STATES), len(pages)), -np.inf)
    best[list(STARTS)] = state[list(STARTS), : len(pages)]
    back = np.zeros(state.shape, np.int8)
    back[:] = np.arange(len(STATES))[:, None]
    ranges = [pair for pair in steps.ranges[1:] if pair[1] - pair[0] > 1]
    for begin, end in ranges:
        _advance(best[:, : end - begin], state[:, begin:end], move[:, begin:end], back[:, begin:end])
    for begin in range(steps.ranges[len(ranges)][1], state.shape[1], _STRETCH):
        stretch = slice(begin, begin + _STRETCH)
        _advance_alone(best[:, 0], state[:, stretch], move[:, stretch], back[:, stretch])
    paths = _trace(steps, best, back)
    return [paths[i] for i in np.argsort(order)]


class Steps:
    """Pages sorted by falling size, their units laid out by place in the page: all first units, then all second ones, …"""

    def __init__(self, sizes: Ints) -> None:
        places = np.concatenate([np.arange(size) for size in sizes])
        self.page = np.repeat(np.arange(len(sizes)), sizes)
        self.order = np.lexsort((self.page, places))
        self.page = self.page[self.order]
        counts = np.bincount(places)
        edges = np.concatenate(([0], np.cumsum(counts)))
        self.ranges = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
        self.last = edges[sizes - 1] + np.arange(len(sizes))
        # The unit before: pages are sorted, so the n-th page of a step is the n-th of the step before.
        self.before = np.arange(len(places)) - np.repeat(np.concatenate(([0], counts[:-1])), counts)

    def by_step(self, parts: list[np.ndarray]) -> np.ndarray:
        """The pages' rows, laid out by step."""
        return np.concatenate(parts)[self.order]


def _advance(best: Reals, state: Singles, move: Singles, back: NDArray[np.int8]) -> None:
    """One step of Viterbi over (states, pages): ``best`` and ``back`` are changed in place."""
    old = best.copy()
    for moves in _ROUNDS:
        from_states = SOURCES[moves]
        way = old[from_states]
        way += move[moves]
        to = slice(len(STATES) - len(way), None)
        better = way > best[to]
        np.copyto(best[to], way, where=better)
        np.copyto(back[to], from_states[:, None], where=better)
    best += state


def _advance_alone(best: Reals, state: Singles, move: Singles, back: NDArray[np.int8]) -> None:
    """The same over the units that the longest page has alone, number by number: one page is too little for numpy."""
    scores, sources = best.tolist(), []
    for gains, ways in zip(state.T.tolist(), move.T.tolist(), strict=True):
        found, source = list(scores), list(range(len(STATES)))
        for (a, b), way in zip(MOVES, ways, strict=True):
            if scores[a] + way > found[b]:
                found[b], source[b] = scores[a] + way, a
        scores = [score + gain for score, gain in zip(found, gains, strict=True)]
        sources.append(source)
    best[:], back[:] = scores, np.array(sources, np.int8).T


def _trace(steps: Steps, best: Reals, back: NDArray[np.int8]) -> list[Ints]:
    """The best paths, read from their ends."""
    allowed = np.full(len(STATES), -np.inf)
    allowed[list(ENDS)] = 0.0
    state = (best + allowed[:, None]).argmax(axis=0)
    found = np.zeros(back.shape[1], np.int64)
    for begin, end in reversed(steps.ranges):
        now = state[: end - begin]
        found[begin:end] = now
        state[: end - begin] = back[now, np.arange(begin, end)]
    flat = np.empty(len(found), np.int64)
    flat[steps.order] = found
    sizes = np.bincount(steps.page)
    return np.split(flat, np.cumsum(sizes)[:-1])


def by_state(label: np.ndarray) -> np.ndarray:
    """Scores of the label columns as scores of the states."""
    state = np.zeros((len(label), len(STATES)), label.dtype)
    for which, column in COLUMN.items():
        state[:, which] = label[:, column]
    return state


def _product(units: int, parts: list[Part], buckets: Ints, weights: Singles, start: float = 0.0) -> Singles:
    """For each unit, the sum of the weights of its clues that have some, counted from ``start``."""
    row = rows_of(buckets)
    total = np.full((units, weights.shape[1]), start, weights.dtype)
    for part in parts:
        for clue in part.buckets:
            which = row[clue]
            hit = np.flatnonzero(which >= 0)
            at = hit if part.at is None else part.at[hit]
            total[at] += weights[which[hit]]
    return total


def rows_of(buckets: Ints) -> NDArray[np.int32]:
    """The row of each bucket that has weights, -1 for the others."""
    row = np.full(BUCKETS, -1, np.int32)
    row[buckets] = np.arange(len(buckets))
    return row
