"""The text of a field document, taken out of its source file: a record of a JSON file, plain or in a zip, or an HTML page."""

import functools
import importlib.metadata
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from resiliparse.extract.html2text import extract_plain_text

from scripts import documents
from scripts.documents import DataError, Json

# A record file is tens of megabytes at most; what claims to be more is no file of ours, or a bomb.
LARGEST = 256 * 2**20
LARGEST_RATIO = 200


def extractor() -> str:
    """Name and version of what makes text from HTML: the whole page, a newline at block elements, nothing at inline ones."""
    return f"resiliparse {importlib.metadata.version('resiliparse')}"


def text_of(pointer: Json, path: Path) -> str:
    """The text that the pointer names in the file at ``path``. Raises DataError where it is not there or is no text."""
    if pointer["record"] is None:
        return _window(page_text(path), pointer["lines"], path)
    return _record(_records(path, pointer["member"]), pointer, path)


def page_text(path: Path) -> str:
    """All visible text of an HTML page. Raises DataError where its bytes are not UTF-8."""
    html = documents.read_text(path)
    return extract_plain_text(
        html, preserve_formatting=True, main_content=False, list_bullets=False, alt_texts=False, links=False, form_fields=False, noscript=False,
        skip_elements=["template", "title"],
    )  # fmt: skip


def record_texts(pointer: Json, path: Path) -> list[str]:
    """Every text in the pointer's field, over all records of the file at ``path``. Raises DataError where the file holds no records."""
    records = _records(path, pointer["member"])
    if not isinstance(records, list):
        raise DataError(f"{path}: holds {type(records).__name__}, not a list of records")
    fields = [record.get(pointer["field"]) for record in records if isinstance(record, dict)]
    return [text for text in fields if isinstance(text, str) and text.strip()]


@functools.lru_cache(maxsize=1)
def _records(path: Path, member: str | None) -> Any:
    """The parsed file; the last one is kept, since documents come sorted by their source."""
    if member is None:
        return documents.read_json(path)
    try:
        return documents.parse_json(_member(path, member).decode("utf-8-sig"), f"{path}, {member}")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}, {member}: byte {error.start} is not UTF-8") from error


def _member(path: Path, member: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                _check_member(info, path)
            return archive.read(member)
    except KeyError as error:
        raise DataError(f"{path}: the archive has no {member}") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path}: is no zip that can be read ({error})") from error


def _check_member(info: zipfile.ZipInfo, path: Path) -> None:
    """Nothing is unpacked to disk; a hostile path still says that the archive is not the one we mean."""
    inside = PurePosixPath(info.filename.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or (inside.parts and ":" in inside.parts[0]):
        raise DataError(f"{path}: the archive holds {info.filename!r}, a path that leads out of it; it is not taken")
    if info.file_size > LARGEST or info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
        raise DataError(f"{path}: {info.filename!r} would unpack to {info.file_size:,} bytes from {info.compress_size:,}; it is not taken")


def _record(records: Any, pointer: Json, path: Path) -> str:
    where = f"{path}{', ' + pointer['member'] if pointer['member'] else ''}"
    if not isinstance(records, list):
        raise DataError(f"{where}: holds {type(records).__name__}, not a list of records")
    if pointer["record"] >= len(records):
        raise DataError(f"{where}: has {len(records)} records, none with index {pointer['record']}")
    record = records[pointer["record"]]
    text = record.get(pointer["field"]) if isinstance(record, dict) else None
    if not isinstance(text, str):
        raise DataError(f"{where}: record {pointer['record']} has no text in its field {pointer['field']!r}")
    return text


def _window(text: str, lines: Json | None, path: Path) -> str:
    rows = text.split("\n")
    if lines is None:
        return text
    if lines["end"] > len(rows):
        raise DataError(f"{path}: the page's text has {len(rows)} lines, not {lines['end']}; was it made by another extractor than {extractor()}?")
    return "\n".join(rows[lines["start"] : lines["end"]])
