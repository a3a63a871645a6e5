"""Pages of your own as documents: ``python -m scripts.annotate new page.txt … --output DIR``, then ``confirm``.

    python -m scripts.annotate new PAGES --output DIR                     a .txt, a folder of them, or JSONL of {"id", "text"}
    python -m scripts.annotate new PAGES --output DIR --suggest NAME      with segments that a baseline suggests
    python -m scripts.annotate confirm ID|FILE … --annotator YOU          once you have read the page and corrected what it suggests

Documents lie in ``DIR/documents/test`` as those of the set do in ``data``; ``DIR/pages.jsonl`` is what baselines label. A document without
segments, or with a suggestion that nobody has confirmed, is not gold: ``validate`` and ``baselines score`` refuse it.
"""

import argparse
from pathlib import Path

from tqdm import tqdm

from scripts import commands, documents, drafts, passes, suggestions, validate
from scripts.documents import DATA, DataError, Json
from scripts.passes import CONFIRMED

SPLIT = "test"


def new(options: argparse.Namespace) -> int:
    """Make documents of text files and records; nothing is written where one of them is wrong."""
    if options.output.resolve() == DATA.resolve():
        raise DataError(f"{options.output}: holds the set's own documents, which `python -m scripts.births` makes; name a folder of yours")
    entries = tqdm(list(drafts.entries(options.pages)), desc="new", unit=" pages", disable=None)
    found = [(entry, drafts.document(entry, options.origin, options.style)) for entry in entries]
    if not found:
        raise DataError(f"{', '.join(map(str, options.pages))}: there is no page in it")
    drafts.check_new(found, options.output)
    fresh = [draft for _, draft in found]
    if options.suggest:
        fresh = suggestions.suggested(fresh, options.suggest)
    _write_new(fresh, options.output)
    left = sorted({key for entry, _ in found for key in entry.fields if key not in drafts.FIELDS})
    print(f"{len(fresh)} documents in {options.output / 'documents' / SPLIT}, {f'suggested by {options.suggest}' if options.suggest else 'without labels'}")
    if left:
        print(f"not kept of the records: {', '.join(map(ascii, left))}")
    return 0


def confirm(options: argparse.Namespace) -> int:
    """Say that you have read a document and answer for its labels: its mark goes, and the labels are kept as a pass."""
    paths = [_path(name, options.data) for name in options.names]
    ready = [(path, *_confirmed(path, options.annotator)) for path in paths]
    for path, read, gold in ready:
        passes.write(CONFIRMED, read, options.annotator, _folder(path))
        documents.write(path, documents.render(documents.ordered(gold)))
        print(f"{gold['id']}: {len(gold['segments'])} segments confirmed by {options.annotator}")
    return 0


def _confirmed(path: Path, annotator: str) -> tuple[Json, Json]:
    """The document as it was read, for its pass, and as gold. Raises DataError where it has a fault or is another's already."""
    document = documents.read_json(path)
    for issue in validate.document_issues(document, str(path)):
        raise DataError(str(issue))
    annotation = dict(document["annotation"])
    suggested = annotation.pop("suggested_by", None)
    if CONFIRMED in annotation["passes"]:
        old = passes.read(CONFIRMED, document["id"], _folder(path))
        if old["annotator"] != annotator:
            raise DataError(f"{path}: {old['annotator']} has confirmed it; `markup apply --pass NAME` keeps what another reader says beside that")
        suggested = suggested or old.get("suggested_by")
    else:
        annotation["passes"] = [*annotation["passes"], CONFIRMED]
    gold = {**document, "annotation": annotation}
    return ({**gold, "annotation": {**annotation, "suggested_by": suggested}} if suggested else gold), gold


def _path(name: str, data: Path | None) -> Path:
    path = Path(name)
    if path.suffix == ".json":
        if path.resolve().parent.parent.name != "documents":
            raise DataError(f"{path}: lies in no documents/<split>; name a document of a folder that `annotate new` wrote")
        return path
    if path.suffix:
        raise DataError(f"{path}: is no document; `python -m scripts.markup apply` takes marked pages, confirm takes documents or ids")
    if data is None:
        raise DataError(f"{name}: say with --data DIR where that document lies, or name its file")
    return documents.path_of(name, data)


def _folder(path: Path) -> Path:
    return path.resolve().parent.parent.parent


def _write_new(fresh: list[Json], output: Path) -> None:
    """All files or none: the documents are new, so those that were written are taken away where one fails."""
    folder = output / "documents" / SPLIT
    files = {folder / f"{document['id']}.json": documents.render(documents.ordered(document)) for document in fresh}
    before = [documents.read_json(path) for path in documents.paths(SPLIT, output)]
    written = []
    try:
        for path, content in files.items():
            documents.write(path, content)
            written.append(path)
        documents.write(output / "pages.jsonl", suggestions.pages(sorted([*before, *fresh], key=lambda document: document["id"])))
    except BaseException:
        for path in written:
            path.unlink()
        raise


def _name(text: str) -> str:
    if not text.strip() or any("\ud800" <= char <= "\udfff" for char in text):
        raise argparse.ArgumentTypeError("write a name")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.annotate", description="Pages of your own as documents.")
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("new", help=str(new.__doc__))
    made.add_argument("pages", nargs="+", type=Path, help='.txt, a folder of .txt, or .jsonl of {"text"} with or without "id"')
    made.add_argument("--output", type=Path, required=True, metavar="DIR", help="a folder of yours; what is there stays")
    made.add_argument("--suggest", type=_name, metavar="NAME", help="the baseline that suggests segments")
    made.add_argument("--origin", choices=documents.enum("origin"), default="web", help="where pages come from (default: web)")
    made.add_argument("--style", default="own", help="the site style, a slug, where a record names none (default: own)")
    read = commands.add_parser("confirm", help=str(confirm.__doc__))
    read.add_argument("names", nargs="+", metavar="ID|FILE", help="documents, by file or by id in --data")
    read.add_argument("--annotator", type=_name, required=True, metavar="NAME", help="who has read them")
    read.add_argument("--data", type=Path, metavar="DIR", help="where ids are looked up")
    return parser


COMMANDS = {"new": new, "confirm": confirm}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return COMMANDS[options.command](options)


if __name__ == "__main__":
    commands.run(main, "annotate")
