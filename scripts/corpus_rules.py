"""The rules that hold between a document and its file, and between documents; as in ``scripts.rules``."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from scripts import catalogue, documents
from scripts.documents import Json
from scripts.shape import Found, cut


class File(NamedTuple):
    """A document file: its path, its content as text, and the document read from it; the definition in ``schema.json`` that it keeps."""

    path: Path
    raw: str
    document: Json
    definition: str = "document"


Placed = Iterator[tuple[File, str, str]]


def check_file_name(file: File) -> Found:
    """The file is named after the id."""
    if file.path.stem != file.document["id"]:
        yield "id", f"is {file.document['id']}, but the file is {file.path.name}; the two are the same"


def check_canonical(file: File) -> Found:
    """The file is byte for byte what ``documents.render`` writes."""
    right = documents.render(documents.ordered(file.document, file.definition))
    if file.raw != right:
        line = next((n for n, (a, b) in enumerate(zip(file.raw.split("\n"), right.split("\n"), strict=False), 1) if a != b), 0)
        yield f"line {line}", "is not in the canonical form; `python -m scripts.validate --rewrite` puts it there"


def check_confirmed(file: File) -> Found:
    """No baseline's suggestion passes for gold. A rule of files, since ``markup apply`` writes documents that still wait for a person."""
    yield from documents.not_gold(file.document)


def check_unique_id(files: list[File], _: Json) -> Placed:
    """No id stands in two files."""
    yield from _twice(files, lambda file: file.document["id"], "id", "give the newer document an id of its own")


def check_unique_text(files: list[File], _: Json) -> Placed:
    """No text stands in two files."""
    yield from _twice(files, lambda file: file.document["source"]["sha256"], "text", "keep one of the two")


def check_style_split(files: list[File], _: Json) -> Placed:
    """No site style stands in two splits."""
    split_of: dict[str, str] = {}
    for file in files:
        style, split = file.document["source"]["style"], file.path.parent.name
        if split_of.setdefault(style, split) != split:
            yield file, "source.style", f"{style} is also a style of {split_of[style]}; a style belongs to one split"


def check_catalogue(files: list[File], entries: Json) -> Placed:
    """Every id used is in the catalogue, with that type and that spelling."""
    mend = "data/entities.json; correct it, or `python -m scripts.catalogue` adds it"
    for file in files:
        for place, identifier, kind, surface in catalogue.uses(file.document):
            entry = entries.get(identifier)
            if entry is None:
                yield file, place, f"{identifier} is not in {mend}"
            elif kind and (kind not in entry["types"] or surface not in entry["spellings"]):
                yield file, place, f"{kind} {cut(surface)} is not among the types and spellings of {identifier} in {mend}"


def _twice(files: list[File], key: Callable[[File], str], place: str, right: str) -> Placed:
    seen: dict[str, list[File]] = defaultdict(list)
    for file in files:
        seen[key(file)].append(file)
    for first, *others in seen.values():
        yield from ((file, place, f"is also that of {first.path}; {right}") for file in others)


FILE_RULES: dict[str, Callable[[File], Found]] = {"file-name": check_file_name, "canonical-form": check_canonical, "unconfirmed": check_confirmed}

CORPUS_RULES: dict[str, Callable[[list[File], Json], Placed]] = {
    "duplicate-id": check_unique_id,
    "duplicate-text": check_unique_text,
    "style-in-two-splits": check_style_split,
    "unknown-entity": check_catalogue,
}
