"""Read, list, render and write the documents of ``data/``; every other room goes through here.

A document is a plain ``dict`` as ``schema.json`` defines it. All offsets count Unicode code points.
"""

import functools
import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SPLITS = ("train", "validation", "test")
UNLABELLED = "there are none, nobody has labelled the page; `python -m scripts.markup show` it, put a {kind} behind each block, and `apply` it"

Json = dict[str, Any]


class DataError(Exception):
    """Bad input: the message names the file, the place, what is wrong and what would be right."""


@functools.cache
def schema() -> Json:
    """``schema.json`` as a dict: the one place where fields, labels and kinds are named."""
    return read_json(ROOT / "schema.json")


def enum(name: str) -> list[str]:
    """The values of an enumeration under ``$defs``, in the order of the schema."""
    return list(schema()["$defs"][name]["enum"])


@functools.cache
def label_of_kind() -> dict[str, str]:
    """``{kind: label}`` for every segment kind."""
    return {kind: label for label in enum("label") for kind in enum(f"{label}_kind")}


def read_text(path: Path) -> str:
    """The file's text, newlines untouched. Raises DataError where it is missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8 without a byte order mark") from error


def read_json(path: Path) -> Any:
    """The file's JSON value. Raises DataError with line and column where it is broken or a key stands twice."""
    return parse_json(read_text(path), str(path))


def parse_json(text: str, where: str) -> Any:
    """As :func:`read_json`, for text that came from ``where`` (a file, or a file and a line)."""
    try:
        return json.loads(text, object_pairs_hook=_no_twice)
    except json.JSONDecodeError as error:
        raise DataError(f"{where}: broken JSON at line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: {error}") from error


def read_jsonl(path: Path) -> Iterator[tuple[str, Any]]:
    """``(place, value)`` for each line that is not blank; place is ``file, line n``. Raises DataError as :func:`read_json`."""
    try:
        lines = path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    with lines:
        for number, raw in enumerate(lines, 1):
            where = f"{path}, line {number}"
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise DataError(f"{where}: byte {error.start} of the line is not UTF-8") from error
            if line.strip():
                yield where, parse_json(line, where)


def write(path: Path, text: str) -> None:
    """Write beside and rename, so that a reader never sees half a file. Raises DataError where nothing can be written there."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """As :func:`write`, for bytes."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror})") from error
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        # mkstemp makes files private; documents are as readable as any other file of the clone.
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise


def render(value: Json) -> str:
    """Canonical JSON of a document: a line for each field, for each list item, and no escapes but JSON's own.

    One span a line keeps a diff as small as the change, and the Arabic readable.
    """
    fields = [f"  {json.dumps(key)}: {_render_field(item)}" for key, item in value.items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def ordered(value: Any, definition: str = "document") -> Any:
    """The value with its keys in the order of the schema's definition, at every depth."""
    node = schema()["$defs"].get(definition, {}) if isinstance(definition, str) else definition
    if isinstance(value, dict):
        known = [key for key in node.get("properties", {}) if key in value]
        keys = [*known, *(key for key in value if key not in known)]
        return {key: ordered(value[key], _resolve(node.get("properties", {}).get(key, {}))) for key in keys}
    if isinstance(value, list):
        return [ordered(item, _resolve(node.get("items") or {})) for item in value]
    return value


def render_jsonl(rows: Iterable[Json]) -> str:
    """One compact JSON object a line, unescaped."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def sha256(text: str) -> str:
    """Hex digest of the text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def paths(split: str | None = None, data: Path = DATA) -> list[Path]:
    """The document files of a split, or of all splits, in the order of their names."""
    names = [split] if split else SPLITS
    return [path for name in names for path in sorted((data / "documents" / name).glob("*.json"))]


def check_folder(data: Path) -> None:
    """Raises DataError unless a document lies under ``data``: a misspelt folder must not pass for one without faults."""
    if not paths(data=data):
        raise DataError(f"{data}: has no documents/<split>/*.json; splits are {', '.join(SPLITS)}")


def field_paths(data: Path = DATA) -> list[Path]:
    """The files of the field set, labels without text, in the order of their names."""
    return sorted((data / "field").glob("*.json"))


def read_split(split: str, data: Path = DATA) -> list[Json]:
    """The documents of a split, in the order of their ids. Raises DataError where one is not gold, so that nothing is counted on it."""
    found = [(path, read_json(path)) for path in paths(split, data)]
    faults = [f"{path}: {place}: {fault}" for path, document in found for place, fault in not_gold(document)]
    if faults:
        raise DataError(faults[0] + (f" (and {len(faults) - 1} more like it)" if faults[1:] else ""))
    return [document for _, document in found]


def not_gold(document: Json) -> Iterator[tuple[str, str]]:
    """Where a document's labels are nobody's yet, and what to do: it has none, or a baseline's that no person has confirmed."""
    if document.get("segments") == []:
        yield "segments", UNLABELLED
    if name := document.get("annotation", {}).get("suggested_by"):
        right = "read the page, correct it, then `python -m scripts.annotate confirm FILE --annotator NAME`"
        yield "annotation.suggested_by", f"the segments are a suggestion of {name} that no person has confirmed; {right}"


def guidelines_version(data: Path = DATA) -> str:
    """The version that GUIDELINES.md states."""
    return read_text(data / "GUIDELINES.md").split("Version ")[1].split(" ")[0]


def splits(data: Path = DATA) -> list[str]:
    """The splits that have documents."""
    return [split for split in SPLITS if paths(split, data)]


def path_of(identifier: str, data: Path = DATA) -> Path:
    """Where the document of that id lies, or its labels in the field set. Raises DataError for an unknown id, with some known ones."""
    for folder in (*(data / "documents" / split for split in SPLITS), data / "field"):
        path = folder / f"{identifier}.json"
        if path.parent == folder and path.exists():
            return path
    known = ", ".join(path.stem for path in paths(data=data)[:5])
    raise DataError(f"{identifier}: no such document under {data / 'documents'}; ids look like {known}")


def _resolve(node: Json) -> Any:
    for option in [node, *node.get("anyOf", [])]:
        if "$ref" in option:
            return option["$ref"].rsplit("/", 1)[1]
    return node


def _no_twice(pairs: list[tuple[str, Any]]) -> Json:
    value = dict(pairs)
    if len(value) < len(pairs):
        times = Counter(key for key, _ in pairs)
        twice = next(key for key, _ in pairs if times[key] > 1)
        raise ValueError(f"the key {json.dumps(twice)} stands twice in one object; keep one")
    return value


def _render_field(item: Any) -> str:
    if isinstance(item, list) and item and isinstance(item[0], dict):
        return "[\n" + ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in item) + "\n  ]"
    return json.dumps(item, ensure_ascii=False)
