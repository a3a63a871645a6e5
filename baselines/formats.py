"""Files of pages, read record by record in memory that does not grow with them, and the codecs of files that are written.

The name says what a file is: ``.parquet`` is Parquet, everything else JSONL; ``.gz`` or ``.zst`` behind it names the
compression, in as many members as it likes. Places count lines and rows from 1; positions are bytes of the file as it lies on the disk.
"""

import gzip
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from scripts import documents
from scripts.documents import DataError

STANDARD_INPUT = Path("-")
CODECS = {".gz": "gzip", ".zst": "zstd"}
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    # A gzip header holds the time; without it the same pages give the same bytes.
    ".gz": lambda data: gzip.compress(data, compresslevel=6, mtime=0),
    ".zst": lambda data: pa.Codec("zstd").compress(data, asbytes=True),
}
# Rows are held in memory this many at a time; a page may be large.
ROWS = 64
BUFFER = 1 << 18


class Record(NamedTuple):
    """A line or row: where it stands, how far the input is read, and its value or why it has none."""

    file: str
    unit: str
    number: int
    position: int
    value: Any = None
    reason: str = ""

    @property
    def place(self) -> str:
        """The place as messages name it: file, line or row."""
        return f"{self.file}, {self.unit} {self.number}"


def inputs(sources: list[Path]) -> list[Path]:
    """The files that are meant: a folder stands for the JSONL and Parquet files right in it, in the order of their names."""
    files = [path for source in sources for path in (_listed(source) if source.is_dir() else [source])]
    for path, times in Counter(files).items():
        if times > 1:
            raise DataError(f"{path}: stands {times} times in the input; name each file once")
    return files


def encoder(path: Path) -> Callable[[bytes], bytes]:
    """What makes a member of the file out of bytes, by the file's name; members may follow each other."""
    return ENCODERS.get(path.suffix, bytes)


def total(files: list[Path]) -> int | None:
    """Bytes of all the files, None where one is no file on a disk."""
    return sum(path.stat().st_size for path in files) if all(path.is_file() for path in files) else None


def read(files: list[Path]) -> Iterator[Record]:
    """The records of the files in order, those that cannot be parsed with a reason; positions go on from file to file.

    Raises DataError where a file is missing, broken in its compression or as Parquet, or has not the columns of a page.
    """
    before = 0
    for path in files:
        try:
            for record in _parquet(path) if _is_parquet(path) else _jsonl(path):
                yield record._replace(position=before + record.position)
        except (OSError, pa.ArrowException) as error:
            raise DataError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
        before += path.stat().st_size if path.is_file() else 0


def _listed(folder: Path) -> list[Path]:
    files = [path for path in sorted(folder.iterdir()) if _bare(path).suffix in (".jsonl", ".parquet") and path.is_file()]
    if not files:
        raise DataError(f"{folder}: has no *.jsonl or *.parquet, plain, .gz or .zst; name the files")
    return files


def _bare(path: Path) -> Path:
    return path.with_suffix("") if path.suffix in CODECS else path


def _is_parquet(path: Path) -> bool:
    return _bare(path).suffix == ".parquet"


def _raw(path: Path) -> io.FileIO:
    return io.FileIO(0, closefd=False) if path == STANDARD_INPUT else io.FileIO(path)


def _plain(path: Path, raw: io.FileIO) -> io.BufferedReader:
    """The file's content, decompressed on the way."""
    source = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), CODECS[path.suffix]) if path.suffix in CODECS else raw
    return io.BufferedReader(source, BUFFER)


def _jsonl(path: Path) -> Iterator[Record]:
    with _raw(path) as raw:
        seekable = raw.seekable()
        for number, line in enumerate(_plain(path, raw), 1):
            if not line.isspace():
                record = Record(str(path), "line", number, raw.tell() if seekable else 0)
                yield from _parsed(record, line)


def _parsed(record: Record, line: bytes) -> Iterator[Record]:
    """The record with its value or a reason; nothing for a line that is blank."""
    try:
        text = line.rstrip(b"\r\n").decode("utf-8")
        if text.strip():
            yield record._replace(value=documents.parse_json(text, record.place))
    except UnicodeDecodeError as error:
        yield record._replace(reason=f"byte {error.start} of the line is not UTF-8")
    except DataError as error:
        yield record._replace(reason=str(error).removeprefix(f"{record.place}: "))


def _parquet(path: Path) -> Iterator[Record]:
    with _raw(path) as raw, tempfile.TemporaryFile() as unpacked:
        if path.suffix in CODECS:
            # Parquet is read from its end, so a compressed one is unpacked to the disk.
            shutil.copyfileobj(_plain(path, raw), unpacked, BUFFER)
        file = pq.ParquetFile(unpacked if path.suffix in CODECS else raw, buffer_size=BUFFER, pre_buffer=False)
        _check_columns(path, file.schema_arrow)
        size, rows, number = path.stat().st_size, file.metadata.num_rows, 0
        for batch in file.iter_batches(batch_size=ROWS, columns=["id", "text"]):
            # As bytes, since one text that is not UTF-8 would take its neighbours with it.
            for row in zip(*(batch.column(name).cast(pa.large_binary()).to_pylist() for name in ("id", "text")), strict=True):
                number += 1
                yield _decoded(Record(str(path), "row", number, size * number // rows), dict(zip(("id", "text"), row, strict=True)))


def _decoded(record: Record, row: dict[str, bytes | None]) -> Record:
    value = {}
    for name, content in row.items():
        try:
            value[name] = None if content is None else content.decode("utf-8")
        except UnicodeDecodeError as error:
            return record._replace(reason=f"byte {error.start} of the {name} is not UTF-8")
    return record._replace(value=value)


def _check_columns(path: Path, columns: pa.Schema) -> None:
    """Raises DataError unless the columns are those of a page, all strings."""
    wanted = set(documents.schema()["$defs"]["page"]["properties"])
    strings = (pa.string(), pa.large_string(), pa.string_view())
    if set(columns.names) != wanted or any(field.type not in strings for field in columns):
        found = ", ".join(f"{field.name} ({field.type})" for field in columns)
        raise DataError(f"{path}: has the columns {found}; a file of pages has `id` and `text`, both strings, and no other")
