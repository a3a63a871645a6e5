"""Clues of blocks and sentences. They stand at the first unit alone, so that a long paragraph is not counted a hundred times."""

import numpy as np

from baselines.buckets import Part, part
from baselines.layout import Layout, Shapes
from baselines.letters import Ints
from baselines.rows import NEVER, Rows, rows, shift, until

_NO_KIND = 99  # the kind of the block before the first


def block_labels(page: Layout, s: Shapes) -> Part:
    """What a block's shape, its neighbours and its place say of its label."""
    before, after = (shift(s.kind, by, _NO_KIND, page.blocks) for by in (-1, 1))
    found = [
        (s.kind,), (s.kind, before), (s.kind, after), (s.digits, s.latin, s.length), (s.from_top, s.length), (s.from_end, s.length),
        (s.prose_before, s.prose_after), (s.repeated, s.length), (s.echoed, s.length), (s.prose_share, s.length, s.ending),
        (s.prose_around, s.length), (s.rules, s.length),
    ]  # fmt: skip
    return part(page.first, 10, found)


def block_moves(page: Layout, s: Shapes) -> Part:
    """What the shapes of two blocks say of the place between them."""
    before, echoed = shift(s.kind, -1, _NO_KIND, page.blocks), shift(s.echoed, -1, 9, page.blocks)
    found = [
        (before, s.kind), (s.kind,), (before,), (s.from_top,), (s.from_end,), (s.prose_before, s.prose_after), (s.echoed, echoed), (s.digits, s.length),
    ]  # fmt: skip
    return part(page.first, 50, found)


def run_moves(page: Layout, s: Shapes) -> Part:
    """How many short blocks stand in a row before a block and ahead, and how much prose around them.

    An insert is a block or two; behind a dozen of them the body does not come back.
    """
    of, place = page.blocks, np.arange(len(s.prose))
    last = np.maximum.accumulate(np.where(s.prose, place, -1))
    last = shift(last, -1, -1, of)
    before = np.minimum(np.where(last < of.first, place - of.first, place - last - 1), 6)
    ahead, run = np.minimum(until(s.prose, of), 6), np.minimum(until(~s.prose, of), 5)
    found = [
        (before, s.prose, s.length), (before, s.prose, run), (ahead, s.prose_before, s.prose_after),
        (before, s.prose, s.prose_before, s.prose_after), (ahead, before, s.prose),
    ]  # fmt: skip
    return part(page.first, 110, found)


def cohesion_moves(page: Layout) -> Part:
    """How much of a block, and of the next long one, was said before. A related article says little of it."""
    number = len(page.size)
    seen = np.digitize(_seen_before(page, page.block, number), (0.03, 0.1, 0.18, 0.27, 0.4, 0.6))
    length = np.digitize(page.size, (5, 12, 30))
    ahead = until(page.size >= 12, page.blocks)
    there = ahead < NEVER
    next_seen = np.where(there, seen[np.where(there, np.arange(number) + ahead, 0)], 9)
    return part(page.first, 100, [(seen, length), (next_seen, length), (next_seen, np.minimum(ahead, 4))])


def sentence_moves(page: Layout) -> Part:
    """A sentence's number, its length and that before, and what is said again across its start.

    A summary is said again by the lead behind it; where two texts meet little crosses over (Hearst's TextTiling, 1997).
    """
    at = np.flatnonzero(page.stop_before | page.opens | (np.arange(len(page.block)) == page.first[page.block]))
    size = np.diff(np.concatenate((at, [len(page.block)])))
    of, sentence, gap = rows(page.rows.page[at]), np.repeat(np.arange(len(at)), size), page.gap[at]
    content = np.bincount(sentence, page.content, len(size))
    again, soon, bridged, tied = _links(page, sentence, content, of)
    seen = np.digitize(_seen_before(page, sentence, len(size)), (0.03, 0.1, 0.18, 0.27, 0.4, 0.6))
    place = np.arange(len(size))
    rank, rest = np.minimum(place - of.first, 5), np.minimum(of.stop - 1 - place, 4)
    length = np.digitize(size, (3, 6, 10, 16, 25, 40))
    before, again_before, soon_before = (shift(values, -1, 9, of) for values in (length, again, soon))
    found = [
        (rank, again_before), (rank, soon_before), (rest,), (rank, soon, gap), (length, before), (rank, before, gap), (seen, length, gap),
        (rank, bridged), (rank, bridged, seen), (bridged, seen, gap), (tied, gap), (tied, rest), (tied, seen, length),
    ]  # fmt: skip
    return part(at, 90, found)


def _links(page: Layout, sentence: Ints, content: np.ndarray, of: Rows) -> tuple[Ints, Ints, Ints, Ints]:
    """Graded shares of content words, of each sentence and its start, a link leading from a word to where it is said the next time:

    those of the sentence that the next one says again, and the next three; those of all before the start that the next three sentences say again; and
    those of the three sentences on either side that a link ties together.
    """
    order = page.order[page.content[page.order]]
    stems, where = page.stem[order], sentence[order]
    same = (stems[1:] == stems[:-1]) & (where[1:] > where[:-1])
    source, target = where[:-1][same], where[1:][same]
    number, step = len(content), target - source
    again, soon = (np.bincount(source[step <= most], minlength=number) / np.maximum(content, 1) for most in (1, 3))
    bridged, tied = np.zeros(number), np.zeros(number)
    for back in range(3):
        crossing = step > back
        bridged += np.bincount(target[crossing] - back, minlength=number)
        tied += np.bincount(target[crossing & (step <= back + 3)] - back, minlength=number)
    all_before = np.concatenate(([0], np.cumsum(content)))
    before = all_before[:-1] - all_before[of.first]
    place = np.arange(number)
    left = all_before[place] - all_before[np.maximum(place - 3, of.first)]
    right = all_before[np.minimum(place + 3, of.stop)] - all_before[place]
    return (
        np.digitize(again, (0.01, 0.15, 0.3, 0.5)),
        np.digitize(soon, (0.01, 0.2, 0.4, 0.6)),
        np.digitize(bridged / np.maximum(before, 1), (0.05, 0.12, 0.2, 0.3, 0.42, 0.55)),
        np.digitize(tied / np.maximum(np.minimum(left, right), 1), (0.01, 0.06, 0.12, 0.2, 0.3)),
    )


def _seen_before(page: Layout, part_of: Ints, number: int) -> np.ndarray:
    """Share of the content words of each part (block or sentence) that stood in an earlier part."""
    seen = (part_of[page.earliest] < part_of) & page.content
    return np.asarray(np.bincount(part_of, seen, number) / np.maximum(np.bincount(part_of, page.content, number), 1))
