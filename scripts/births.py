"""New documents from marked pages: ``python -m scripts.births page.txt … [--check]``.

The page's header says what a text cannot: ``id``, ``split``, ``style``, and if the page names them ``outlet``, ``aggregator``
and ``published`` (YYYYMMDD). The labels that its marks give are kept as the pass ``writer``. ``--check`` writes nothing.
"""

import argparse
import sys
from pathlib import Path

from scripts import commands, documents, passes, validate
from scripts.documents import DataError, Json
from scripts.markup import LAYERS
from scripts.pages import parse

REQUIRED = ("id", "split", "style")
FIELDS = (*REQUIRED, "outlet", "aggregator", "published")
WRITER = "writer"


def born(page: str, where: str) -> tuple[str, Json]:
    """``(split, document)`` of a marked page. Raises DataError where the header lacks a field or has one too many."""
    read = parse(page, where)
    wrong = [key for key in read.header if key not in FIELDS] + [key for key in REQUIRED if not read.header.get(key)]
    if wrong or read.header["split"] not in documents.SPLITS:
        right = f"a new page has {', '.join(REQUIRED)} and may have {', '.join(FIELDS[len(REQUIRED) :])}; split is one of {', '.join(documents.SPLITS)}"
        raise DataError(f"{where}: header field {(wrong or ['split'])[0]}: {right}")
    source = {key: read.header.get(key) or None for key in ("outlet", "aggregator", "style", "published")}
    document = {
        "id": read.header["id"],
        "origin": "authored",
        "source": {"file": f"{read.header['id']}.txt", **source, "sha256": documents.sha256(read.text)},
        "text": read.text,
        **{layer: getattr(read, layer) for layer in LAYERS},
        "annotation": {"guidelines": documents.guidelines_version(), "passes": [WRITER], "adjudicated": False},
    }
    return read.header["split"], document


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.births", description="Make documents of marked pages.")
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true", help="say what is wrong, write nothing")
    parser.add_argument("--annotator", default="language model", help="what wrote and labelled the pages")
    options = parser.parse_args(arguments)
    return max(_take(path, options) for path in options.pages)


def _take(path: Path, options: argparse.Namespace) -> int:
    split, document = born(documents.read_text(path), str(path))
    if document["id"] in {known.stem for known in documents.paths(data=documents.DATA)}:
        raise DataError(f"{path}: {document['id']} is a document already; `python -m scripts.markup apply` changes its labels, a new page takes a new id")
    found = validate.document_issues(document, str(path))
    for issue in found:
        print(issue, file=sys.stderr)
    if not (found or options.check):
        documents.write(documents.DATA / "documents" / split / f"{document['id']}.json", documents.render(documents.ordered(document)))
        passes.write(WRITER, document, options.annotator)
    counts = ", ".join(f"{len(document[layer])} {layer}" for layer in LAYERS)
    print(f"{document['id']}: {counts}, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    commands.run(main, "births")
