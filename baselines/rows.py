"""Rows (units, blocks or sentences) of several pages, one page behind the other: looking from one to its neighbours in the same page.

Many pages are done at a time because numpy is quick over long arrays; nothing here lets a row of one page see one of another.
"""

from typing import NamedTuple

import numpy as np

from baselines.letters import Flags, Ints

NEVER = 99
_GRADES = (1, 2, 3, 5, 8, 13, 20, 40)
# Distances past the last grade are all alike, so a table answers quicker than a search.
_GRADE_OF = np.digitize(np.arange(NEVER + 1), _GRADES)


class Rows(NamedTuple):
    """The page of each row, in rising order, and that page's first row and the row behind its last."""

    page: Ints
    first: Ints
    stop: Ints


def rows(page: Ints) -> Rows:
    """The rows whose pages these are. There is at least one."""
    opens = np.flatnonzero(np.diff(page, prepend=page[0] - 1))
    count = np.diff(np.concatenate((opens, [len(page)])))
    return Rows(page, np.repeat(opens, count), np.repeat(opens + count, count))


def shift(values: np.ndarray, by: int, fill: int, of: Rows) -> np.ndarray:
    """The value of the row ``by`` places further on (before, if negative) in the same page; ``fill`` where there is none."""
    out = np.full_like(values, fill)
    if 0 < abs(by) < len(values):
        to, come = (slice(None, -by), slice(by, None)) if by > 0 else (slice(-by, None), slice(None, by))
        same = of.page[to] == of.page[come]
        np.copyto(out[to], values[come], where=same)
    return out


def since(flags: Flags, of: Rows) -> Ints:
    """How many rows ago the flag was last up in the page; NEVER where it was not, or longer ago than that."""
    place = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, place, -1))
    return np.where(last < of.first, NEVER, np.minimum(place - last, NEVER))


def until(flags: Flags, of: Rows) -> Ints:
    """In how many rows the flag is next up in the page; NEVER where it is not, or later than that."""
    place = np.arange(len(flags))
    following = np.minimum.accumulate(np.where(flags, place, len(flags))[::-1])[::-1]
    return np.where(following >= of.stop, NEVER, np.minimum(following - place, NEVER))


def grade(distance: Ints) -> Ints:
    """A distance of at most NEVER, in nine grades."""
    return _GRADE_OF[distance]
