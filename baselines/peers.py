"""The tools that people use on plain text and on pages, scored as our baselines are: ``python -m baselines.peers [--data DIR]``.

Every tool answers for each page of validation and test, and of the field set where its texts are named. Its answers become
prediction files, ``build/peers/<column>/<tool>.jsonl``, which the benchmark's own reader and scorer take. Versions, figures
and what was lost in the mapping are pinned in ``baselines/peers.json``; a tool that is not there or fails is pinned with its error.
"""

import argparse
import importlib.metadata
import json
from pathlib import Path

from tqdm import tqdm

from baselines import field, results
from baselines.mapping import Mapped, mapped
from baselines.metrics import window_of
from baselines.score import RESAMPLES, SEED, data_digest, scores
from baselines.task import read_predictions, render_predictions
from baselines.tools import PEERS
from scripts import commands, documents, tables
from scripts.documents import ROOT, DataError, Json
from scripts.shape import shortened

PEERS_JSON = ROOT / "baselines" / "peers.json"
PREDICTIONS = ROOT / "build" / "peers"


def ask(name: str, corpus: list[Json]) -> dict[str, Mapped]:
    """``{id: answer}`` of the tool for each document, in order. Raises DataError with the tool's error where it fails."""
    found: dict[str, Mapped] = {}
    for document in tqdm(corpus, desc=name, unit=" pages", disable=None):
        try:
            found[document["id"]] = mapped(document["text"], PEERS[name].keep(document["text"]))
        except Exception as error:  # whatever a tool raises is its result
            reason = (str(error).splitlines() or [""])[0]
            raise DataError(f"{document['id']}: {type(error).__name__}: {shortened(reason, 200)}") from error
    return found


def row(name: str, column: str, corpus: list[Json]) -> Json:
    """The tool's entry in a column of peers.json; writes its prediction file."""
    path = PREDICTIONS / column / f"{name}.jsonl"
    path.unlink(missing_ok=True)
    try:
        found = ask(name, corpus)
    except DataError as error:
        return {"error": str(error)}
    content = render_predictions((identifier, answer.body) for identifier, answer in found.items())
    documents.write(path, content)
    return {"predictions_sha256": documents.sha256(content), "mapping": _loss(list(found.values())), "scores": scores(corpus, read_predictions(path, corpus))}


def build(corpora: dict[str, list[Json]], names: list[str]) -> Json:
    """The content of peers.json for these columns and tools."""
    columns = {}
    for column, corpus in corpora.items():
        systems = {name: row(name, column, corpus) for name in names}
        columns[column] = {"documents": len(corpus), "window": window_of(corpus), "systems": systems}
    digests = {column: data_digest(corpus) for column, corpus in corpora.items()}
    if "field" in corpora:
        digests["field_labels"] = field.labels_digest()
    head = {"data_sha256": digests, "seed": SEED, "resamples": RESAMPLES, "versions": results.versions()}
    return {**head, "tools": {name: described(name) for name in names}, "columns": columns}


def described(name: str) -> Json:
    """The tool's distribution, its installed version (null where it is not installed) and how it is asked."""
    peer = PEERS[name]
    try:
        version = importlib.metadata.version(peer.distribution)
    except importlib.metadata.PackageNotFoundError:
        version = None
    return {"distribution": peer.distribution, "version": version, "note": peer.note}


def with_field(found: Json, pinned: Json) -> Json:
    """The new results with the pinned column of the field set, where the tools and the libraries are the same as then."""
    same = all(found[key] == pinned.get(key) for key in ("tools", "versions", "seed", "resamples"))
    if not same or "field" not in pinned["columns"]:
        return found
    digests = {key: pinned["data_sha256"][key] for key in ("field", "field_labels")}
    return {**found, "data_sha256": {**found["data_sha256"], **digests}, "columns": {**found["columns"], "field": pinned["columns"]["field"]}}


def read() -> Json:
    """The pinned figures. Raises DataError where there are none."""
    return dict(documents.read_json(PEERS_JSON))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m baselines.peers", description="Score the tools of other people, and pin what comes out.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="also on the field set, whose texts lie in DIR (build/field)")
    options = parser.parse_args(arguments)
    corpora = {column: documents.read_split(column) for column in ("validation", "test")}
    if options.data:
        corpora["field"] = field.read_corpus(options.data)
    found = build(corpora, list(PEERS))
    if not options.data and PEERS_JSON.exists():
        found = with_field(found, read())
    documents.write(PEERS_JSON, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(tables.peers(found))
    return 0


def _loss(answers: list[Mapped]) -> Json:
    kept, lost = sum(answer.kept for answer in answers), sum(answer.lost for answer in answers)
    return {"kept": kept, "lost": lost, "share": round(lost / kept, 4) if kept else 0.0}


if __name__ == "__main__":
    commands.run(main, "peers")
