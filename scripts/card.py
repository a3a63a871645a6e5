"""What is generated in the card and the README, and ``.huggingface.yaml``: ``python -m scripts.card [--check]``.

The command also prints what the splits are made of, beside the floors.

A block stands between ``<!-- begin: NAME -->`` and ``<!-- end: NAME -->``; ``scripts.blocks`` says what writes it. The features
in the card's front matter come from ``schema.json``; ``.huggingface.yaml`` repeats the front matter, because
``datasets`` reads that file, and never the card.
"""

import argparse
import re
from pathlib import Path
from typing import Any

import yaml

from scripts import commands, documents, views
from scripts.blocks import BLOCKS
from scripts.documents import ROOT, DataError, Json

CARD, README, SETTINGS = ROOT / "dataset_card.md", ROOT / "README.md", ROOT / ".huggingface.yaml"

# Only what `datasets` needs in order to load a clone in place.
LOADED_KEYS = ("configs", "dataset_info")
# What the README repeats: without any front matter there, loading a clone prints a warning.
SHOWN_KEYS = ("pretty_name", "license")
# Config name → definition of its rows in schema.json.
CONFIGS = {"documents": "document", **views.ROWS, "field": "field_document"}

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_BLOCK = re.compile(r"(<!-- begin: (?P<name>\w+) -->\n).*?(<!-- end: (?P=name) -->)", re.S)


def feature(node: Json) -> Json:
    """A schema node as ``datasets`` spells a feature in YAML: an enumeration is a ClassLabel, null is always allowed."""
    node = target(node)
    if "enum" in node:
        return {"dtype": {"class_label": {"names": {str(n): name for n, name in enumerate(node["enum"])}}}}
    kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
    if "object" in kinds:
        return {"struct": fields(node)}
    if "array" in kinds:
        item = feature(node["items"])
        return {"list": item.get("struct") or item["dtype"]}
    return {"dtype": {"string": "string", "integer": "int64", "boolean": "bool"}[kinds[0]]}


def fields(node: Json) -> list[Json]:
    """The properties of an object, as named features."""
    return [{"name": name, **feature(value)} for name, value in published(node).items()]


def published(node: Json) -> Json:
    """The properties of an object that rows have: one that is not required stands in no published row."""
    names = node["required"] if "required" in node else node["properties"]
    return {name: value for name, value in node["properties"].items() if name in names}


def target(node: Json) -> Json:
    """The schema node behind references and alternatives: the first one, as the other is null."""
    while "$ref" in node or "anyOf" in node:
        node = documents.schema()["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node["anyOf"][0]
    return node


def configs() -> list[Json]:
    """Where each config finds its splits, in the clone."""
    found = []
    places = {"documents": "data/documents/{}/*.json", "field": "data/field/*.json"}
    for name in CONFIGS:
        pattern = places.get(name, f"data/views/{name}/{{}}.jsonl")
        splits = ["test"] if name == "field" else documents.splits()
        files = [{"split": split, "path": pattern.format(split)} for split in splits]
        found.append({"config_name": name, **({"default": True} if name == "documents" else {}), "data_files": files})
    return found


def front_matter(card: str) -> Json:
    """The card's front matter as it should be: written by hand but for ``configs`` and ``dataset_info``."""
    match = _FRONT.match(card)
    if not match:
        raise DataError(f"{CARD}: must begin with YAML between two lines of ---")
    definitions = documents.schema()["$defs"]
    info = [{"config_name": name, "features": fields(definitions[row])} for name, row in CONFIGS.items()]
    return {**yaml.safe_load(match[1]), "configs": configs(), "dataset_info": info}


def filled(text: str, where: str) -> str:
    """The text with every block written anew. Raises DataError for a block that BLOCKS does not know."""

    def write(match: re.Match[str]) -> str:
        if match["name"] not in BLOCKS:
            raise DataError(f"{where}: no block {match['name']}; there are {', '.join(BLOCKS)}")
        return f"{match[1]}\n{BLOCKS[match['name']]()}\n{match[3]}"

    return _BLOCK.sub(write, text)


def build() -> dict[Path, str]:
    """``{file: content}`` of everything that is generated here."""
    card = documents.read_text(CARD)
    front = front_matter(card)
    settings = {key: front[key] for key in LOADED_KEYS}
    return {
        CARD: f"---\n{_yaml(front)}---\n{filled(_body(card), str(CARD))}",
        README: f"---\n{_yaml({key: front[key] for key in SHOWN_KEYS})}---\n{filled(_body(documents.read_text(README)), str(README))}",
        SETTINGS: "# Generated from the front matter of dataset_card.md by `python -m scripts.card`.\n" + _yaml(settings),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.card", description="Write what is generated in card and README.")
    parser.add_argument("--check", action="store_true", help="write nothing, say what is stale")
    options = parser.parse_args(arguments)
    built = build()
    stale = [path for path, content in built.items() if not path.exists() or documents.read_text(path) != content]
    for path in stale:
        if not options.check:
            documents.write(path, built[path])
        print(f"{path.name}: {'is stale; `python -m scripts.card` writes it' if options.check else 'written'}")
    print(f"\n{BLOCKS['made_of']()}")
    return 1 if options.check and stale else 0


def _body(text: str) -> str:
    return _FRONT.sub("", text, count=1)


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)


if __name__ == "__main__":
    commands.run(main, "card")
