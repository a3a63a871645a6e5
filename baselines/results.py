"""The pinned results, ``baselines/results.json`` and ``baselines/predictions/``: build, compare, write."""

import importlib.metadata
import json
import sys
from pathlib import Path

from baselines.metrics import window_of
from baselines.predict import leave_one_out
from baselines.score import RESAMPLES, SEED, data_digest, scores
from baselines.task import Spans, render_predictions
from scripts import documents
from scripts.documents import ROOT, DataError, Json

RESULTS = ROOT / "baselines" / "results.json"
PREDICTIONS = ROOT / "baselines" / "predictions"
LIBRARIES = ("nltk", "numpy", "scikit-learn", "scipy")

# Where a lower figure would be a worse baseline: what `--update` refuses to lower.
GUARDED = ("body.f1", "boundary.f1", "documents.exact")


def build(corpus: list[Json], predictions: dict[str, dict[str, Spans]]) -> Json:
    """The content of results.json for these predictions of each system."""
    return {
        "data_sha256": data_digest(corpus),
        "documents": len(corpus),
        "seed": SEED,
        "resamples": RESAMPLES,
        "window": window_of(corpus),
        "versions": versions(),
        "systems": {name: _system(corpus, bodies) for name, bodies in predictions.items()},
    }


def versions() -> dict[str, str]:
    """What fits and scores: Python's minor version, since its patches change no figure, and the libraries' full ones."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python, **{name: importlib.metadata.version(name) for name in LIBRARIES}}


def predict_all(names: list[str], corpus: list[Json]) -> dict[str, dict[str, Spans]]:
    """``{system: {id: body}}``, every document unseen by the model that labels it."""
    return {name: leave_one_out(name, corpus) for name in names}


def prediction_path(name: str) -> Path:
    return PREDICTIONS / f"{name}.jsonl"


def differences(pinned: Json, found: Json) -> list[str]:
    """What differs between two results, a line each: place, pinned and found value."""
    old, new = _flat(pinned), _flat(found)
    places = sorted({*old, *new}, key=list({**old, **new}).index)
    return [f"{place}: pinned {old.get(place, 'nothing')}, found {new.get(place, 'nothing')}" for place in places if old.get(place) != new.get(place)]


def lowered(pinned: Json, found: Json) -> list[str]:
    """The guarded figures that would fall, a line each; a system that is gone counts."""
    falls = []
    for name, system in pinned["systems"].items():
        for metric in GUARDED:
            old = system["scores"][metric]["value"]
            new = found["systems"].get(name, {}).get("scores", {}).get(metric, {}).get("value")
            if new is None or new < old:
                falls.append(f"{name}: {metric} from {old} to {new}")
    return falls


def read() -> Json:
    """The pinned results. Raises DataError where there are none."""
    return dict(documents.read_json(RESULTS))


def update(found: Json, predictions: dict[str, dict[str, Spans]], allow_lower: bool) -> None:
    """Pin these results. Raises DataError where a guarded figure would fall, unless that is allowed in words."""
    falls = lowered(read(), found) if RESULTS.exists() else []
    if falls and not allow_lower:
        raise DataError("these figures would fall:\n  " + "\n  ".join(falls) + "\nfind out why; --allow-lower pins them all the same")
    for name, bodies in predictions.items():
        documents.write(prediction_path(name), render_predictions(bodies.items()))
    for path in PREDICTIONS.glob("*.jsonl"):
        if path.stem not in predictions:
            path.unlink()
    documents.write(RESULTS, json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def _system(corpus: list[Json], bodies: dict[str, Spans]) -> Json:
    return {"predictions_sha256": documents.sha256(render_predictions(bodies.items())), "scores": scores(corpus, bodies)}


def _flat(value: object, place: str = "") -> dict[str, object]:
    if not isinstance(value, dict):
        return {place: value}
    return {key: leaf for name, item in value.items() for key, leaf in _flat(item, f"{place}/{name}").items()}
