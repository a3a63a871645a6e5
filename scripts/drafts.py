"""Drafts: documents that nobody has labelled yet, out of text files, folders of them, and JSONL records.

The text is taken as it stands. A ``.txt`` file gives its name as the id; a record has ``text`` and may have ``id`` and the fields of FIELDS.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scripts import documents, validate
from scripts.documents import DataError, Json

# What a record may say of its source, as the schema has it.
FIELDS = ("outlet", "aggregator", "style", "published")
SUFFIXES = (".txt", ".jsonl")
RIGHT_ID = "an id is small Latin letters, a hyphen and two or more digits, such as page-01"

_NAME = re.compile(r"([a-z]+(?:-[a-z]+)*)[-_ ]?([0-9]*)")


class Entry(NamedTuple):
    """A page as it came: where it stands, its id, the name of its file, the text, and what else a record said."""

    where: str
    id: str
    file: str
    text: str
    fields: Json


def entries(inputs: Iterable[Path]) -> Iterator[Entry]:
    """The pages of the inputs in order, those of a folder by name. Raises DataError at the first that cannot be one."""
    for path in (path for given in inputs for path in _listed(given)):
        if path.suffix == ".txt":
            yield Entry(str(path), identifier(path), path.name, _text(path), {})
        elif path.suffix == ".jsonl":
            yield from _records(path)
        else:
            raise DataError(f"{path}: is neither .txt nor .jsonl; save a page as plain text, UTF-8")


def identifier(path: Path) -> str:
    """The id that a file's name makes: itself where it is one, else letters and number put into its form (``Page_7.txt``: ``page-07``)."""
    stem = path.stem
    match = _NAME.fullmatch(stem.lower())
    if not _is_identifier(stem) and not match:
        raise DataError(f"{path}: its name makes no id; {RIGHT_ID}; rename the file, or put text and id into a .jsonl")
    return stem if match is None or _is_identifier(stem) else f"{match[1]}-{match[2] or '1':0>2}"


def document(entry: Entry, origin: str, style: str) -> Json:
    """The entry as a document without labels. Raises DataError where the text is empty or broken, or a field is not what the schema asks for."""
    _check_whole(entry)
    if not any(char.isalnum() for char in entry.text):
        raise DataError(f"{entry.where}: there is nothing to read, no letter and no digit; a page has a text")
    source = {"file": entry.file, "outlet": None, "aggregator": None, "style": style, "published": None}
    source |= {key: value for key, value in entry.fields.items() if key in FIELDS and value is not None}
    source["sha256"] = documents.sha256(entry.text)
    annotation = {"guidelines": documents.guidelines_version(), "passes": [], "adjudicated": False}
    found = {"id": entry.id, "origin": origin, "source": source, "text": entry.text, "segments": [], "quotes": [], "entities": [], "annotation": annotation}
    start = len(entry.text) - len(entry.text.lstrip())
    # With a segment over it all, what is left to find fault with is what came from outside.
    whole = {"start": start, "end": len(entry.text.rstrip()), "label": "boilerplate", "kind": "other"}
    for issue in validate.document_issues({**found, "segments": [whole]}, entry.where):
        raise DataError(str(issue))
    return found


def check_new(found: list[tuple[Entry, Json]], data: Path) -> None:
    """Raises DataError where an id or a text stands twice, among these or in the folder."""
    paths = documents.paths(data=data)
    ids = {path.stem: str(path) for path in paths}
    texts = {documents.read_json(path)["source"]["sha256"]: str(path) for path in paths}
    for entry, draft in found:
        if entry.id in ids:
            raise DataError(f"{entry.where}: the id {entry.id} is also that of {ids[entry.id]}; give one of the two another name")
        digest = draft["source"]["sha256"]
        if digest in texts:
            raise DataError(f"{entry.where}: the text is also that of {texts[digest]}; keep one of the two")
        ids[entry.id] = texts[digest] = entry.where


def _listed(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    found = sorted(path for path in given.iterdir() if path.suffix in SUFFIXES and path.is_file())
    if not found:
        raise DataError(f"{given}: has no *.txt and no *.jsonl; name a folder of pages")
    return found


def _text(path: Path) -> str:
    text = documents.read_text(path)
    if text.startswith("\ufeff"):
        raise DataError(f"{path}: begins with a byte order mark, which is no part of the page; save the file as UTF-8 without it")
    return text


def _records(path: Path) -> Iterator[Entry]:
    for number, (where, record) in enumerate(documents.read_jsonl(path), 1):
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise DataError(f'{where}: has no text; a line is {{"text": "…"}}, with "id" where it has one, and {", ".join(FIELDS)} where it is known')
        fields = {key: value for key, value in record.items() if key not in ("id", "text")}
        yield Entry(where, _record_id(record.get("id"), path, number, where), path.name, record["text"], fields)


def _record_id(given: Any, path: Path, number: int, where: str) -> str:
    """The record's own id, else the file's name with the record's number."""
    found = f"{path.stem}-{number:04}" if given is None else given
    if not isinstance(found, str) or not _is_identifier(found):
        right = "name the file so, or give each line an id" if given is None else "leave it out, and the file's name and the record's number make one"
        raise DataError(f"{where}: {found!a} is no id; {RIGHT_ID}; {right}")
    return found


def _is_identifier(text: str) -> bool:
    return bool(re.search(documents.schema()["$defs"]["identifier"]["pattern"], text)) and not text.endswith("\n")


def _check_whole(entry: Entry) -> None:
    """Raises DataError for half a surrogate pair, which JSON can spell and no UTF-8 file can hold."""
    for name, value in {"file name": entry.file, "text": entry.text, **entry.fields}.items():
        for at, char in enumerate(value if isinstance(value, str) else ""):
            if "\ud800" <= char <= "\udfff":
                raise DataError(f"{entry.where}: the {name} has a lone surrogate, half of a character, at {at}; write the character whole")
