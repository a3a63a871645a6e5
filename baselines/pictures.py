"""Pictures of the results for README and card: ``python -m baselines pictures`` writes ``baselines/pictures/*.svg``.

Each is drawn from pinned figures only, so the same figures give the same bytes; what has no figures yet is not drawn.
"""

import argparse
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema

from baselines import field, results
from baselines.metrics import TYPES, case, count_boundaries
from baselines.task import read_predictions
from scripts import documents, tables
from scripts.documents import ROOT, DataError, Json

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = ROOT / "baselines" / "pictures"
METRIC = "boundary.f1"
COLUMN = "validation"

TITLES = {
    "results": "Boundary F1 of every system with its interval, a panel a column",
    "boundary_errors": "Boundaries missed and invented on validation, by type",
    "speed": "Boundary F1 on validation against speed",
    "learning": "Boundary F1 against pages and site styles in training",
}


def _object(known: Json, required: Sequence[str] = (), other: Json | None = None) -> Json:
    node: Json = {"type": "object", "required": [*required, *known], "properties": known}
    return {**node, "additionalProperties": other} if other else node


def _rows(known: Json) -> Json:
    """Systems by name; one that failed has an error in place of figures."""
    return _object({}, other={"type": "object", "anyOf": [{"required": ["error"]}, {"required": [*known]}], "properties": known})


_FIGURE: Json = {"type": ["number", "null"]}
_RATE: Json = {"type": "number", "exclusiveMinimum": 0}
_COUNT: Json = {"type": "integer", "minimum": 0}
_SCORES = _object({}, [METRIC], other=_object({"value": _FIGURE, "low": _FIGURE, "high": _FIGURE}))
_RUN = {column: _object({}, [METRIC], other=_FIGURE) for column in ("validation", "transfer")}

# What is drawn where it is there, and the shape it must have.
SHAPES: dict[str, Json] = {
    "bench": _object({"systems": _rows({"speed": _object({"median": _RATE, "low": _RATE, "high": _RATE})})}),
    "peers": _object({"columns": _object({COLUMN: _object({"systems": _rows({"scores": _SCORES})})})}),
    "studies": _object(
        {
            "learning_curve": {"type": "array", "minItems": 1, "items": _object({"pages": _COUNT, "styles": _COUNT, "seed": {"type": "integer"}, **_RUN})},
            "ablation": {"type": "array", "items": _object({"without": {"type": "string"}, **_RUN})},
        }
    ),
}


def write(
    found: Json, field_found: Json, bench: Json | None = None, studies: Json | None = None, peers: Json | None = None, folder: Path | None = None
) -> list[Path]:
    """Draw what there are figures for, take away pictures that there are none for, and return the files written.

    ``found`` and ``field_found`` are results.json and field_results.json; boundary errors are counted on the pinned predictions
    of their systems. ``folder`` is FOLDER where none is named. Raises DataError where predictions or speeds do not fit.
    """
    from baselines import figures  # Here, because no other command needs matplotlib, and it takes its time.

    folder = folder or FOLDER
    with figures.styled():
        drawn = {"results": figures.results(_columns(found, field_found), found["recommended"]), "boundary_errors": _boundary_errors(found)}
        if bench:
            drawn["speed"] = figures.speed(*speeds(found, bench, peers))
        if studies:
            drawn["learning"] = figures.learning(studies["learning_curve"])
        sources = {"results": found, "field_results": field_found, "bench": bench, "studies": studies, "peers": peers}
        contents = {folder / f"{name}.svg": _svg(figure, TITLES[name], description(sources)) for name, figure in drawn.items()}
    for path, content in contents.items():
        documents.write(path, content)
    for name in set(TITLES) - set(drawn):
        (folder / f"{name}.svg").unlink(missing_ok=True)
    return list(contents)


def read(name: str, folder: Path = ROOT / "baselines") -> Json | None:
    """``<name>.json`` of the folder, None where there is no such file. Raises DataError where its shape is not that of SHAPES."""
    path = folder / f"{name}.json"
    if not path.exists():
        return None
    value = documents.read_json(path)
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(SHAPES[name]).iter_errors(value))
    if error:
        raise DataError(f"{path}: {error.json_path.removeprefix('$').removeprefix('.') or 'the file'}: {error.message}; run what writes it again")
    return dict(value)


def description(sources: dict[str, Json | None]) -> str:
    """What the pictures were drawn from, with the head of each digest: a picture that says another is stale."""
    digests = {name: documents.sha256(json.dumps(value, sort_keys=True))[:12] for name, value in sources.items() if value}
    return "Drawn from " + ", ".join(f"{name} {digest}" for name, digest in digests.items())


def speeds(found: Json, bench: Json, peers: Json | None) -> tuple[dict[str, Json], list[str]]:
    """``({system: {quality, speed, peer}}, names without one of the two)``, peers beside our own."""
    quality = {name: scores[METRIC] for name, scores in tables.scores_of(found, COLUMN).items()}
    answered = peers["columns"][COLUMN]["systems"] if peers else {}
    quality |= {name: row["scores"][METRIC] for name, row in answered.items() if "scores" in row}
    quality = {name: figure for name, figure in quality.items() if figure["value"] is not None}
    speed = {name: row["speed"] for name, row in bench["systems"].items() if "speed" in row}
    both = {name: {"quality": quality[name], "speed": speed[name], "peer": name not in found["parameters"]} for name in quality if name in speed}
    if not both:
        raise DataError(f"bench.json: none of its systems ({', '.join(speed)}) has results on {COLUMN}; they have {', '.join(quality)}")
    return both, [name for name in {**quality, **speed} if name not in both]


def errors_by_type(corpus: list[Json], bodies: dict[str, list[list[int]]]) -> dict[str, list[int]]:
    """``{"missed", "invented", "gold"}``: boundaries of each of TYPES, over the documents."""
    cases = [case(document, bodies[document["id"]], 2) for document in corpus]
    sums = [[sum(numbers) for numbers in zip(*(count_boundaries(c, kind=kind) for c in cases), strict=True)] for kind in TYPES]
    return {"missed": [int(m) for _, _, m in sums], "invented": [int(i) for _, i, _ in sums], "gold": [int(h + m) for h, _, m in sums]}


def command(options: argparse.Namespace) -> int:
    """Draw the pictures of the results."""
    bench, studies, peers = (read(name) for name in ("bench", "studies", "peers"))
    for path in write(results.read(), results.read(field.RESULTS), bench, studies, peers):
        print(f"{path.relative_to(ROOT)} written")
    return 0


def _columns(found: Json, field_found: Json) -> dict[str, dict[str, Json]]:
    """``{column: {system: {value, low, high}}}`` of METRIC."""
    return {c: {name: s[METRIC] for name, s in tables.scores_of(one, c).items()} for one in (found, field_found) for c in one["columns"]}


def _boundary_errors(found: Json) -> "Figure":
    from baselines import figures

    corpus, scores = documents.read_split(results.COLUMNS[COLUMN]), tables.scores_of(found, COLUMN)
    counts = {name: errors_by_type(corpus, read_predictions(results.prediction_path(COLUMN, name), corpus)) for name in scores}
    return figures.boundary_errors(counts, scores, next(iter(counts.values()))["gold"])


def _svg(figure: "Figure", title: str, source: str) -> str:
    """The figure as SVG. No date and no version: the same figures give the same bytes."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Title": title, "Description": source})
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())
