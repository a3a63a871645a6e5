"""A linear chain over the units of a page, with six states: a conditional random field (Lafferty, McCallum and Pereira, 2001) over hashed clues.

The states tell margins apart by where they stand: *before* the body, *inside* it, *after* it. Two more states hold prose that is no body: a *summary*
right in front of it and *another article* behind it. They share the body's label weights, so that prose never speaks against them; only the moves
into and out of them decide. Whatever stands behind the body never turns back into it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from baselines.buckets import BUCKETS, Part
from baselines.clues import Clues
from baselines.words import Ints

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
_SOURCES, _TARGETS = np.array(MOVES, np.int8).T
# Which moves leave and which arrive at each state, (states, moves).
_LEAVES, _ARRIVES = ((ends == np.arange(len(STATES))[:, None]).astype(np.float64) for ends in (_SOURCES, _TARGETS))
STARTS, ENDS = (BEFORE, BODY, SUMMARY), (BEFORE, BODY, AFTER, ARTICLE)
# Which column of the label weights a state reads; `before` is the zero that the others are measured against.
COLUMN = {BODY: 0, ARTICLE: 0, SUMMARY: 0, INSIDE: 1, AFTER: 2}
LABELS = 3
DECIMALS = 4


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
    return Scores(_by_state(label), _product(found.units, found.move, weights.move_buckets, weights.move, boldness))


def best_states(pages: list[Scores]) -> list[Ints]:
    """The most probable states of each page (Viterbi, 1967), all pages at a time; at a tie the earlier way in MOVES wins."""
    sizes = np.array([len(page.state) for page in pages])
    order = np.argsort(-sizes, kind="stable")
    steps = _Steps(sizes[order])
    state, move = (np.ascontiguousarray(steps.by_step([page[part] for page in (pages[i] for i in order)]).T) for part in (0, 1))
    best = np.full((len(STATES), len(pages)), -np.inf, np.float32)
    best[list(STARTS)] = state[list(STARTS), : len(pages)]
    back = np.zeros(state.shape, np.int8)
    back[:] = np.arange(len(STATES))[:, None]
    for begin, end in steps.ranges[1:]:
        _advance(best[:, : end - begin], state[:, begin:end], move[:, begin:end], back[:, begin:end])
    paths = _trace(steps, best, back)
    return [paths[i] for i in np.argsort(order)]


def fit(found: Clues, states: list[Ints], groups: list[int], penalty: float, least: int, rounds: int) -> Weights:
    """The weights with the largest penalised likelihood, by L-BFGS.

    ``found`` has the clues of all pages, one behind the other, ``states`` those of each page. ``groups`` numbers the site style of each page: a bucket
    that fewer than ``least`` styles share gets no weight. ``penalty`` is that of the squared weights, ``rounds`` the most steps of the search.
    """
    problem = _Problem(found, states, groups, penalty, least)
    best = minimize(problem.loss, np.zeros(problem.size), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxfun": 2 * rounds})
    # Rounded, so that the last bits in which two machines differ reach no label.
    label, move = problem.parted(np.round(best.x, DECIMALS))
    return Weights(problem.label_buckets, label.astype(np.float32), problem.move_buckets, move.astype(np.float32))


class _Steps:
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


class _Problem:
    """The likelihood of the training pages and its gradient."""

    def __init__(self, found: Clues, states: list[Ints], groups: list[int], penalty: float, least: int) -> None:
        sizes = np.array([len(page) for page in states])
        order = np.argsort(-sizes, kind="stable")
        self.steps = _Steps(sizes[order])
        at = np.split(np.arange(found.units), np.cumsum(sizes)[:-1])
        row_of = np.empty(found.units, np.int64)
        row_of[self.steps.by_step([at[i] for i in order])] = np.arange(found.units)
        group = np.array(groups)[order][self.steps.page]
        self.label_buckets, self.labels = _shared(found.label, row_of, group, least)
        self.move_buckets, self.moves = _shared(found.move, row_of, group, least)
        self.labels_t, self.moves_t = self.labels.T.tocsr(), self.moves.T.tocsr()
        self.states = self.steps.by_step([states[i] for i in order])
        self.penalty, self.pages = penalty, len(states)
        self.size = len(self.label_buckets) * LABELS + len(self.move_buckets) * len(MOVES)
        first = len(states)
        before = np.concatenate((np.full(first, -1), self.states[self.steps.before[first:]]))
        self.taken = np.stack([(before == a) & (self.states == b) for a, b in MOVES])

    def parted(self, weights: Reals) -> tuple[Reals, Reals]:
        """Label and move weights out of one vector."""
        cut = len(self.label_buckets) * LABELS
        return weights[:cut].reshape(-1, LABELS), weights[cut:].reshape(-1, len(MOVES))

    def loss(self, weights: Reals) -> tuple[float, Reals]:
        """Penalised negative log likelihood a page, and its gradient."""
        label, move = self.parted(weights)
        state, moved = np.ascontiguousarray(_by_state(self.labels @ label).T), np.ascontiguousarray((self.moves @ move).T)
        log_all, in_state, in_move = _expected(state, moved, self.steps)
        right = state[self.states, np.arange(len(self.states))].sum() + moved[self.taken].sum()
        in_state[self.states, np.arange(len(self.states))] -= 1
        in_move -= self.taken
        by_column = np.stack([sum(in_state[s] for s, c in COLUMN.items() if c == column) for column in range(LABELS)], 1)
        slope = np.concatenate(((self.labels_t @ by_column).ravel(), (self.moves_t @ np.ascontiguousarray(in_move.T)).ravel()))
        return (log_all - right + self.penalty / 2 * (weights @ weights)) / self.pages, (slope + self.penalty * weights) / self.pages


def _expected(state: Reals, move: Reals, steps: _Steps) -> tuple[float, Reals, Reals]:
    """Log of the sum over all paths, and the probability of each state and each move, by forward and backward passes, scaled at each step.

    Shapes are (states, units) and (moves, units), both ways.
    """
    top = state.max(axis=0)
    weight, ways = np.exp(state - top), np.exp(np.minimum(move, 30.0))
    forward, scale = _forward(weight, ways, steps)
    weight /= scale
    backward = _backward(weight, ways, steps)
    total = (forward[:, steps.last] * backward[:, steps.last]).sum(axis=0)
    whole = total[steps.page]
    onward = weight * backward / whole
    first = steps.ranges[0][1]
    in_move = np.zeros_like(move)
    in_move[:, first:] = forward[:, steps.before[first:]][_SOURCES] * ways[:, first:] * onward[_TARGETS, first:]
    return float(np.log(scale).sum() + top.sum() + np.log(total).sum()), forward * backward / whole, in_move


def _forward(weight: Reals, ways: Reals, steps: _Steps) -> tuple[Reals, Reals]:
    """Scaled sums over all paths up to each unit, and the scales."""
    forward, scale = np.zeros_like(weight), np.ones(weight.shape[1])
    first = steps.ranges[0][1]
    forward[list(STARTS), :first] = weight[list(STARTS), :first]
    for number, (begin, end) in enumerate(steps.ranges):
        now = forward[:, begin:end]
        if number:
            at = steps.before[begin]
            before = forward[:, at : at + end - begin]
            np.matmul(_ARRIVES, before[_SOURCES] * ways[:, begin:end], out=now)
            now += before
            now *= weight[:, begin:end]
        sums = now.sum(axis=0)
        scale[begin:end] = sums
        now /= sums
    return forward, scale


def _backward(weight: Reals, ways: Reals, steps: _Steps) -> Reals:
    """Scaled sums over all paths from each unit on."""
    backward = np.zeros_like(weight)
    for state in ENDS:
        backward[state, steps.last] = 1.0
    for begin, end in reversed(steps.ranges[1:]):
        after = backward[:, begin:end] * weight[:, begin:end]
        at = steps.before[begin]
        backward[:, at : at + end - begin] = after + _LEAVES @ (after[_TARGETS] * ways[:, begin:end])
    return backward


def _advance(best: Singles, state: Singles, move: Singles, back: NDArray[np.int8]) -> None:
    """One step of Viterbi over (states, pages): ``best`` and ``back`` are changed in place."""
    old = best.copy()
    for moves in _ROUNDS:
        from_states = _SOURCES[moves]
        way = old[from_states]
        way += move[moves]
        to = slice(len(STATES) - len(way), None)
        better = way > best[to]
        np.copyto(best[to], way, where=better)
        np.copyto(back[to], from_states[:, None], where=better)
    best += state


def _trace(steps: _Steps, best: Singles, back: NDArray[np.int8]) -> list[Ints]:
    """The best paths, read from their ends."""
    allowed = np.full(len(STATES), -np.inf, np.float32)
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


def _by_state(label: np.ndarray) -> np.ndarray:
    """Scores of the label columns as scores of the states."""
    state = np.zeros((len(label), len(STATES)), label.dtype)
    for which, column in COLUMN.items():
        state[:, which] = label[:, column]
    return state


def _product(units: int, parts: list[Part], buckets: Ints, weights: Singles, start: float = 0.0) -> Singles:
    """For each unit, the sum of the weights of its clues that have some, counted from ``start``."""
    row = _rows(buckets)
    total = np.full((units, weights.shape[1]), start, weights.dtype)
    for part in parts:
        for clue in part.buckets:
            which = row[clue]
            hit = np.flatnonzero(which >= 0)
            at = hit if part.at is None else part.at[hit]
            total[at] += weights[which[hit]]
    return total


def _rows(buckets: Ints) -> NDArray[np.int32]:
    """The row of each bucket that has weights, -1 for the others."""
    row = np.full(BUCKETS, -1, np.int32)
    row[buckets] = np.arange(len(buckets))
    return row


def _shared(parts: list[Part], row_of: Ints, group: Ints, least: int) -> tuple[Ints, csr_matrix]:
    """The buckets that at least ``least`` groups share, and which of them each row has."""
    at = np.concatenate([np.tile(row_of if part.at is None else row_of[part.at], len(part.buckets)) for part in parts])
    found = np.concatenate([part.buckets.ravel() for part in parts])
    pairs = np.unique(found.astype(np.int64) * (group.max() + 1) + group[at])
    buckets, count = np.unique(pairs // (group.max() + 1), return_counts=True)
    buckets = buckets[count >= least]
    columns = _rows(buckets)[found]
    kept = columns >= 0
    return buckets, csr_matrix((np.ones(int(kept.sum())), (at[kept], columns[kept])), (len(row_of), len(buckets)))
