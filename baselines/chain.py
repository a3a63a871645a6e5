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

from baselines.clues import BUCKETS, Clues
from baselines.words import Ints

Reals = NDArray[np.float64]
Singles = NDArray[np.float32]

STATES = ("before", "body", "inside", "after", "another_article", "summary")
BEFORE, BODY, INSIDE, AFTER, ARTICLE, SUMMARY = range(len(STATES))
# A state may follow itself, and these others it: each move has weights of its own.
MOVES = (
    (BEFORE, BODY), (BODY, INSIDE), (INSIDE, BODY), (BODY, AFTER), (AFTER, ARTICLE), (ARTICLE, AFTER), (BODY, ARTICLE), (BEFORE, SUMMARY), (SUMMARY, BODY),
)  # fmt: skip
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


def scores(weights: Weights, found: Clues) -> Scores:
    """The scores of a page's units."""
    label = _product(found.label, weights.label_buckets, weights.label)
    return Scores(_by_state(label), _product(found.move, weights.move_buckets, weights.move))


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


def fit(pages: list[Clues], states: list[Ints], groups: list[int], penalty: float, least: int, rounds: int) -> Weights:
    """The weights with the largest penalised likelihood, by L-BFGS.

    ``groups`` names the site style of each page: a bucket that fewer than ``least`` styles share gets no weight. ``penalty`` is that
    of the squared weights, ``rounds`` the most steps of the search.
    """
    order = sorted(range(len(pages)), key=lambda i: -len(states[i]))
    problem = _Problem([pages[i] for i in order], [states[i] for i in order], [groups[i] for i in order], penalty, least)
    found = minimize(problem.loss, np.zeros(problem.size), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxfun": 2 * rounds})
    # Rounded, so that the last bits in which two machines differ reach no label.
    label, move = problem.parted(np.round(found.x, DECIMALS))
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

    def __init__(self, pages: list[Clues], states: list[Ints], groups: list[int], penalty: float, least: int) -> None:
        self.steps = _Steps(np.array([len(page) for page in states]))
        group = np.array(groups)[self.steps.page]
        self.label_buckets, self.labels = _shared(self.steps.by_step([page.label.T for page in pages]), group, least)
        self.move_buckets, self.moves = _shared(self.steps.by_step([page.move.T for page in pages]), group, least)
        self.labels_t, self.moves_t = self.labels.T.tocsr(), self.moves.T.tocsr()
        self.states = self.steps.by_step(states)
        self.penalty, self.pages = penalty, len(pages)
        self.size = len(self.label_buckets) * LABELS + len(self.move_buckets) * len(MOVES)
        first = len(states)
        before = np.concatenate((np.full(first, -1), self.states[self.steps.before[first:]]))
        self.taken = np.stack([(before == a) & (self.states == b) for a, b in MOVES], 1)

    def parted(self, weights: Reals) -> tuple[Reals, Reals]:
        """Label and move weights out of one vector."""
        cut = len(self.label_buckets) * LABELS
        return weights[:cut].reshape(-1, LABELS), weights[cut:].reshape(-1, len(MOVES))

    def loss(self, weights: Reals) -> tuple[float, Reals]:
        """Penalised negative log likelihood a page, and its gradient."""
        label, move = self.parted(weights)
        state, moved = _by_state(self.labels @ label), self.moves @ move
        log_all, in_state, in_move = _expected(state, moved, self.steps)
        right = state[np.arange(len(state)), self.states].sum() + moved[self.taken].sum()
        in_state[np.arange(len(state)), self.states] -= 1
        by_column = np.stack([sum(in_state[:, s] for s, c in COLUMN.items() if c == column) for column in range(LABELS)], 1)
        slope = np.concatenate(((self.labels_t @ by_column).ravel(), (self.moves_t @ (in_move - self.taken)).ravel()))
        return (log_all - right + self.penalty / 2 * (weights @ weights)) / self.pages, (slope + self.penalty * weights) / self.pages


def _expected(state: Reals, move: Reals, steps: _Steps) -> tuple[float, Reals, Reals]:
    """Log of the sum over all paths, and the probability of each state and each move, by forward and backward passes, scaled at each step."""
    top = state.max(axis=1)
    weight, ways = np.exp(state - top[:, None]), np.exp(np.minimum(move, 30.0))
    first = steps.ranges[0][1]
    forward, scale = np.zeros_like(weight), np.ones(len(weight))
    forward[:first, list(STARTS)] = weight[:first, list(STARTS)]
    for number, (begin, end) in enumerate(steps.ranges):
        if number:
            before = forward[steps.before[begin] : steps.before[begin] + end - begin]
            now = forward[begin:end]
            now[:] = before
            for which, (a, b) in enumerate(MOVES):
                now[:, b] += before[:, a] * ways[begin:end, which]
            now *= weight[begin:end]
        scale[begin:end] = forward[begin:end].sum(axis=1)
        forward[begin:end] /= scale[begin:end, None]
    backward = _backward(weight / scale[:, None], ways, steps)
    total = (forward[steps.last] * backward[steps.last]).sum(axis=1)
    whole = total[steps.page][:, None]
    onward = weight * backward / scale[:, None] / whole
    in_move = np.zeros_like(move)
    previous = steps.before[first:]
    for which, (a, b) in enumerate(MOVES):
        in_move[first:, which] = forward[previous, a] * ways[first:, which] * onward[first:, b]
    return float(np.log(scale).sum() + top.sum() + np.log(total).sum()), forward * backward / whole, in_move


def _backward(weight: Reals, ways: Reals, steps: _Steps) -> Reals:
    backward = np.zeros_like(weight)
    backward[steps.last[:, None], list(ENDS)] = 1.0
    for begin, end in reversed(steps.ranges[1:]):
        after = backward[begin:end] * weight[begin:end]
        now = after.copy()
        for which, (a, b) in enumerate(MOVES):
            now[:, a] += after[:, b] * ways[begin:end, which]
        backward[steps.before[begin] : steps.before[begin] + end - begin] = now
    return backward


def _advance(best: Singles, state: Singles, move: Singles, back: NDArray[np.int8]) -> None:
    """One step of Viterbi over (states, pages): ``best`` and ``back`` are changed in place."""
    old = best.copy()
    for which, (a, b) in enumerate(MOVES):
        way = old[a] + move[which]
        better = way > best[b]
        np.copyto(best[b], way, where=better)
        np.copyto(back[b], np.int8(a), where=better)
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


def _product(found: Ints, buckets: Ints, weights: Singles) -> Singles:
    """For each unit, the sum of the weights of its clues that have some."""
    row = np.full(BUCKETS + 1, len(buckets), np.int32)  # its last entry answers for -1, a clue that says nothing
    row[buckets] = np.arange(len(buckets))
    table = np.concatenate((weights, np.zeros((1, weights.shape[1]), weights.dtype)))
    total = np.zeros((found.shape[1], weights.shape[1]), weights.dtype)
    part = np.empty_like(total)
    for clue in found:
        np.take(table, row[clue], axis=0, out=part, mode="clip")
        total += part
    return total


def _matrix(rows: NDArray[np.int32], there: np.ndarray, width: int) -> csr_matrix:
    ends = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    return csr_matrix((np.ones(int(ends[-1]), np.float32), rows[there], ends), (len(rows), width))


def _shared(found: Ints, group: Ints, least: int) -> tuple[Ints, csr_matrix]:
    """The buckets that at least ``least`` groups share, and which of them each unit has."""
    pairs = np.unique(found.astype(np.int64) * (group.max() + 1) + group[:, None])
    buckets, count = np.unique(pairs // (group.max() + 1), return_counts=True)
    buckets = buckets[(count >= least) & (buckets >= 0)]
    row = np.full(BUCKETS + 1, -1, np.int32)
    row[buckets] = np.arange(len(buckets))
    rows = row[found]
    return buckets, _matrix(rows, rows >= 0, len(buckets)).astype(np.float64)
