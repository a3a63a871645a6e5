"""Split a page into the units that the chain labels, and describe each by numbers, with numpy over code points.

A unit is a word with the punctuation behind it, cut again where extraction may have glued two blocks: where a letter follows
closing punctuation, where the script changes, after a letter that only ends a word (``ة`` and ``ى``), before an opening mark,
and where the whole word is unknown and its rest is known.
"""

import functools
import unicodedata
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Grades = NDArray[np.int8]
Small = NDArray[np.int8]
Whole = NDArray[np.signedinteger[Any]]

SPACE, NEWLINE, ARABIC, LATIN, DIGIT, STOP, CLOSING, OPENING, COMMA, COLON, RULE, OTHER, MARK = range(13)
# What stands before a unit: nothing, one space, a wider gap in the line, a line feed, an empty line, the start of the text.
GLUED, ONE_SPACE, WIDE, LINE, BLANK, START = range(6)
# Why a unit begins where no space is: not at all, after punctuation, another script, a final letter, an opening mark,
# an unknown word whose two parts are known, one whose second part is.
NOT_CUT, AFTER_POINT, SCRIPT, FINAL_LETTER, BEFORE_OPENING, TWO_KNOWN, ONE_KNOWN = range(7)

_SIGNS = {STOP: ".!?؟…", CLOSING: ")]}»”’>", OPENING: "([{«“‘<#@", COMMA: ",،;؛", COLON: ":", RULE: "-–—|/\\•·*_=~+›‹→←▪●■▶►"}
_FOLDED = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"}
_FINAL = [ord("ة"), ord("ى")]
_ALIF, _LAM, *_JOINED = (np.uint64(ord(char) + 7) for char in "الوفبك")  # as in _fold
_BASE = 0x9E3779B97F4A7C15
_TWO64 = 1 << 64
_PLACES = 20
TABLE = 1 << _PLACES  # entries of a table of grades
_LARGEST = 0x10000  # characters beyond the basic plane are all one sign


class Units(NamedTuple):
    """The units of a page; one entry each, in the order of the text. Offsets are code points."""

    start: Ints
    end: Ints
    hash: Hashes  # of the letters and digits, folded; of the first sign where there are none
    prefix: tuple[Hashes, Hashes]  # of the first two and three letters
    stem: Hashes  # of four letters at most, conjunction, preposition and article left out
    letters: Ints  # how many letters and digits
    first: Ints  # class of the first character
    last: Ints  # class of the last
    gap: Ints  # GLUED … START
    cut: Ints  # NOT_CUT … ONE_KNOWN
    odd: Flags  # whether the gap holds a space that is not U+0020


def units(text: str, known: Grades | None = None) -> Units:
    """The units of a text. ``known`` is a table of :func:`grades` of the words that count as known; without it no word is cut by them."""
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32), _LARGEST).astype(np.int32)
    classes = np.take(_classes(), codes)
    visible = classes > NEWLINE
    resolved, plain = _without_marks(classes, codes)
    cut = _cuts(classes, resolved, plain, visible)
    letters = _Letters(codes, classes)
    begins = visible & ~np.concatenate(([False], visible[:-1]))
    if known is not None:
        _cut_unknown(cut, begins, resolved, visible, letters, known)
    start = np.flatnonzero(begins | (cut > 0))
    end = _ends(start, begins, visible)
    return _described(start, end, codes, classes, resolved, cut, letters)


def word_hashes(text: str) -> Hashes:
    """The hash of each unit of the text, no word cut by what is known."""
    return units(text).hash


def spread(values: Hashes) -> Hashes:
    """The values with their bits mixed (the finaliser of SplitMix64), so that any of them can be taken as a bucket."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def grades(words: Hashes, grade: Ints) -> Grades:
    """A table that :func:`graded` reads: of two words in one of its places the last one counts, which befalls one in a hundred."""
    table = np.zeros(TABLE, np.int8)
    table[_place(words)] = grade
    return table


def graded(values: Hashes, table: Grades) -> Grades:
    """The grade of each word, 0 for one that the table does not know."""
    return np.asarray(table[_place(values)])


def _place(values: Hashes) -> Ints:
    return (((values ^ (values >> np.uint64(32))) * np.uint64(_BASE)) >> np.uint64(64 - _PLACES)).astype(np.int32)


class _Letters:
    """Hashes of any stretch of the text's letters, in constant time each: a polynomial modulo 2^64 whose base can be inverted."""

    def __init__(self, codes: NDArray[np.int32], classes: Small) -> None:
        is_letter = (classes == ARABIC) | (classes == LATIN) | (classes == DIGIT)
        self.count = _running(is_letter)
        self.places = np.flatnonzero(is_letter)
        self.powers, self.inverse = _powers(1 << int(len(self.places) + 1).bit_length())
        self.folded = np.take(_fold(), codes[self.places])
        terms = self.folded * self.powers[: len(self.places)]
        self.sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)))

    def between(self, start: Ints, end: Ints) -> Hashes:
        """The hash of the letters in [start, end)."""
        return self.nth(self.count[start], self.count[end])

    def nth(self, first: Whole, last: Whole) -> Hashes:
        """The hash of the letters number ``first`` to ``last`` of the text, the last left out."""
        return np.asarray((self.sums[last] - self.sums[first]) * self.inverse[first])

    def stems(self, first: Whole, last: Whole) -> Hashes:
        """The hash of the first four letters behind `و`, `ف`, `ب`, `ك`, `ل` and the article, of each stretch of letters that is long enough without them."""
        size = last - first
        one, two, three = (self.folded[np.minimum(first + n, len(self.folded) - 1)] for n in range(3)) if len(self.folded) else (first, first, first)
        article = (one == _ALIF) & (two == _LAM) | (one == _LAM) & (two == _LAM)
        joined = np.isin(one, _JOINED)
        skip = np.select([joined & (two == _ALIF) & (three == _LAM) & (size >= 6), article & (size >= 5), (one == _JOINED[0]) & (size >= 5)], [3, 2, 1], 0)
        return self.nth(first + skip, np.minimum(first + skip + 4, last))


def _without_marks(classes: Small, codes: NDArray[np.int32]) -> tuple[Small, NDArray[np.int32]]:
    """Classes and code points, where a vowel mark counts as the letter it stands on."""
    marks = np.flatnonzero(classes[1:] == MARK) + 1
    base = np.maximum.accumulate(np.where(np.diff(marks, prepend=-1) == 1, -1, marks - 1)) if len(marks) else marks
    resolved, plain = classes.copy(), codes.copy()
    resolved[marks], plain[marks] = classes[base], codes[base]
    return resolved, plain


def _described(start: Ints, end: Ints, codes: NDArray[np.int32], classes: Small, resolved: Small, cut: Small, letters: _Letters) -> Units:
    first, last = letters.count[start], letters.count[end]
    size = last - first
    sign = spread(codes[start].astype(np.uint64) + np.uint64(99991))
    hashes = np.where(size > 0, letters.nth(first, last), sign)
    two, three = (np.where(size > 0, letters.nth(first, np.minimum(first + n, last)), sign) for n in (2, 3))
    gap, odd = _gaps(start, end, codes, classes)
    first_class, last_class, cut_there = (values.astype(np.int64) for values in (resolved[start], resolved[end - 1], cut[start]))
    return Units(
        start,
        end,
        hashes,
        (two, three),
        np.where(size > 0, letters.stems(first, last), sign),
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


def _cut_unknown(cut: Small, begins: Flags, resolved: Small, visible: Flags, letters: _Letters, known: Grades) -> None:
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


def _running(flags: Flags) -> NDArray[np.int32]:
    """How many flags are up before each place, and in all."""
    count = np.zeros(len(flags) + 1, np.int32)
    np.cumsum(flags, out=count[1:])
    return count


@functools.cache
def _classes() -> Small:
    table = np.array([_class(chr(code)) for code in range(_LARGEST)] + [OTHER], np.int8)
    for kind, signs in _SIGNS.items():
        table[[ord(sign) for sign in signs]] = kind
    return table


def _class(char: str) -> int:
    if char.isspace():
        return NEWLINE if char == "\n" else SPACE
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or char == "\u0640":  # vowel marks, joiners, the tatweel
        return MARK
    if char.isdigit():
        return DIGIT
    if char.isalpha():
        return ARABIC if "\u0600" <= char <= "\u08ff" or "\ufb50" <= char <= "\ufeff" else LATIN
    return OTHER


@functools.cache
def _fold() -> Hashes:
    """Code point to the number that spells it in a hash: small letters, one alef, every digit a zero."""
    table = np.arange(_LARGEST + 1, dtype=np.int64)
    classes = _classes()
    table[classes == DIGIT] = ord("0")
    latin = np.flatnonzero(classes == LATIN)
    table[latin] = [ord(chr(code).lower()[0]) for code in latin]
    table[[ord(char) for char in _FOLDED]] = [ord(char) for char in _FOLDED.values()]
    return table.astype(np.uint64) + np.uint64(7)


@functools.lru_cache(maxsize=2)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    return _progression(_BASE, size), _progression(pow(_BASE, -1, _TWO64), size)


def _progression(base: int, size: int) -> Hashes:
    values = np.full(size + 1, base, np.uint64)
    values[0] = 1
    return np.multiply.accumulate(values)
