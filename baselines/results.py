"""The pinned results, ``baselines/results.json`` and ``baselines/predictions/``: build, compare, write."""

import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

from baselines.metrics import window_of
from baselines.parallel import each
from baselines.predict import chosen, labelled, leave_one_out
from baselines.score import RESAMPLES, SEED, data_digest, scores
from baselines.task import Spans, render_predictions
from scripts import documents
from scripts.documents import ROOT, DataError, Json

RESULTS = ROOT / "baselines" / "results.json"
PREDICTIONS = ROOT / "baselines" / "predictions"
LIBRARIES = ("nltk", "numpy", "scikit-learn", "scipy")

# Column of the results → split whose documents are scored.
COLUMNS = {"validation": "validation", "test": "test", "leave_one_out": "test"}

# Where a lower figure would be a worse baseline: what `--update` refuses to lower.
GUARDED = ("body.f1", "boundary.f1", "documents.exact")

# column → system → document id → body
Predictions = dict[str, dict[str, dict[str, Spans]]]


def run_all(names: list[str], corpora: dict[str, list[Json]]) -> tuple[dict[str, Json], Predictions]:
    """``(parameters, predictions)``: each system chosen on validation and asked for every column, as many at a time as there are cores."""
    found = each(run_one, [(name, corpora) for name in reversed(names)], "run")  # the slowest stand last: they begin first
    answers = dict(zip(reversed(names), found, strict=True))
    return {name: answers[name][0] for name in names}, {column: {name: answers[name][1][column] for name in names} for column in COLUMNS}


def run_one(name: str, corpora: dict[str, list[Json]]) -> tuple[Json, dict[str, dict[str, Spans]]]:
    """The parameters of one system, and its predictions for each column."""
    parameters, model = chosen(name, corpora["train"], corpora["validation"])
    found = {column: labelled(model, corpora[column]) for column in ("validation", "test")}
    return parameters, {**found, "leave_one_out": leave_one_out(name, corpora["test"], parameters)}


def build(corpora: dict[str, list[Json]], parameters: dict[str, Json], predictions: Predictions) -> Json:
    """The content of results.json for these predictions."""
    columns = {name: column(corpora[COLUMNS[name]], systems) for name, systems in predictions.items()}
    return {
        "data_sha256": {split: data_digest(corpus) for split, corpus in corpora.items()},
        "seed": SEED,
        "resamples": RESAMPLES,
        "versions": versions(),
        "recommended": recommended(columns["validation"]["systems"]),
        "parameters": parameters,
        "columns": columns,
    }


def column(corpus: list[Json], systems: dict[str, dict[str, Spans]]) -> Json:
    """The scores of every system on one set of documents."""
    return {"documents": len(corpus), "window": window_of(corpus), "systems": {name: _system(corpus, bodies) for name, bodies in systems.items()}}


def recommended(systems: Json) -> str:
    """The system with the best boundary F1, then the best body F1, then the first."""
    return max(systems, key=lambda name: tuple(systems[name]["scores"][metric]["value"] for metric in ("boundary.f1", "body.f1")))


def versions() -> dict[str, str]:
    """What fits and scores: Python's minor version, since its patches change no figure, and the libraries' full ones."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python, **{name: importlib.metadata.version(name) for name in LIBRARIES}}


def prediction_path(column: str, name: str) -> Path:
    """Where the predictions of a system for a column lie."""
    return PREDICTIONS / column / f"{name}.jsonl"


def differences(pinned: Json, found: Json) -> list[str]:
    """What differs between two results, a line each: place, pinned and found value."""
    old, new = _flat(pinned), _flat(found)
    return [f"{place}: pinned {old.get(place, 'nothing')}, found {new.get(place, 'nothing')}" for place in {**old, **new} if old.get(place) != new.get(place)]


def lowered(pinned: Json, found: Json) -> list[str]:
    """The guarded figures that would fall, a line each; one that is gone counts."""
    old, new = _flat(pinned["columns"]), _flat(found["columns"])
    guarded = [place for place in old if place.endswith(tuple(f"/scores/{metric}/value" for metric in GUARDED))]
    return [f"{place}: from {old[place]} to {new.get(place)}" for place in guarded if place not in new or new[place] < old[place]]


def read(path: Path | None = None) -> Json:
    """The pinned results, of ``RESULTS`` where no file is named. Raises DataError where there are none."""
    return dict(documents.read_json(path or RESULTS))


def update(found: Json, predictions: Predictions, allow_lower: bool, path: Path | None = None) -> None:
    """Pin these results, in ``RESULTS`` where no file is named. Raises DataError where a guarded figure would fall, unless that is allowed in words."""
    path = path or RESULTS
    falls = lowered(read(path), found) if path.exists() else []
    if falls and not allow_lower:
        raise DataError("these figures would fall:\n  " + "\n  ".join(falls) + "\nfind out why; --allow-lower pins them all the same")
    written = {prediction_path(column, name): render_predictions(bodies.items()) for column, systems in predictions.items() for name, bodies in systems.items()}
    for file, content in written.items():
        documents.write(file, content)
    for old in {file for column in predictions for file in (PREDICTIONS / column).glob("*.jsonl")} - set(written):
        old.unlink()
    documents.write(path, json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def _system(corpus: list[Json], bodies: dict[str, Spans]) -> Json:
    return {"predictions_sha256": documents.sha256(render_predictions(bodies.items())), "scores": scores(corpus, bodies)}


def _flat(value: Any, place: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {place: value}
    return {key: leaf for name, item in value.items() for key, leaf in _flat(item, f"{place}/{name}").items()}
