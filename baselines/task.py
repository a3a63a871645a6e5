"""The task: given a page's text, say which characters are the article's body. Text, masks, spans, boundaries, prediction files.

A mask is a boolean array over the text's *visible* characters, those that are not whitespace: whitespace belongs
to neither side. Positions and spans are code points of the whole text, spans half open.
"""

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts import documents
from scripts.documents import DataError, Json
from scripts.shape import schema_faults

_BEYOND = 0xFFFF  # no whitespace stands there or after it
Mask = NDArray[np.bool_]
Spans = list[list[int]]


class Boundary(NamedTuple):
    """Where the label changes: the first character of the new label, its position, direction and type.

    ``opens`` is true from boilerplate to body. ``type`` is glued, inline or line, after what stands before it:
    no whitespace, whitespace without a line feed, or a line feed.
    """

    position: int
    opens: bool
    type: str


def visible(text: str) -> NDArray[np.int64]:
    """Positions of the characters that are not whitespace."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.flatnonzero(~_whitespace()[np.minimum(codes, _BEYOND)])


def mask_of(text: str, spans: Spans) -> Mask:
    """The visible characters that lie in one of the spans."""
    inside = np.zeros(len(text), dtype=bool)
    for start, end in spans:
        inside[start:end] = True
    return np.asarray(inside[visible(text)], dtype=np.bool_)


def spans_of(text: str, mask: Mask) -> Spans:
    """The fewest spans that hold the mask's characters; none begins or ends on whitespace."""
    places = visible(text)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [[int(places[a]), int(places[b - 1]) + 1] for a, b in edges.reshape(-1, 2)]


def body_of(document: Json) -> Spans:
    """The gold body: the segments labelled body."""
    return [[s["start"], s["end"]] for s in document["segments"] if s["label"] == "body"]


def boundaries(text: str, mask: Mask) -> list[Boundary]:
    """Where one label follows the other, in order."""
    places = visible(text)
    changes = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    return [Boundary(int(places[i]), bool(mask[i]), _type(text[places[i - 1] + 1 : places[i]])) for i in changes]


def read_predictions(path: Path, corpus: list[Json]) -> dict[str, Spans]:
    """``{id: body}`` of a prediction file that answers for every document of the corpus, once, and for no other.

    Raises DataError at the first line that is broken, unknown, twice there or out of range, or for what is missing.
    """
    texts = {document["id"]: document["text"] for document in corpus}
    found: dict[str, Spans] = {}
    for where, row in documents.read_jsonl(path):
        for place, message in schema_faults(row, "prediction"):
            raise DataError(f'{where}: {place}: {message}; a line is {{"id": "…", "body": [[start, end], …]}}')
        if row["id"] not in texts:
            raise DataError(f"{where}: id {row['id']} is no document of this set; it has {', '.join(sorted(texts)[:5])}, …")
        if row["id"] in found:
            raise DataError(f"{where}: id {row['id']} stands a second time; keep one line a document")
        check_spans(row["body"], len(texts[row["id"]]), where)
        found[row["id"]] = row["body"]
    missing = [identifier for identifier in texts if identifier not in found]
    if missing:
        raise DataError(f'{path}: {len(missing)} documents have no line: {", ".join(missing[:5])}; a system that finds no body says "body": []')
    return found


def check_spans(spans: Spans, size: int, where: str) -> None:
    """Raises DataError unless the spans lie in a text of that size, are not empty, in order and apart."""
    end = 0
    for number, (start, stop) in enumerate(spans):
        if not end <= start < stop <= size:
            raise DataError(
                f"{where}: body[{number}] is [{start}, {stop}); spans are not empty, in order, apart, and end by {size}, the text's length in code points"
            )
        end = stop


def render_predictions(rows: Iterable[tuple[str, Spans]]) -> str:
    """A prediction file's content."""
    return documents.render_jsonl({"id": identifier, "body": body} for identifier, body in rows)


@functools.cache
def _whitespace() -> Mask:
    """Of each code point whether it is whitespace: a table answers for a whole text at a time."""
    return np.array([chr(code).isspace() for code in range(_BEYOND + 1)])


def _type(between: str) -> str:
    return "line" if "\n" in between else "inline" if between else "glued"
