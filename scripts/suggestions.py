"""Segments that a baseline suggests. Files are the interface: it runs as ``python -m baselines predict`` in a process of its own.

A suggestion is no label. The document says who made it (``annotation.suggested_by``), and nothing takes it for gold until a person has.
"""

import itertools
import subprocess
import sys
import tempfile
from bisect import bisect_left, bisect_right
from pathlib import Path

from scripts import documents
from scripts.documents import ROOT, DataError, Json
from scripts.views import line_spans

Spans = list[list[int]]

KINDS = {True: "paragraph", False: "other"}


def suggested(drafts: list[Json], name: str) -> list[Json]:
    """The documents with the segments that the baseline of that name suggests, and its name. Raises DataError where it does not run."""
    bodies = predicted(drafts, name)
    return [
        {**draft, "segments": segments(draft["text"], bodies[draft["id"]]), "annotation": {**draft["annotation"], "suggested_by": name}} for draft in drafts
    ]


def segments(text: str, body: Spans) -> list[Json]:
    """A segment for each run of one label in a line, as far as body spans can tell blocks apart: ``paragraph`` in the body, else ``other``."""
    found = []
    changes = [edge for span in body for edge in span]
    for _, first, last in line_spans(text):
        inside = changes[bisect_right(changes, first) : bisect_left(changes, last)]
        for start, end in itertools.pairwise([first, *inside, last]):
            # An odd number of changes up to here: a span has opened and not closed.
            kind = KINDS[bisect_right(changes, start) % 2 == 1]
            run = text[start:end]
            if run.strip():
                trimmed = {"start": start + len(run) - len(run.lstrip()), "end": start + len(run.rstrip())}
                found.append({**trimmed, "label": documents.label_of_kind()[kind], "kind": kind})
    return found


def pages(corpus: list[Json]) -> str:
    """What baselines label: JSONL of ``{"id", "text"}``."""
    return documents.render_jsonl({"id": document["id"], "text": document["text"]} for document in corpus)


def predicted(corpus: list[Json], name: str) -> dict[str, Spans]:
    """``{id: body}``, as the baseline says."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "pages.jsonl", Path(folder) / "predictions.jsonl"
        documents.write(source, pages(corpus))
        _run(name, source, target)
        found = {row["id"]: row["body"] for _, row in documents.read_jsonl(target)}
    if found.keys() != {document["id"] for document in corpus}:
        raise DataError(f"{name}: answered for {len(found)} pages of {len(corpus)}, or for others")
    return found


def _run(name: str, source: Path, target: Path) -> None:
    command = [sys.executable, "-m", "baselines", "predict", "--strict", "--input", str(source), "--output", str(target), "--", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        said = done.stderr.strip().split("\n")[-1] or f"exit status {done.returncode}"
        raise DataError(f"no suggestions by {name!a}, nothing written: {said}")
