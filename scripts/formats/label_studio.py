"""Label Studio: ``<split>.json`` is what its API imports and exports, ``label_studio.xml`` the labelling configuration.

Its Text tag counts code points, not JavaScript's UTF-16 units (1.23.2, and ``tests/test_label_studio_screen.py`` shows it in a browser);
releases of old counted UTF-16 units, which are told by the marks' texts and converted. LF and CR are one line break each. The text of a
mark made in the browser has ``\\n``, a backslash and an n, for a line break, and spaces as the screen shows them; so texts of marks are
compared by what is visible. A mouse cannot part a joiner (U+200C, U+200D) from the letter before it.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts import documents
from scripts.documents import DataError, Json
from scripts.formats import layers
from scripts.formats.label_studio_config import BOXES, CONFIG, config
from scripts.formats.layers import Check, Corpora, Link, Mark, Read

_RESULTS: dict[str, dict[str, type]] = {
    "labels": {"id": str, "from_name": str, "value": dict},
    "textarea": {"id": str, "from_name": str, "value": dict},
    "relation": {"from_id": str, "to_id": str},
}


def write(corpora: Corpora, folder: Path) -> list[str]:
    """One file of tasks a split, and the configuration. Nothing is left out."""
    documents.write(folder / CONFIG.name, config())
    for split, corpus in corpora.items():
        documents.write(folder / f"{split}.json", "[\n" + ",\n".join(render(task(document, split)) for document in corpus) + "\n]\n")
    return []


def read(path: Path, check: Check = layers.accept) -> Iterator[Read]:
    """The documents of a file of tasks, as exported under "JSON", or of each in the folder; ``check`` may refuse a text."""
    for file in layers.files(path, ".json"):
        tasks = documents.read_json(file)
        if not isinstance(tasks, list):
            raise DataError(f'{file}: is no list of tasks; export from Label Studio as "JSON"')
        for number, found in enumerate(tasks):
            yield document(found, f"{file}, task {number}", check)


def task(document: Json, split: str) -> Json:
    """The document as a task with one annotation. Offsets are code points."""
    found, links = layers.marks(document)
    result = [item for mark in found for item in _results(mark, document["text"])]
    result += [{"type": "relation", "from_id": quote, "to_id": part, "direction": "right"} for quote, part in links]
    carried = layers.rest(document, split)
    data = {"id": document["id"], "split": carried.pop("split"), "text": document["text"]}
    return {"data": data, "meta": carried, "annotations": [{"result": result}]}


def document(found: Json, where: str, check: Check = layers.accept) -> Read:
    """A task as a document. Raises DataError where it cannot be one."""
    layers.check_fields(found, {"data": dict, "annotations": list}, where)
    layers.check_fields(found["data"], {"id": str, "text": str}, f"{where}, data")
    where = f"{where} ({found['data']['id']})"
    check(found["data"]["id"], found["data"]["text"], where)
    data, result = found["data"], _one_annotation(found["annotations"], where)
    marks, notes = _marks(result, data["text"], where)
    _, rest = layers.split_and_rest(found.get("meta") or {}, where)
    return Read(where, data["id"], data.get("split"), data["text"], layers.unmarked(data["text"], marks, _links(result, marks, where), where), rest, notes)


def render(found: Json) -> str:
    """A task as JSON, a result a line."""
    (annotation,) = found["annotations"]
    head = json.dumps({key: found[key] for key in ("data", "meta")}, ensure_ascii=False)[:-1]
    rows = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in annotation["result"])
    return f'{head}, "annotations": [{{"result": [\n{rows}\n]}}]}}'


def code_point_of(text: str) -> dict[int, int]:
    """``{UTF-16 offset: code point offset}`` of each place between characters of ``text``; inside a surrogate pair is none."""
    units = itertools.accumulate((1 + (ord(char) > 0xFFFF) for char in text), initial=0)
    return {unit: point for point, unit in enumerate(units)}


def _results(mark: Mark, text: str) -> Iterator[Json]:
    place = {"start": mark.start, "end": mark.end}
    item = {"id": mark.key, "from_name": mark.layer, "to_name": "text", "type": "labels"}
    yield {**item, "value": {**place, "text": text[mark.start : mark.end], "labels": [mark.label]}}
    for box, (layer, field) in BOXES.items():
        if layer == mark.layer and mark.fields[field]:
            yield {**item, "from_name": box, "type": "textarea", "value": {**place, "text": [mark.fields[field]]}}


def _one_annotation(annotations: list[Json], where: str) -> list[Json]:
    for annotation in annotations:
        layers.check_fields(annotation, {"result": list}, f"{where}, annotation")
    kept = [annotation for annotation in annotations if not annotation.get("was_cancelled")]
    if len(kept) != 1:
        raise DataError(f"{where}: has {len(kept)} annotations; keep one, the one that is right")
    return list(kept[0]["result"])


def _marks(result: list[Json], text: str, where: str) -> tuple[list[Mark], list[str]]:
    """The marks, with offsets in code points, and a note where they were not."""
    found: dict[tuple[str, str], Mark] = {}
    surfaces = []
    for number, item in enumerate(result):
        place = f"{where}, result {number}"
        _check(item, place)
        if item["type"] == "labels":
            if (item["id"], item["from_name"]) in found:
                raise DataError(f"{place}: the mark stands twice in {item['from_name']}; keep one label")
            found[item["id"], item["from_name"]] = _mark(item, place)
            surfaces.append((item["value"].get("text"), place))
    for item in result:
        if item["type"] == "textarea":
            _fill(found, item, where)
    converted, notes = _in_code_points(list(found.values()), surfaces, text, where)
    return converted, notes


def _check(item: Json, place: str) -> None:
    layers.check_fields(item, {"type": str}, place)
    if item["type"] not in _RESULTS:
        raise DataError(f"{place}: is of the type {item['type']!r}; there are {', '.join(_RESULTS)}")
    layers.check_fields(item, _RESULTS[item["type"]], place)
    names = {"labels": list(layers.labels()), "textarea": list(BOXES), "relation": [""]}[item["type"]]
    if item.get("from_name", "") not in names:
        raise DataError(f"{place}: {item['type']} {item['from_name']!r} is none of {CONFIG.name}, which has {', '.join(names)}")
    if isinstance(item.get("meta"), dict) and item["meta"].get("text"):
        raise DataError(f"{place}: has a note ({item['meta']['text']}), which no document can hold; take it out")


def _mark(item: Json, place: str) -> Mark:
    value = item["value"]
    layers.check_fields(value, {"start": int, "end": int, "labels": list}, place)
    if len(value["labels"]) != 1:
        raise DataError(f"{place}: has {len(value['labels'])} labels; a mark has one")
    layers.check_label(item["from_name"], value["labels"][0], place)
    return Mark(item["id"], item["from_name"], value["labels"][0], value["start"], value["end"], {})


def _fill(found: dict[tuple[str, str], Mark], item: Json, where: str) -> None:
    layer, field = BOXES[item["from_name"]]
    mark = found.get((item["id"], layer))
    texts = item["value"].get("text")
    texts = texts if isinstance(texts, list) else [texts]
    if mark is None or len(texts) != 1 or not isinstance(texts[0], str) or field in mark.fields:
        raise DataError(f"{where}, {item['id']}: {item['from_name']} is {texts}; it is one text, on a mark of the layer {layer}")
    mark.fields[field] = texts[0].strip() or None


def _in_code_points(found: list[Mark], surfaces: list[tuple[Any, str]], text: str, where: str) -> tuple[list[Mark], list[str]]:
    point = code_point_of(text)
    if _fits(found, surfaces, text):
        return found, []
    moved = [mark._replace(start=point.get(mark.start, -1), end=point.get(mark.end, -1)) for mark in found]
    if _fits(moved, surfaces, text):
        return moved, [f"{where}: its offsets count UTF-16 units, as old releases of Label Studio did; taken so"]
    for mark, (surface, place) in zip(found, surfaces, strict=True):
        if not _fits([mark], [(surface, place)], text):
            layers.check_span(text, mark.start, mark.end, surface, place)
    return found, []


def _fits(found: list[Mark], surfaces: list[tuple[Any, str]], text: str) -> bool:
    pairs = zip(found, surfaces, strict=True)
    return all(
        isinstance(surface, str) and 0 <= mark.start < mark.end <= len(text) and _visible(text[mark.start : mark.end]) == _visible(surface)
        for mark, (surface, _) in pairs
    )


def _visible(surface: str) -> str:
    return "".join(surface.replace("\\n", " ").split())


def _links(result: list[Json], marks: list[Mark], where: str) -> list[Link]:
    """The relations; which end is the quote, the marks say, however the relation was drawn."""
    quotes = {mark.key for mark in marks if mark.layer == "quote"}
    ends = [(item["from_id"], item["to_id"]) for item in result if item["type"] == "relation"]
    return [(a, b) if a in quotes else (b, a) for a, b in ends]
