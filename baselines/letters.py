"""Letters of a text: classes of characters, hashes of any stretch of its letters, and tables of words by their hashes."""

import functools
import unicodedata
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Grades = NDArray[np.int8]
Small = NDArray[np.int8]
Whole = NDArray[np.signedinteger[Any]]

SPACE, NEWLINE, ARABIC, LATIN, DIGIT, STOP, CLOSING, OPENING, COMMA, COLON, RULE, OTHER, MARK = range(13)
_SIGNS = {STOP: ".!?؟…", CLOSING: ")]}»”’>", OPENING: "([{«“‘<#@", COMMA: ",،;؛", COLON: ":", RULE: "-–—|/\\•·*_=~+›‹→←▪●■▶►"}
_FOLDED = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"}
_ALIF, _LAM, *_JOINED = (np.uint64(ord(char) + 7) for char in "الوفبك")  # as in _fold
_BASE = 0x9E3779B97F4A7C15
_TWO64 = 1 << 64
_PLACES = 20
TABLE = 1 << _PLACES  # entries of a table of grades
LARGEST = 0x10000  # characters beyond the basic plane are all one sign


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


class Letters:
    """Hashes of any stretch of the text's letters, in constant time each: a polynomial modulo 2^64 whose base can be inverted."""

    def __init__(self, codes: NDArray[np.int32], classes: Small) -> None:
        is_letter = (classes == ARABIC) | (classes == LATIN) | (classes == DIGIT)
        self.count = running(is_letter)
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

    def bare(self, first: Whole, last: Whole) -> Whole:
        """The first letter behind `و`, `ف`, `ب`, `ك`, `ل` and the article, of each stretch of letters that is long enough without them."""
        size = last - first
        one, two, three = (self.folded[np.minimum(first + n, len(self.folded) - 1)] for n in range(3)) if len(self.folded) else (first, first, first)
        article = (one == _ALIF) & (two == _LAM) | (one == _LAM) & (two == _LAM)
        joined = np.logical_or.reduce([one == letter for letter in _JOINED])
        skip = np.select([joined & (two == _ALIF) & (three == _LAM) & (size >= 6), article & (size >= 5), (one == _JOINED[0]) & (size >= 5)], [3, 2, 1], 0)
        return np.asarray(first + skip)


def running(flags: Flags) -> NDArray[np.int32]:
    """How many flags are up before each place, and in all."""
    count = np.zeros(len(flags) + 1, np.int32)
    np.cumsum(flags, out=count[1:])
    return count


@functools.cache
def classes_table() -> Small:
    table = np.array([_class(chr(code)) for code in range(LARGEST)] + [OTHER], np.int8)
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
    table = np.arange(LARGEST + 1, dtype=np.int64)
    classes = classes_table()
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
