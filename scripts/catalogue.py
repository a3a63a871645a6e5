"""The catalogue of what the documents name, ``data/entities.json``: ``python -m scripts.catalogue [--data DIR]``.

The command brings types and spellings up to date with the documents, adds ids that are new (with the English
name to be corrected by hand) and takes out those that no document uses.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

from scripts import commands, documents
from scripts.documents import DATA, Json

# (sure, name)
Name = tuple[bool, str]

_SMALL = ("al", "el", "and", "of", "the", "de", "bin", "ibn", "for", "in")


def read(data: Path = DATA) -> Json:
    """``{id: {types, name, name_en, spellings}}``."""
    return dict(documents.read_json(data / "entities.json"))


def known(data: Path = DATA) -> Json:
    """As :func:`read`; nothing where the folder has no catalogue yet, as one of new pages."""
    return read(data) if (data / "entities.json").exists() else {}


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
    seen: dict[str, tuple[set[str], set[str], set[Name]]] = {}
    for document in corpus:
        for _, identifier, kind, surface in uses(document):
            types, spellings, _ = seen.setdefault(identifier, (set(), set(), set()))
            types.update(filter(None, [kind]))
            spellings.update(filter(None, [surface]))
        for entity in filter(lambda entity: entity["id"], document["entities"]):
            seen[entity["id"]][2].add(full_name(entity))
    return {identifier: _entry(identifier, entries, *seen[identifier]) for identifier in sorted(seen)}


def full_name(entity: Json) -> Name:
    """``(sure, name)``: the name on one line, with the alif of the article that the proclitic ``ل`` takes away (``للكرملين``).

    It is not sure where an alif was put back, since ``للبنان`` has taken none.
    """
    name = " ".join(entity["text"].split())
    swallowed = entity["proclitic"].endswith("ل") and name.startswith("ل")
    return (False, "ا" + name) if swallowed else (True, name)


def english_name(identifier: str) -> str:
    """The slug as a title, to be corrected by hand where English spells it otherwise."""
    words = [word if word in _SMALL else word.capitalize() for word in identifier.split("-")]
    return re.sub(r"\b([Aa]l|[Ee]l) ", r"\1-", " ".join([words[0].capitalize(), *words[1:]]))


def render(entries: Json) -> str:
    """Canonical form: one thing a line."""
    lines = (f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in entries.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.catalogue", description="Bring the catalogue up to date with the documents.")
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="of DIR/documents, in DIR/entities.json (default: data)")
    data = parser.parse_args(arguments).data
    documents.check_folder(data)
    corpus = [document for split in documents.splits(data) for document in documents.read_split(split, data)]
    old = known(data)
    new = updated(old, corpus)
    documents.write(data / "entities.json", render(new))
    added, gone = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    print(f"{len(new)} ids; new, to be named by hand: {', '.join(added) or 'none'}; taken out: {', '.join(gone) or 'none'}")
    return 0


def _entry(identifier: str, entries: Json, types: set[str], spellings: set[str], names: set[Name]) -> Json:
    old = entries.get(identifier, {})
    order = documents.enum("entity_type")
    return {
        "types": sorted(types, key=order.index) or old.get("types", ["PERSON"]),
        "name": old.get("name") or _canonical(names) or identifier,
        "name_en": old.get("name_en") or english_name(identifier),
        "spellings": sorted(spellings),
    }


def _canonical(names: set[Name]) -> str:
    """The longest name that is sure, else the longest, else nothing."""
    return max(sorted(names), key=lambda name: (name[0], len(name[1])), default=(False, ""))[1]


if __name__ == "__main__":
    commands.run(main, "catalogue")
