"""Output that a killed run can take up again: ``OUTPUT.part`` grows member by member, and a journal says how far it is good.

After each member the files are on the disk before the journal is, so what lies behind the journalled length is
half-written and cut off. At the end the files get their names; the journal goes last. All lengths are bytes.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from baselines.formats import encoder
from scripts import documents
from scripts.documents import DataError, Json


class State(NamedTuple):
    """What is done: batches, pages and faults in them, the lengths of both files, and whether only renaming is left."""

    batches: int = 0
    pages: int = 0
    faults: int = 0
    size: int = 0
    errors_size: int = 0
    complete: bool = False


class Output:
    """The two files that are being written, ``out`` and ``errors``, and the state of the journal."""

    def __init__(self, target: Path, run: Json, state: State, out: FileIO, errors: FileIO) -> None:
        self.target, self.run, self.state, self.out, self.errors = target, run, state, out, errors

    def append(self, rows: list[str], faults: list[str]) -> None:
        """Write a batch's lines and its faults, bring them to the disk and journal them."""
        done = self.state
        with _writing(self.target):
            size = _append(self.out, encoder(self.target)("".join(rows).encode("utf-8")) if rows else b"")
            errors_size = _append(self.errors, "".join(faults).encode("utf-8", "backslashreplace"))
            self._save(State(done.batches + 1, done.pages + len(rows), done.faults + len(faults), done.size + size, done.errors_size + errors_size))

    def finish(self) -> None:
        """Give the files their names; a compressed file without a page is an empty member, not nothing."""
        with _writing(self.target):
            if not self.state.size:
                self._save(self.state._replace(size=_append(self.out, encoder(self.target)(b""))))
            self._save(self.state._replace(complete=True))
        settle(self.target, self.state)

    def _save(self, state: State) -> None:
        _save(self.target, self.run, state)
        self.state = state


def errors_path(target: Path) -> Path:
    """Where the records that could not be read are listed."""
    return target.with_name(f"{target.name}.errors.jsonl")


def part_path(target: Path) -> Path:
    """Where a file lies while it is written."""
    return target.with_name(f"{target.name}.part")


def journal_path(target: Path) -> Path:
    """Where the journal lies."""
    return target.with_name(f"{target.name}.part.json")


def begun(target: Path, run: Json, restart: bool = False) -> State:
    """The journalled state of an earlier run with the same arguments, else a fresh one.

    Raises DataError where the journal is that of another run or cannot be understood.
    """
    part, path = part_path(target), journal_path(target)
    if restart or not path.exists():
        if not restart and part.exists() and part.stat().st_size:
            raise DataError(f"{part}: is there without its journal {path.name}; move it away, or --restart begins anew")
        return State()
    found = _understood(part, path)
    differing = [key for key in {**run, **found["run"]} if run.get(key) != found["run"].get(key)]
    if differing:
        raise DataError(f"{part}: is half a run with another {', another '.join(differing)}; give the same arguments to go on, or --restart begins anew")
    return State(**found["state"])


@contextmanager
def opened(target: Path, run: Json, restart: bool = False) -> Iterator[Output]:
    """The output of this run, cut back to what is journalled. Where the block fails before the first batch nothing is left behind.

    Raises DataError as :func:`begun`, where another process is writing it, where it is shorter than journalled, or where nothing can be written.
    """
    parts = [part_path(target), part_path(errors_path(target))]
    with ExitStack() as stack:
        with _writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            # Unbuffered, so that closing after a full disk does not fail once more.
            out, errors = (stack.enter_context(path.open("ab", buffering=0)) for path in parts)
            _lock(parts[0], out)
            state = begun(target, run, restart)
            _cut(parts[0], out, state.size)
            _cut(parts[1], errors, state.errors_size)
            _save(target, run, state)
        output = Output(target, run, state, out, errors)
        try:
            yield output
        finally:
            if not output.state.batches and not output.state.complete:
                _remove(*parts, journal_path(target))


def settle(target: Path, state: State) -> None:
    """The renaming at the end of a complete run; what a killed process did of it is not done twice."""
    with _writing(target):
        errors, part = errors_path(target), part_path(target)
        if not state.faults:
            _remove(errors, part_path(errors))
        elif part_path(errors).exists():
            part_path(errors).replace(errors)
        if part.exists():
            part.replace(target)
        _sync_folder(target.parent)
        _remove(journal_path(target))


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(f"{target}: cannot be written ({error.strerror or error})") from error


def _lock(part: Path, out: FileIO) -> None:
    """The lock goes with the process, however it ends."""
    try:
        fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DataError(f"{part}: another run is writing it; wait for its end") from error


def _cut(path: Path, file: FileIO, size: int) -> None:
    if os.fstat(file.fileno()).st_size < size:
        raise DataError(f"{path}: is shorter than the {size} bytes of its journal; --restart begins anew")
    file.truncate(size)


def _append(file: FileIO, data: bytes) -> int:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
    if data:
        os.fsync(file.fileno())
    return len(data)


def _save(target: Path, run: Json, state: State) -> None:
    path = journal_path(target)
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as out:
        json.dump({"run": run, "state": state._asdict()}, out)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _understood(part: Path, path: Path) -> Json:
    try:
        found = documents.read_json(path)
        State(**found["state"])
        return {"run": dict(found["run"]), "state": found["state"]}
    except (DataError, TypeError, KeyError, ValueError) as error:
        raise DataError(f"{part}: its journal {path.name} cannot be understood; --restart begins anew") from error


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
