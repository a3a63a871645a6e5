"""What the recommended baseline was meant to reach, and what it reaches: a table of the card, held by a test.

The goals were set before the baseline was built. One that is not reached stays in the list and says so.
"""

from pathlib import Path
from typing import NamedTuple

from scripts import documents
from scripts.documents import ROOT, Json

FOLDER = ROOT / "baselines"


class Goal(NamedTuple):
    """A figure of a column of the results, or of the measured speed, and whether it is reached."""

    column: str
    figure: str
    least: float
    reached: bool


GOALS = (
    Goal("test", "body.f1", 0.98, False),
    Goal("test", "boundary.f1", 0.90, False),
    Goal("test", "documents.exact", 0.80, False),
    Goal("transfer", "boundary.f1", 0.60, False),
    Goal("leave_one_site_out", "boundary.f1", 0.80, False),
    Goal("leave_one_site_out", "documents.exact", 0.75, False),
    Goal("speed", "megabytes a second", 3.0, True),
    Goal("speed", "times jusText", 2.0, True),
)


def value(goal: Goal, folder: Path = FOLDER) -> float:
    """What the recommended baseline has there."""
    pinned, of_field, bench = (dict(documents.read_json(folder / name)) for name in ("results.json", "field_results.json", "bench.json"))
    if goal.column == "speed":
        return _speeds(bench["systems"][pinned["recommended"]])[goal.figure]
    columns: Json = {**pinned["columns"], **of_field["columns"]}
    return float(columns[goal.column]["systems"][pinned["recommended"]]["scores"][goal.figure]["value"])


def table(folder: Path = FOLDER) -> str:
    """A row a goal."""
    rows = [(goal.column.replace("_", " "), goal.figure, f"{goal.least:g}", f"{value(goal, folder):.3f}", "yes" if goal.reached else "no") for goal in GOALS]
    head = "| column | figure | goal | has | reached |\n| --- | --- | --: | --: | --- |\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _speeds(system: Json) -> dict[str, float]:
    return {"megabytes a second": system["speed"]["median"], "times jusText": system["ratios"]["justext"]}
