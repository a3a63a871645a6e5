"""Where a system errs, page by page, for people to read: ``python -m baselines errors [NAME]`` writes errors.md and errors.jsonl.

Both come from labels and pinned predictions. Pages whose texts are shipped are quoted; of the field set only offsets and kinds are
given, on a stand-in for the text, so that both files are the same whether the texts are at hand or not.
"""

import argparse
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from baselines import errors_page, field, results
from baselines.metrics import Case, case
from baselines.task import Boundary, Spans, read_predictions, visible
from scripts import documents
from scripts import field as pages
from scripts.documents import ROOT, DataError, Json

REPORT, ROWS = ROOT / "baselines" / "errors.md", ROOT / "baselines" / "errors.jsonl"
COLUMNS = ("validation", "test", *field.COLUMNS)

# Code points within which a boundary that is not where it should be, in the same direction, is called displaced.
NEAR = 20
# Code points of an excerpt on each side of the place.
SIDE = 30
# How an excerpt shows white space that does not show; what else does not, or would turn the line around, it gives by number.
SHOWN = {"\n": "⏎", "\t": "⇥", "\u00a0": "⍽"}
HIDDEN = ("Cc", "Cf", "Zl", "Zp")


class Slip(NamedTuple):
    """A boundary that was meant, one that was said, or both where one was displaced."""

    meant: Boundary | None
    said: Boundary | None


def found(name: str) -> Iterator[tuple[str, Json, list[Json]]]:
    """``(column, document, rows)`` of every document of COLUMNS that the system does not label exactly, by column, site style and id."""
    for column in COLUMNS:
        corpus = corpus_of(column)
        bodies = read_predictions(results.prediction_path(column, name), corpus)
        for document in sorted(corpus, key=lambda d: (d["source"]["style"], d["id"])):
            if rows := rows_of(document, bodies[document["id"]], column not in field.COLUMNS):
                yield column, document, rows


def corpus_of(column: str) -> list[Json]:
    """The documents of a column; those of the field set with a stand-in for their text."""
    if column in field.COLUMNS:
        return [pages.document(page, stand_in(page)) for page in pages.read()]
    return documents.read_split(results.COLUMNS[column])


def stand_in(page: Json) -> str:
    """A text as long as the page's: a letter wherever a segment is, a space where none is.

    Every visible character lies in a segment, so no boundary moves, but for the end of a predicted body within a segment: it is
    given at the body's end, also where whitespace follows.
    """
    text = [" "] * page["chars"]
    for segment in page["segments"]:
        text[segment["start"] : segment["end"]] = "x" * (segment["end"] - segment["start"])
    return "".join(text)


def rows_of(document: Json, body: Spans, shipped: bool) -> list[Json]:
    """What is wrong with the body that a system gives for a document, a row an error, by place; none where it is exact.

    A row is ``{error, place, predicted, direction, type, before, after, excerpt}``: ``error`` is missed, invented, displaced, or
    inverted (a page without a boundary, all of it on the wrong side); ``place`` where the boundary is or, invented, is not;
    ``predicted`` where the system has it; ``before`` and ``after`` the kinds about the place. Of a document that is not shipped,
    ``type`` and ``excerpt`` are null.
    """
    seen = case(document, body, 2)
    if (seen.gold == seen.predicted).all():
        return []
    places = visible(seen.text)
    found = [_row(slip, seen, places, shipped) for slip in slips(seen.gold_boundaries, seen.predicted_boundaries)]
    return sorted(found, key=lambda row: (row["place"], row["error"])) or [_inverted(seen, places)]


def slips(meant: list[Boundary], said: list[Boundary]) -> list[Slip]:
    """The boundaries that are not right, those of one direction and at most NEAR apart in pairs, the nearest first."""
    near = [(abs(one.position - other.position), one, other) for one in meant for other in said if one.opens is other.opens]
    pairs: dict[Boundary, Boundary] = {}
    for distance, one, other in sorted(near):
        if distance <= NEAR and one not in pairs and other not in pairs.values():
            pairs[one] = other
    displaced = [Slip(one, other) for one, other in pairs.items() if one.position != other.position]
    missed = [Slip(one, None) for one in meant if one not in pairs]
    return [*displaced, *missed, *(Slip(None, other) for other in said if other not in pairs.values())]


def excerpt(text: str, start: int, end: int, size: int = SIDE) -> str:
    """The text about ``text[start:end]``, which stands in ⟦ ⟧; what does not show is shown, an ellipsis says that it goes on."""
    parts = (text[max(0, start - size) : start], text[start:end], text[end : end + size])
    before, inside, after = ("".join(map(_shown, part)) for part in parts)
    return f"{'…' if start > size else ''}{before}⟦{inside}⟧{after}{'…' if end + size < len(text) else ''}"


def command(options: argparse.Namespace) -> int:
    """Write down every error of a system on validation, test and the field set."""
    pinned = results.read()
    name = options.name or pinned["recommended"]
    if name not in pinned["parameters"]:
        raise DataError(f"{name}: no system of {results.RESULTS.name}; there are {', '.join(pinned['parameters'])}")
    for path, content in render(name).items():
        documents.write(path, content)
        print(f"{path.relative_to(ROOT)} written")
    return 0


def render(name: str) -> dict[Path, str]:
    """``{file: content}`` of both files for a system."""
    entries = list(found(name))
    rows = ({"system": name, "column": column, "style": d["source"]["style"], "id": d["id"], **row} for column, d, rows in entries for row in rows)
    sizes = {column: len(corpus_of(column)) for column in COLUMNS}
    return {REPORT: errors_page.page(name, sizes, entries), ROWS: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of :func:`command`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="the system (default: the recommended one)")


def _shown(char: str) -> str:
    return SHOWN.get(char) or (f"<{ord(char):04X}>" if unicodedata.category(char) in HIDDEN else char)


def _row(slip: Slip, seen: Case, places: np.ndarray, shipped: bool) -> Json:
    at = slip.meant or slip.said
    assert at
    index = int(np.searchsorted(places, at.position))
    # Of a displaced boundary the stretch between both places is shown, of any other what stands between its two characters.
    ends = [slip.meant.position, slip.said.position] if slip.meant and slip.said else [int(places[index - 1]) + 1, at.position]
    return {
        "error": "displaced" if slip.meant and slip.said else "missed" if slip.meant else "invented",
        "place": at.position,
        "predicted": slip.said.position if slip.said else None,
        "direction": "opens" if at.opens else "closes",
        "type": at.type if shipped else None,
        "before": str(seen.kinds[index - 1]),
        "after": str(seen.kinds[index]),
        "excerpt": excerpt(seen.text, min(ends), max(ends)) if shipped else None,
    }


def _inverted(seen: Case, places: np.ndarray) -> Json:
    row = dict.fromkeys(("error", "place", "predicted", "direction", "type", "before", "after", "excerpt"))
    return {**row, "error": "inverted", "place": int(places[0]), "after": str(seen.kinds[0])}
