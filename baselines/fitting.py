"""The weights of the chain, by penalised likelihood over labelled pages (see ``baselines.chain`` for what is weighed)."""

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from baselines.buckets import Part
from baselines.chain import COLUMN, ENDS, LABELS, MOVES, SOURCES, STARTS, STATES, TARGETS, Reals, Singles, Steps, Weights, by_state, rows_of
from baselines.clues import Clues
from baselines.letters import Ints

DECIMALS = 4
# Steps before small weights are left out, what is small then, and what is small in the end.
_FIRST, _SMALL, _SMALLEST = 30, 0.02, 0.03
# Which moves leave and which arrive at each state, (states, moves).
_LEAVES, _ARRIVES = ((ends == np.arange(len(STATES))[:, None]).astype(np.float64) for ends in (SOURCES, TARGETS))


def fit(found: Clues, states: list[Ints], groups: list[int], penalty: float, least: int, rounds: int) -> Weights:
    """The weights with the largest penalised likelihood, by L-BFGS.

    ``found`` has the clues of all pages, one behind the other, ``states`` those of each page. ``groups`` numbers the site style of each page: a bucket
    that fewer than ``least`` styles share gets no weight. ``penalty`` is that of the squared weights, ``rounds`` the most steps of the search; after
    the first few, buckets whose weights are all small so far are left out of it.
    """
    problem = _Problem(found, states, groups, penalty, least)
    weights = _searched(problem, np.zeros(problem.size), min(rounds, _FIRST))
    weights = problem.narrow(weights)
    # Rounded, so that the last bits in which two machines differ reach no label.
    label, move = problem.parted(np.round(_searched(problem, weights, rounds - _FIRST), DECIMALS))
    return Weights(*_worth(problem.label_buckets, label), *_worth(problem.move_buckets, move))


def _worth(buckets: Ints, weights: Reals) -> tuple[Ints, Singles]:
    """The buckets that have a weight worth looking up: most have none, and a small table is quicker."""
    kept = np.abs(weights).max(axis=1, initial=0.0) >= _SMALLEST
    return buckets[kept], weights[kept].astype(np.float32)


def _searched(problem: "_Problem", start: Reals, rounds: int) -> Reals:
    """The weights after so many steps from ``start``."""
    if rounds < 1 or not len(start):
        return start
    return np.asarray(minimize(problem.loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxfun": 2 * rounds}).x)


class _Problem:
    """The likelihood of the training pages and its gradient."""

    def __init__(self, found: Clues, states: list[Ints], groups: list[int], penalty: float, least: int) -> None:
        self.steps = Steps(np.array([len(page) for page in states]))
        group = np.array(groups)[self.steps.longest][self.steps.page]
        self.label_buckets, self.labels = _shared(found.label, self.steps.at, group, least)
        self.move_buckets, self.moves = _shared(found.move, self.steps.at, group, least)
        self.states = np.concatenate(states)[self.steps.unit]
        self.penalty, self.pages = penalty, len(states)
        self._sized()
        first = len(states)
        before = np.concatenate((np.full(first, -1), self.states[self.steps.before[first:]]))
        self.taken = np.stack([(before == a) & (self.states == b) for a, b in MOVES])

    def _sized(self) -> None:
        self.labels_t, self.moves_t = self.labels.T.tocsr(), self.moves.T.tocsr()
        self.size = len(self.label_buckets) * LABELS + len(self.move_buckets) * len(MOVES)

    def narrow(self, weights: Reals) -> Reals:
        """Leave out the buckets whose weights are all small, in place; the weights of the others."""
        label, move = self.parted(weights)
        keep_label, keep_move = (np.abs(values).max(axis=1, initial=0.0) >= _SMALL for values in (label, move))
        self.label_buckets, self.move_buckets = self.label_buckets[keep_label], self.move_buckets[keep_move]
        self.labels, self.moves = self.labels[:, keep_label], self.moves[:, keep_move]
        self._sized()
        return np.concatenate((label[keep_label].ravel(), move[keep_move].ravel()))

    def parted(self, weights: Reals) -> tuple[Reals, Reals]:
        """Label and move weights out of one vector."""
        cut = len(self.label_buckets) * LABELS
        return weights[:cut].reshape(-1, LABELS), weights[cut:].reshape(-1, len(MOVES))

    def loss(self, weights: Reals) -> tuple[float, Reals]:
        """Penalised negative log likelihood a page, and its gradient."""
        label, move = self.parted(weights)
        state, moved = np.ascontiguousarray(by_state(self.labels @ label).T), np.ascontiguousarray((self.moves @ move).T)
        log_all, in_state, in_move = _expected(state, moved, self.steps)
        right = state[self.states, np.arange(len(self.states))].sum() + moved[self.taken].sum()
        in_state[self.states, np.arange(len(self.states))] -= 1
        in_move -= self.taken
        by_column = np.stack([sum(in_state[s] for s, c in COLUMN.items() if c == column) for column in range(LABELS)], 1)
        slope = np.concatenate(((self.labels_t @ by_column).ravel(), (self.moves_t @ np.ascontiguousarray(in_move.T)).ravel()))
        return (log_all - right + self.penalty / 2 * (weights @ weights)) / self.pages, (slope + self.penalty * weights) / self.pages


def _expected(state: Reals, move: Reals, steps: Steps) -> tuple[float, Reals, Reals]:
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
    in_move[:, first:] = forward[:, steps.before[first:]][SOURCES] * ways[:, first:] * onward[TARGETS, first:]
    return float(np.log(scale).sum() + top.sum() + np.log(total).sum()), forward * backward / whole, in_move


def _forward(weight: Reals, ways: Reals, steps: Steps) -> tuple[Reals, Reals]:
    """Scaled sums over all paths up to each unit, and the scales."""
    forward, scale = np.zeros_like(weight), np.ones(weight.shape[1])
    first = steps.ranges[0][1]
    forward[list(STARTS), :first] = weight[list(STARTS), :first]
    for number, (begin, end) in enumerate(steps.ranges):
        now = forward[:, begin:end]
        if number:
            at = steps.before[begin]
            before = forward[:, at : at + end - begin]
            np.matmul(_ARRIVES, before[SOURCES] * ways[:, begin:end], out=now)
            now += before
            now *= weight[:, begin:end]
        sums = now.sum(axis=0)
        scale[begin:end] = sums
        now /= sums
    return forward, scale


def _backward(weight: Reals, ways: Reals, steps: Steps) -> Reals:
    """Scaled sums over all paths from each unit on."""
    backward = np.zeros_like(weight)
    for state in ENDS:
        backward[state, steps.last] = 1.0
    for begin, end in reversed(steps.ranges[1:]):
        after = backward[:, begin:end] * weight[:, begin:end]
        at = steps.before[begin]
        backward[:, at : at + end - begin] = after + _LEAVES @ (after[TARGETS] * ways[:, begin:end])
    return backward


def _shared(parts: list[Part], row_of: Ints, group: Ints, least: int) -> tuple[Ints, csr_matrix]:
    """The buckets that at least ``least`` groups share, and which of them each row has."""
    at = np.concatenate([np.tile(row_of if part.at is None else row_of[part.at], len(part.buckets)) for part in parts])
    found = np.concatenate([part.buckets.ravel() for part in parts])
    pairs = np.unique(found.astype(np.int64) * (group.max() + 1) + group[at])
    buckets, count = np.unique(pairs // (group.max() + 1), return_counts=True)
    buckets = buckets[count >= least]
    columns = rows_of(buckets)[found]
    kept = columns >= 0
    return buckets, csr_matrix((np.ones(int(kept.sum())), (at[kept], columns[kept])), (len(row_of), len(buckets)))
