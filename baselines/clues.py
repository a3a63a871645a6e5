"""What the chain looks at: for each unit of some pages, numbered buckets of hashed clues.

A clue is a small conjunction (this word after that gap, a short line behind a long one, …), hashed into one of ``BUCKETS``. *Label* clues speak
for what a unit is; *move* clues for the label changing right before it. Clues of a block (a line, or a stretch between wide gaps) stand at its first
unit alone, so that a long paragraph is not counted a hundred times. Many pages are done at a time, one behind the other, because numpy is quick
over long arrays; no clue of a page looks at another.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from baselines.words import CLOSING, COLON, COMMA, DIGIT, LATIN, RULE, START, STOP, WIDE, Grades, Hashes, Ints, Units, graded, spread

BITS = 20
BUCKETS = 1 << BITS
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_LENGTHS = (2, 3, 5, 8, 13, 21, 40, 80)
_NOTHING = 63
_NEVER = 99
_BREAKING = np.array([False, True, False, True, False, True, True])  # cuts that often part two blocks
_OPENS = 77  # the coarse gap before the first unit of a page


class Clues(NamedTuple):
    """Buckets, -1 where a clue says nothing; ``label`` is (label clues, units), ``move`` (move clues, units)."""

    label: Ints
    move: Ints


class _Rows(NamedTuple):
    """Rows (units, blocks or sentences) of several pages: the page of each row, and that page's first row and the row behind its last."""

    page: Ints
    first: Ints
    stop: Ints


class _Pages(NamedTuple):
    """The units of some pages with what several clues need."""

    units: Units
    rows: _Rows
    word: Hashes  # numbers only by their length, Latin words all alike
    own: Hashes  # the word, told apart from the same word in another page
    gap: Ints  # coarse: a wide gap in the line is as good as a line feed
    stop_before: Ints  # whether the unit before ends a sentence
    mark_before: Ints  # class of the character before
    block: Ints  # number of the unit's block
    first: Ints  # first unit of each block
    size: Ints  # units of each block
    blocks: _Rows
    begins: np.ndarray  # whether the unit is the first of its block
    content: np.ndarray  # content words: four letters or more
    order: Ints  # units sorted by their own hash, equal ones in the order of the text
    earliest: Ints  # for each unit, the first one of the page with the same hash
    often: Ints  # how many there are of it


def clues(found: Units, page: Ints, starters: Grades) -> Clues:
    """The clues of units; ``page`` numbers the page of each, in rising order. There is at least one unit."""
    pages = _pages(found, page)
    blocks = _block_shapes(pages)
    label = [*_word_labels(pages), *_block_labels(pages, blocks)]
    move = [*_word_moves(pages), *_block_moves(pages, blocks), *_distance_moves(pages), *_starter_moves(pages, starters)]
    move += [*_run_moves(pages, blocks), *_sentence_moves(pages), *_cohesion_moves(pages)]
    return Clues(np.stack(label), np.stack(move))


def bucket(number: int, *parts: np.ndarray) -> Ints:
    """The bucket of each unit for clue ``number``, from the values of its parts."""
    mixed = np.full(len(parts[0]), number, np.uint64)
    for part in parts:
        mixed ^= part.view(np.uint64) if part.dtype.itemsize == 8 else part.astype(np.uint64)
        mixed *= _PRIME
        mixed ^= mixed >> np.uint64(32)
    mixed *= _PRIME
    return (mixed >> np.uint64(64 - BITS)).astype(np.int32)


def _pages(found: Units, page: Ints) -> _Pages:
    rows = _rows(page)
    opens = rows.first == np.arange(len(page))
    numeric, latin = found.first == DIGIT, found.first == LATIN
    word = np.where(numeric, np.minimum(found.letters, 5).astype(np.uint64), np.where(latin, np.uint64(9), found.hash))
    gap = np.where(opens, _OPENS, np.minimum(found.gap, WIDE) * 8 + found.cut)
    begins = (found.gap >= WIDE) | opens
    first = np.flatnonzero(begins)
    stop = _shift((found.last == STOP).astype(np.int64), -1, 1, rows)
    size = np.diff(np.concatenate((first, [len(begins)])))
    own = spread(found.hash + page.astype(np.uint64) * _PRIME)
    mark = _shift(found.last, -1, 99, rows)
    block, blocks = np.cumsum(begins) - 1, _rows(page[first])
    return _Pages(found, rows, word, own, gap, stop, mark, block, first, size, blocks, begins, found.letters >= 4, *_alike(own))


def _alike(own: Hashes) -> tuple[Ints, Ints, Ints]:
    """Units sorted by hash, and for each the first one with its hash and their number."""
    order = np.argsort(own, kind="stable")
    run = np.flatnonzero(np.diff(own[order], prepend=~own[order[0]]))
    count = np.diff(np.concatenate((run, [len(own)])))
    earliest, often = np.empty_like(order), np.empty_like(order)
    earliest[order], often[order] = np.repeat(order[run], count), np.repeat(count, count)
    return order, earliest, often


def _rows(page: Ints) -> _Rows:
    opens = np.flatnonzero(np.diff(page, prepend=page[0] - 1))
    count = np.diff(np.concatenate((opens, [len(page)])))
    return _Rows(page, np.repeat(opens, count), np.repeat(opens + count, count))


def _shift(values: np.ndarray, by: int, fill: int, rows: _Rows) -> np.ndarray:
    """The value of the row ``by`` places further on (before, if negative) in the same page."""
    at = np.arange(len(values)) + by
    inside = (at >= rows.first) & (at < rows.stop)
    return np.where(inside, values[np.where(inside, at, 0)], np.asarray(fill, values.dtype))


def _word_labels(page: _Pages) -> list[Ints]:
    before = _shift(page.word, -1, 0, page.rows)
    shape = (page.units.letters > 0) * 256 + page.units.first * 16 + page.units.last
    return [bucket(1, page.word), bucket(2, page.units.prefix[1]), bucket(3, before, page.word), bucket(4, shape)]


class _Shapes(NamedTuple):
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
    prose: Ints  # whether the block is prose: long, or of middle length with a full stop at its end


def _block_shapes(page: _Pages) -> _Shapes:
    units, size, rows = page.units, page.size, page.blocks
    place = np.arange(len(size))
    last = units.last[page.first + size - 1]
    ending = np.select([last == STOP, last == CLOSING, last == COLON, last == COMMA], [1, 2, 3, 4], 0)
    length = np.digitize(size, _LENGTHS)
    prose = (size >= 12) | ((size >= 6) & (ending == 1))
    words = np.concatenate(([0], np.cumsum(np.where(prose, size, 0))))
    before, total = words[:-1] - words[rows.first], words[rows.stop] - words[rows.first]
    around = sum(_shift(prose.astype(np.int64), by, 0, rows) for by in (-2, -1, 1, 2))
    return _Shapes(
        length=length,
        kind=length * 8 + ending,
        digits=_quarter(page, units.first == DIGIT),
        latin=_quarter(page, units.first == LATIN),
        rules=np.minimum(_per_block(page, (units.first == RULE) & (units.letters == 0)), 3).astype(np.int64),
        from_top=np.minimum(place - rows.first, 6),
        from_end=np.minimum(rows.stop - 1 - place, 6),
        prose_before=np.digitize(before, (1, 20, 60, 150)),
        prose_after=np.digitize(words[rows.stop] - words[1:], (1, 20, 60, 150)),
        prose_share=np.digitize(before / np.maximum(total, 1), (0.001, 0.25, 0.5, 0.75, 0.999)),
        prose_around=np.where(rows.stop - rows.first >= 5, around, 0),
        repeated=_repeated(page),
        echoed=_echoed(page),
        ending=ending,
        prose=prose.astype(np.int64),
    )


def _block_labels(page: _Pages, s: _Shapes) -> list[Ints]:
    """Clues of blocks, at their first units; -1 elsewhere."""
    before, after = (_shift(s.kind, by, _NOTHING * 9, page.blocks) for by in (-1, 1))
    found = [
        (s.kind,), (s.kind, before), (s.kind, after), (s.digits, s.latin, s.length), (s.from_top, s.length), (s.from_end, s.length),
        (s.prose_before, s.prose_after), (s.repeated, s.length), (s.echoed, s.length), (s.prose_share, s.length, s.ending),
        (s.prose_around, s.length), (s.rules, s.length),
    ]  # fmt: skip
    return [_at_first(page, bucket(number, *parts)) for number, parts in enumerate(found, 10)]


def _at_first(page: _Pages, values: Ints) -> Ints:
    out = np.full(len(page.begins), -1, np.int64)
    out[page.first] = values
    return out


def _word_moves(page: _Pages) -> list[Ints]:
    units, gap, word, mark = page.units, page.gap, page.word, page.mark_before
    one, two, then, later = (_shift(word, by, 0, page.rows) for by in (-1, -2, 1, 2))
    fine = np.where(gap == _OPENS, START * 8, units.gap * 8 + units.cut)
    found = [
        (gap,), (fine,), (fine, mark), (gap, word), (gap, one), (gap, two, one), (gap, word, then), (gap, mark), (mark, word), (one, word),
        (gap, mark, units.first), (gap, units.prefix[0], mark), (gap, units.odd), (gap, then), (word, then, later), (two, one),
    ]  # fmt: skip
    return [bucket(number, *parts) for number, parts in enumerate(found, 30)]


def _block_moves(page: _Pages, s: _Shapes) -> list[Ints]:
    begins, of = page.begins, _per_unit(page)
    own, before = of(s.kind), of(_shift(s.kind, -1, _NOTHING * 9, page.blocks))
    since = np.arange(len(begins)) - page.first[page.block]
    until = page.size[page.block] - 1 - since
    behind, ahead = (np.digitize(distance, (1, 2, 3, 5, 9, 16)) for distance in (since, until))
    found = [
        (begins, before, own), (begins, own), (begins, before), (begins, s.from_top[page.block]), (begins, s.from_end[page.block]),
        (begins, s.prose_before[page.block], s.prose_after[page.block]), (begins, of(s.echoed), of(_shift(s.echoed, -1, 9, page.blocks))),
        (begins, of(s.digits), s.length[page.block]), (page.gap, behind, page.stop_before), (page.gap, ahead, page.stop_before),
    ]  # fmt: skip
    return [bucket(number, *parts) for number, parts in enumerate(found, 50)]


def _run_moves(page: _Pages, s: _Shapes) -> list[Ints]:
    """At the start of a block: how many short blocks stand in a row before it and ahead, and how much prose around them.

    An insert is a block or two; behind a dozen of them the body does not come back.
    """
    rows, prose = page.blocks, s.prose.astype(bool)
    place = np.arange(len(prose))
    since = _since(_shift(prose, -1, 0, rows), rows)
    before = np.minimum(np.where(since == _NEVER, place - rows.first, since), 6)
    ahead = _until(prose, rows)
    run = np.minimum(_until(~prose, rows), 5)
    of = _per_unit(page)
    found = [
        (of(before), of(s.prose), of(s.length)), (of(before), of(s.prose), of(run)), (of(np.minimum(ahead, 6)), of(s.prose_before), of(s.prose_after)),
        (of(before), of(s.prose), of(s.prose_before), of(s.prose_after)), (of(np.minimum(ahead, 6)), of(before), of(s.prose)),
    ]  # fmt: skip
    return [bucket(number, *parts) for number, parts in enumerate(found, 110)]


def _distance_moves(page: _Pages) -> list[Ints]:
    """How far the last and the next full stop and break are."""
    units, stop = page.units, page.stop_before.astype(bool)
    breaks = (page.units.gap >= WIDE) | _BREAKING[units.cut] | (page.gap == _OPENS)
    stop_behind, stop_ahead = _grade(_since(stop, page.rows)), _grade(_until(units.last == STOP, page.rows))
    break_behind = _grade(_since(_shift(breaks, -1, 0, page.rows), page.rows) + 1)
    break_ahead = _grade(_until(_shift(breaks, 1, 1, page.rows), page.rows))
    found = [(page.gap, stop_behind, break_behind), (page.gap, stop_ahead, break_ahead), (page.gap, stop, stop_ahead), (page.gap, stop, break_behind)]
    return [bucket(number, *parts) for number, parts in enumerate(found, 70)]


def _starter_moves(page: _Pages, starters: Grades) -> list[Ints]:
    """Whether the word is one that opens paragraphs."""
    grade = graded(page.units.hash, starters).astype(np.int64)
    stop_ahead, stop_behind = _grade(_until(page.units.last == STOP, page.rows)), _grade(_since(page.stop_before.astype(bool), page.rows))
    found = [(page.gap, grade), (page.gap, grade, page.stop_before, stop_ahead), (page.gap, grade, stop_behind)]
    return [bucket(number, *parts) for number, parts in enumerate(found, 80)]


def _sentence_moves(page: _Pages) -> list[Ints]:
    """At the start of a sentence: its number, its length and that before, and how much of a sentence the next ones say again."""
    begins = page.stop_before.astype(bool) | page.begins
    sentence, of = np.cumsum(begins) - 1, _spreader(begins)
    rows, size = _rows(page.rows.page[begins]), np.bincount(sentence)
    again, soon, seen = _overlaps(page, sentence, len(size))
    place = np.arange(len(size))
    rank, rest = np.minimum(place - rows.first, 4), np.minimum(rows.stop - 1 - place, 4)
    length = np.digitize(size, (3, 6, 10, 16, 25, 40))
    before, again_before, soon_before = (_shift(values, -1, 9, rows) for values in (length, again, soon))
    found = [
        (begins, of(rank, sentence), of(again_before, sentence)), (begins, of(rank, sentence), of(soon_before, sentence)), (begins, of(rest, sentence)),
        (begins, of(rank, sentence), of(soon, sentence), page.gap), (begins, of(length, sentence), of(before, sentence)),
        (begins, of(rank, sentence), of(before, sentence), page.gap), (begins, of(seen, sentence), of(length, sentence), page.gap),
    ]  # fmt: skip
    return [bucket(number, *parts) for number, parts in enumerate(found, 90)]


def _cohesion_moves(page: _Pages) -> list[Ints]:
    """At the start of a block: how much of it, and of the next long block, was said before. A related article says little of it."""
    number = len(page.size)
    seen = np.digitize(_seen_before(page, page.block, number), (0.03, 0.1, 0.18, 0.27, 0.4, 0.6))
    length = np.digitize(page.size, (5, 12, 30))
    ahead = _until(page.size >= 12, page.blocks)
    there = ahead < _NEVER
    of = _per_unit(page)
    next_seen = np.where(there, seen[np.where(there, np.arange(number) + ahead, 0)], 9)
    found = [(page.begins, of(seen * 4 + length)), (page.begins, of(next_seen), of(length)), (page.begins, of(next_seen), of(np.minimum(ahead, 4)))]
    return [bucket(number, *parts) for number, parts in enumerate(found, 100)]


def _overlaps(page: _Pages, sentence: Ints, number: int) -> tuple[Ints, Ints, Ints]:
    """Graded shares of each sentence's content words that stand in the next sentence, in the next three, and anywhere before."""
    order = page.order[page.content[page.order]]
    words, where = page.own[order], sentence[order]
    same, step = words[1:] == words[:-1], where[1:] - where[:-1]
    total = np.maximum(np.bincount(where, minlength=number), 1)
    again = np.bincount(where[:-1][same & (step == 1)], minlength=number) / total
    soon = np.bincount(where[:-1][same & (step >= 1) & (step <= 3)], minlength=number) / total
    seen = _seen_before(page, sentence, number)
    return np.digitize(again, (0.01, 0.15, 0.3, 0.5)), np.digitize(soon, (0.01, 0.2, 0.4, 0.6)), np.digitize(seen, (0.03, 0.1, 0.18, 0.27, 0.4, 0.6))


def _seen_before(page: _Pages, part: Ints, number: int) -> np.ndarray:
    """Share of the content words of each part (block or sentence) that stood in an earlier part."""
    seen = (part[page.earliest] < part) & page.content
    return np.asarray(np.bincount(part, seen, number) / np.maximum(np.bincount(part, page.content, number), 1))


def _echoed(page: _Pages) -> Ints:
    """Graded share of a block's content words that stand more than once in the page."""
    twice = (page.often > 1) & page.content
    return np.digitize(_per_block(page, twice) / np.maximum(_per_block(page, page.content), 1), (0.01, 0.2, 0.4, 0.6, 0.8))


def _repeated(page: _Pages) -> Ints:
    """How often the whole block stands in the page, up to 3."""
    whole = np.add.reduceat(page.own, page.first)
    _, which, count = np.unique(whole, return_inverse=True, return_counts=True)
    return np.minimum(count[which], 3)


def _quarter(page: _Pages, flags: np.ndarray) -> Ints:
    return np.minimum((_per_block(page, flags) * 4) // page.size, 3).astype(np.int64)


def _per_block(page: _Pages, flags: np.ndarray) -> np.ndarray:
    return np.bincount(page.block, flags, len(page.size))


def _per_unit(page: _Pages) -> Callable[[np.ndarray], np.ndarray]:
    """A block's value at its first unit, nothing elsewhere."""
    return lambda values: np.where(page.begins, values[page.block], _NOTHING * 11)


def _spreader(begins: np.ndarray) -> Callable[[np.ndarray, Ints], np.ndarray]:
    return lambda values, part: np.where(begins, values[part], _NOTHING)


def _since(flags: np.ndarray, rows: _Rows) -> Ints:
    """How many rows ago the flag was last up in the page; _NEVER where it was not."""
    place = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, place, -1))
    return np.where(last < rows.first, _NEVER, place - last)


def _until(flags: np.ndarray, rows: _Rows) -> Ints:
    """In how many rows the flag is next up in the page; _NEVER where it is not."""
    place = np.arange(len(flags))
    following = np.minimum.accumulate(np.where(flags, place, len(flags))[::-1])[::-1]
    return np.where(following >= rows.stop, _NEVER, following - place)


def _grade(distance: Ints) -> Ints:
    return np.digitize(distance, (1, 2, 3, 5, 8, 13, 20, 40))
