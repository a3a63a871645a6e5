"""Clues of single units: the word, the gap before it, whether the word opens paragraphs."""

import numpy as np

from baselines.buckets import Part, part
from baselines.layout import Layout
from baselines.letters import STOP, Grades, graded
from baselines.rows import grade, shift, since, until


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


def starter_moves(page: Layout, starters: Grades) -> Part:
    """Whether the word is one that opens paragraphs."""
    opener = graded(page.units.hash, starters)
    stop_ahead, stop_behind = grade(until(page.units.last == STOP, page.rows)), grade(since(page.stop_before, page.rows))
    found = [(page.gap, opener), (page.gap, opener, page.stop_before, stop_ahead), (page.gap, opener, stop_behind)]
    return part(None, 80, found)
