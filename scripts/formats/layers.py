"""What the formats share: a document as a flat list of marks with links between them, and back.

Annotation tools know spans and relations, so a quote's cue and speaker are marks of their own, linked from the quote.
Offsets are code points, as everywhere here.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scripts import documents, pages
from scripts.documents import DataError, Json
from scripts.shape import cut

LAYERS = ("segments", "quotes", "entities")
# What a document has beside its text and labels; no tool may change it.
REST = ("origin", "source", "annotation")
PARTS = ("cue", "speaker")

_KINDS = {str: "a text", int: "a whole number", list: "a list", dict: "an object"}

Corpora = dict[str, list[Json]]
Link = tuple[str, str]
# Given an id, a text and its place: raises DataError where that is not the text of that document.
Check = Callable[[str, str, str], None]


class Mark(NamedTuple):
    """One span: its key in the file, its layer (segment, quote, part or entity), its label, and its fields.

    A quote has the field ``speaker_id``, an entity ``id`` and ``proclitic``; None is null, or for a proclitic "as the text has it".
    """

    key: str
    layer: str
    label: str
    start: int
    end: int
    fields: dict[str, str | None]


class Read(NamedTuple):
    """A document as a file has it.

    ``where`` is its place for messages, ``split`` None where the file does not say it, ``layers`` the three of LAYERS,
    ``rest`` the fields of REST as far as the file carries them, ``notes`` what the person is told.
    """

    where: str
    id: str
    split: str | None
    text: str
    layers: Json
    rest: Json
    notes: list[str]


def accept(identifier: str, text: str, where: str) -> None:
    """The Check that refuses nothing."""


def labels() -> dict[str, list[str]]:
    """The labels of each layer, in the order of the schema."""
    return {"segment": documents.enum("kind"), "quote": documents.enum("quote_type"), "part": list(PARTS), "entity": documents.enum("entity_type")}


def marks(document: Json) -> tuple[list[Mark], list[Link]]:
    """The document's marks, layer by layer in the order of the text, and ``(quote, part)`` for each cue and speaker.

    A cue or a speaker of several quotes is one mark with several links.
    """
    found = [Mark(f"s{n}", "segment", s["kind"], s["start"], s["end"], {}) for n, s in enumerate(document["segments"], 1)]
    found += [Mark(q["id"], "quote", q["type"], q["start"], q["end"], {"speaker_id": q["speaker_id"]}) for q in document["quotes"]]
    parts: dict[tuple[str, int, int], str] = {}
    links = []
    for quote, part in itertools.product(document["quotes"], PARTS):
        if quote[part]:
            place = (part, quote[part]["start"], quote[part]["end"])
            links.append((quote["id"], parts.setdefault(place, f"p{len(parts) + 1}")))
    found += [Mark(key, "part", *place, {}) for place, key in parts.items()]
    for number, entity in enumerate(document["entities"], 1):
        fields = {"id": entity["id"], "proclitic": entity["proclitic"]}
        found.append(Mark(f"e{number}", "entity", entity["type"], entity["start"], entity["end"], fields))
    return found, links


def unmarked(text: str, found: Iterable[Mark], links: Iterable[Link], where: str) -> Json:
    """The layers that the marks and links are. Raises DataError for an unknown label and for a link or a part that leads nowhere."""
    by_layer: dict[str, list[Mark]] = {layer: [] for layer in labels()}
    for mark in found:
        check_label(mark.layer, mark.label, f"{where}, {mark.key}")
        by_layer[mark.layer].append(mark)
    label_of = documents.label_of_kind()
    segments = [{"start": m.start, "end": m.end, "label": label_of[m.label], "kind": m.label} for m in sorted(by_layer["segment"], key=_place)]
    quotes = _quotes(text, by_layer["quote"], _linked(text, by_layer, links, where))
    entities = [{**_span(text, m), "type": m.label, "id": m.fields.get("id"), "proclitic": ""} for m in sorted(by_layer["entity"], key=_place)]
    pages.set_proclitics(text, segments, entities)
    for entity, mark in zip(entities, sorted(by_layer["entity"], key=_place), strict=True):
        if mark.fields.get("proclitic") is not None:
            entity["proclitic"] = mark.fields["proclitic"]
    return {"segments": segments, "quotes": quotes, "entities": entities}


def check_label(layer: str, label: str, where: str) -> None:
    """Raises DataError where the schema has no such label in the layer."""
    if label not in labels()[layer]:
        raise DataError(f"{where}: {cut(str(label))} is no label of the layer {layer}; there are {', '.join(labels()[layer])}")


def check_span(text: str, start: int, end: int, surface: Any, where: str) -> None:
    """Raises DataError where the span is outside of the text or its surface is another one; says so where the unit is to blame."""
    if not isinstance(surface, str):
        raise DataError(f"{where}: [{start}, {end}) comes without its text, by which offsets are checked; export with the text of each mark")
    if 0 <= start < end <= len(text) and text[start:end] == surface:
        return
    for unit, encoding, width in (("UTF-16 units", "utf-16-le", 2), ("UTF-8 bytes", "utf-8", 1)):
        content = text.encode(encoding)
        if start >= 0 and content[start * width : end * width] == surface.encode(encoding, "replace"):
            right = len(content[: start * width].decode(encoding))
            raise DataError(f"{where}: [{start}, {end}) counts {unit}; offsets are code points, [{right}, {right + len(surface)}) for {cut(surface)}")
    if not 0 <= start < end <= len(text):
        raise DataError(f"{where}: [{start}, {end}) is no span of a text of {len(text)} characters; 0 <= start < end <= {len(text)}")
    raise DataError(f"{where}: the mark's text is {cut(surface)}, but [{start}, {end}) of the document is {cut(text[start:end])}")


def check_fields(value: Any, fields: dict[str, type], where: str) -> None:
    """Raises DataError where ``value`` is no JSON object with these fields of these types; it may have more."""
    if not isinstance(value, dict):
        raise DataError(f"{where}: is {cut(json.dumps(value, ensure_ascii=False))}; it is an object with {', '.join(fields)}")
    for key, kind in fields.items():
        if key not in value:
            raise DataError(f"{where}: has no {key}, which is {_KINDS[kind]}")
        if type(value[key]) is not kind:  # a bool is no number here
            raise DataError(f"{where}: {key} is {cut(json.dumps(value[key], ensure_ascii=False))}; it is {_KINDS[kind]}")


def files(path: Path, suffix: str) -> list[Path]:
    """The file, or the files of that suffix in the folder, at any depth, in the order of their names."""
    found = sorted(path.rglob(f"*{suffix}")) if path.is_dir() else [path]
    if not found:
        raise DataError(f"{path}: has no file *{suffix}")
    return found


def with_texts(path: Path, suffix: str, check: Check) -> Iterator[tuple[Path, str]]:
    """As :func:`files`, each with the text of the ``.txt`` beside it, which ``check`` may refuse."""
    for file in files(path, suffix):
        text = documents.read_text(file.with_suffix(".txt"))
        check(file.stem, text, str(file))
        yield file, text


def rest(document: Json, split: str) -> Json:
    """What a file carries beside text and labels, so that a document can come back whole."""
    return {"split": split, **{key: document[key] for key in REST}}


def split_and_rest(carried: Any, where: str) -> tuple[str | None, Json]:
    """What :func:`rest` made, taken apart; the values are checked with the whole document."""
    check_fields(carried, {}, f"{where}: the document's description")
    return carried.get("split"), {key: carried[key] for key in REST if key in carried}


def _linked(text: str, by_layer: dict[str, list[Mark]], links: Iterable[Link], where: str) -> dict[tuple[str, str], Json]:
    """``{(quote's key, cue or speaker): span}``."""
    quotes = {mark.key for mark in by_layer["quote"]}
    parts = {mark.key: mark for mark in by_layer["part"]}
    found: dict[tuple[str, str], Json] = {}
    used = set()
    for quote, part in links:
        if quote not in quotes or part not in parts:
            raise DataError(f"{where}: the link from {quote} to {part} does not lead from a quote to a cue or a speaker")
        place = (quote, parts[part].label)
        if place in found:
            raise DataError(f"{where}: quote {quote} has two links to a {place[1]}; keep one")
        found[place] = _span(text, parts[part])
        used.add(part)
    for key in parts.keys() - used:
        raise DataError(f"{where}: the {parts[key].label} {key}, {cut(_span(text, parts[key])['text'])}, is linked from no quote; link it, or take it away")
    return found


def _quotes(text: str, found: list[Mark], linked: dict[tuple[str, str], Json]) -> list[Json]:
    order = sorted(found, key=lambda mark: (mark.start, -mark.end, _number(mark.key)))
    return [
        {
            "id": f"q{number}",
            **_span(text, mark),
            "type": mark.label,
            **{part: linked.get((mark.key, part)) for part in PARTS},
            "speaker_id": mark.fields.get("speaker_id"),
        }
        for number, mark in enumerate(order, 1)
    ]


def _span(text: str, mark: Mark) -> Json:
    return {"start": mark.start, "end": mark.end, "text": text[mark.start : mark.end]}


def _place(mark: Mark) -> tuple[int, int]:
    return mark.start, mark.end


def _number(key: str) -> int:
    """Quotes with one span keep the order of their numbers, as far as the tool left the keys alone."""
    match = re.search(r"[0-9]+$", key)
    return int(match[0]) if match else 0
