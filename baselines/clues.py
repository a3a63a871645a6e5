"""What the chain looks at: for each unit of some pages, numbered buckets of hashed clues.

*Label* clues speak for what a unit is; *move* clues for the label changing right before it. Each group of clues is one function here and one line
in LABEL or MOVE. No clue of a page looks at another page.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from baselines.block_clues import block_labels, block_moves, cohesion_moves, run_moves, sentence_moves
from baselines.buckets import Part
from baselines.class_clues import class_block_labels, class_block_moves, class_labels, class_moves
from baselines.layout import Layout, Shapes, layout, shapes
from baselines.letters import Grades, Ints
from baselines.restart_clues import restart_moves
from baselines.word_clues import starter_moves, word_labels, word_moves
from baselines.words import Units

Group = Callable[[Layout, Shapes, Grades], Part]

LABEL: dict[str, Group] = {
    "words at the label": lambda page, blocks, starters: word_labels(page),
    "blocks at the label": lambda page, blocks, starters: block_labels(page, blocks),
    "classes at the label": lambda page, blocks, starters: class_labels(page),
    "classes of blocks at the label": lambda page, blocks, starters: class_block_labels(page, blocks),
}
MOVE: dict[str, Group] = {
    "words at the move": lambda page, blocks, starters: word_moves(page),
    "words that open paragraphs": lambda page, blocks, starters: starter_moves(page, starters),
    "blocks at the move": lambda page, blocks, starters: block_moves(page, blocks),
    "runs of short blocks": lambda page, blocks, starters: run_moves(page, blocks),
    "sentences said again": lambda page, blocks, starters: sentence_moves(page),
    "texts that begin twice": lambda page, blocks, starters: restart_moves(page, starters),
    "cohesion of blocks": lambda page, blocks, starters: cohesion_moves(page),
    "classes at the move": lambda page, blocks, starters: class_moves(page),
    "classes of blocks at the move": lambda page, blocks, starters: class_block_moves(page, blocks),
}


class Clues(NamedTuple):
    """The clues of so many units."""

    units: int
    label: list[Part]
    move: list[Part]


def clues(found: Units, page: Ints, starters: Grades, without: Collection[str] = ()) -> Clues:
    """The clues of units; ``page`` numbers the page of each, in rising order. There is at least one unit. ``without`` names groups to leave out."""
    pages = layout(found, page)
    blocks = shapes(pages)
    label, move = ([group(pages, blocks, starters) for name, group in groups.items() if name not in without] for groups in (LABEL, MOVE))
    return Clues(len(page), label, move)
