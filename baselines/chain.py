"""A linear chain over the units of a page, with six states: a conditional random field (Lafferty, McCallum and Pereira, 2001) over hashed clues.

The states tell margins apart by where they stand: *before* the body, *inside* it, *after* it. Two more states hold prose that is no body: a *summary*
right in front of it and *another article* behind it. They share the body's label weights, so that prose never speaks against them; only the moves
into and out of them decide. Whatever stands behind the body never turns back into it.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from baselines.buckets import BUCKETS, Buckets, Part
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
# The moves of each row, and the states that they lead to.
_ROUNDS = ((slice(0, 5), slice(1, 6)), (slice(5, 8), slice(3, 6)), (slice(8, 9), slice(5, 6)))
SOURCES, TARGETS = np.array(MOVES, np.int8).T
STARTS, ENDS = (BEFORE, BODY, SUMMARY), (BEFORE, BODY, AFTER, ARTICLE)
# Which column of the label weights a state reads; `before` is the zero that the others are measured against.
COLUMN = {BODY: 0, ARTICLE: 0, SUMMARY: 0, INSIDE: 1, AFTER: 2}
LABELS = 3
_STRETCH = 4096  # units of the longest page that are taken out of numpy at a time
_SUMMED = 32768  # units whose clues are summed at a time


class Weights(NamedTuple):
    """The buckets that have weights, sorted, and their weights: (buckets, LABELS) and (buckets, moves)."""

    label_buckets: Ints
    label: Singles
    move_buckets: Ints
    move: Singles


class Scores(NamedTuple):
    """Log scores: of each state at each unit (units, states), of each move right before each unit (units, moves)."""

    state: Singles
    move: Singles


NO_SCORES = Scores(np.zeros((0, len(STATES)), np.float32), np.zeros((0, len(MOVES)), np.float32))


class Table(NamedTuple):
    """Weights as they are looked up: the row of every bucket, and the rows; row 0 is zero, for the buckets that have no weights."""

    row: NDArray[np.int32]
    weights: Singles

    @classmethod
    def of(cls, buckets: Ints, weights: Singles) -> Self:
        """The table of these buckets."""
        return cls(rows_of(buckets) + 1, np.concatenate((np.zeros((1, weights.shape[1]), weights.dtype), weights)))

    def sums(self, units: int, parts: list[Part], start: float = 0.0) -> Singles:
        """For each unit, the sum of the weights of its clues, counted from ``start``."""
        total = np.full((units, self.weights.shape[1]), start, self.weights.dtype)
        for part in parts:
            for begin in range(0, part.buckets.shape[1], _SUMMED):
                stretch = slice(begin, begin + _SUMMED)
                total[stretch if part.at is None else part.at[stretch]] += self._sums(part.buckets[:, stretch])
        return total

    def _sums(self, buckets: Buckets) -> Singles:
        """For each column of buckets, the sum of their weights: ones in a sparse matrix times the weights, which SciPy does in C."""
        rows = self.row.take(buckets.T, mode="clip")  # every bucket is in the table; `clip` spares NumPy the buffer that `raise` needs
        ends = np.arange(0, rows.size + 1, rows.shape[1], dtype=np.int32)
        ones = np.ones(rows.size, self.weights.dtype)
        return np.asarray(csr_array((ones, rows.ravel(), ends), (len(rows), len(self.weights))) @ self.weights)


class Scorer:
    """The weights of a chain, ready to score units; ``boldness`` is added to every move."""

    def __init__(self, weights: Weights, boldness: float = 0.0) -> None:
        self.label, self.move = Table.of(weights.label_buckets, weights.label), Table.of(weights.move_buckets, weights.move)
        self.boldness = boldness

    def scores(self, found: Clues) -> Scores:
        """The scores of the units of some pages."""
        return Scores(by_state(self.label.sums(found.units, found.label)), self.move.sums(found.units, found.move, self.boldness))


def best_states(scores: Scores, sizes: Ints) -> Ints:
    """The most probable state of each unit (Viterbi, 1967), all pages at a time; at a tie the earlier way in MOVES wins.

    ``sizes`` are the units of each page, in the order of the scores.
    """
    steps = Steps(sizes)
    state, move = (np.ascontiguousarray(values.T).take(steps.unit, axis=1) for values in scores)
    first = len(steps.last)
    best = np.full(state.shape, -np.inf)
    best[list(STARTS), :first] = state[list(STARTS), :first]
    ranges = [pair for pair in steps.ranges[1:] if pair[1] - pair[0] > 1]
    for begin, end in ranges:
        at = steps.before[begin]
        _advance(best[:, at : at + end - begin], state[:, begin:end], move[:, begin:end], best[:, begin:end])
    for begin in range(steps.ranges[len(ranges)][1], state.shape[1], _STRETCH):
        stretch = slice(begin, begin + _STRETCH)
        _advance_alone(best[:, steps.before[begin]], state[:, stretch], move[:, stretch], best[:, stretch])
    return _trace(steps, best, _sources(best.take(steps.before[first:], axis=1), move[:, first:]))


class Steps:
    """The units of some pages laid out by place in the page: all first units, then all second ones, …, of longer pages before shorter ones."""

    def __init__(self, sizes: Ints) -> None:
        sizes = sizes[sizes > 0]
        self.longest = np.argsort(-sizes, kind="stable")  # the pages in their order within a step
        places = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        counts = np.bincount(places)
        edges = np.concatenate(([0], np.cumsum(counts)))
        self.at = edges[places] + np.repeat(np.argsort(self.longest), sizes)  # where each unit of the pages stands in this layout
        self.unit = np.empty_like(self.at)  # which unit stands at each place of it
        self.unit[self.at] = np.arange(len(self.at))
        self.ranges = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
        self.last = edges[sizes[self.longest] - 1] + np.arange(len(sizes))
        self.page = np.arange(len(places)) - np.repeat(edges[:-1], counts)
        # The unit before: pages are sorted, so the n-th page of a step is the n-th of the step before.
        self.before = np.arange(len(places)) - np.repeat(np.concatenate(([0], counts[:-1])), counts)


def _advance(before: Reals, state: Singles, move: Singles, best: Reals) -> None:
    """One step of Viterbi over (states, pages): the best scores at these units, from those at the units before them."""
    ways = before[SOURCES]
    ways += move
    best[:] = before
    for moves, to in _ROUNDS:
        np.maximum(best[to], ways[moves], out=best[to])
    best += state


def _advance_alone(before: Reals, state: Singles, move: Singles, best: Reals) -> None:
    """The same over the units that the longest page has alone, number by number: one page is too little for numpy."""
    scores, rows = before.tolist(), []
    for gains, ways in zip(state.T.tolist(), move.T.tolist(), strict=True):
        found = list(scores)
        for (a, b), way in zip(MOVES, ways, strict=True):
            if scores[a] + way > found[b]:
                found[b] = scores[a] + way
        scores = [score + gain for score, gain in zip(found, gains, strict=True)]
        rows.append(scores)
    best[:] = np.array(rows).T


def _sources(before: Reals, move: Singles) -> NDArray[np.int8]:
    """The state from which each state of each unit is best reached, (states, units), from the best scores at the units before."""
    best = before.copy()
    found = np.repeat(np.arange(len(STATES), dtype=np.int8)[:, None], best.shape[1], axis=1)
    for (a, b), gain in zip(MOVES, move, strict=True):
        way = before[a] + gain
        np.copyto(found[b], a, where=way > best[b])
        np.maximum(best[b], way, out=best[b])
    return found


def _trace(steps: Steps, best: Reals, sources: NDArray[np.int8]) -> Ints:
    """The best paths, read from their ends, in the order of the units."""
    allowed = np.full(len(STATES), -np.inf)
    allowed[list(ENDS)] = 0.0
    state = (best[:, steps.last] + allowed[:, None]).argmax(axis=0)
    first, found = len(steps.last), np.zeros(best.shape[1], np.int64)
    for begin, end in reversed(steps.ranges):
        now = state[: end - begin]
        found[begin:end] = now
        if begin:
            state[: end - begin] = sources[now, np.arange(begin - first, end - first)]
    return found[steps.at]


def by_state(label: np.ndarray) -> np.ndarray:
    """Scores of the label columns as scores of the states."""
    state = np.zeros((len(label), len(STATES)), label.dtype)
    for which, column in COLUMN.items():
        state[:, which] = label[:, column]
    return state


def rows_of(buckets: Ints) -> NDArray[np.int32]:
    """The row of each bucket that has weights, -1 for the others."""
    row = np.full(BUCKETS, -1, np.int32)
    row[buckets] = np.arange(len(buckets))
    return row
