"""Check the documents and the field set against ``schema.json`` and the rules of ``scripts.rules``.

python -m scripts.validate                  every file; prints each fault, exit status 1 where there is one
python -m scripts.validate FILE …           these alone
python -m scripts.validate --data DIR       those of another folder, as `python -m scripts.annotate new` writes it
python -m scripts.validate --rewrite        first put every file into its canonical form
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scripts import catalogue, commands, corpus_rules, documents, field_rules, rules
from scripts.corpus_rules import File
from scripts.documents import DataError, Json
from scripts.shape import Found

Registry = Mapping[str, Callable[[Any], Found]]


class Issue(NamedTuple):
    """One fault: the rule's code, the file, the place in it, and what is wrong and what would be right."""

    code: str
    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.message} [{self.code}]"


def document_issues(document: Json, name: str = "document") -> list[Issue]:
    """The faults of one document by itself: its shape first, the rest only where the shape is right."""
    return _own_issues(document, name, rules.SHAPE_RULES, rules.DOCUMENT_RULES)


def page_issues(page: Json, name: str = "page") -> list[Issue]:
    """As :func:`document_issues`, of a page of the field set, which has no text."""
    return _own_issues(page, name, field_rules.SHAPE_RULES, field_rules.PAGE_RULES)


def issues(paths: Iterable[Path], data: Path = documents.DATA) -> Iterator[Issue]:
    """Every fault of the files, those between files last. A file that cannot be read is a fault of its own."""
    sound = []
    for path in paths:
        try:
            file = File(path, documents.read_text(path), documents.read_json(path), _definition(path))
        except DataError as error:
            yield Issue("unreadable", str(path), "file", str(error))
            continue
        found = (document_issues if file.definition == "document" else page_issues)(file.document, str(path))
        yield from found
        if not found or found[0].code not in {**rules.SHAPE_RULES, **field_rules.SHAPE_RULES}:
            sound.append(file)
    yield from _file_issues(sound, catalogue.known(data))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.validate", description="Check the documents.")
    parser.add_argument("files", nargs="*", type=Path, help="document files (default: all under DIR/documents and DIR/field)")
    parser.add_argument("--data", type=Path, default=documents.DATA, metavar="DIR", help="where documents and catalogue lie (default: data)")
    parser.add_argument("--rewrite", action="store_true", help="put the files into their canonical form first")
    options = parser.parse_args(arguments)
    if not options.files:
        documents.check_folder(options.data)
    paths = options.files or [*documents.paths(data=options.data), *documents.field_paths(options.data)]
    for path in paths if options.rewrite else []:
        documents.write(path, documents.render(documents.ordered(documents.read_json(path), _definition(path))))
    found = list(issues(paths, options.data))
    for issue in found:
        print(issue, file=sys.stderr)
    print(f"{len(paths)} files, {len(found)} faults")
    return 1 if found else 0


def _definition(path: Path) -> str:
    return "field_document" if path.parent.name == "field" else "document"


def _own_issues(value: Json, name: str, shape: Registry, registry: Registry) -> list[Issue]:
    for code, rule in shape.items():  # the next rule may only look at what this one lets through
        found = [Issue(code, name, *fault) for fault in rule(value)]
        if found:
            return found
    return [Issue(code, name, *fault) for code, rule in registry.items() for fault in rule(value)]


def _file_issues(files: list[File], entries: Json) -> Iterator[Issue]:
    with_text = [file for file in files if file.definition == "document"]
    without = [file for file in files if file.definition != "document"]
    for part, registry in ((files, corpus_rules.FILE_RULES), (without, field_rules.FILE_RULES)):
        yield from (Issue(code, str(file.path), *fault) for code, rule in registry.items() for file in part for fault in rule(file))
    for code, corpus_rule in corpus_rules.CORPUS_RULES.items():
        yield from (Issue(code, str(file.path), place, message) for file, place, message in corpus_rule(with_text, entries))


if __name__ == "__main__":
    commands.run(main, "validate")
