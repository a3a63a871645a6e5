"""Take documents through a real Label Studio and back: ``python -m scripts.label_studio_run [--split SPLIT] [--patience SECONDS]``.

``make labelstudio`` runs it in the environment that has the server. The server is started on loopback with a folder of its own, the
shipped configuration and the exported tasks go in through its API, what it exports must give every document back byte for byte; then
one label is changed through the API, and exactly that label must come back changed. The server is stopped however it ends.
"""

import argparse
import copy
import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from scripts import commands, documents, export, importing
from scripts.documents import DataError, Json
from scripts.formats.label_studio_config import CONFIG
from scripts.label_studio_server import Server, call, running

FORMAT = "label_studio"


class Change(NamedTuple):
    """One segment of one document that is given another kind of the same label."""

    id: str
    start: int
    old: str
    new: str


def steps(server: Server, split: str, folder: Path) -> Iterator[str]:
    """A line for each thing done. ``folder`` takes the files on their way. Raises DataError where a document comes back otherwise than it should."""
    tasks = folder / "tasks"
    export.export(FORMAT, tasks, [split])
    project = create(server, documents.read_text(tasks / CONFIG.name), "Hashiya")
    yield f"project {project} has the labelling configuration {CONFIG.name}"
    counts = put(server, project, tasks / f"{split}.json")
    yield f"imported {counts['task_count']} documents of {split} with {counts['annotation_count']} annotations"
    found = fetch(server, project, folder / "unchanged.json")
    yield f"exported: {came_back(folder / 'unchanged.json', split)} documents came back byte for byte"
    change = changed(server, found)
    yield f"changed through the API: {change.id}, the segment at {change.start} from {change.old} to {change.new}"
    fetch(server, project, folder / "changed.json")
    yield from only_difference(folder / "changed.json", change)


def create(server: Server, config: str, title: str) -> int:
    """A new project; its number."""
    return int(call(server, "POST", "/api/projects/", {"title": title, "label_config": config})["id"])


def put(server: Server, project: int, tasks: Path) -> Json:
    """Import a file of tasks; what the server counted."""
    return dict(call(server, "POST", f"/api/projects/{project}/import", documents.read_json(tasks)))


def fetch(server: Server, project: int, path: Path) -> list[Json]:
    """All tasks of the project as the server exports them under "JSON", also written to ``path``."""
    found = call(server, "GET", f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true")
    documents.write(path, json.dumps(found, ensure_ascii=False))
    return list(found)


def came_back(path: Path, split: str) -> int:
    """How many documents the export holds: those of the split, each byte for byte what lies in its file. Raises DataError where not.

    A folder without documents is named as the known ones, so that all of a document is taken from the export.
    """
    files = {file.stem: documents.read_text(file) for file in documents.paths(split)}
    found = {item.new["id"]: documents.render(item.new) for item in importing.imported(FORMAT, path, path.parent / "none")}
    other = sorted(files.keys() ^ found.keys()) or [key for key in files if found[key] != files[key]]
    if other:
        raise DataError(f"{path.name}: {len(other)} documents came back otherwise than they went in: {', '.join(other)}")
    return len(found)


def changed(server: Server, tasks: list[Json]) -> Change:
    """Give the first segment of the first task another kind, by its annotation's own address in the API."""
    task = tasks[0]
    annotation = task["annotations"][0]
    result = copy.deepcopy(annotation["result"])
    value = next(item for item in result if item["from_name"] == "segment")["value"]
    old = value["labels"][0]
    new = next(kind for kind, label in documents.label_of_kind().items() if kind != old and label == documents.label_of_kind()[old])
    value["labels"] = [new]
    call(server, "PATCH", f"/api/annotations/{annotation['id']}/", {"result": result})
    return Change(task["data"]["id"], value["start"], old, new)


def only_difference(path: Path, change: Change) -> list[str]:
    """The lines that say the difference. Raises DataError where anything but the change, or not the change, came back."""
    found = importing.imported(FORMAT, path)
    expected = copy.deepcopy(documents.read_json(documents.path_of(change.id)))
    next(segment for segment in expected["segments"] if segment["start"] == change.start)["kind"] = change.new
    other = [item for item in found if item.new != (expected if item.new["id"] == change.id else item.old)]
    lines = [f"  {line}" for item in found if item.old for line in importing.differences(item.old, item.new)]
    if other:
        raise DataError("\n".join([f"{path.name}: came back otherwise: {', '.join(item.new['id'] for item in other)}", *lines]))
    return [f"exported: {len(found)} documents, and this is all that differs:", *lines]


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)  # an end from outside stops the server as well
    print("starting Label Studio, which makes its database first …", flush=True)
    with running(options.server, options.patience) as server, tempfile.TemporaryDirectory(prefix="hashiya-") as folder:
        print(f"Label Studio {version(server)} answers at {server.url}", flush=True)
        for line in steps(server, options.split, Path(folder)):
            print(line, flush=True)
    print("the server is stopped, its folder removed")
    return 0


def version(server: Server) -> str:
    """The release that the server says it is."""
    return str(call(server, "GET", "/api/version/")["release"])


def _end(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.label_studio_run", description="Take documents through a real Label Studio and back.")
    parser.add_argument("--split", choices=documents.SPLITS, default="test", help="default: test")
    parser.add_argument("--server", type=Path, metavar="FILE", help="the command label-studio (default: the one beside this Python)")
    parser.add_argument("--patience", type=float, default=900, metavar="SECONDS", help="how long the server may take to come up (default: %(default)s)")
    return parser


if __name__ == "__main__":
    try:
        commands.run(main, "label_studio_run")
    except KeyboardInterrupt:
        sys.exit("label_studio_run: interrupted; the server is stopped")
