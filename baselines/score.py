"""Score predictions against the labels: figures with seeded bootstrap intervals.

Nothing here runs a model: gold labels and ``{id: body}`` are all it takes.
"""

from collections.abc import Iterable

import numpy as np

from baselines.metrics import METRICS, Metric, case, metrics, window_of
from baselines.task import Spans
from scripts import documents
from scripts.documents import Json

SEED = 20241122
RESAMPLES = 1000
DIGITS = 4


def scores(corpus: list[Json], bodies: dict[str, Spans]) -> Json:
    """``{metric: {value, low, high}}`` of one system; low and high bound the middle 95 % of the resamples."""
    window = window_of(corpus)
    cases = [case(document, bodies[document["id"]], window) for document in corpus]
    draws = np.random.default_rng(SEED).integers(len(cases), size=(RESAMPLES, len(cases)))
    return {name: _estimate(metric, np.array([metric.count(c) for c in cases], dtype=float), draws) for name, metric in metrics().items()}


def figures(names: Iterable[str], corpus: list[Json], bodies: dict[str, Spans]) -> dict[str, float | None]:
    """``{metric: value}`` of one system, without intervals; None where a metric is not defined. Not for Pk and WindowDiff, which need a window."""
    cases = [case(document, bodies[document["id"]], 2) for document in corpus]
    return {name: _round(METRICS[name].combine([sum(column) for column in zip(*map(METRICS[name].count, cases), strict=True)])) for name in names}


def data_digest(corpus: list[Json]) -> str:
    """Digest over the documents, ids and labels included: what a score belongs to."""
    return documents.sha256("".join(documents.render(document) for document in corpus))


def _estimate(metric: Metric, counts: np.ndarray, draws: np.ndarray) -> Json:
    resampled = [value for sums in counts[draws].sum(axis=1) if (value := metric.combine(sums)) is not None]
    value = metric.combine(counts.sum(axis=0))
    low, high = np.percentile(resampled, [2.5, 97.5]) if resampled and value is not None else (None, None)
    return {"value": _round(value), "low": _round(low), "high": _round(high)}


def _round(value: float | None) -> float | None:
    return None if value is None else round(float(value), DIGITS)
