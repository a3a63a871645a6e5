"""Two systems side by side: ``python -m baselines compare A B``. Is the difference more than chance among these documents?

Metrics count per document and divide the sums once, so a resample's figure is ``combine`` of its summed counts. The interval
draws documents with both systems' counts; the test swaps the two systems' counts of a document. No correction is made for
asking several questions at once, and documents count as independent, also where several come from one site.
"""

import argparse
import functools
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from baselines import field, results
from baselines.metrics import Metric, case, metrics, window_of
from baselines.score import DIGITS, SEED
from baselines.task import Spans, read_predictions
from scripts import documents, tables
from scripts.documents import ROOT, DataError, Json

METRICS = ("body.f1", "boundary.f1", "documents.exact")
COLUMNS = (*results.COLUMNS, *field.COLUMNS)
FIELD = ROOT / "build" / "field"

# Draws of documents, and random swaps. Where 2 to the power of the documents is no more than this, all swaps are counted: an exact p.
RESAMPLES = 9999
LEVEL = 0.05


def compare(corpus: list[Json], first: dict[str, Spans], second: dict[str, Spans], names: Sequence[str] = METRICS) -> dict[str, Json]:
    """``{metric: {a, b, difference, low, high, p, swaps}}`` for two systems' bodies of the same documents.

    ``difference`` is a - b, low and high bound the middle 95 % of its resamples, ``swaps`` counts the relabellings behind ``p`` (two-sided).
    A figure that the documents do not define is null. Raises DataError for fewer than two documents or an unknown metric.
    """
    known = metrics()
    for name in names:
        if name not in known:
            raise DataError(f"{name}: no such metric; there are {', '.join(known)}")
    if len(corpus) < 2:
        raise DataError(f"{len(corpus)} documents: a comparison over documents needs two or more")
    window = window_of(corpus)
    sides = [[case(document, bodies[document["id"]], window) for document in corpus] for bodies in (first, second)]
    return {name: _compared(known[name], *(np.array([known[name].count(c) for c in side], dtype=float) for side in sides)) for name in names}


def is_exact(found: Json, size: int) -> bool:
    """Whether p comes from every swap of that many documents."""
    return bool(found["swaps"] == 2**size)


def corpus_of(column: str, folder: Path = FIELD) -> list[Json]:
    """The documents that a column scores. Raises DataError where it is one of the field set and ``folder`` does not hold the texts."""
    return field.read_corpus(folder) if column in field.COLUMNS else documents.read_split(results.COLUMNS[column])


def prediction_file(name: str, column: str) -> Path:
    """The pinned predictions of a baseline of that name, or the file of that path. Raises DataError where there is neither."""
    for path in (results.prediction_path(column, name), Path(name)):
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in (results.PREDICTIONS / column).glob("*.jsonl")))
    raise DataError(f"{name}: no prediction file, and no baseline with predictions for {column}; these have some: {known}")


def table(found: dict[str, Json], first: str, second: str) -> str:
    """Metrics by both figures, the difference with its interval, and p."""
    rows = ([name, *tables.compared(row)] for name, row in found.items())
    return tables.markdown(["metric", first, second, *tables.COMPARED], rows)


def sentence(found: dict[str, Json], first: str, second: str, place: str, size: int) -> str:
    """What the table says, in words."""
    says = ", ".join(f"{name} {_verdict(row)}" for name, row in found.items())
    tested = [row for row in found.values() if row["p"] is not None]
    how = ""
    if tested and is_exact(tested[0], size):
        how = f"; p is exact, from all {2**size} ways of swapping the two, and cannot be under {tables.probability(2 / 2**size)}"
    elif tested:
        how = f"; p is not exact, it comes from {tested[0]['swaps']} random ways of swapping the two"
    return f"On the {size} documents of {place}, for {first} against {second}: {says}{how}."


def command(options: argparse.Namespace) -> int:
    """Compare two systems on the same documents: differences, intervals, and a paired permutation test."""
    corpus = corpus_of(options.column, options.data)
    first, second = (read_predictions(prediction_file(name, options.column), corpus) for name in (options.a, options.b))
    found = compare(corpus, first, second, options.metric)
    print(table(found, options.a, options.b))
    print(sentence(found, options.a, options.b, options.column.replace("_", " "), len(corpus)))
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of :func:`command`."""
    parser.add_argument("a", metavar="A", help="a baseline, or the path of a prediction file")
    parser.add_argument("b", metavar="B", help="the one it is compared with")
    parser.add_argument("--column", choices=COLUMNS, default="test", help="the documents, and which pinned predictions of a baseline (default: test)")
    parser.add_argument("--data", type=Path, metavar="DIR", default=FIELD, help="where the texts of the field set lie (default: build/field)")
    parser.add_argument("--metric", nargs="+", metavar="NAME", default=list(METRICS), help=f"metrics (default: {', '.join(METRICS)})")


def _compared(metric: Metric, first: np.ndarray, second: np.ndarray) -> Json:
    values = [metric.combine(list(counts.sum(axis=0))) for counts in (first, second)]
    if None in values:
        return {**dict(zip("ab", map(_round, values), strict=True)), **dict.fromkeys(("difference", "low", "high", "p", "swaps"))}
    # scipy resamples numbers; ours are rows of counts, so it resamples their row numbers, and the statistic looks the rows up.
    rows = np.arange(len(first)), np.arange(len(first), 2 * len(first))
    difference = functools.partial(_difference, np.concatenate([first, second]), metric)
    settings: Json = {"n_resamples": RESAMPLES, "vectorized": True, "rng": SEED}
    tested = stats.permutation_test(rows, difference, permutation_type="samples", alternative="two-sided", **settings)
    with warnings.catch_warnings():
        # As in baselines.score, a draw in which the figure is not defined does not count; scipy warns of it and gives no interval.
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        drawn = stats.bootstrap(rows, difference, paired=True, method="percentile", **settings).bootstrap_distribution
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    figures = {"a": values[0], "b": values[1], "difference": difference(*rows), "low": low, "high": high, "p": tested.pvalue}
    return {**{name: _round(value) for name, value in figures.items()}, "swaps": len(tested.null_distribution)}


def _difference(counts: np.ndarray, metric: Metric, first: np.ndarray, second: np.ndarray, axis: int = -1) -> np.ndarray:
    """The figure of the rows ``first`` less that of the rows ``second``, along their last axis; NaN where one is not defined."""
    one, other = (np.apply_along_axis(_figure, -1, counts[rows].sum(axis=axis - 1), metric) for rows in (first, second))
    # Sums of the same numbers in another order differ in the last bits; rounded, they tie, as they must in a count of swaps.
    return np.asarray(np.round(one - other, 12))


def _figure(sums: np.ndarray, metric: Metric) -> float:
    value = metric.combine(list(sums))
    return np.nan if value is None else float(value)


def _verdict(row: Json) -> str:
    if row["p"] is None:
        return "is not defined"
    if row["p"] >= LEVEL:
        return f"is not shown to differ (p = {tables.probability(row['p'])})"
    return f"is {'higher' if row['difference'] > 0 else 'lower'} by {tables.short(abs(row['difference']))} (p = {tables.probability(row['p'])})"


def _round(value: Any) -> float | None:
    return None if value is None else round(float(value), DIGITS)
