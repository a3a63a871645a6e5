"""What is generated in the card and the README, and ``.huggingface.yaml``: ``python -m scripts.card [--check]``.

A block stands between ``<!-- begin: NAME -->`` and ``<!-- end: NAME -->``; BLOCKS says what writes it. The features
in the card's front matter come from ``schema.json``; ``.huggingface.yaml`` repeats the front matter, because
``datasets`` reads that file, and never the card.
"""

import argparse
import itertools
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from scripts import agreement, documents, tables, views
from scripts.documents import ROOT, DataError, Json

CARD, README, SETTINGS = ROOT / "dataset_card.md", ROOT / "README.md", ROOT / ".huggingface.yaml"
RESULTS = ROOT / "baselines" / "results.json"

# Only what `datasets` needs in order to load a clone in place.
LOADED_KEYS = ("configs", "dataset_info")
# What the README repeats: without any front matter there, loading a clone prints a warning.
SHOWN_KEYS = ("pretty_name", "license")
# Config name → definition of its rows in schema.json.
CONFIGS = {"documents": "document", **views.ROWS}

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_BLOCK = re.compile(r"(<!-- begin: (?P<name>\w+) -->\n).*?(<!-- end: (?P=name) -->)", re.S)


def feature(node: Json) -> Json:
    """A schema node as ``datasets`` spells a feature in YAML: an enumeration is a ClassLabel, null is always allowed."""
    node = _target(node)
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
    return [{"name": name, **feature(value)} for name, value in node["properties"].items()]


def configs() -> list[Json]:
    """Where each config finds its splits, in the clone."""
    found = []
    for name in CONFIGS:
        pattern = "data/documents/{}/*.json" if name == "documents" else f"data/views/{name}/{{}}.jsonl"
        files = [{"split": split, "path": pattern.format(split)} for split in documents.splits()]
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


def counts() -> str:
    """What each split holds."""
    rows = [(name, *(f"{measure(documents.read_split(split)):,}" for split in documents.splits())) for name, measure in COUNTS.items()]
    return tables.markdown(["", *documents.splits()], rows)


def kinds() -> str:
    """Segments and characters of each kind."""
    found: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for split in documents.splits():
        for document in documents.read_split(split):
            for segment in document["segments"]:
                found[segment["kind"]] += 1
                size[segment["kind"]] += segment["end"] - segment["start"]
    rows = [(f"{kind} ({label})", found[kind], f"{size[kind]:,}") for kind, label in documents.label_of_kind().items()]
    return tables.markdown(["kind", "segments", "characters"], rows)


def entity_types() -> str:
    """Mentions and things of each type, quotes of each type."""
    corpus = [document for split in documents.splits() for document in documents.read_split(split)]
    mentions = Counter(entity["type"] for document in corpus for entity in document["entities"])
    things = {kind: {e["id"] for d in corpus for e in d["entities"] if e["type"] == kind and e["id"]} for kind in mentions}
    quotes = Counter(quote["type"] for document in corpus for quote in document["quotes"])
    rows = [(kind, mentions[kind], len(things.get(kind, ())) or "–") for kind in documents.enum("entity_type")]
    return (
        tables.markdown(["entity type", "mentions", "ids"], rows)
        + "\n"
        + tables.markdown(["quote type", "quotes"], [(kind, quotes[kind]) for kind in documents.enum("quote_type")])
    )


def agreement_table() -> str:
    """Agreement before adjudication, from data/agreement.json."""
    found = documents.read_json(agreement.PATH)
    named = [(name, "undefined" if value is None else tables.short(value)) for name, value in found["figures"].items()]
    sizes = [(f"{layer}, found by each pass", " / ".join(map(str, pair))) for layer, pair in found["counts"].items()]
    return tables.markdown([f"passes {' and '.join(found['passes'])}, {found['documents']} documents", "figure"], [*named, *sizes])


def results_table() -> str:
    """The pinned results."""
    return tables.results(_systems())


def kept_table() -> str:
    """What is kept of each kind of boilerplate."""
    return tables.kept(_systems())


def results_note() -> str:
    """What the results belong to."""
    found = documents.read_json(RESULTS)
    libraries = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    return (
        f"{found['documents']} documents, data digest `{found['data_sha256'][:12]}`, k of Pk and WindowDiff {found['window']} visible characters, "
        f"{found['resamples']} bootstrap resamples over documents with seed {found['seed']}; {libraries}.\n"
    )


COUNTS: dict[str, Callable[[list[Json]], int]] = {
    "documents": len,
    "characters": lambda corpus: sum(len(document["text"]) for document in corpus),
    "lines that are not blank": lambda corpus: sum(1 for document in corpus for _ in views.lines(document, {})),
    "segments": lambda corpus: sum(len(document["segments"]) for document in corpus),
    "boundaries": lambda corpus: sum(len(agreement.boundaries(document)) for document in corpus),
    "glued boundaries": lambda corpus: _boundary_types(corpus)["glued"],
    "inline boundaries": lambda corpus: _boundary_types(corpus)["inline"],
    "quotes": lambda corpus: sum(len(document["quotes"]) for document in corpus),
    "entity mentions": lambda corpus: sum(len(document["entities"]) for document in corpus),
}

BLOCKS: dict[str, Callable[[], str]] = {
    "counts": counts,
    "kinds": kinds,
    "types": entity_types,
    "agreement": agreement_table,
    "results": results_table,
    "results_note": results_note,
    "kept": kept_table,
}


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
    return 1 if options.check and stale else 0


def _body(text: str) -> str:
    return _FRONT.sub("", text, count=1)


def _target(node: Json) -> Json:
    while "$ref" in node or "anyOf" in node:
        node = documents.schema()["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node["anyOf"][0]
    return node


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)


def _systems() -> dict[str, Json]:
    return {name: system["scores"] for name, system in documents.read_json(RESULTS)["systems"].items()}


def _boundary_types(corpus: list[Json]) -> Counter[str]:
    found: Counter[str] = Counter()
    for document in corpus:
        for before, after in itertools.pairwise(document["segments"]):
            if before["label"] != after["label"]:
                gap = document["text"][before["end"] : after["start"]]
                found["line" if "\n" in gap else "inline" if gap else "glued"] += 1
    return found


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DataError as error:
        sys.exit(f"card: {error}")
