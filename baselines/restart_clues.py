"""Clues of a text that begins twice: a summary or headline runs into the lead, which says it again, with no sign between them but the words.

They stand near the top of a page alone, where something is said again.
"""

import numpy as np

from baselines.buckets import Part, part
from baselines.layout import Layout
from baselines.letters import Flags, Grades, Ints, graded
from baselines.rows import grade, since, until

_NEAR = 90  # units from the top of the page at which the article may begin again
_SUMMARY, _LEAP = 70, 70  # units of a summary, and from a word of it to where the lead says it again, at most
_LEAST, _CROSSING = 4, 2  # content words of a summary, and words that are said again behind the place, at least


def restart_moves(page: Layout, starters: Grades) -> Part:
    """How much of what stands before a place is said again soon behind it, and whether any other place near the top has more of that."""
    place = np.arange(len(page.gap)) - page.rows.first
    source, target = _links(page, place)
    number = len(page.gap)
    crossing = np.cumsum(np.bincount(source + 1, minlength=number + 1) - np.bincount(target + 1, minlength=number + 1))[:number]
    said = _before(page.content, page.rows.first)
    near = np.where((place < _NEAR) & (said >= _LEAST), crossing, 0)
    at, top = np.flatnonzero(near >= _CROSSING), np.flatnonzero(place == 0)
    peak = np.maximum.reduceat(near, top)[np.searchsorted(top, at, side="right") - 1]
    begun, back = (np.bincount(ends, minlength=number)[:number] > 0 for ends in (source, target))
    ago, ahead = (grade(look(flags, page.rows))[at] for look, flags in ((since, begun), (until, back)))
    high = np.digitize(crossing[at] / peak, (0.3, 0.6, 0.8, 1.0))
    share = np.digitize(crossing[at] / said[at], (0.1, 0.2, 0.3, 0.4, 0.5, 0.65))
    strength = np.digitize(peak, (3, 4, 6, 9))
    opener, gap, stop, far = graded(page.units.hash, starters)[at], page.gap[at], page.stop_before[at], np.digitize(place[at], (5, 10, 16, 25, 40))
    ending = page.units.ending[at]
    found = [
        (share, high), (share, gap), (share, stop, high), (share, opener, stop), (high, strength, opener), (high, strength, gap), (ago, ahead, share),
        (ahead, opener, share), (ago, opener, share), (far, share, stop), (far, strength, high), (share, page.word[at]),
        (share, ending), (high, strength, ending),
    ]  # fmt: skip
    return part(at, 120, found)


def _links(page: Layout, place: Ints) -> tuple[Ints, Ints]:
    """The content words near the top of each page that are said again soon, and where."""
    order = page.order[page.content[page.order]]
    stems = page.stem[order]
    same = stems[1:] == stems[:-1]
    source, target = order[:-1][same], order[1:][same]
    kept = (place[source] < _SUMMARY) & (target - source <= _LEAP)
    return source[kept], target[kept]


def _before(flags: Flags, first: Ints) -> Ints:
    """How many flags are up in the page before each row."""
    count = np.concatenate(([0], np.cumsum(flags)))
    return np.asarray(count[:-1] - count[first])
