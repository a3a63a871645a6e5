"""Records become checked pages in batches that depend on the input alone, so that they can be counted, dropped and cut again.

In memory are one batch and eight bytes for each id that was seen.
"""

import functools
import hashlib
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import jsonschema

from baselines.formats import Record
from scripts import documents
from scripts.documents import DataError, Json
from scripts.shape import schema_faults, shortened

# A batch ends with the record that brings it to this many code points, about three megabytes of Arabic, or to so many records.
SIZE = 1_500_000
COUNT = 5_000

Seen = defaultdict[int, "array[int]"]


class Batch(NamedTuple):
    """Pages to be labelled together, the faults that stood between them, and the bytes of input that are read by its end."""

    ids: list[str]
    texts: list[str]
    faults: list[Json]
    position: int


def batches(records: Iterable[Record], strict: bool = False) -> Iterator[Batch]:
    """The records, checked, in batches that depend on the input alone. Raises DataError for the first broken one where that is asked for."""
    seen: Seen = defaultdict(lambda: array("Q"))
    batch, size = Batch([], [], [], 0), 0
    for record in records:
        reason = fault(record, seen)
        if reason and strict:
            raise DataError(f"{record.place}: {reason}")
        size += _take(batch, record, reason)
        if size >= SIZE or len(batch.ids) + len(batch.faults) >= COUNT:
            yield batch._replace(position=record.position)
            batch, size = Batch([], [], [], 0), 0
    if batch.ids or batch.faults:
        yield batch._replace(position=record.position)


def fault(record: Record, seen: Seen) -> str:
    """What is wrong with the record, or nothing; a sound one's id is seen from then on."""
    page = record.value
    if record.reason:
        return record.reason
    if not _page_validator().is_valid(page):
        place, message = next(schema_faults(page, "page"))
        return f'{place}: {message}; a {record.unit} is {{"id": "…", "text": "…"}}'
    for name, owner in (("id", f"this {record.unit}"), ("text", page["id"])):
        if not _is_whole(page[name]):
            return f"the {name} of {owner} has a lone surrogate, half of a character; write the character whole"
    return "" if _is_new(page["id"], seen) else f"id {page['id']} stands a second time; ids name one page each"


def _take(batch: Batch, record: Record, reason: str) -> int:
    """Put the record where it belongs; returns its size in code points."""
    if reason:
        batch.faults.append({"file": record.file, record.unit: record.number, "reason": shortened(reason, 1000)})
        return len(reason)
    batch.ids.append(record.value["id"])
    batch.texts.append(record.value["text"])
    return len(record.value["id"]) + len(record.value["text"])


@functools.cache
def _page_validator() -> Any:
    definitions = documents.schema()["$defs"]
    return jsonschema.Draft202012Validator({**definitions["page"], "$defs": definitions})


def _is_whole(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_new(identifier: str, seen: Seen) -> bool:
    """Whether the id was not seen before; remembers it in eight bytes.

    Of ten bytes of its digest two name a list and eight stand there, sorted; that two of a billion ids share all ten has odds of one to two million.
    """
    digest = hashlib.blake2b(identifier.encode("utf-8"), digest_size=10).digest()
    known, value = seen[int.from_bytes(digest[:2])], int.from_bytes(digest[2:])
    at = bisect_left(known, value)
    if at < len(known) and known[at] == value:
        return False
    known.insert(at, value)
    return True
