"""Why each published label is what it is, ``data/adjudication/<id>.json``: ``python -m scripts.adjudication``.

A decision stands wherever the passes differ from each other or the document differs from both. The command
brings the files up to date with the documents: reasons that stand are kept, new places get an empty one, which
the schema refuses until a person has written it. ``--check`` only says what is missing.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from scripts import alignment, commands, documents, passes, shape
from scripts.documents import DATA, Json

Place = tuple[str, int, int]


def said(layers: Json) -> dict[Place, str]:
    """``{(layer, start, end): what is said there}`` of one pass or of a document."""
    found: dict[Place, str] = {}
    for segment in layers["segments"]:
        found["segments", segment["start"], segment["end"]] = segment["kind"]
    for quote in layers.get("quotes", ()):
        parts = [quote["type"], *(f"{part} {_surface(quote[part])}" for part in ("cue", "speaker")), f"id {quote['speaker_id'] or '-'}"]
        found["quotes", quote["start"], quote["end"]] = ", ".join(parts)
    for entity in layers.get("entities", ()):
        found["entities", entity["start"], entity["end"]] = " ".join(filter(None, [entity["type"], entity["id"]]))
    return found


def disputed(document: Json, layers: list[Json]) -> Iterator[Json]:
    """A decision without its reason for each place where the passes and the document are not all of one mind."""
    voices = [*(said(layer) for layer in layers), said(document)]
    order = ("segments", "quotes", "entities")
    for place in sorted(set().union(*voices), key=lambda p: (order.index(p[0]), p[1:])):
        views = [voice.get(place) for voice in voices]
        if len(set(views)) > 1:
            layer, start, end = place
            # A page of the field set has no text here, and its decisions must not bring one.
            surface = " ".join(shape.shortened(document.get("text", "")[start:end], 80).split())
            yield {"layer": layer, "start": start, "end": end, "surface": surface, "passes": views[:-1], "decided": views[-1]}


def updated(document: Json, data: Path = DATA) -> Json:
    """The adjudication file as it should be: every disputed place, with the reason that stands or an empty one."""
    names = document["annotation"]["passes"]
    reasons = {}
    if path_of(document["id"], data).exists():
        old = documents.read_json(path_of(document["id"], data))["decisions"]
        reasons = {(d["layer"], d["start"], d["end"], d["decided"]): d["reason"] for d in old}
    layers = [passes.read(name, document["id"], data) for name in names]
    if document.get("origin") == "authored":  # how an invented name is written in Latin letters is no disagreement
        layers = [alignment.renamed(layer, alignment.correspondence(layer, document)) for layer in layers]
    places = disputed(document, layers)
    decisions = [{**d, "reason": reasons.get((d["layer"], d["start"], d["end"], d["decided"]), "")} for d in places]
    return {"id": document["id"], "passes": names, "decisions": decisions}


def path_of(identifier: str, data: Path = DATA) -> Path:
    return data / "adjudication" / f"{identifier}.json"


def adjudicated(data: Path = DATA) -> list[Json]:
    """The documents, and the pages of the field set, that say that their passes were adjudicated."""
    corpus = [documents.read_json(path) for path in [*documents.paths(data=data), *documents.field_paths(data)]]
    return [document for document in corpus if document["annotation"]["adjudicated"]]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.adjudication", description="Bring decisions up to date.")
    parser.add_argument("--check", action="store_true", help="write nothing, say what is missing")
    options = parser.parse_args(arguments)
    open_places = 0
    for document in adjudicated():
        new = documents.render(documents.ordered(updated(document), "adjudication"))
        empty = new.count('"reason": ""')
        stale = not path_of(document["id"]).exists() or documents.read_text(path_of(document["id"])) != new
        open_places += empty or (options.check and stale)
        if not options.check:
            documents.write(path_of(document["id"]), new)
        print(f"{document['id']}: {new.count(chr(34) + 'reason')} decisions, {empty} without a reason{', file is stale' if options.check and stale else ''}")
    return 1 if open_places else 0


def _surface(span: Json | None) -> str:
    return f"{span['text']}@{span['start']}" if span else "-"


if __name__ == "__main__":
    commands.run(main, "adjudication")
