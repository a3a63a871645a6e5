"""Clues of the classes of words (``baselines.lexicon``): what a word is for, where training never showed the word itself."""

import numpy as np

from baselines.buckets import Part, part
from baselines.layout import Layout, Shapes, per_block
from baselines.letters import Ints
from baselines.lexicon import AROUND
from baselines.rows import shift

_NO_SHARE = 9  # the share of the block before the first


def class_labels(page: Layout) -> Part:
    """What the classes of a word and its neighbours say of its label."""
    kind = page.word_class
    before, after = (shift(kind, by, 0, page.rows) for by in (-1, 1))
    return part(None, 140, [(kind,), (before, kind), (kind, after)])


def class_moves(page: Layout) -> Part:
    """The classes of the words around a place."""
    kind, gap = page.word_class, page.gap
    one, two, after = (shift(kind, by, 0, page.rows) for by in (-1, -2, 1))
    return part(None, 150, [(gap, one, kind), (gap, kind, after), (gap, two, one, kind), (gap, page.mark_before, one, kind)])


def class_block_labels(page: Layout, s: Shapes) -> Part:
    """How many words of a block are such as stand around articles, and what its first word is."""
    share, first = _around(page), page.word_class[page.first]
    known = np.digitize(per_block(page, page.word_class > AROUND) / page.size, (0.3, 0.5, 0.7))
    return part(page.first, 160, [(share, s.length), (share, known, s.length), (first, s.length), (first, share)])


def class_block_moves(page: Layout, s: Shapes) -> Part:
    """The same of the place before a block, with the share in the block before."""
    share, first = _around(page), page.word_class[page.first]
    before = shift(share, -1, _NO_SHARE, page.blocks)
    return part(page.first, 170, [(share, s.length), (share, before), (share, before, s.length), (first, s.length), (first, s.kind)])


def _around(page: Layout) -> Ints:
    """Graded share of the words of each block that are of a class around articles."""
    around = (page.word_class > 0) & (page.word_class <= AROUND)
    return np.digitize(per_block(page, around) / page.size, (0.01, 0.08, 0.15, 0.25, 0.4))
