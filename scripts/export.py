"""Write the documents in other people's formats: ``python -m scripts.export NAME --output FOLDER [--split SPLIT …] [--data DIR]``.

The folder is new, or for ``hub`` an earlier export that is replaced, and is there whole or not at all. What a format cannot hold
is printed, a line each kind with a count; for ``hub``, the size of what would be pushed.
Documents that break a rule are refused, and so are pages of the field set unless ``--data`` names the folder they lie in.
"""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from scripts import commands, documents, hub, validate
from scripts.documents import DATA, DataError
from scripts.formats import brat, conll2002, docbin, label_studio, web_annotation
from scripts.formats.layers import Corpora

Exporter = Callable[[Corpora, Path], list[str]]

# Each writes ``{split: documents}`` into a folder and returns lines for the person: what is left out, with counts.
EXPORTERS: dict[str, Exporter] = {
    "brat": brat.write,
    "conll2002": conll2002.write,
    "hub": hub.write,
    "label_studio": label_studio.write,
    "spacy": docbin.write,
    "web_annotation": web_annotation.write,
}

# Given a folder, the files in it that are not from an earlier export; without an entry here, no folder is replaced.
FOREIGN: dict[str, Callable[[Path], list[str]]] = {"hub": hub.foreign}


def export(name: str, folder: Path, splits: list[str] | None = None, data: Path | None = None) -> list[str]:
    """Write the folder; returns what the format cannot hold. Raises DataError for a folder that is in the way, and as :func:`corpora`."""
    folder = folder.resolve()
    _check_folder(name, folder)
    found = corpora(splits, data)
    fresh, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    for rest in (fresh, old):
        shutil.rmtree(rest, ignore_errors=True)
    try:
        notes = EXPORTERS[name](found, fresh)
        if folder.is_dir():
            folder.rename(old)
        fresh.rename(folder)
    finally:
        if old.is_dir() and not folder.exists():
            old.rename(folder)
        for rest in (fresh, old):
            shutil.rmtree(rest, ignore_errors=True)
    return notes


def corpora(splits: list[str] | None = None, data: Path | None = None) -> Corpora:
    """``{split: documents}`` of the splits, or of all. Raises DataError where there are none, and for a document that breaks a rule.

    ``data`` None is the shipped folder, in which pages of the field set have no place.
    """
    root = data or DATA
    found = {split: documents.read_split(split, root) for split in splits or documents.splits(root)}
    field = {path.stem for path in documents.field_paths()}
    empty = [split for split, corpus in found.items() if not corpus]
    if empty or not found:
        raise DataError(f"{root / 'documents' / (empty[0] if empty else '')}: has no documents")
    for document in (document for corpus in found.values() for document in corpus):
        for issue in validate.document_issues(document, document.get("id", "document")):
            raise DataError(str(issue))
        if data is None and document["id"] in field:
            raise DataError(f"{document['id']}: is a page of the field set, whose text is not ours to pass on; for your own use, name its folder with --data")
    return found


def _check_folder(name: str, folder: Path) -> None:
    if folder.is_file():
        raise DataError(f"{folder}: is a file; name a folder that is new or empty")
    if folder.is_dir() and any(folder.iterdir()):
        if name not in FOREIGN:
            raise DataError(f"{folder}: is in the way; name a folder that is new or empty")
        foreign = FOREIGN[name](folder)
        if foreign:
            raise DataError(
                f"{folder}: is in the way: {', '.join(foreign[:3])}{', …' if foreign[3:] else ''} is not from an earlier export, or was changed since; "
                "take it away, or name a folder that is new or empty"
            )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.export", description="Write the documents in another format.")
    parser.add_argument("name", choices=EXPORTERS)
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FOLDER", help="a folder that is new or empty; for hub also an earlier export, which is replaced"
    )
    parser.add_argument("--split", action="append", choices=documents.SPLITS, help="once for each split (default: all)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder with documents/<split>/ (default: data)")
    options = parser.parse_args(arguments)
    notes = export(options.name, options.output, options.split, options.data)
    print("\n".join([*notes, f"{options.name}: {options.output}"]))
    return 0


if __name__ == "__main__":
    commands.run(main, "export")
