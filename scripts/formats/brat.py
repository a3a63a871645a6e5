"""brat standoff: ``<split>/<id>.txt`` and ``.ann``, with ``annotation.conf`` and ``visual.conf`` for brat itself.

T lines are the marks, R lines lead from a quote to its cue and speaker, A lines hold proclitics, notes the ids: a note on an entity
is what it names, a note on a quote who speaks, no note is null. The note ``Document`` on the first mark has what else a document is.
Offsets are code points. A span over a line break has a fragment for each line, as brat makes them; other discontinuous spans are refused.
"""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

from scripts import documents
from scripts.documents import DataError, Json
from scripts.formats import layers
from scripts.formats.layers import Check, Corpora, Link, Mark, Read

# brat reads lines as Python's codecs do, which also end at these.
_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_LINES = {
    "T": re.compile(r"(?P<id>T[0-9]+)\t(?P<label>\S+) (?P<spans>[0-9]+ [0-9]+(?:;[0-9]+ [0-9]+)*)\t(?P<text>.*)", re.S),
    "R": re.compile(r"(?P<id>R[0-9]+)\thas_(?P<label>\w+) Arg1:(?P<quote>T[0-9]+) Arg2:(?P<part>T[0-9]+)\s*"),
    "A": re.compile(r"(?P<id>A[0-9]+)\tproclitic (?P<mark>T[0-9]+) (?P<text>\S+)"),
    "#": re.compile(r"(?P<id>#[0-9]+)\t(?P<label>AnnotatorNotes|Document) (?P<mark>T[0-9]+)\t(?P<text>.*)", re.S),
}
_NOTED = {"quote": "speaker_id", "entity": "id"}
_COLOURS = {"segment": "#d9d9d9", "quote": "#a6cee3", "part": "#b2df8a", "entity": "#fdbf6f"}


def write(corpora: Corpora, folder: Path) -> list[str]:
    """Two files a document, and brat's settings. Nothing is left out."""
    everything = [document for corpus in corpora.values() for document in corpus]
    documents.write(folder / "annotation.conf", annotation_conf(everything))
    documents.write(folder / "visual.conf", visual_conf())
    for split, corpus in corpora.items():
        for document in corpus:
            documents.write(folder / split / f"{document['id']}.txt", document["text"])
            documents.write(folder / split / f"{document['id']}.ann", standoff(document, split))
    return []


def read(path: Path, check: Check = layers.accept) -> Iterator[Read]:
    """The document of an ``.ann`` file, with the text of the ``.txt`` beside it, or of each in the folder; ``check`` may refuse a text."""
    for file, text in layers.with_texts(path, ".ann", check):
        yield document(documents.read_text(file), text, file)


def standoff(document: Json, split: str) -> str:
    """The lines of the ``.ann`` file."""
    found, links = layers.marks(document)
    ids = {mark.key: f"T{number}" for number, mark in enumerate(found, 1)}
    label = {mark.key: mark.label for mark in found}
    lines = [f"{ids[mark.key]}\t{mark.label} {_fragments(document['text'], mark)}" for mark in found]
    lines += [f"R{n}\thas_{label[part]} Arg1:{ids[quote]} Arg2:{ids[part]}\t" for n, (quote, part) in enumerate(links, 1)]
    proclitics = [mark for mark in found if mark.fields.get("proclitic")]
    lines += [f"A{n}\tproclitic {ids[mark.key]} {mark.fields['proclitic']}" for n, mark in enumerate(proclitics, 1)]
    notes = [f"AnnotatorNotes {ids[m.key]}\t{m.fields[_NOTED[m.layer]]}" for m in found if m.layer in _NOTED and m.fields[_NOTED[m.layer]]]
    notes.append(f"Document T1\t{json.dumps(layers.rest(document, split), ensure_ascii=False)}")
    lines += [f"#{number}\t{note}" for number, note in enumerate(notes, 1)]
    return "\n".join(lines) + "\n"


def document(standoff: str, text: str, file: Path) -> Read:
    """The document that the lines of ``file`` describe on ``text``. Raises DataError with the line that cannot be read."""
    marks: dict[str, Mark] = {}
    links: list[Link] = []
    carried: Json = {}
    for where, kind, found in _parsed(standoff, file):
        if kind == "T":
            marks[found["id"]] = _mark(found, text, where)
        elif kind == "R":
            links.append((found["quote"], found["part"]))
            if _known(marks, found["part"], where).label != found["label"]:
                raise DataError(f"{where}: has_{found['label']} leads to {found['part']}, which is a {marks[found['part']].label}")
        elif kind == "#" and found["label"] == "Document":
            carried = documents.parse_json(found["text"], where)
        else:
            _fill(_known(marks, found["mark"], where), kind, found["text"], where)
    split, rest = layers.split_and_rest(carried, str(file))
    return Read(str(file), file.stem, split, text, layers.unmarked(text, marks.values(), links, str(file)), rest, [])


def annotation_conf(corpus: list[Json]) -> str:
    """What brat lets a person mark; proclitics are those of the corpus."""
    rows = ["[entities]"]
    for layer, names in layers.labels().items():
        rows += [f"!{layer}", *(f"\t{name}" for name in names)]
    quotes, entities = "|".join(layers.labels()["quote"]), "|".join(layers.labels()["entity"])
    rows += ["", "[relations]", *(f"has_{part}\tArg1:{quotes}, Arg2:{part}" for part in layers.PARTS)]
    rows += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", "", "[attributes]"]
    proclitics = sorted({entity["proclitic"] for document in corpus for entity in document["entities"]} - {""})
    rows += [f"proclitic\tArg:{entities}, Value:{'|'.join(proclitics)}"] if proclitics else []
    return "\n".join(rows) + "\n"


def visual_conf() -> str:
    """Right to left, and a colour for each layer."""
    rows = ["[options]", "Text\tdirection:rtl", "", "[labels]", "", "[drawing]", "SPAN_DEFAULT\tfgColor:black, bgColor:white, borderColor:darken"]
    rows += [f"{name}\tbgColor:{_COLOURS[layer]}" for layer, names in layers.labels().items() for name in names]
    rows += ["ARC_DEFAULT\tcolor:black, arrowHead:triangle-5", "ATTRIBUTE_DEFAULT\tglyph:*"]
    return "\n".join(rows) + "\n"


def _fragments(text: str, mark: Mark) -> str:
    """``start end;start end<tab>surface``."""
    at, places = mark.start, []
    for match in _BREAK.finditer(text, mark.start, mark.end):
        places.append((at, match.start()))
        at = match.end()
    places.append((at, mark.end))
    return ";".join(f"{start} {end}" for start, end in places) + "\t" + " ".join(text[start:end] for start, end in places)


def _parsed(standoff: str, file: Path) -> Iterator[tuple[str, str, re.Match[str]]]:
    """``(place, first letter, parsed line)``: marks first, since brat writes lines in any order."""
    rows = []
    seen = set()
    for number, line in enumerate(standoff.split("\n"), 1):
        where, kind = f"{file}, line {number}", line[:1]
        if not line.strip():
            continue
        found = _LINES[kind].fullmatch(line) if kind in _LINES else None
        if found is None:
            raise DataError(f"{where}: {line[:60]!r} is no line of ours; T are marks, R has_cue and has_speaker, A proclitic, # AnnotatorNotes and Document")
        if found["id"] in seen:
            raise DataError(f"{where}: {found['id']} stands twice")
        seen.add(found["id"])
        rows.append((where, kind, found))
    return iter(sorted(rows, key=lambda row: row[1] != "T"))


def _mark(found: re.Match[str], text: str, where: str) -> Mark:
    layer = next((layer for layer, names in layers.labels().items() if found["label"] in names), "entity")
    layers.check_label(layer, found["label"], where)
    places = [(int(start), int(end)) for start, end in (place.split(" ") for place in found["spans"].split(";"))]
    start, end = places[0][0], places[-1][1]
    for (_, before), (after, _) in itertools.pairwise(places):
        if not _BREAK.fullmatch(text, before, after):
            raise DataError(f"{where}: is discontinuous, [{before}, {after}) is left out; a mark is one stretch, parted at line breaks alone")
    flat = _BREAK.sub(" ", text[start:end])
    layers.check_span(text, start, end, text[start:end] if flat == _BREAK.sub(" ", found["text"]) and flat else found["text"] or None, where)
    return Mark(found["id"], layer, found["label"], start, end, {})


def _known(marks: dict[str, Mark], key: str, where: str) -> Mark:
    if key not in marks:
        raise DataError(f"{where}: there is no {key}")
    return marks[key]


def _fill(mark: Mark, kind: str, text: str, where: str) -> None:
    field = "proclitic" if kind == "A" else _NOTED.get(mark.layer)
    if field is None or field in mark.fields or (kind == "A" and mark.layer != "entity"):
        raise DataError(f"{where}: {mark.key} is a {mark.layer}; an entity has one note and one proclitic, a quote one note, the rest none")
    mark.fields[field] = text.strip() or None
