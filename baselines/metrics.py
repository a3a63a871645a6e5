"""The metrics. Each counts on one document; counts are added up and divided once, over all documents.

A metric is ``(count, combine)``: ``count(case)`` gives numbers that may be added, ``combine(sums)`` the figure, or
null where it is not defined. So the corpus score, its interval and a paired test come from the same counts.
Where there is nothing to find and nothing is found, precision, recall and F1 are 1; where something is, 0.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from nltk.metrics.segmentation import pk, windowdiff
from numpy.typing import NDArray

from baselines.task import Boundary, Mask, Spans, body_of, boundaries, mask_of, visible
from scripts import documents
from scripts.documents import Json

Numbers = Sequence[float]
TOLERANCE = 5
TYPES = ("line", "inline", "glued")


class Case(NamedTuple):
    """One document and what a system said about it."""

    text: str
    kinds: NDArray[np.str_]  # gold kind of each visible character
    gold: Mask
    predicted: Mask
    gold_boundaries: list[Boundary]
    predicted_boundaries: list[Boundary]
    window: int  # k of Pk and WindowDiff, in visible characters


@dataclasses.dataclass(frozen=True)
class Metric:
    """What is counted on one document, and how the sums become a figure."""

    count: Callable[[Case], Numbers]
    combine: Callable[[Numbers], float | None]


def case(document: Json, body: Spans, window: int) -> Case:
    """A document with labels, and the body that a system predicts for it."""
    text, places = document["text"], visible(document["text"])
    gold, predicted = mask_of(text, body_of(document)), mask_of(text, body)
    starts = [segment["start"] for segment in document["segments"]]
    kinds = np.array([segment["kind"] for segment in document["segments"]])[np.searchsorted(starts, places, side="right") - 1]
    return Case(text, kinds, gold, predicted, boundaries(text, gold), boundaries(text, predicted), window)


def window_of(corpus: list[Json]) -> int:
    """k of Pk and WindowDiff: half the mean length of a gold stretch of one label, in visible characters, at least 2.

    One k for the whole corpus, after Beeferman, Berger and Lafferty (1999), who take half the mean segment length.
    """
    masks = [(document["text"], mask_of(document["text"], body_of(document))) for document in corpus]
    stretches = sum(len(boundaries(text, mask)) + 1 for text, mask in masks)
    return max(2, round(sum(len(mask) for _, mask in masks) / stretches / 2))


def count_body(case: Case) -> Numbers:
    """(true positive, false positive, false negative) visible characters of the body."""
    hits = int((case.gold & case.predicted).sum())
    return hits, int(case.predicted.sum()) - hits, int(case.gold.sum()) - hits


def count_boundaries(case: Case, tolerance: int = 0, kind: str | None = None) -> Numbers:
    """(tp, fp, fn) boundaries, matched one to one in the same direction at most ``tolerance`` code points apart.

    ``kind`` keeps those of one type: line, inline or glued.
    """
    gold = [b for b in case.gold_boundaries if kind in (None, b.type)]
    predicted = [b for b in case.predicted_boundaries if kind in (None, b.type)]
    hits = sum(_matches(_positions(gold, opens), _positions(predicted, opens), tolerance) for opens in (True, False))
    return hits, len(predicted) - hits, len(gold) - hits


def count_exact(case: Case) -> Numbers:
    """(1 where every visible character is right, 1)."""
    return int(bool((case.gold == case.predicted).all())), 1


def count_kept(case: Case, kind: str) -> Numbers:
    """(visible characters of the kind that were called body, visible characters of the kind)."""
    chosen = case.kinds == kind
    return int(case.predicted[chosen].sum()), int(chosen.sum())


def count_windows(case: Case, measure: Callable[..., float]) -> Numbers:
    """(windows that nltk's measure calls wrong, windows), over visible characters; none in a text shorter than k."""
    gold, predicted = (_marks(mask) for mask in (case.gold, case.predicted))
    windows = max(0, len(gold) - case.window + 1)
    return (measure(gold, predicted, case.window) * windows if windows else 0, windows)


def per_document(count: Callable[[Case], Numbers], combine: Callable[[Numbers], float | None]) -> Metric:
    """The mean of a figure over documents (macro average)."""
    return Metric(lambda case: (combine(count(case)) or 0, 1), ratio)


def precision(counts: Numbers) -> float:
    """tp / (tp + fp)."""
    hits, wrong, missed = counts
    return hits / (hits + wrong) if hits + wrong else float(not missed)


def recall(counts: Numbers) -> float:
    """tp / (tp + fn)."""
    hits, wrong, missed = counts
    return hits / (hits + missed) if hits + missed else float(not wrong)


def f1(counts: Numbers) -> float:
    """2 tp / (2 tp + fp + fn)."""
    hits, wrong, missed = counts
    return 2 * hits / (2 * hits + wrong + missed) if hits + wrong + missed else 1.0


def ratio(counts: Numbers) -> float | None:
    """The first over the second; null where there is none of the second."""
    return counts[0] / counts[1] if counts[1] else None


def defined(figure: Callable[[Numbers], float]) -> Callable[[Numbers], float | None]:
    """The figure, null where the gold labels have nothing to find."""
    return lambda counts: figure(counts) if counts[0] + counts[2] else None


def _boundaries(tolerance: int = 0, kind: str | None = None) -> Callable[[Case], Numbers]:
    return functools.partial(count_boundaries, tolerance=tolerance, kind=kind)


METRICS: dict[str, Metric] = {
    "body.precision": Metric(count_body, precision),
    "body.recall": Metric(count_body, recall),
    "body.f1": Metric(count_body, f1),
    "body.macro_precision": per_document(count_body, precision),
    "body.macro_recall": per_document(count_body, recall),
    "body.macro_f1": per_document(count_body, f1),
    "boundary.precision": Metric(_boundaries(), precision),
    "boundary.recall": Metric(_boundaries(), recall),
    "boundary.f1": Metric(_boundaries(), f1),
    "boundary.macro_f1": per_document(_boundaries(), f1),
    "boundary_within_5.precision": Metric(_boundaries(TOLERANCE), precision),
    "boundary_within_5.recall": Metric(_boundaries(TOLERANCE), recall),
    "boundary_within_5.f1": Metric(_boundaries(TOLERANCE), f1),
    **{f"boundary.{kind}.precision": Metric(_boundaries(0, kind), defined(precision)) for kind in TYPES},
    **{f"boundary.{kind}.recall": Metric(_boundaries(0, kind), defined(recall)) for kind in TYPES},
    **{f"boundary.{kind}.f1": Metric(_boundaries(0, kind), defined(f1)) for kind in TYPES},
    "documents.exact": Metric(count_exact, ratio),
    "pk": Metric(functools.partial(count_windows, measure=pk), ratio),
    "windowdiff": Metric(functools.partial(count_windows, measure=windowdiff), ratio),
}


def metrics() -> dict[str, Metric]:
    """METRICS, and the share of each boilerplate kind of the schema that was kept as body."""
    kinds = documents.enum("boilerplate_kind")
    return {**METRICS, **{f"kept.{kind}": Metric(functools.partial(count_kept, kind=kind), ratio) for kind in kinds}}


def _positions(found: list[Boundary], opens: bool) -> list[int]:
    return [boundary.position for boundary in found if boundary.opens is opens]


def _matches(gold: list[int], predicted: list[int], tolerance: int) -> int:
    """Size of the largest one-to-one matching: with sorted points and one tolerance, taking the nearest free left one is best."""
    hits = i = j = 0
    while i < len(gold) and j < len(predicted):
        if abs(gold[i] - predicted[j]) <= tolerance:
            hits, i, j = hits + 1, i + 1, j + 1
        elif gold[i] < predicted[j]:
            i += 1
        else:
            j += 1
    return hits


def _marks(mask: Mask) -> str:
    """nltk's form of a segmentation: 1 at the last character before a boundary, else 0."""
    changes = np.append(mask[1:] != mask[:-1], False) if len(mask) else np.array([], dtype=bool)
    return "".join(np.where(changes, "1", "0").tolist())
