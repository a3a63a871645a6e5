"""Clues as numbered buckets: each is a small conjunction of values, hashed.

The hash is multilinear (Lemire and Kaser, "Strongly universal string hashing is fast", 2014): a sum of the values times fixed odd numbers, its upper bits.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from baselines.letters import Ints, spread

BITS = 20
BUCKETS = 1 << BITS
Buckets = NDArray[np.int32]
_MOST = 6  # values in one clue
# The first number starts the sum, each other one goes with a place in the clue.
_NUMBERS = [int(number) | 1 for number in spread(np.arange(1, 2 + _MOST, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))]


class Part(NamedTuple):
    """Some clues of the same rows: the units that they stand at (all, where that is None), and their buckets, (clues, rows)."""

    at: Ints | None
    buckets: Buckets


def part(at: Ints | None, number: int, clues: Sequence[tuple[np.ndarray, ...]]) -> Part:
    """The clues with these values, numbered from ``number`` on; a number tells clues apart and is used once."""
    found = np.empty((len(clues), len(clues[0][0])), np.int32)
    for row, values in enumerate(clues):
        found[row] = bucket(number + row, *values)
    return Part(at, found)


def bucket(number: int, *values: np.ndarray) -> Buckets:
    """The bucket of each row for clue ``number``, from its values."""
    total = np.full(len(values[0]), (_NUMBERS[0] * number) % (1 << 64), np.uint64)
    for factor, value in zip(_NUMBERS[1:], values, strict=False):
        wide = value.view(np.uint64) if value.dtype.itemsize == 8 else value.astype(np.uint64)
        total += wide * np.uint64(factor)
    return (total >> np.uint64(64 - BITS)).astype(np.int32)
