"""The rules that a file of the field set keeps without its text, one function a rule, as in ``scripts.rules``."""

from collections.abc import Callable
from typing import Any

from scripts import rules, sources
from scripts.corpus_rules import File
from scripts.documents import Json
from scripts.shape import Found, schema_faults


def check_schema(page: Any) -> Found:
    """The file against ``schema.json``."""
    yield from schema_faults(page, "field_document")


def check_offsets(page: Json) -> Found:
    """Every segment lies inside the text and is not empty or reversed."""
    for number, segment in enumerate(page["segments"]):
        if not 0 <= segment["start"] < segment["end"] <= page["chars"]:
            yield f"segments[{number}]", f"[{segment['start']}, {segment['end']}) is no span of a text of {page['chars']} characters"


def check_pointer(page: Json) -> Found:
    """A record has a field and an archive a member, an HTML page an extractor and no record."""
    pointer = page["pointer"]
    is_page = pointer["record"] is None
    if is_page != (page["extractor"] is not None) or is_page != (pointer["field"] is None):
        yield "pointer", "a record has a field and no extractor, an HTML page an extractor and neither record nor field"
    if (pointer["member"] is not None) != pointer["path"].endswith(".zip"):
        yield "pointer.member", f"is {pointer['member']!r} in {pointer['path']}; a zip has a member, another file has none"


def check_source(file: File) -> Found:
    """The source file is one of ``data/sources.json``."""
    data = file.path.parent.parent
    if sources.key(file.document["pointer"]) not in sources.read(data):
        yield "pointer", f"names a file that {data / 'sources.json'} does not have; add it there with its digest"


SHAPE_RULES: dict[str, Callable[[Any], Found]] = {"field-schema": check_schema}

PAGE_RULES: dict[str, Callable[[Json], Found]] = {
    "field-offset-range": check_offsets,
    "field-pointer": check_pointer,
    "segment-order": rules.check_segment_order,
    "kind-label": rules.check_kind,
}

FILE_RULES: dict[str, Callable[[File], Found]] = {"field-source": check_source}
