"""Clues of single units: the word, the gap before it, how far stops and breaks are."""

import numpy as np

from baselines.buckets import Part, part
from baselines.layout import Layout
from baselines.letters import STOP, Grades, graded
from baselines.rows import NEVER, grade, shift, since, until
from baselines.words import WIDE

_BREAKING = np.array([False, True, False, True, False, True, True])  # cuts that often part two blocks
_NEAR = np.digitize(np.arange(NEVER + 1), (1, 2, 3, 5, 9, 16))


def word_labels(page: Layout) -> Part:
    """What the word says of its own label."""
    units = page.units
    shape = (units.letters > 0) * 256 + units.first * 16 + units.last
    return part(None, 1, [(page.word,), (units.prefix[1],), (shift(page.word, -1, 0, page.rows), page.word), (shape,)])


def word_moves(page: Layout) -> Part:
    """The words, gaps and marks around a place."""
    units, gap, word, mark = page.units, page.gap, page.word, page.mark_before
    one, two, then, later = (shift(word, by, 0, page.rows) for by in (-1, -2, 1, 2))
    fine = np.where(page.opens, gap, units.gap * 8 + units.cut)
    found = [
        (gap,), (fine,), (fine, mark), (gap, word), (gap, one), (gap, two, one), (gap, word, then), (gap, mark), (mark, word), (one, word),
        (gap, mark, units.first), (gap, units.prefix[0], mark), (gap, units.odd), (gap, then), (word, then, later), (two, one),
    ]  # fmt: skip
    return part(None, 30, found)


def distance_moves(page: Layout) -> Part:
    """How far the last and the next full stop and break are, and both ends of the block."""
    units, gap, stop = page.units, page.gap, page.stop_before
    breaks = (units.gap >= WIDE) | _BREAKING[units.cut] | page.opens
    stop_behind, stop_ahead = grade(since(stop, page.rows)), grade(until(units.last == STOP, page.rows))
    break_behind = grade(np.minimum(since(shift(breaks, -1, 0, page.rows), page.rows) + 1, NEVER))
    break_ahead = grade(until(shift(breaks, 1, 1, page.rows), page.rows))
    place = np.arange(len(gap)) - page.first[page.block]
    behind, ahead = (_NEAR[np.minimum(distance, NEVER)] for distance in (place, page.size[page.block] - 1 - place))
    found = [
        (gap, stop_behind, break_behind), (gap, stop_ahead, break_ahead), (gap, stop, stop_ahead), (gap, stop, break_behind),
        (gap, behind, stop), (gap, ahead, stop),
    ]  # fmt: skip
    return part(None, 70, found)


def starter_moves(page: Layout, starters: Grades) -> Part:
    """Whether the word is one that opens paragraphs."""
    opener = graded(page.units.hash, starters)
    stop_ahead, stop_behind = grade(until(page.units.last == STOP, page.rows)), grade(since(page.stop_before, page.rows))
    found = [(page.gap, opener), (page.gap, opener, page.stop_before, stop_ahead), (page.gap, opener, stop_behind)]
    return part(None, 80, found)
