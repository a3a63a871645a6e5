"""Fit models and let them label the shipped documents, each unseen by the model. Anyone's pages are labelled in `stream`."""

from typing import Any

from sklearn.model_selection import ParameterGrid

from baselines.metrics import METRICS, case
from baselines.models import AFTER_FIT, GRIDS, MODELS, WITH_DOCUMENTS
from baselines.task import Spans, body_of
from scripts.documents import DataError, Json


def fitted(name: str, corpus: list[Json], parameters: Json | None = None) -> Any:
    """The model of that name, fitted on the labels of the corpus. Raises DataError for a name that is not in MODELS."""
    if name not in MODELS:
        raise DataError(f"{name}: no such baseline; there are {', '.join(MODELS)}")
    model = MODELS[name](**(parameters or {}))
    texts, bodies = [document["text"] for document in corpus], [body_of(document) for document in corpus]
    return model.fit(texts, bodies, corpus) if name in WITH_DOCUMENTS else model.fit(texts, bodies)


def chosen(name: str, train: list[Json], validation: list[Json]) -> tuple[Json, Any]:
    """The parameters of GRIDS with the best boundary F1 on validation, then the best body F1, then the first; and the model fitted on train with them.

    Parameters of AFTER_FIT are set on a fitted model, which is fitted once for all of their values.
    """
    grid = GRIDS.get(name, {})
    late = {key: values for key, values in grid.items() if key in AFTER_FIT}
    best: tuple[tuple[float, ...], Json, Any] = ((-1.0,), {}, None)
    for early in ParameterGrid({key: values for key, values in grid.items() if key not in AFTER_FIT}):
        model = fitted(name, train if name in GRIDS else [], early)
        for rest in ParameterGrid(late):
            answer = labelled(model.set_params(**rest), validation)
            best = max(best, (quality(answer, validation), {**early, **rest}, model), key=lambda found: found[0])
    return best[1], best[2].set_params(**best[1])


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
    cases = [case(document, bodies[document["id"]], 2) for document in corpus]
    figures = (METRICS[name] for name in ("boundary.f1", "body.f1"))
    return tuple(metric.combine([sum(column) for column in zip(*map(metric.count, cases), strict=True)]) or 0.0 for metric in figures)
