"""The catalogue of what the documents name, ``data/entities.json``: ``python -m scripts.catalogue``.

The command brings types and spellings up to date with the documents, adds ids that are new (with the English
name to be corrected by hand) and takes out those that no document uses.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import documents
from scripts.documents import DATA, DataError, Json


def read(data: Path = DATA) -> Json:
    """``{id: {types, name, name_en, spellings}}``."""
    return dict(documents.read_json(data / "entities.json"))


def uses(document: Json) -> Iterator[tuple[str, str, str, str]]:
    """``(place, id, type, surface)`` of each id a document uses; type and surface are empty for a speaker's id."""
    for number, entity in enumerate(document["entities"]):
        if entity["id"]:
            yield f"entities[{number}].id", entity["id"], entity["type"], entity["text"]
    for number, quote in enumerate(document["quotes"]):
        if quote["speaker_id"]:
            yield f"quotes[{number}].speaker_id", quote["speaker_id"], "", ""


def updated(entries: Json, corpus: list[Json]) -> Json:
    """The catalogue of these documents; Arabic and English names that stand in ``entries`` are kept."""
    seen: dict[str, tuple[set[str], set[str]]] = {}
    for document in corpus:
        for _, identifier, kind, surface in uses(document):
            types, spellings = seen.setdefault(identifier, (set(), set()))
            types.update(filter(None, [kind]))
            spellings.update(filter(None, [surface]))
    return {identifier: _entry(identifier, entries, *seen[identifier]) for identifier in sorted(seen)}


def render(entries: Json) -> str:
    """Canonical form: one thing a line."""
    lines = (f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in entries.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    corpus = [document for split in documents.splits() for document in documents.read_split(split)]
    old = read() if (DATA / "entities.json").exists() else {}
    new = updated(old, corpus)
    documents.write(DATA / "entities.json", render(new))
    added, gone = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    print(f"{len(new)} ids; new, to be named by hand: {', '.join(added) or 'none'}; taken out: {', '.join(gone) or 'none'}")
    return 0


def _entry(identifier: str, entries: Json, types: set[str], spellings: set[str]) -> Json:
    old = entries.get(identifier, {})
    order = documents.enum("entity_type")
    longest = max(sorted(spellings), key=len, default=identifier)
    return {
        "types": sorted(types, key=order.index) or old.get("types", ["ORG"]),
        "name": old.get("name", longest),
        "name_en": old.get("name_en", identifier.replace("-", " ").title()),
        "spellings": sorted(spellings),
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DataError as error:
        sys.exit(f"catalogue: {error}")
