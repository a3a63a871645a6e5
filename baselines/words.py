"""Split a page into the units that the chain labels, and describe each by numbers, with numpy over code points.

A unit is a word with the punctuation behind it, cut again where extraction may have glued two blocks: where a letter follows
closing punctuation, where the script changes, after a letter that only ends a word (``ة`` and ``ى``), before an opening mark,
and where the whole word is unknown and its rest is known.
"""

import functools
import unicodedata
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Grades = NDArray[np.int8]

SPACE, NEWLINE, ARABIC, LATIN, DIGIT, STOP, CLOSING, OPENING, COMMA, COLON, RULE, OTHER, MARK = range(13)
# What stands before a unit: nothing, one space, a wider gap in the line, a line feed, an empty line, the start of the text.
GLUED, ONE_SPACE, WIDE, LINE, BLANK, START = range(6)
# Why a unit begins where no space is: not at all, after punctuation, another script, a final letter, an opening mark,
# an unknown word whose two parts are known, one whose second part is.
NOT_CUT, AFTER_POINT, SCRIPT, FINAL_LETTER, BEFORE_OPENING, TWO_KNOWN, ONE_KNOWN = range(7)

_SIGNS = {STOP: ".!?؟…", CLOSING: ")]}»”’>", OPENING: "([{«“‘<#@", COMMA: ",،;؛", COLON: ":", RULE: "-–—|/\\•·*_=~+›‹→←▪●■▶►"}
_FOLDED = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"}
_FINAL = [ord("ة"), ord("ى")]
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
    letters: Ints  # how many letters and digits
    first: Ints  # class of the first character
    last: Ints  # class of the last
    gap: Ints  # GLUED … START
    cut: Ints  # NOT_CUT … ONE_KNOWN
    odd: Flags  # whether the gap holds a space that is not U+0020


def units(text: str, known: Grades | None = None) -> Units:
    """The units of a text. ``known`` is a table of :func:`grades` of the words that count as known; without it no word is cut by them."""
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32), _LARGEST).astype(np.int64)
    classes = _classes()[codes]
    visible = classes > NEWLINE
    base = np.maximum(np.maximum.accumulate(np.where(classes == MARK, -1, np.arange(len(codes)))), 0)
    resolved, plain = classes[base], codes[base]  # a vowel mark counts as the letter it stands on
    cut = _cuts(classes, resolved, plain, visible)
    letters = _Letters(codes, classes)
    begins = visible & ~np.concatenate(([False], visible[:-1]))
    if known is not None:
        _cut_unknown(cut, begins, resolved, visible, letters, known)
    start = np.flatnonzero(begins | (cut > 0))
    end = _ends(start, visible)
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

    def __init__(self, codes: Ints, classes: Ints) -> None:
        is_letter = (classes == ARABIC) | (classes == LATIN) | (classes == DIGIT)
        self.count = np.concatenate(([0], np.cumsum(is_letter)))
        self.places = np.flatnonzero(is_letter)
        self.powers, self.inverse = _powers(1 << int(len(self.places) + 1).bit_length())
        terms = (_fold()[codes[self.places]].astype(np.uint64) + np.uint64(7)) * self.powers[: len(self.places)]
        self.sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)))

    def between(self, start: Ints, end: Ints) -> Hashes:
        """The hash of the letters in [start, end)."""
        return self.nth(self.count[start], self.count[end])

    def nth(self, first: Ints, last: Ints) -> Hashes:
        """The hash of the letters number ``first`` to ``last`` of the text, the last left out."""
        return np.asarray((self.sums[last] - self.sums[first]) * self.inverse[first])


def _described(start: Ints, end: Ints, codes: Ints, classes: Ints, resolved: Ints, cut: Ints, letters: _Letters) -> Units:
    first, last = letters.count[start], letters.count[end]
    size = last - first
    sign = spread(codes[start].astype(np.uint64) + np.uint64(99991))
    hashes = np.where(size > 0, letters.nth(first, last), sign)
    two, three = (np.where(size > 0, letters.nth(first, np.minimum(first + n, last)), sign) for n in (2, 3))
    gap, odd = _gaps(start, end, codes, classes)
    return Units(start, end, hashes, (two, three), size, resolved[start], resolved[end - 1], gap, cut[start], odd)


def _cuts(classes: Ints, resolved: Ints, plain: Ints, visible: Flags) -> Ints:
    """Where a unit may begin inside a run of visible characters, and why."""
    cut = np.zeros(len(classes), np.int64)
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


def _cut_unknown(cut: Ints, begins: Flags, resolved: Ints, visible: Flags, letters: _Letters, known: Grades) -> None:
    """Mark in ``cut`` where a word of six letters or more that is not known may part into two, the second of which is known."""
    start = np.flatnonzero(begins | (cut > 0))
    end = _ends(start, visible)
    long = (letters.count[end] - letters.count[start] >= 6) & (graded(letters.between(start, end), known) == 0)
    owner = np.cumsum(begins | (cut > 0)) - 1
    inner = np.flatnonzero((resolved[1:] == ARABIC) & (resolved[:-1] == ARABIC)) + 1
    inner = inner[(cut[inner] == NOT_CUT) & long[owner[inner]] & (letters.count[inner + 1] > letters.count[inner])]
    of = owner[inner]
    enough = (letters.count[inner] - letters.count[start[of]] >= 2) & (letters.count[end[of]] - letters.count[inner] >= 2)
    inner, of = inner[enough], of[enough]
    rest = graded(letters.between(inner, end[of]), known) > 0
    inner, of = inner[rest], of[rest]
    cut[inner] = np.where(graded(letters.between(start[of], inner), known) > 0, TWO_KNOWN, ONE_KNOWN)


def _ends(start: Ints, visible: Flags) -> Ints:
    """Where the unit that begins at each start ends: at the next start or at the end of the visible run."""
    size = len(visible)
    stops = np.flatnonzero(visible & ~np.concatenate((visible[1:], [False]))) + 1
    run = stops[np.minimum(np.searchsorted(stops, start, side="right"), max(len(stops) - 1, 0))] if len(stops) else start
    return np.minimum(np.concatenate((start[1:], [size])), run) if len(start) else start


def _gaps(start: Ints, end: Ints, codes: Ints, classes: Ints) -> tuple[Ints, Flags]:
    """What stands before each unit, and whether an unusual space is in it."""
    before = np.concatenate(([0], end[:-1]))
    feeds = np.concatenate(([0], np.cumsum(classes == NEWLINE)))
    odd = np.concatenate(([0], np.cumsum((classes == SPACE) & (codes != 32))))
    width, lines = start - before, feeds[start] - feeds[before]
    gap = np.select([width == 0, lines >= 2, lines == 1, width >= 2], [GLUED, BLANK, LINE, WIDE], ONE_SPACE)
    gap[:1] = START
    return gap, np.asarray(odd[start] > odd[before])


@functools.cache
def _classes() -> Ints:
    table = np.array([_class(chr(code)) for code in range(_LARGEST)] + [OTHER], np.int64)
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
def _fold() -> Ints:
    """Code point to the one that spells it in a hash: small letters, one alef, every digit a zero."""
    table = np.arange(_LARGEST + 1, dtype=np.int64)
    classes = _classes()
    table[classes == DIGIT] = ord("0")
    latin = np.flatnonzero(classes == LATIN)
    table[latin] = [ord(chr(code).lower()[0]) for code in latin]
    table[[ord(char) for char in _FOLDED]] = [ord(char) for char in _FOLDED.values()]
    return table


@functools.lru_cache(maxsize=2)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    return _progression(_BASE, size), _progression(pow(_BASE, -1, _TWO64), size)


def _progression(base: int, size: int) -> Hashes:
    values = np.full(size + 1, base, np.uint64)
    values[0] = 1
    return np.multiply.accumulate(values)
