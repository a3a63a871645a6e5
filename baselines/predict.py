"""Fit models and let them label pages: the shipped documents, each unseen by the model, or anyone's JSONL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sklearn.model_selection import ParameterGrid
from tqdm import tqdm

from baselines.metrics import METRICS, case
from baselines.models import GRIDS, MODELS
from baselines.task import Spans, body_of, render_predictions
from scripts import documents
from scripts.documents import DataError, Json
from scripts.shape import schema_faults


def fitted(name: str, corpus: list[Json], parameters: Json | None = None) -> Any:
    """The model of that name, fitted on the labels of the corpus. Raises DataError for a name that is not in MODELS."""
    if name not in MODELS:
        raise DataError(f"{name}: no such baseline; there are {', '.join(MODELS)}")
    model = MODELS[name](**(parameters or {}))
    return model.fit([document["text"] for document in corpus], [body_of(document) for document in corpus])


def chosen(name: str, train: list[Json], validation: list[Json]) -> Json:
    """The parameters of GRIDS with the best boundary F1 on validation, then the best body F1, then the first."""
    grid = list(ParameterGrid(GRIDS.get(name, {})))
    if len(grid) == 1:
        return dict(grid[0])
    return max(map(dict, grid), key=lambda parameters: _quality(labelled(fitted(name, train, parameters), validation), validation))


def labelled(model: Any, corpus: list[Json]) -> dict[str, Spans]:
    """``{id: body}`` of every document, as the model says."""
    bodies = model.predict([document["text"] for document in corpus])
    return {document["id"]: body for document, body in zip(corpus, bodies, strict=True)}


def leave_one_out(name: str, corpus: list[Json], parameters: Json) -> dict[str, Spans]:
    """``{id: body}``, each document labelled by a model that was fitted on the others; a rule is fitted on nothing."""
    if name not in GRIDS:
        return labelled(fitted(name, []), corpus)
    found: dict[str, Spans] = {}
    for document in corpus:
        found |= labelled(fitted(name, [other for other in corpus if other is not document], parameters), [document])
    return found


def read_pages(path: Path) -> Iterator[Json]:
    """The pages of a JSONL file of ``{"id", "text"}``. Raises DataError for a broken line or an id that comes twice."""
    seen: set[str] = set()
    for where, page in documents.read_jsonl(path):
        for place, message in schema_faults(page, "page"):
            raise DataError(f'{where}: {place}: {message}; a line is {{"id": "…", "text": "…"}}')
        if page["id"] in seen:
            raise DataError(f"{where}: id {page['id']} stands a second time; ids name one page each")
        if any("\ud800" <= char <= "\udfff" for char in page["text"]):
            raise DataError(f"{where}: the text of {page['id']} has a lone surrogate, half of a character; write the character whole")
        seen.add(page["id"])
        yield page


def label_file(name: str, source: Path, target: Path, parameters: Json) -> int:
    """Label every page of ``source`` with a model fitted on train; returns how many.

    The file is written when all is done, so a broken line leaves nothing half-written. A bar shows on a terminal.
    """
    model = fitted(name, documents.read_split("train") if name in GRIDS else [], parameters)
    pages = tqdm(read_pages(source), desc=name, unit=" pages", disable=None)
    rows = [(page["id"], model.predict([page["text"]])[0]) for page in pages]
    documents.write(target, render_predictions(rows))
    return len(rows)


def _quality(bodies: dict[str, Spans], corpus: list[Json]) -> tuple[float, ...]:
    """(boundary F1, body F1) over the corpus."""
    cases = [case(document, bodies[document["id"]], 2) for document in corpus]
    figures = (METRICS[name] for name in ("boundary.f1", "body.f1"))
    return tuple(metric.combine([sum(column) for column in zip(*map(metric.count, cases), strict=True)]) or 0.0 for metric in figures)
