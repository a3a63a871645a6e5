"""Fit models and let them label pages: the shipped documents, each unseen by the model, or anyone's JSONL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from baselines.models import MODELS, TRAINED
from baselines.task import Spans, body_of, render_predictions
from scripts import documents
from scripts.documents import DataError, Json
from scripts.shape import schema_faults


def fitted(name: str, corpus: list[Json]) -> Any:
    """The model of that name, fitted on the labels of the corpus. Raises DataError for a name that is not in MODELS."""
    if name not in MODELS:
        raise DataError(f"{name}: no such baseline; there are {', '.join(MODELS)}")
    return MODELS[name]().fit([document["text"] for document in corpus], [body_of(document) for document in corpus])


def leave_one_out(name: str, corpus: list[Json]) -> dict[str, Spans]:
    """``{id: body}``, each document labelled by a model that was fitted on the others; a rule is fitted on nothing."""
    if name not in TRAINED:
        return _labelled(fitted(name, []), corpus)
    found: dict[str, Spans] = {}
    for document in corpus:
        found |= _labelled(fitted(name, [other for other in corpus if other is not document]), [document])
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


def label_file(name: str, source: Path, target: Path) -> int:
    """Label every page of ``source`` with a model fitted on all shipped documents; returns how many.

    The file is written when all is done, so a broken line leaves nothing half-written. A bar shows on a terminal.
    """
    corpus = [document for split in documents.splits() for document in documents.read_split(split)]
    model = fitted(name, corpus if name in TRAINED else [])
    pages = tqdm(read_pages(source), desc=name, unit=" pages", disable=None)
    rows = [(page["id"], model.predict([page["text"]])[0]) for page in pages]
    documents.write(target, render_predictions(rows))
    return len(rows)


def _labelled(model: Any, corpus: list[Json]) -> dict[str, Spans]:
    bodies = model.predict([document["text"] for document in corpus])
    return {document["id"]: body for document, body in zip(corpus, bodies, strict=True)}
