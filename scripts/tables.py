"""Markdown tables, the same in a terminal, the README and the card."""

from collections.abc import Iterable, Sequence

from scripts.documents import Json

# The columns of the results table: heading → metric.
RESULTS = {
    "body P": "body.precision",
    "body R": "body.recall",
    "body F1": "body.f1",
    "boundary P": "boundary.precision",
    "boundary R": "boundary.recall",
    "boundary F1": "boundary.f1",
    "within 5": "boundary_within_5.f1",
    "glued F1": "boundary.glued.f1",
    "exact docs": "documents.exact",
    "Pk": "pk",
    "WindowDiff": "windowdiff",
}
WITH_INTERVAL = ("body.f1", "boundary.f1", "documents.exact")


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose first column is text and whose other columns are figures."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def results(systems: dict[str, Json]) -> str:
    """Systems by RESULTS; the figures of WITH_INTERVAL with their 95 % intervals."""
    rows = ([name, *(cell(found[m], m in WITH_INTERVAL) for m in RESULTS.values())] for name, found in systems.items())
    return markdown(["system", *RESULTS], rows)


def kept(systems: dict[str, Json]) -> str:
    """Systems by kind of boilerplate: the share of its characters that a system calls body."""
    kinds = [name for name, estimate in next(iter(systems.values())).items() if name.startswith("kept.") and estimate["value"] is not None]
    rows = ([name, *(cell(found[kind]) for kind in kinds)] for name, found in systems.items())
    return markdown(["system", *(kind.removeprefix("kept.") for kind in kinds)], rows)


def cell(estimate: Json, interval: bool = False) -> str:
    """A figure as the tables print it: .967, 1.000, with its interval if asked, a dash where it is not defined."""
    if estimate["value"] is None:
        return "–"
    bounds = f" [{short(estimate['low'])}, {short(estimate['high'])}]" if interval else ""
    return short(estimate["value"]) + bounds


def short(value: float) -> str:
    """Three digits, no leading zero."""
    return f"{value:.3f}".removeprefix("0")
