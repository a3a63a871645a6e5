"""What a system did with a page, as marks on its text: characters lost and wrongly kept, boundaries missed and invented."""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from baselines import errors
from baselines.metrics import case
from baselines.task import Boundary, Spans, visible
from scripts import runs
from scripts.documents import Json
from scripts.runs import Line, Mark

# Outcome of a visible character: (body in the labels, body by the system) → (layer, name).
OUTCOMES = {(True, True): ("agreed", "kept"), (False, False): ("agreed", "dropped"), (True, False): ("outcome", "lost"), (False, True): ("outcome", "wrong")}
WORDS = {"lost": "lost", "wrong": "wrongly kept"}
PLACES = {
    "hit": "✓ {}",
    "missed": "✗ missed: {}",
    "invented": "✗ invented: {}",
    "meant": "{} here",
    "said": "✗ put here: {}",
}
# The letters that show a boundary: the beginning of the word after it.
_WORD = re.compile(r"\S{1,12}")
DIRECTIONS = {True: "body begins", False: "body ends"}


class Answer(NamedTuple):
    """The body that a system gives for one document, in one column of the results."""

    column: str
    name: str
    body: Spans


class Outcome(NamedTuple):
    """An answer beside the labels. Characters are those that are not whitespace; ``rows`` are those of ``baselines.errors``."""

    marks: list[Mark]
    characters: dict[str, int]  # kept, lost, wrong, dropped
    boundaries: dict[str, int]  # hit, missed, invented, displaced
    rows: list[Json]

    @property
    def exact(self) -> bool:
        return not self.characters["lost"] and not self.characters["wrong"]


def outcome(document: Json, body: Spans) -> Outcome:
    """Everything that the error view of a document shows."""
    seen = case(document, body, 2)
    agreed = np.column_stack((seen.gold, seen.predicted))
    marks = [Mark(start, end, *OUTCOMES[gold, said], f"o{start}") for start, end, (gold, said) in _stretches(seen.text, agreed)]
    rows = errors.rows_of(document, body, True)
    said = {(place.position, place.opens) for place in seen.predicted_boundaries}
    hits = [place for place in seen.gold_boundaries if (place.position, place.opens) in said]
    segments = runs.marks_of({"segments": document["segments"], "quotes": [], "entities": []})
    counts = {"hit": len(hits), **{error: sum(row["error"] == error for row in rows) for error in ("missed", "invented", "displaced")}}
    characters = {name: int(np.count_nonzero((agreed == which).all(axis=1))) for which, (_, name) in OUTCOMES.items()}
    return Outcome([*segments, *marks, *_boundaries(seen.text, hits, rows)], characters, counts, rows)


def label(mark: Mark) -> str:
    """What is written above the start of a mark of the error view."""
    if mark.layer == "outcome":
        return WORDS[mark.name]
    if mark.layer == "boundary":
        name, _, way = mark.name.partition("-")
        return PLACES[name].format(DIRECTIONS[way == "opens"])
    return ""


def margin(_: Line, marks: list[Mark]) -> str:
    """The margin that says what the system took a line for."""
    seen = any(mark.layer == "segment" for mark in marks)  # else the line is blank, and an outcome goes on over it
    names = {mark.name for mark in marks if mark.layer in ("agreed", "outcome") and seen}
    sides = [side for side, members in (("body", {"kept", "wrong"}), ("boilerplate", {"lost", "dropped"})) if names & members]
    side = "blank" if not sides else sides[0] if len(sides) == 1 else "mixed"
    return f'<div class="v side-{side}" lang="en" dir="ltr">{"✗ " if names & WORDS.keys() else ""}{" + ".join(sides)}</div>'


def _stretches(text: str, rows: NDArray[np.bool_]) -> Iterator[tuple[int, int, tuple[bool, bool]]]:
    """``(start, end, row)`` of the visible characters that follow each other and have one row; none begins or ends on whitespace."""
    places = visible(text)
    cuts = [0, *(np.flatnonzero((rows[1:] != rows[:-1]).any(axis=1)) + 1).tolist(), len(rows)]
    for first, after in itertools.pairwise(cuts):
        yield int(places[first]), int(places[after - 1]) + 1, (bool(rows[first, 0]), bool(rows[first, 1]))


def _boundaries(text: str, hits: list[Boundary], rows: list[Json]) -> list[Mark]:
    """A boundary of the labels is b and its place, one of the system p and its place."""
    found = [("b", "hit", place.position, "opens" if place.opens else "closes") for place in hits]
    for row in rows:
        if row["error"] == "displaced":
            found += [("b", "meant", row["place"], row["direction"]), ("p", "said", row["predicted"], row["direction"])]
        elif row["error"] != "inverted":
            found.append(("b" if row["error"] == "missed" else "p", row["error"], row["place"], row["direction"]))
    return [_place(text, *place) for place in found]


def _place(text: str, prefix: str, name: str, at: int, direction: str) -> Mark:
    word = _WORD.match(text, at)
    return Mark(at, word.end() if word else at + 1, "boundary", f"{name}-{direction}", f"{prefix}{at}")
