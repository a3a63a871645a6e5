"""How pages are laid out, for the clues: their units with what stands around each, and their blocks.

A *block* is a line, or a stretch of one between wide gaps.
"""

from typing import NamedTuple

import numpy as np

from baselines.letters import CLOSING, COLON, COMMA, DIGIT, LATIN, RULE, STOP, Flags, Hashes, Ints, spread
from baselines.lexicon import classed
from baselines.rows import Rows, rows, shift
from baselines.words import START, WIDE, Units

_LENGTHS = (2, 3, 5, 8, 13, 21, 40, 80)


class Layout(NamedTuple):
    """The units of some pages with what several clues need."""

    units: Units
    rows: Rows
    word: Hashes  # numbers only by their length, Latin words all alike
    own: Hashes  # the word, told apart from the same word in another page
    stem: Hashes  # the same of its stem
    gap: Ints  # coarse: a wide gap in the line is as good as a line feed; with the cut
    opens: Flags  # the first unit of a page
    stop_before: Flags  # whether the unit before ends a sentence
    mark_before: Ints  # class of the character before
    block: Ints  # number of the unit's block
    first: Ints  # first unit of each block
    size: Ints  # units of each block
    blocks: Rows
    content: Flags  # content words: four letters or more
    order: Ints  # units sorted by their stems, equal ones in the order of the text
    earliest: Ints  # for each unit, the first one of the page with the same stem
    often: Ints  # how many there are of it
    word_class: Ints  # see baselines.lexicon


class Shapes(NamedTuple):
    """Of each block: graded length, how it ends, both in one, shares of numbers and Latin words, and what surrounds it."""

    length: Ints
    kind: Ints
    digits: Ints
    latin: Ints
    rules: Ints
    from_top: Ints
    from_end: Ints
    prose_before: Ints
    prose_after: Ints
    prose_share: Ints
    prose_around: Ints
    repeated: Ints
    echoed: Ints
    ending: Ints
    prose: Flags  # whether the block is prose: long, or of middle length with a full stop at its end


def layout(found: Units, page: Ints) -> Layout:
    """The layout of units; ``page`` numbers the page of each, in rising order. There is at least one unit."""
    of = rows(page)
    opens = of.first == np.arange(len(page))
    word = np.where(found.first == DIGIT, np.minimum(found.letters, 5).astype(np.uint64), np.where(found.first == LATIN, np.uint64(9), found.hash))
    gap = np.where(opens, START, np.minimum(found.gap, WIDE)) * 8 + found.cut
    first = np.flatnonzero((found.gap >= WIDE) | opens)
    size = np.diff(np.concatenate((first, [len(page)])))
    number = spread(page.astype(np.uint64) + np.uint64(1))  # mixed, since the words' hashes are sums of multiples themselves
    own, stem = spread(found.hash + number), spread(found.stem + number)
    mark = shift(found.last, -1, 99, of)
    block = np.repeat(np.arange(len(first)), size)
    return Layout(
        found, of, word, own, stem, gap, opens, mark == STOP, mark, block, first, size, rows(page[first]), found.letters >= 4, *_alike(stem), classed(found)
    )


def shapes(page: Layout) -> Shapes:
    """What each block looks like, and what surrounds it."""
    units, size, of = page.units, page.size, page.blocks
    place = np.arange(len(size))
    last = units.last[page.first + size - 1]
    ending = np.select([last == STOP, last == CLOSING, last == COLON, last == COMMA], [1, 2, 3, 4], 0)
    length = np.digitize(size, _LENGTHS)
    prose = (size >= 12) | ((size >= 6) & (ending == 1))
    words = np.concatenate(([0], np.cumsum(np.where(prose, size, 0))))
    before, total = words[:-1] - words[of.first], words[of.stop] - words[of.first]
    around = sum(shift(prose.astype(np.int64), by, 0, of) for by in (-2, -1, 1, 2))
    return Shapes(
        length=length,
        kind=length * 8 + ending,
        digits=_quarter(page, units.first == DIGIT),
        latin=_quarter(page, units.first == LATIN),
        rules=np.minimum(per_block(page, (units.first == RULE) & (units.letters == 0)), 3).astype(np.int64),
        from_top=np.minimum(place - of.first, 6),
        from_end=np.minimum(of.stop - 1 - place, 6),
        prose_before=np.digitize(before, (1, 20, 60, 150)),
        prose_after=np.digitize(words[of.stop] - words[1:], (1, 20, 60, 150)),
        prose_share=np.digitize(before / np.maximum(total, 1), (0.001, 0.25, 0.5, 0.75, 0.999)),
        prose_around=np.where(of.stop - of.first >= 5, around, 0),
        repeated=_repeated(page),
        echoed=_echoed(page),
        ending=ending,
        prose=prose,
    )


def per_block(page: Layout, flags: np.ndarray) -> Ints:
    """How many units of each block have the flag."""
    return np.add.reduceat(flags, page.first, dtype=np.int64)


def _alike(own: Hashes) -> tuple[Ints, Ints, Ints]:
    """Units sorted by the upper bits of their hashes, and for each the first one with these bits and their number."""
    bits = np.uint64(max(24, len(own).bit_length()))
    # The place in the lower bits keeps alike units in the order of the text; and numbers are sorted quicker than their places.
    packed = np.sort(((own >> bits) << bits) | np.arange(len(own), dtype=np.uint64))
    order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    alike = packed >> bits
    run = np.flatnonzero(np.diff(alike, prepend=~alike[0]))
    count = np.diff(np.concatenate((run, [len(own)])))
    earliest, often = np.empty_like(order), np.empty_like(order)
    earliest[order], often[order] = np.repeat(order[run], count), np.repeat(count, count)
    return order, earliest, often


def _echoed(page: Layout) -> Ints:
    """Graded share of a block's content words that stand more than once in the page."""
    twice = (page.often > 1) & page.content
    return np.digitize(per_block(page, twice) / np.maximum(per_block(page, page.content), 1), (0.01, 0.2, 0.4, 0.6, 0.8))


def _repeated(page: Layout) -> Ints:
    """How often the whole block stands in the page, up to 3."""
    whole = np.add.reduceat(page.own, page.first)
    _, which, count = np.unique(whole, return_inverse=True, return_counts=True)
    return np.minimum(count[which], 3)


def _quarter(page: Layout, flags: np.ndarray) -> Ints:
    return np.minimum((per_block(page, flags) * 4) // page.size, 3)
