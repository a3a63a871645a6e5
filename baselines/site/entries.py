"""What the site is made of: documents with their split, their passes and decisions, and what the systems say about them."""

import itertools
from pathlib import Path
from typing import NamedTuple

from baselines import field, results
from baselines.site.outcomes import Answer
from baselines.task import read_predictions
from scripts import adjudication, catalogue, documents, passes
from scripts import field as pages
from scripts.documents import DATA, DataError, Json

FIELD = "field"


class Entry(NamedTuple):
    """One document of the site. ``split`` is its folder, or "field" for a page of the field set."""

    document: Json
    split: str
    passes: list[Json]
    decisions: list[Json]
    answers: list[Answer]
    names: Json  # the catalogue: id → names

    @property
    def id(self) -> str:
        return str(self.document["id"])


def read(data: Path = DATA) -> list[Entry]:
    """The documents under ``data`` in the order of splits and ids, with the pinned predictions where ``data`` is the repository's own.

    Raises DataError where predictions do not answer for the documents, and for passes over another text.
    """
    columns = results.COLUMNS if data == DATA else {}
    corpora = {split: documents.read_split(split, data) for split in documents.splits(data)}
    answers = _answers({column: corpora[split] for column, split in columns.items()})
    entries = catalogue.read(data) if (data / "entities.json").exists() else {}
    return [_entry(document, split, answers, entries, data) for split, corpus in corpora.items() for document in corpus]


def read_more(folder: Path) -> list[Entry]:
    """The documents of another folder: the field set's where it holds those, else as :func:`read`. Raises DataError where it holds none."""
    ids = {path.stem for path in documents.paths(data=folder)}
    if not ids:
        raise DataError(f"{folder}: has no documents/<split>/*.json; `make field` writes them to build/field")
    if not ids & {path.stem for path in documents.field_paths()}:
        return read(folder)
    corpus = field.read_corpus(folder)
    answers = _answers(dict.fromkeys(field.COLUMNS, corpus))
    return [_entry(document, FIELD, answers, {}, DATA) for document in corpus]


def joined(*parts: list[Entry]) -> list[Entry]:
    """All of them. Raises DataError where an id stands twice."""
    entries = list(itertools.chain(*parts))
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise DataError(f"{entry.id}: two documents have this id; give one another")
        seen.add(entry.id)
    return entries


def is_foreign(entry: Entry) -> bool:
    """Whether the text is its publisher's and not shipped with the data set."""
    return bool(entry.document["source"]["style"].startswith(pages.STYLE))


def _entry(document: Json, split: str, answers: dict[str, list[Answer]], names: Json, data: Path) -> Entry:
    layers = [_pass(name, document, data) for name in document["annotation"]["passes"]]
    decisions = adjudication.updated(document, data)["decisions"]
    return Entry(document, split, layers, decisions, answers.get(document["id"], []), names)


def _pass(name: str, document: Json, data: Path) -> Json:
    layers = passes.read(name, document["id"], data)
    if layers["sha256"] != document["source"]["sha256"]:
        raise DataError(f"{data / passes.FOLDER / name / document['id']}.json: labels another text than the document's; its digest is {layers['sha256'][:12]}…")
    return layers


def _answers(columns: dict[str, list[Json]]) -> dict[str, list[Answer]]:
    """``{id: answers}`` of every prediction file of the columns, systems in the order of the pinned results."""
    found: dict[str, list[Answer]] = {}
    order = list(results.read()["parameters"]) if columns else []
    for column, corpus in columns.items():
        names = [path.stem for path in (results.PREDICTIONS / column).glob("*.jsonl")]
        for name in sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name)):
            for identifier, body in read_predictions(results.prediction_path(column, name), corpus).items():
                found.setdefault(identifier, []).append(Answer(column, name, body))
    return found
