"""W3C Web Annotation: ``<split>/<id>.jsonld``, a collection of annotations on the plain text ``<id>.txt`` beside it.

Targets are the relative address of that file, with a TextPositionSelector, which counts code points as the recommendation asks, and
a TextQuoteSelector. Labels and ids are URNs, so no web address is made up. A cue or speaker is an annotation of its own, and a
linking annotation, which targets the quote's annotation, has it as body. One annotation of the whole text has what else a document is.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts import documents
from scripts.documents import DataError, Json
from scripts.formats import layers
from scripts.formats.layers import Check, Corpora, Link, Mark, Read

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
URN = "urn:hashiya:"
# How much of the text before and after a mark a TextQuoteSelector repeats.
AROUND = 16

# The name under urn:hashiya: of a layer's labels.
_NAMES = {"segment": "kind", "quote": "quote_type", "part": "part", "entity": "entity_type"}
_IDENTIFIED = {"quote": "speaker_id", "entity": "id"}

# The fields that an annotation of each motivation has.
_FIELDS: dict[str, dict[str, type]] = {
    "classifying": {"id": str, "body": list, "target": dict},
    "linking": {"id": str, "body": str, "target": str},
    "describing": {"id": str, "body": dict, "target": str},
}


def write(corpora: Corpora, folder: Path) -> list[str]:
    """Two files a document. Nothing is left out."""
    for split, corpus in corpora.items():
        for document in corpus:
            documents.write(folder / split / f"{document['id']}.txt", document["text"])
            documents.write(folder / split / f"{document['id']}.jsonld", render(collection(document, split)))
    return []


def read(path: Path, check: Check = layers.accept) -> Iterator[Read]:
    """The document of a ``.jsonld`` file, with the text of the ``.txt`` beside it, or of each in the folder; ``check`` may refuse a text."""
    for file, text in layers.with_texts(path, ".jsonld", check):
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
    layers.check_fields(found, {"total": int, "first": dict}, str(file))
    layers.check_fields(found["first"], {"items": list}, f"{file}, first")
    items = found["first"]["items"]
    if found["total"] != len(items):
        raise DataError(f"{file}: says that it has {found['total']} annotations, and has {len(items)}; where one was taken out or put in, correct total")
    marks: dict[str, Mark] = {}
    links: list[Link] = []
    carried: Json = {}
    for number, item in enumerate(items):
        where = _checked(item, number, file)
        if item["motivation"] == "classifying":
            _add(marks, _mark(item, text, file, where), where)
        elif item["motivation"] == "linking":
            links.append((item["target"].removeprefix("#"), item["body"].removeprefix("#")))
        else:
            carried = documents.parse_json(str(item["body"].get("value")), where)
    split, rest = layers.split_and_rest(carried, str(file))
    return Read(str(file), file.stem, split, text, layers.unmarked(text, marks.values(), links, str(file)), rest, [])


def render(found: Json) -> str:
    """The collection as JSON-LD, an annotation a line."""
    items = found["first"]["items"]
    page = json.dumps({**found["first"], "items": []}, ensure_ascii=False).removesuffix("]}")
    head = json.dumps({key: value for key, value in found.items() if key != "first"}, ensure_ascii=False)[:-1]
    rows = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in items)
    return f'{head}, "first": {page}\n{rows}\n]}}}}\n'


def _checked(item: Any, number: int, file: Path) -> str:
    """The annotation's place, for messages. Raises DataError where it lacks what its motivation asks for."""
    layers.check_fields(item, {"id": str, "motivation": str}, f"{file}, annotation {number}")
    where = f"{file}, {item['id']}"
    if item["motivation"] not in _FIELDS:
        raise DataError(f"{where}: motivation {item['motivation']!r} is none of ours; a mark is classifying, a link linking, the document describing")
    layers.check_fields(item, _FIELDS[item["motivation"]], where)
    return where


def _item(key: str, motivation: str, body: Any, target: Any) -> Json:
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
        layers.check_fields(body, {"purpose": str}, f"{where}, body")
        layers.check_fields(body, {"source" if "value" not in body else "value": str}, f"{where}, body")
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
    layers.check_fields(target, {"source": str, "selector": list}, f"{where}, target")
    if target["source"] != file.with_suffix(".txt").name:
        raise DataError(f"{where}: is about {target['source']!r}; the text of this file is {file.with_suffix('.txt').name}")
    selectors = {str(selector.get("type")): selector for selector in target["selector"] if isinstance(selector, dict)}
    if len(selectors) != len(target["selector"]):
        raise DataError(f"{where}: has {len(target['selector'])} selectors; one of each type, each an object")
    position, quote = selectors.get("TextPositionSelector", {}), selectors.get("TextQuoteSelector", {})
    layers.check_fields(position, {"start": int, "end": int}, f"{where}, TextPositionSelector")
    layers.check_fields(quote, {"exact": str, **{key: str for key in ("prefix", "suffix") if key in quote}}, f"{where}, TextQuoteSelector")
    start, end = position["start"], position["end"]
    layers.check_span(text, start, end, quote["exact"], where)
    if not (text[:start].endswith(quote.get("prefix", "")) and text[end:].startswith(quote.get("suffix", ""))):
        raise DataError(f"{where}: prefix or suffix is not what stands around [{start}, {end}); the text was changed, or the mark moved")
    return start, end


def _add(marks: dict[str, Mark], mark: Mark, where: str) -> None:
    if mark.key in marks:
        raise DataError(f"{where}: the id stands twice")
    marks[mark.key] = mark
