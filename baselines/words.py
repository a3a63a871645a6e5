"""Split a page into the units that the chain labels, and describe each by numbers, with numpy over code points.

A unit is a word with the punctuation behind it, cut again where extraction may have glued two blocks: where a letter follows
closing punctuation, where the script changes, after a letter that only ends a word (``ة`` and ``ى``), before an opening mark,
and where the whole word is unknown and its rest is known.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from baselines.letters import (
    ARABIC,
    CLOSING,
    COLON,
    COMMA,
    DIGIT,
    LARGEST,
    MARK,
    NEWLINE,
    OPENING,
    OTHER,
    RULE,
    SPACE,
    STOP,
    Flags,
    Grades,
    Hashes,
    Ints,
    Letters,
    Small,
    classes_table,
    graded,
    spread,
)  # fmt: skip

# What stands before a unit: nothing, one space, a wider gap in the line, a line feed, an empty line, the start of the text.
GLUED, ONE_SPACE, WIDE, LINE, BLANK, START = range(6)
# Why a unit begins where no space is: not at all, after punctuation, another script, a final letter, an opening mark,
# an unknown word whose two parts are known, one whose second part is.
NOT_CUT, AFTER_POINT, SCRIPT, FINAL_LETTER, BEFORE_OPENING, TWO_KNOWN, ONE_KNOWN = range(7)

_FINAL = [ord("ة"), ord("ى")]


class Units(NamedTuple):
    """The units of a page; one entry each, in the order of the text. Offsets are code points."""

    start: Ints
    end: Ints
    hash: Hashes  # of the letters and digits, folded; of the first sign where there are none
    prefix: tuple[Hashes, Hashes]  # of the first two and three letters
    ending: Hashes  # of the last two letters
    bare: Hashes  # of the letters without conjunction, preposition and article
    stem: Hashes  # of the first four of these
    letters: Ints  # how many letters and digits
    first: Ints  # class of the first character
    last: Ints  # class of the last
    gap: Ints  # GLUED … START
    cut: Ints  # NOT_CUT … ONE_KNOWN
    odd: Flags  # whether the gap holds a space that is not U+0020


def units(text: str, known: Grades | None = None) -> Units:
    """The units of a text. ``known`` is a table of :func:`grades` of the words that count as known; without it no word is cut by them."""
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32), LARGEST).astype(np.int32)
    classes = np.take(classes_table(), codes)
    visible = classes > NEWLINE
    resolved, plain = _without_marks(classes, codes)
    cut = _cuts(classes, resolved, plain, visible)
    letters = Letters(codes, classes)
    begins = visible & ~np.concatenate(([False], visible[:-1]))
    if known is not None:
        _cut_unknown(cut, begins, resolved, visible, letters, known)
    start = np.flatnonzero(begins | (cut > 0))
    end = _ends(start, begins, visible)
    return _described(start, end, codes, classes, resolved, cut, letters)


def word_hashes(text: str) -> Hashes:
    """The hash of each unit of the text, no word cut by what is known."""
    return units(text).hash


def _without_marks(classes: Small, codes: NDArray[np.int32]) -> tuple[Small, NDArray[np.int32]]:
    """Classes and code points, where a vowel mark counts as the letter it stands on."""
    marks = np.flatnonzero(classes[1:] == MARK) + 1
    base = np.maximum.accumulate(np.where(np.diff(marks, prepend=-1) == 1, -1, marks - 1)) if len(marks) else marks
    resolved, plain = classes.copy(), codes.copy()
    resolved[marks], plain[marks] = classes[base], codes[base]
    return resolved, plain


def _described(start: Ints, end: Ints, codes: NDArray[np.int32], classes: Small, resolved: Small, cut: Small, letters: Letters) -> Units:
    first, last = letters.count[start], letters.count[end]
    size = last - first
    sign = spread(codes[start].astype(np.uint64) + np.uint64(99991))
    hashes = np.where(size > 0, letters.nth(first, last), sign)
    two, three = (np.where(size > 0, letters.nth(first, np.minimum(first + n, last)), sign) for n in (2, 3))
    inner = letters.bare(first, last)
    gap, odd = _gaps(start, end, codes, classes)
    first_class, last_class, cut_there = (values.astype(np.int64) for values in (resolved[start], resolved[end - 1], cut[start]))
    return Units(
        start,
        end,
        hashes,
        (two, three),
        np.where(size > 0, letters.nth(np.maximum(first, last - 2), last), sign),
        np.where(size > 0, letters.nth(inner, last), sign),
        np.where(size > 0, letters.nth(inner, np.minimum(inner + 4, last)), sign),
        size.astype(np.int64),
        first_class,
        last_class,
        gap,
        cut_there,
        odd,
    )


def _cuts(classes: Small, resolved: Small, plain: NDArray[np.int32], visible: Flags) -> Small:
    """Where a unit may begin inside a run of visible characters, and why."""
    cut = np.zeros(len(classes), np.int8)
    here, before = resolved[1:], resolved[:-1]
    inside = visible[1:] & visible[:-1] & (classes[1:] != MARK)
    word = (here >= ARABIC) & (here <= DIGIT)
    point = (before == STOP) | (before == CLOSING) | (before == COMMA) | (before == COLON) | (before == OTHER)
    word_before = (before >= ARABIC) & (before <= DIGIT)
    opening = ((here == OPENING) | (here == RULE)) & (before != OPENING) & (before != RULE)
    final = (here == ARABIC) & (before == ARABIC) & ((plain[:-1] == _FINAL[0]) | (plain[:-1] == _FINAL[1]))
    reasons = [inside & word & point, inside & word & word_before & (here != before), inside & final, inside & opening]
    cut[1:] = np.select(reasons, [AFTER_POINT, SCRIPT, FINAL_LETTER, BEFORE_OPENING], NOT_CUT)
    return cut


def _cut_unknown(cut: Small, begins: Flags, resolved: Small, visible: Flags, letters: Letters, known: Grades) -> None:
    """Mark in ``cut`` where a word of six letters or more that is not known may part into two, the second of which is known."""
    start = np.flatnonzero(begins | (cut > 0))
    end = _ends(start, begins, visible)
    long = np.flatnonzero(letters.count[end] - letters.count[start] >= 6)
    long = long[graded(letters.between(start[long], end[long]), known) == 0]
    start, end = start[long], end[long]
    of = np.repeat(np.arange(len(long)), end - start - 1)
    inner = start[of] + 1 + np.arange(len(of)) - np.concatenate(([0], np.cumsum(end - start - 1)))[of]
    count = letters.count
    fits = (resolved[inner] == ARABIC) & (resolved[inner - 1] == ARABIC) & (count[inner + 1] > count[inner])
    fits &= (count[inner] - count[start[of]] >= 2) & (count[end[of]] - count[inner] >= 2)
    inner, of = inner[fits], of[fits]
    rest = graded(letters.between(inner, end[of]), known) > 0
    inner, of = inner[rest], of[rest]
    cut[inner] = np.where(graded(letters.between(start[of], inner), known) > 0, TWO_KNOWN, ONE_KNOWN)


def _ends(start: Ints, begins: Flags, visible: Flags) -> Ints:
    """Where the unit that begins at each start ends: at the next start or at the end of the visible run."""
    stops = np.flatnonzero(visible[:-1] & ~visible[1:]) + 1
    stops = np.concatenate((stops, [len(visible)]))
    opens = begins[start]
    return np.where(np.concatenate((~opens[1:], [False]))[: len(start)], np.concatenate((start[1:], [0]))[: len(start)], stops[np.cumsum(opens) - 1])


def _gaps(start: Ints, end: Ints, codes: NDArray[np.int32], classes: Small) -> tuple[Ints, Flags]:
    """What stands before each unit, and whether an unusual space is in it."""
    width = start - np.concatenate(([0], end[:-1]))[: len(start)]
    before = np.maximum(start - 1, 0)
    feed = classes[before] == NEWLINE
    gap = np.where(width == 0, GLUED, np.where(feed, LINE, ONE_SPACE))
    odd = (width > 0) & ~feed & (codes[before] != 32)
    wide = np.flatnonzero(width >= 2)
    feeds, odds = (_counted(flags, start[wide], width[wide]) for flags in (classes == NEWLINE, (classes == SPACE) & (codes != 32)))
    gap[wide] = np.select([feeds >= 2, feeds == 1], [BLANK, LINE], WIDE)
    odd[wide] = odds > 0
    gap[:1] = START
    return gap, odd


def _counted(flags: Flags, end: Ints, width: Ints) -> Ints:
    """How many flags are up in each of the stretches of that width that end there."""
    places = np.flatnonzero(flags)
    return np.searchsorted(places, end) - np.searchsorted(places, end - width)
