"""Label files of pages of any size with a fitted model, in one process or several; an interrupted run can be taken up again."""

import hashlib
import multiprocessing
import os
import signal
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from baselines import batches, formats, journal
from baselines.batches import Batch
from baselines.models import GRIDS
from baselines.saved import ready
from baselines.score import data_digest
from baselines.task import Spans, render_predictions
from scripts import documents
from scripts.documents import DataError, Json

# How much of each input file its digest holds, in bytes.
HEAD = 1 << 16
# Silent where nobody looks; bytes of the input, so that the time left is known.
BAR: Json = {"unit": "B", "unit_scale": True, "disable": None}


def label_files(
    name: str, sources: list[Path], target: Path, parameters: Json, *, workers: int = 1, strict: bool = False, restart: bool = False
) -> tuple[int, int]:
    """Label every page of the files with a model fitted on train; returns how many pages, and how many records were broken.

    ``target`` gets a line for each page in the order of the input. Broken records are listed beside it, in ``TARGET.errors.jsonl``;
    with ``strict`` the first one raises DataError. A run that was interrupted goes on where it was, and ends with the same bytes
    whatever the workers. Raises DataError also as :func:`formats.read` and :func:`journal.opened`.
    """
    files = formats.inputs(sources)
    _check_apart(files, sources, target)
    train = documents.read_split("train") if name in GRIDS else []
    run = identity(name, parameters, train, files)
    state = journal.begun(target, run, restart)
    if state.complete:
        journal.settle(target, state)
        return state.pages, state.faults
    model = ready(name, train, parameters)
    with journal.opened(target, run, restart) as output:
        found, size = batches.batches(formats.read(files), strict), formats.total(files)
        done = _skip(found, output.state.batches, size)
        _write(answers(model, found, workers), output, tqdm(desc=name, total=size, initial=done, **BAR))
        output.finish()
    return output.state.pages, output.state.faults


def identity(name: str, parameters: Json, train: list[Json], files: list[Path]) -> Json:
    """What two runs have in common that may share a half-written output. An input that is no file on a disk is never the same twice."""
    known = hashlib.sha256()
    for path in files:
        known.update(repr(_fingerprint(path)).encode("utf-8", "surrogateescape"))
    return {
        "model": name,
        "parameters": parameters,
        "training set": data_digest(train),
        "batch size": [batches.SIZE, batches.COUNT],
        "input": known.hexdigest(),
    }


def answers(model: Any, found: Iterable[Batch], workers: int = 1) -> Iterator[tuple[Batch, list[Spans]]]:
    """Each batch with the bodies of its pages, in order; at most two batches a worker are read ahead.

    Raises DataError where a worker process dies.
    """
    if workers == 1:
        for batch in found:
            yield batch, model.predict(batch.texts)
        return
    # Spawned, since a fork of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (model,)) as pool:
        try:
            yield from _ordered(found, lambda texts: pool.submit(_predict, texts), 2 * workers)
        except BrokenProcessPool as error:
            raise DataError(
                "a worker process died, perhaps for want of memory; the same command goes on from the last batch, fewer --workers need less"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _ordered(found: Iterable[Batch], submit: Callable[[list[str]], "Future[list[Spans]]"], ahead: int) -> Iterator[tuple[Batch, list[Spans]]]:
    waiting: deque[tuple[Batch, Future[list[Spans]]]] = deque()
    for batch in found:
        waiting.append((batch, submit(batch.texts)))
        if len(waiting) == ahead:
            first, future = waiting.popleft()
            yield first, future.result()
    for first, future in waiting:
        yield first, future.result()


_worker: dict[str, Any] = {}


def _begin(model: Any) -> None:
    """In a worker: keep the model, leave Ctrl-C to the parent, and end with it even where it is killed."""
    _worker["model"] = model
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _predict(texts: list[str]) -> list[Spans]:
    return list(_worker["model"].predict(texts))


def _write(answered: Iterator[tuple[Batch, list[Spans]]], output: journal.Output, bar: "tqdm[Any]") -> None:
    position = bar.n
    with bar:
        for batch, bodies in answered:
            rows = [render_predictions([row]) for row in zip(batch.ids, bodies, strict=True)]
            output.append(rows, [documents.render_jsonl([row]) for row in batch.faults])
            bar.set_postfix(pages=output.state.pages, broken=output.state.faults, refresh=False)
            bar.update(batch.position - position)
            position = batch.position


def _skip(found: Iterator[Batch], count: int, size: int | None) -> int:
    """Pass over the batches that are done, read again for their ids; returns the position behind them."""
    if not count:
        return 0
    position = 0
    with tqdm(desc="read again", total=size, **BAR) as bar:
        for batch in islice(found, count):
            bar.update(batch.position - position)
            position = batch.position
    return position


def _fingerprint(path: Path) -> tuple[str, int, int, str]:
    if not path.is_file():
        return str(path), 0, 0, uuid.uuid4().hex
    try:
        with path.open("rb") as file:
            head, found = file.read(HEAD), os.fstat(file.fileno())
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    return str(path.resolve()), found.st_size, found.st_mtime_ns, hashlib.sha256(head).hexdigest()


def _check_apart(files: list[Path], sources: list[Path], target: Path) -> None:
    """Raises DataError where the output would be, or become, input."""
    place = target.resolve()
    if place in {path.resolve() for path in files} or place.parent in {path.resolve() for path in sources if path.is_dir()}:
        raise DataError(f"{target}: lies among the input; write it elsewhere")
    if target.name.endswith((".parquet", ".parquet.gz", ".parquet.zst")):
        raise DataError(f"{target}: predictions are JSONL; name the file .jsonl, .jsonl.gz or .jsonl.zst")
