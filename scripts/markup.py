"""A document as text with inline marks, and back: ``python -m scripts.markup show|check|apply``.

    python -m scripts.markup show seed-0001 > page.txt     edit page.txt in any editor, then
    python -m scripts.markup apply page.txt                write the labels into the document
    python -m scripts.markup show --data DIR --output PAGES      all documents of another folder, a page each; apply takes --data too

A mark always follows what it marks (``… {kind}`` ends a segment, ``[surface](TYPE id)`` an entity),
so that a line keeps its right-to-left direction. The marks are described in ``data/GUIDELINES.md``, part 5.
"""

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from scripts import commands, documents, passes, validate
from scripts.documents import DataError, Json
from scripts.pages import Page, parse

LAYERS = ("segments", "quotes", "entities")

_SPECIAL = re.compile(r"[\[\]{}\\]")


class _Mark(NamedTuple):
    start: int
    end: int
    rank: int  # of marks with the same span the lower rank is the outer one
    close: str


def show(document: Json) -> str:
    """The document as a page. Raises DataError where two of its spans cross, since marks can only nest."""
    return f"---\nid: {document['id']}\n---\n{_marked(document)}\n"


def check_text(expected: str, found: str, where: str) -> None:
    """Raises DataError with the first place where the page's text is not the document's."""
    if expected == found:
        return
    at = next((i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), min(len(expected), len(found)))
    line = expected.count("\n", 0, at) + 1
    hint = " (only spaces and line breaks differ: --whitespace takes those of the document)" if "".join(expected.split()) == "".join(found.split()) else ""
    raise DataError(
        f"{where}: the text differs from the document's at character {at}, line {line} of the text: "
        f"the document has {_excerpt(expected, at)}, the page {_excerpt(found, at)}{hint}"
    )


def adopt_whitespace(page: Page, text: str) -> Page:
    """The same marks on ``text``, where the two differ in whitespace alone: an editor that trims lines loses nothing."""
    if "".join(page.text.split()) != "".join(text.split()):
        return page
    new = [i for i, char in enumerate(text) if not char.isspace()]
    place = dict(zip((i for i, char in enumerate(page.text) if not char.isspace()), new, strict=True))

    def moved(item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        out = {key: moved(value) for key, value in item.items()}
        if "start" in out:
            out["start"], out["end"] = place[out["start"]], place[out["end"] - 1] + 1
        if "text" in out:
            out["text"] = text[out["start"] : out["end"]]
        return out

    return Page(page.header, text, *([moved(item) for item in getattr(page, layer)] for layer in LAYERS))


def read_page(path: Path, document: Json, whitespace: bool = False) -> Page:
    """The page at ``path``, on the text of ``document``; DataError where its text is another one."""
    page = parse(documents.read_text(path), str(path))
    if whitespace:
        page = adopt_whitespace(page, document["text"])
    check_text(document["text"], page.text, str(path))
    return page


def labelled(document: Json, page: Page) -> Json:
    """The document with the page's layers in place of its own."""
    return {**document, **{layer: getattr(page, layer) for layer in LAYERS}}


def _marked(document: Json) -> str:
    text = document["text"]
    marks = sorted(_marks(document), key=lambda mark: (mark.start, -mark.end, mark.rank))
    ends = {segment["end"]: segment["kind"] for segment in document["segments"]}
    places = sorted({0, len(text), *ends, *(m.start for m in marks), *(m.end for m in marks)})
    pieces: list[str] = []
    stack: list[_Mark] = []
    waiting = list(reversed(marks))
    for place, following in zip(places, [*places[1:], len(text)], strict=True):
        while stack and stack[-1].end == place:
            pieces.append(f"]({stack.pop().close})")
        if place in ends:
            pieces.append(f"{{{ends[place]}}}")
        while waiting and waiting[-1].start == place:
            stack.append(_nest(waiting.pop(), stack, document))
            pieces.append("[")
        pieces.append(_SPECIAL.sub(r"\\\g<0>", text[place:following]))
    return "".join(pieces)


def _nest(mark: _Mark, stack: list[_Mark], document: Json) -> _Mark:
    if stack and stack[-1].end < mark.end:
        raise DataError(f"{document['id']}: the spans {stack[-1][:2]} and {mark[:2]} cross; marks can only nest")
    return mark


def _marks(document: Json) -> Iterable[_Mark]:
    for quote in document["quotes"]:
        close = " ".join(filter(None, [quote["type"], quote["id"], quote["speaker_id"]]))
        yield _Mark(quote["start"], quote["end"], 0, close)
    for rank, part in enumerate(("cue", "speaker"), 1):
        spans: dict[tuple[int, int], list[str]] = {}
        for quote in document["quotes"]:
            if quote[part]:
                spans.setdefault((quote[part]["start"], quote[part]["end"]), []).append(quote["id"])
        yield from (_Mark(*span, rank, " ".join([part, *ids])) for span, ids in spans.items())
    for entity in document["entities"]:
        yield _Mark(entity["start"], entity["end"], 3, " ".join(filter(None, [entity["type"], entity["id"]])))


def _excerpt(text: str, at: int) -> str:
    return repr(text[at : at + 20]) if at < len(text) else "its end"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command != "show":
        return max(_take(path, options) for path in options.pages)
    if options.output:
        return _show_all(options)
    if len(options.ids) != 1:
        raise DataError("name one id, or with --output DIR as many as you like, or none for all documents")
    sys.stdout.write(show(_stored(options.ids[0], options)))
    return 0


def _show_all(options: argparse.Namespace) -> int:
    """A page for each document in a folder, none of them over one that is there: it may hold somebody's work."""
    documents.check_folder(options.data)
    names = options.ids or [path.stem for path in documents.paths(data=options.data)]
    pages = {options.output / f"{name}.txt": show(_stored(name, options)) for name in names}
    for path in pages:
        if path.exists():
            raise DataError(f"{path}: is there already, perhaps with marks of yours; apply it and take it away, or name another folder")
    for path, page in pages.items():
        documents.write(path, page)
    print(f"{len(pages)} pages in {options.output}; edit the marks, then `python -m scripts.markup apply`")
    return 0


def _take(path: Path, options: argparse.Namespace) -> int:
    """Check a page and, for ``apply``, write it; nothing is written where anything is wrong."""
    identifier = parse(documents.read_text(path), str(path)).header.get("id", "")
    document = documents.read_json(documents.path_of(identifier, options.data))
    new = labelled(document, read_page(path, document, options.whitespace))
    found = validate.document_issues(new, str(path))
    for issue in found:
        print(issue, file=sys.stderr)
    if options.command == "apply" and not found:
        _store(new, options)
    counts = ", ".join(f"{len(new[layer])} {layer}" for layer in LAYERS)
    waits = "; not gold until `python -m scripts.annotate confirm`" if "suggested_by" in new["annotation"] else ""
    print(f"{identifier}: {counts}, {len(found)} faults{', nothing written' if found else waits}")
    return 1 if found else 0


def _stored(identifier: str, options: argparse.Namespace) -> Json:
    document = documents.read_json(documents.path_of(identifier, options.data))
    if options.of is None:
        return document
    return {**document, **{layer: passes.read(options.of, identifier, options.data)[layer] for layer in LAYERS}}


def _store(document: Json, options: argparse.Namespace) -> None:
    if options.of is None:
        documents.write(documents.path_of(document["id"], options.data), documents.render(documents.ordered(document)))
    else:
        passes.write(options.of, document, options.annotator, options.data)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.markup", description="Edit labels as inline marks.")
    commands = parser.add_subparsers(dest="command", required=True)
    shown = commands.add_parser("show", help="print a document with its marks")
    shown.add_argument("ids", nargs="*", metavar="id")
    shown.add_argument("--output", type=Path, metavar="DIR", help="write DIR/<id>.txt instead of printing; all documents where no id is named")
    for name, text in (("check", "say what is wrong with a page"), ("apply", "write a page's labels into its document")):
        command = commands.add_parser(name, help=text)
        command.add_argument("pages", nargs="+", type=Path)
        command.add_argument("--whitespace", action="store_true", help="where only whitespace differs, take the document's")
        command.add_argument("--annotator", default="language model", help="what annotated, for a pass")
    for command in commands.choices.values():
        command.add_argument("--data", type=Path, default=documents.DATA, metavar="DIR", help="where the documents lie (default: data)")
        command.add_argument("--pass", dest="of", metavar="NAME", help="of data/annotations/NAME instead of the document")
    return parser


if __name__ == "__main__":
    commands.run(main, "markup")
