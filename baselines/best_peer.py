"""The recommended baseline against the best of other people's tools: ``python -m baselines.best_peer [--data DIR]``, after ``baselines.peers``.

Which tool is best is read from ``baselines/peers.json``, for each column by boundary F1; its answers are those that `baselines.peers` left in
``build/peers``. The comparison is that of ``baselines.compare``, and is pinned in ``baselines/best_peer.json``.
"""

import argparse
import json
from pathlib import Path

from baselines import compare, field, peers, results
from baselines.task import read_predictions
from scripts import commands, documents, tables
from scripts.documents import ROOT, DataError, Json

BEST = ROOT / "baselines" / "best_peer.json"
JUDGED = "boundary.f1"
# Where the tools' answers are → where the baselines' are.
COLUMNS = {"validation": "validation", "test": "test", "field": "transfer"}


def best(systems: dict[str, Json]) -> str:
    """The tool with the highest boundary F1, of equal ones the first. Raises DataError where none has one."""
    found = {name: row["scores"][JUDGED]["value"] for name, row in systems.items() if "scores" in row and row["scores"][JUDGED]["value"] is not None}
    if not found:
        raise DataError(f"{peers.PEERS_JSON.name}: no tool has a {JUDGED}; `make peers` scores them")
    return max(found, key=lambda name: found[name])


def compared(column: str, corpus: list[Json]) -> Json:
    """The recommended baseline and the best tool on the documents of a column of peers.json."""
    systems = peers.read()["columns"][column]["systems"]
    name, ours = best(systems), results.prediction_path(COLUMNS[column], results.read()["recommended"])
    theirs = peers.PREDICTIONS / column / f"{name}.jsonl"
    if not theirs.is_file() or _digest(theirs) != systems[name]["predictions_sha256"]:
        raise DataError(f"{theirs}: is not the prediction file that {peers.PEERS_JSON.name} names; `make peers` writes it")
    first, second = (read_predictions(path, corpus) for path in (ours, theirs))
    digests = {"system": _digest(ours), "tool": _digest(theirs)}
    return {"tool": name, "documents": len(corpus), "predictions_sha256": digests, "metrics": compare.compare(corpus, first, second)}


def is_current(column: str, found: Json) -> bool:
    """Whether a pinned comparison is of the predictions that are pinned now."""
    systems, ours = peers.read()["columns"].get(column, {}).get("systems", {}), results.prediction_path(COLUMNS[column], results.read()["recommended"])
    theirs = systems.get(found["tool"], {}).get("predictions_sha256")
    return bool(found["predictions_sha256"] == {"system": _digest(ours), "tool": theirs})


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m baselines.best_peer", description="The recommended baseline against the best of other people's tools.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="also on the field set, whose texts lie in DIR (build/field)")
    options = parser.parse_args(arguments)
    columns = {column: compared(column, documents.read_split(column)) for column in ("validation", "test")}
    if options.data:
        columns["field"] = compared("field", field.read_corpus(options.data))
    elif BEST.exists() and "field" in (pinned := documents.read_json(BEST)["columns"]) and is_current("field", pinned["field"]):
        columns["field"] = pinned["field"]
    found = {"system": results.read()["recommended"], "columns": columns}
    documents.write(BEST, json.dumps(found, indent=1) + "\n")
    print(tables.best_peer(found))
    return 0


def _digest(path: Path) -> str:
    return documents.sha256(documents.read_text(path))


if __name__ == "__main__":
    commands.run(main, "best_peer")
