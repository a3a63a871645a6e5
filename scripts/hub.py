"""The folder that would be pushed to the Hugging Face Hub: ``python -m scripts.export hub --output DIR``.

    README.md                                    dataset_card.md, with the front matter that fits these files
    data/<config>/<split>-00000-of-00001.parquet the rows that ``load_dataset("<clone>", config)`` gives, with features
    croissant.json                               Croissant metadata; it lists every other file with its digest
    LICENSE, CITATION.cff, data/LICENSE, …       as in the clone

Of the field set it holds labels by offset, as the clone does, and no text.
"""

import hashlib
import json
from pathlib import Path

import yaml

from scripts import card, croissant, documents, prose, views
from scripts.croissant import File
from scripts.documents import ROOT, DataError, Json
from scripts.formats.layers import Corpora

# What goes along as it is: terms, and what the card's words and the rows' ids refer to.
FILES = (
    "LICENSE", "CITATION.cff", "CHANGELOG.md", "schema.json",
    "data/LICENSE", "data/GUIDELINES.md", "data/WRITING.md", "data/entities.json", "data/sources.json", "data/styles.json",
)  # fmt: skip


def write(corpora: Corpora, folder: Path) -> list[str]:
    """Write the folder; returns a line for each file with its size, and one for the whole.

    Raises DataError where ``corpora`` are not the shipped documents, whole: the card and its figures are about these alone.
    """
    _check(corpora)
    info = [
        {"config_name": config, "features": _features(config), "splits": [_parquet(config, split, rows, folder) for split, rows in splits.items()]}
        for config, splits in _rows(corpora).items()
    ]
    for name in FILES:
        documents.write_bytes(folder / name, documents.read_text(ROOT / name).encode("utf-8"))
    text = documents.read_text(card.CARD)
    documents.write(folder / "README.md", readme(text, [_with_sizes(one, folder) for one in info]))
    files = [_file(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    documents.write(folder / croissant.NAME, _croissant(text, files, corpora))
    return _sizes(folder)


def readme(text: str, info: list[Json]) -> str:
    """The card ``text`` as the README of the Hub, with ``info`` as its ``dataset_info``."""
    configs = [
        {
            "config_name": one["config_name"],
            **({"default": True} if one["config_name"] == "documents" else {}),
            "data_files": [{"split": split["name"], "path": f"data/{one['config_name']}/{split['name']}-*.parquet"} for split in one["splits"]],
        }
        for one in info
    ]
    front = {**card.front_matter(text), "configs": configs, "dataset_info": info}
    return f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=120)}---\n\n{prose.published(text)}"


def foreign(folder: Path) -> list[str]:
    """The files in a folder that are not from an earlier export of this set, or were changed since."""
    listed = _listed(folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = {path: path.relative_to(folder).as_posix() for path in paths}
    return [name for path, name in names.items() if name not in listed or listed[name] not in (None, path.is_file() and _digest(path))]


def _listed(folder: Path) -> dict[str, str | None]:
    """``{file: digest}`` of the export that lies in the folder, None for the list itself; empty where there is none."""
    try:
        described = documents.read_json(folder / croissant.NAME)
        if described["name"] != card.front_matter(documents.read_text(card.CARD))["pretty_name"]:
            return {}
        return {croissant.NAME: None, **{file["contentUrl"]: str(file["sha256"]) for file in described["distribution"]}}
    except (DataError, KeyError, TypeError):
        return {}


def _check(corpora: Corpora) -> None:
    shipped = {split: documents.read_split(split) for split in documents.splits()}
    if corpora != shipped:
        raise DataError("hub: publishes the shipped documents, whole, as the card describes them; leave --data and --split out")
    for path, content in views.build():
        if documents.read_text(path) != content:
            raise DataError(f"{path}: does not fit the documents; `python -m scripts.views` writes it")


def _rows(corpora: Corpora) -> dict[str, dict[str, list[Json]]]:
    """``{config: {split: rows}}``, the rows as the clone's JSON files have them."""
    found = {"documents": dict(corpora)}
    for name in views.VIEWS:
        files = {split: documents.DATA / "views" / name / f"{split}.jsonl" for split in corpora}
        found[name] = {split: [row for _, row in documents.read_jsonl(path)] for split, path in files.items()}
    found["field"] = {"test": [documents.read_json(path) for path in documents.field_paths()]}
    return {config: found[config] for config in card.CONFIGS}


def _features(config: str) -> list[Json]:
    return card.fields(documents.schema()["$defs"][card.CONFIGS[config]])


def _parquet(config: str, split: str, rows: list[Json], folder: Path) -> Json:
    """Write the rows as one shard; returns what ``dataset_info`` says of the split.

    The library's writer sets content-defined chunks and a page index, so that a later version shares its chunks with this one.
    """
    import datasets

    datasets.disable_progress_bars()
    path = folder / _place(config, split)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = datasets.Dataset.from_list(rows, features=datasets.Features._from_yaml_list(_features(config)))
    return {"name": split, "num_bytes": table.to_parquet(path), "num_examples": len(rows)}


def _place(config: str, split: str) -> str:
    return f"data/{config}/{split}-00000-of-00001.parquet"


def _with_sizes(info: Json, folder: Path) -> Json:
    download = sum((folder / _place(info["config_name"], split["name"])).stat().st_size for split in info["splits"])
    return {**info, "download_size": download, "dataset_size": sum(split["num_bytes"] for split in info["splits"])}


def _file(path: Path, folder: Path) -> File:
    name = path.relative_to(folder).as_posix()
    places = {_place(config, split): (config, split) for config in card.CONFIGS for split in documents.SPLITS}
    return File(name, path.stat().st_size, _digest(path), *places.get(name, (None, None)))


def _croissant(text: str, files: list[File], corpora: Corpora) -> str:
    body = prose.published(text)
    citation = yaml.safe_load(documents.read_text(ROOT / "CITATION.cff"))
    corpus = [document for split in corpora.values() for document in split]
    repositories = documents.read_json(documents.DATA / "sources.json")
    described = croissant.describe(card.front_matter(text), citation, body, files, corpus, repositories)
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sizes(folder: Path) -> list[str]:
    found = {path.relative_to(folder).as_posix(): path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}
    return [f"{size:>12,}  {name}" for name, size in found.items()] + [f"{sum(found.values()):>12,}  bytes to push, in {len(found)} files"]
