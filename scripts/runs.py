"""Cut layers of labels that lie over each other into runs: stretches of the text over which the same marks stand.

A viewer draws runs one after the other, so that spans may nest, touch or cross, and the text between the tags stays as it is.
Offsets count code points, spans are half open.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scripts import views
from scripts.documents import DataError, Json

# Where two marks have the same span, the one further left here is the outer one.
LAYERS = ("segment", "quote", "cue", "speaker", "entity")

# Letters that never join the one after them: a tag between the two breaks no ligature.
_UNJOINED = frozenset("اأإآٱدذرزژوؤةء")


class Mark(NamedTuple):
    """A labelled span: its layer, its kind or type, and a name that no other mark of the document has."""

    start: int
    end: int
    layer: str
    name: str
    ref: str


class Run(NamedTuple):
    """A stretch of the text and the marks over it, the outer ones first."""

    start: int
    end: int
    marks: tuple[Mark, ...]


class Line(NamedTuple):
    """A line of the text, its line feed included, cut into runs."""

    number: int
    start: int
    end: int
    runs: list[Run]


def marks_of(layers: Json) -> list[Mark]:
    """Every span of a document, or of a pass over one, as a mark.

    Segments are s1, s2, …, entities e1, e2, …, quotes have their ids; the cue of q1 is q1-cue, its speaker q1-speaker, and both
    have the type of the quote for a name.
    """
    found = [Mark(s["start"], s["end"], "segment", s["kind"], f"s{number}") for number, s in enumerate(layers["segments"], 1)]
    for quote in layers["quotes"]:
        found.append(Mark(quote["start"], quote["end"], "quote", quote["type"], quote["id"]))
        parts = [(part, quote[part]) for part in ("cue", "speaker") if quote[part]]
        found += [Mark(span["start"], span["end"], part, quote["type"], f"{quote['id']}-{part}") for part, span in parts]
    return found + [Mark(e["start"], e["end"], "entity", e["type"], f"e{number}") for number, e in enumerate(layers["entities"], 1)]


def cut(size: int, marks: Iterable[Mark], places: Iterable[int] = ()) -> Iterator[Run]:
    """The runs of a text of ``size`` code points, in order and without gaps, cut at every edge of a mark and at ``places``.

    The work grows with the number of marks and with how deep they nest. Raises DataError for a mark that is no span of the text.
    """
    waiting = sorted(marks, key=_outer_first)
    for mark in waiting:
        if not 0 <= mark.start < mark.end <= size:
            raise DataError(f"{mark.ref}: [{mark.start}, {mark.end}) is no span of a text of {size} characters; 0 <= start < end <= {size}")
    edges = {0, size, *(place for place in places if 0 < place < size)}
    edges.update(edge for mark in waiting for edge in (mark.start, mark.end))
    above: list[Mark] = []
    at = 0
    for start, end in itertools.pairwise(sorted(edges)):
        above = [mark for mark in above if mark.end > start]
        while at < len(waiting) and waiting[at].start == start:
            above.append(waiting[at])
            at += 1
        yield Run(start, end, tuple(above))


def lines(text: str, marks: Iterable[Mark], places: Iterable[int] = ()) -> Iterator[Line]:
    """The runs of each line. A line feed is the end of its line; lines end at U+000A alone."""
    spans = [(number, start, min(end + 1, len(text))) for number, start, end in views.line_spans(text)]
    found = cut(len(text), marks, [*(start for _, start, _ in spans), *places])
    ahead = next(found, None)
    for number, start, end in spans:
        held = []
        while ahead and ahead.start < end:
            held.append(ahead)
            ahead = next(found, None)
        if held:  # after a last line feed there is no line
            yield Line(number, start, end, held)


def levels(marks: Iterable[Mark]) -> dict[str, int]:
    """``{ref: level}`` of the quotes among the marks over one run: 1 for the outermost."""
    quotes = [mark.ref for mark in marks if mark.layer == "quote"]
    return {ref: level for level, ref in enumerate(quotes, 1)}


def unjoined(text: str, place: int, reach: int = 6) -> int:
    """Where something may be put into the text at ``place`` without parting two letters that join: there, or up to ``reach``
    before it, in front of a proclitic; ``place`` itself where there is no such place."""
    for at in range(place, max(-1, place - reach), -1):
        if at == 0 or at >= len(text) or not _joins(text[at]) or not _joins(text[at - 1]) or text[at - 1] in _UNJOINED:
            return at
    return place


def _joins(char: str) -> bool:
    """Whether the character may be part of a joined word: a letter, a sign above or below one, tatweel, a joiner."""
    return char.isalpha() or "\u064b" <= char <= "\u065f" or char in "\u0640\u0670\u200d"


def _outer_first(mark: Mark) -> tuple[int, int, int, str]:
    return mark.start, -mark.end, LAYERS.index(mark.layer) if mark.layer in LAYERS else len(LAYERS), mark.ref
