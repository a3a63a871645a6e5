"""Fit models and let them label the shipped documents, each unseen by the model. Anyone's pages are labelled in `stream`."""

from typing import Any

from sklearn.model_selection import ParameterGrid

from baselines.models import AFTER_FIT, CHAINS, GRIDS, MODELS
from baselines.score import figures
from baselines.task import Spans, body_of
from scripts import documents
from scripts.documents import ROOT, DataError, Json

# What `python -m baselines.cross_validation` chose.
SETTINGS = ROOT / "baselines" / "cross_validation.json"


def fitted(name: str, corpus: list[Json], parameters: Json | None = None) -> Any:
    """The model of that name, fitted on the labels of the corpus. Raises DataError for a name that is not in MODELS."""
    if name not in MODELS:
        raise DataError(f"{name}: no such baseline; there are {', '.join(MODELS)}")
    model = MODELS[name](**(parameters or {}))
    texts, bodies = [document["text"] for document in corpus], [body_of(document) for document in corpus]
    return model.fit(texts, bodies, corpus) if name in CHAINS else model.fit(texts, bodies)


def chosen(name: str, train: list[Json], validation: list[Json]) -> tuple[Json, Any]:
    """The parameters of GRIDS with the best boundary F1 on validation, then the best body F1, then the first, and what cross-validation
    chose of AFTER_FIT; and the model fitted on train with them."""
    late = settings(name)
    best: tuple[tuple[float, ...], Json, Any] = ((-1.0,), {}, None)
    for parameters in ParameterGrid(GRIDS.get(name, {})):
        model = fitted(name, train if name in GRIDS else [], {**parameters, **late})
        best = max(best, (quality(labelled(model, validation), validation), {**parameters, **late}, model), key=lambda found: found[0])
    return best[1:]


def settings(name: str) -> Json:
    """What is set on the fitted model of that name, as cross-validation chose it."""
    return dict(documents.read_json(SETTINGS)["systems"][name]["chosen"]) if name in AFTER_FIT else {}


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


def quality(bodies: dict[str, Spans], corpus: list[Json]) -> tuple[float, ...]:
    """(boundary F1, body F1) over the corpus."""
    return tuple(value or 0.0 for value in figures(("boundary.f1", "body.f1"), corpus, bodies).values())
