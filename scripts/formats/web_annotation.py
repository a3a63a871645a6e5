"""W3C Web Annotation: ``<split>/<id>.jsonld``, a collection of annotations on the plain text ``<id>.txt`` beside it.

Targets are the relative address of that file, with a TextPositionSelector, which counts code points as the recommendation asks, and
a TextQuoteSelector. Labels and ids are URNs, so no web address is made up. A cue or speaker is an annotation of its own, and a
linking annotation, which targets the quote's annotation, has it as body. One annotation of the whole text has what else a document is.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from scripts import documents
from scripts.documents import DataError, Json
from scripts.formats import layers
from scripts.formats.layers import Corpora, Link, Mark, Read

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
URN = "urn:hashiya:"
# How much of the text before and after a mark a TextQuoteSelector repeats.
AROUND = 16

# The name under urn:hashiya: of a layer's labels.
_NAMES = {"segment": "kind", "quote": "quote_type", "part": "part", "entity": "entity_type"}
_IDENTIFIED = {"quote": "speaker_id", "entity": "id"}

_TEXT = {"type": "string"}
_SELECTOR = {
    "type": "object",
    "properties": {"start": {"type": "integer"}, "end": {"type": "integer"}, "exact": _TEXT, "prefix": _TEXT, "suffix": _TEXT},
    "oneOf": [
        {"properties": {"type": {"const": "TextPositionSelector"}}, "required": ["type", "start", "end"]},
        {"properties": {"type": {"const": "TextQuoteSelector"}}, "required": ["type"]},
    ],
}
_BODY = {
    "type": "object",
    "properties": {"type": {"enum": ["SpecificResource", "TextualBody"]}, "purpose": _TEXT, "source": _TEXT, "value": _TEXT},
    "required": ["type", "purpose"],
    "anyOf": [{"required": ["source"]}, {"required": ["value"]}],
}
_TARGET = {
    "type": "object",
    "properties": {"source": _TEXT, "selector": {"type": "array", "items": _SELECTOR, "minItems": 1}},
    "required": ["source", "selector"],
}
_MARK = {"properties": {"motivation": {"const": "classifying"}, "body": {"type": "array", "items": _BODY}, "target": _TARGET}}
_LINK = {"properties": {"motivation": {"const": "linking"}, "body": _TEXT, "target": _TEXT}}
_WHOLE = {"properties": {"motivation": {"const": "describing"}, "body": _BODY, "target": _TEXT}}
_ITEM = {"type": "object", "properties": {"id": _TEXT}, "required": ["id", "motivation", "body", "target"]}
_SHAPES = {"classifying": _MARK, "linking": _LINK, "describing": _WHOLE}
_SHAPE = {
    "type": "object",
    "properties": {
        "type": {"const": "AnnotationCollection"},
        "total": {"type": "integer"},
        "first": {"type": "object", "properties": {"items": {"type": "array", "items": _ITEM}}, "required": ["items"]},
    },
    "required": ["type", "total", "first"],
}


def write(corpora: Corpora, folder: Path) -> list[str]:
    """Two files a document. Nothing is left out."""
    for split, corpus in corpora.items():
        for document in corpus:
            documents.write(folder / split / f"{document['id']}.txt", document["text"])
            documents.write(folder / split / f"{document['id']}.jsonld", render(collection(document, split)))
    return []


def read(path: Path) -> Iterator[Read]:
    """The document of a ``.jsonld`` file, with the text of the ``.txt`` beside it, or of each in the folder."""
    for file in layers.files(path, ".jsonld"):
        text = documents.read_text(file.with_suffix(".txt"))
        yield document(documents.read_json(file), text, file)


def collection(document: Json, split: str) -> Json:
    """The document's annotations, in one page."""
    found, links = layers.marks(document)
    source = f"{document['id']}.txt"
    items = [_whole(document, split, source), *(_annotation(mark, document["text"], source) for mark in found)]
    items += [_item(f"#l{n}", "linking", f"#{part}", f"#{quote}") for n, (quote, part) in enumerate(links, 1)]
    head = {"@context": CONTEXT, "id": f"{document['id']}.jsonld", "type": "AnnotationCollection", "label": document["id"], "total": len(items)}
    return {**head, "first": {"id": "#page", "type": "AnnotationPage", "startIndex": 0, "items": items}}


def document(found: Json, text: str, file: Path) -> Read:
    """The document that the collection of ``file`` describes on ``text``. Raises DataError where it cannot be one."""
    layers.check_shape(found, _SHAPE, str(file))
    items = found["first"]["items"]
    if found["total"] != len(items):
        raise DataError(f"{file}: says that it has {found['total']} annotations, and has {len(items)}; where one was taken out or put in, correct total")
    marks: dict[str, Mark] = {}
    links: list[Link] = []
    carried: Json = {}
    for item in items:
        where = f"{file}, {item['id']}"
        if item["motivation"] not in _SHAPES:
            raise DataError(f"{where}: motivation {item['motivation']!r} is none of ours; a mark is classifying, a link linking, the document describing")
        layers.check_shape(item, _SHAPES[item["motivation"]], where)
        if item["motivation"] == "classifying":
            _add(marks, _mark(item, text, file, where), where)
        elif item["motivation"] == "linking":
            links.append((item["target"].removeprefix("#"), item["body"].removeprefix("#")))
        else:
            carried = documents.parse_json(item["body"].get("value", ""), where)
    split, rest = layers.split_and_rest(carried, str(file))
    return Read(str(file), file.stem, split, text, layers.unmarked(text, marks.values(), links, str(file)), rest, [])


def render(found: Json) -> str:
    """The collection as JSON-LD, an annotation a line."""
    items = found["first"]["items"]
    page = json.dumps({**found["first"], "items": []}, ensure_ascii=False).removesuffix("]}")
    head = json.dumps({key: value for key, value in found.items() if key != "first"}, ensure_ascii=False)[:-1]
    rows = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in items)
    return f'{head}, "first": {page}\n{rows}\n]}}}}\n'


def _item(key: str, motivation: str, body: object, target: object) -> Json:
    return {"id": key, "type": "Annotation", "motivation": motivation, "body": body, "target": target}


def _whole(document: Json, split: str, source: str) -> Json:
    value = json.dumps(layers.rest(document, split), ensure_ascii=False)
    return _item("#document", "describing", {"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": value}, source)


def _annotation(mark: Mark, text: str, source: str) -> Json:
    bodies = [_resource("classifying", _NAMES[mark.layer], mark.label)]
    if mark.layer == "segment":
        bodies.append(_resource("classifying", "label", documents.label_of_kind()[mark.label]))
    identifier = mark.fields.get(_IDENTIFIED.get(mark.layer, ""))
    if identifier:
        bodies.append(_resource("identifying", "entity", identifier))
    if mark.fields.get("proclitic"):
        bodies.append({"type": "TextualBody", "purpose": "describing", "value": mark.fields["proclitic"]})
    prefix, suffix = text[max(0, mark.start - AROUND) : mark.start], text[mark.end : mark.end + AROUND]
    position = {"type": "TextPositionSelector", "start": mark.start, "end": mark.end}
    quote = {"type": "TextQuoteSelector", "exact": text[mark.start : mark.end], "prefix": prefix, "suffix": suffix}
    return _item(f"#{mark.key}", "classifying", bodies, {"type": "SpecificResource", "source": source, "selector": [position, quote]})


def _resource(purpose: str, name: str, value: str) -> Json:
    return {"type": "SpecificResource", "purpose": purpose, "source": f"{URN}{name}:{value}"}


def _mark(item: Json, text: str, file: Path, where: str) -> Mark:
    start, end = _span(item["target"], text, file, where)
    layer, label, fields = "", "", {}
    for body in item["body"]:
        name, _, value = body.get("source", "").removeprefix(URN).partition(":")
        if name in _NAMES.values() and not layer:
            layer, label = next(layer for layer, known in _NAMES.items() if known == name), value
            layers.check_label(layer, label, where)
        elif name == "entity" and layer in _IDENTIFIED:
            fields[_IDENTIFIED[layer]] = value
        elif name == "label" and documents.label_of_kind().get(label) == value:
            pass  # said by the kind already
        elif body["purpose"] == "describing" and "value" in body and layer == "entity":
            fields["proclitic"] = body["value"]
        else:
            raise DataError(f"{where}: the body {json.dumps(body, ensure_ascii=False)} is none of ours here, or stands before the label; see the docstring")
    if not layer:
        raise DataError(f"{where}: has no label; the first body is {URN}kind, {URN}quote_type, {URN}part or {URN}entity_type, a colon, and the label")
    return Mark(item["id"].removeprefix("#"), layer, label, start, end, fields)


def _span(target: Json, text: str, file: Path, where: str) -> tuple[int, int]:
    if target["source"] != file.with_suffix(".txt").name:
        raise DataError(f"{where}: is about {target['source']!r}; the text of this file is {file.with_suffix('.txt').name}")
    selectors = {selector["type"]: selector for selector in target["selector"]}
    if "TextPositionSelector" not in selectors:
        raise DataError(f"{where}: has no TextPositionSelector, which says where the mark is")
    position, quote = selectors["TextPositionSelector"], selectors.get("TextQuoteSelector", {})
    start, end = int(position["start"]), int(position["end"])
    layers.check_span(text, start, end, quote.get("exact"), where)
    if not (text[:start].endswith(quote.get("prefix", "")) and text[end:].startswith(quote.get("suffix", ""))):
        raise DataError(f"{where}: prefix or suffix is not what stands around [{start}, {end}); the text was changed, or the mark moved")
    return start, end


def _add(marks: dict[str, Mark], mark: Mark, where: str) -> None:
    if mark.key in marks:
        raise DataError(f"{where}: the id stands twice")
    marks[mark.key] = mark
