"""Bring labels back from other people's formats: ``python -m scripts.importing NAME PATH [--check] [--data DIR]``.

PATH is a file, or a folder of such files, as ``scripts.export`` writes them and the tool gives them back. Labels come from the file,
everything else of a known document stays as it is. All is read and checked before anything is written; ``--check`` writes nothing.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from scripts import commands, documents, validate
from scripts.documents import DATA, DataError, Json
from scripts.formats import brat, docbin, label_studio, web_annotation
from scripts.formats.layers import LAYERS, REST, Check, Read

# Each reads a file or a folder, and asks of every text whether it is the known one before it looks at the marks.
IMPORTERS: dict[str, Callable[[Path, Check], Iterator[Read]]] = {
    "brat": brat.read,
    "label_studio": label_studio.read,
    "spacy": docbin.read,
    "web_annotation": web_annotation.read,
}


class Imported(NamedTuple):
    """A document that a file gave: where it is kept, as it was (None where it is new), as it is now, and lines for the person."""

    path: Path
    old: Json | None
    new: Json
    notes: list[str]


def imported(name: str, path: Path, data: Path = DATA) -> list[Imported]:
    """The documents of the file or folder. Raises DataError where one cannot be read, is not the known text, or comes twice."""
    known = {file.stem: file for file in documents.paths(data=data)}
    found: dict[str, Imported] = {}
    for read in IMPORTERS[name](path, _check_of(known)):
        if read.id in found:
            raise DataError(f"{read.where}: {read.id} comes twice; import one of the two")
        found[read.id] = _changed(read, known[read.id]) if read.id in known else _new(read, data)
    return list(found.values())


def differences(old: Json, new: Json) -> list[str]:
    """A line for each label that is gone (-) or new (+); numbers of quotes are left aside, since one quote moves all that follow."""
    lines = []
    for layer in LAYERS:
        before, after = ([_said(item, layer) for item in document[layer]] for document in (old, new))
        lines += [f"- {line}" for line in before if line not in after] + [f"+ {line}" for line in after if line not in before]
    return lines


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    found = imported(options.name, options.path, options.data)
    issues = [issue for item in found for issue in validate.document_issues(item.new, item.new["id"])]
    for issue in issues:
        print(issue, file=sys.stderr)
    changed = [item for item in found if item.new != item.old]
    for item in changed if not (issues or options.check) else []:
        documents.write(item.path, documents.render(documents.ordered(item.new)))
    print("\n".join(line for item in found for line in _told(item)), end="\n" if any(map(_told, found)) else "")
    print(f"{len(found)} documents, {len(changed)} changed, {len(issues)} faults{', nothing written' if issues or options.check else ''}")
    return 1 if issues else 0


def _changed(read: Read, path: Path) -> Imported:
    old = documents.read_json(path)
    if read.split not in (None, path.parent.name):
        raise DataError(f"{read.where}: {read.id} is in {path.parent.name}, not in {read.split}; labels come back, a document stays in its split")
    stale = [key for key in REST if key in read.rest and read.rest[key] != old[key]]
    notes = [f"{read.id}: {', '.join(stale)} of the file differ from the document's, which stay"] if stale else []
    return Imported(path, old, {**old, **read.layers}, [*read.notes, *notes])


def _new(read: Read, data: Path) -> Imported:
    """A document that is not known comes whole or not at all; its digest tells whether its text did."""
    missing = [key for key in REST if key not in read.rest]
    if missing or read.split not in documents.SPLITS:
        raise DataError(f"{read.where}: {read.id} is no document under {data / 'documents'}, and the file lacks its {', '.join(missing) or 'split'}")
    new = documents.ordered({"id": read.id, **read.rest, "text": read.text, **read.layers})
    for issue in validate.document_issues(new, read.where):  # the id is to be a file's name
        raise DataError(str(issue))
    return Imported(data / "documents" / read.split / f"{read.id}.json", None, new, read.notes)


def _check_of(known: dict[str, Path]) -> Check:
    def check(identifier: str, text: str, where: str) -> None:
        expected = documents.read_json(known[identifier])["text"] if identifier in known else text
        if not text.isprintable() and any("\ud800" <= char <= "\udfff" for char in text):
            raise DataError(f"{where}: the text has half a surrogate pair, which is no character; export it anew")
        if expected == text:
            return
        at = next((at for at, pair in enumerate(zip(expected, text, strict=False)) if pair[0] != pair[1]), min(len(expected), len(text)))
        there, here = (repr(side[at : at + 20]) if at < len(side) else "its end" for side in (expected, text))
        raise DataError(f"{where}: the text was changed at character {at}: the document has {there}, the file {here}; labels change, texts do not")

    return check


def _told(item: Imported) -> list[str]:
    if item.old is None:
        return [*item.notes, f"{item.new['id']}: new"]
    lines = differences(item.old, item.new)
    return [*item.notes, *([f"{item.new['id']}: {len(lines)} differences"] if item.new != item.old else []), *(f"  {line}" for line in lines)]


def _said(item: Json, layer: str) -> str:
    shown = {key: value for key, value in item.items() if layer != "quotes" or key != "id"}
    return f"{layer} {json.dumps(shown, ensure_ascii=False)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.importing", description="Bring labels back from another format.")
    parser.add_argument("name", choices=IMPORTERS)
    parser.add_argument("path", type=Path)
    parser.add_argument("--check", action="store_true", help="say what would change, write nothing")
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="the folder with documents/<split>/ (default: data)")
    return parser


if __name__ == "__main__":
    commands.run(main, "importing")
