"""The field set: real pages, labelled by offset, whose text is not ours to ship. ``python -m scripts.field fetch [--from DIR]``.

    data/field/<id>.json                     pointer, digest and labels; no text
    build/field/documents/test/<id>.json     the same page as a document with its text, written by ``fetch``

``fetch`` gets each source file, rebuilds the texts, checks their digests, and writes what is right. What is wrong or missing
is listed at the end, and the exit status is 1. ``load_dataset("<clone>/build/field")`` then gives documents as the main config does.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from tqdm import tqdm

from scripts import card, commands, documents, sources, texts, validate
from scripts.documents import DATA, ROOT, DataError, Json

TARGET = ROOT / "build" / "field"
STYLE = "field-"


def read(data: Path = DATA) -> list[Json]:
    """The pages of the field set, without their texts, in the order of their ids."""
    return [documents.read_json(path) for path in documents.field_paths(data)]


def style(site: str) -> str:
    """The site style of a page of the field set: its site. ``arabic.cnn.com`` gives ``field-arabic-cnn-com``."""
    return STYLE + site.replace(".", "-")


def document(page: Json, text: str) -> Json:
    """The page as a document: its labels on its text. Quotes and entities are empty because they are not labelled here."""
    pointer = page["pointer"]
    place = ["" if pointer[key] is None else f"#{pointer[key]}" for key in ("member", "record", "field")]
    source = {"file": f"{pointer['repo']}/{pointer['path']}{''.join(place)}", "outlet": None, "aggregator": None}
    source |= {"style": style(page["site"]), "published": None, "sha256": page["sha256"]}
    layers = {"segments": page["segments"], "quotes": [], "entities": []}
    return {"id": page["id"], "origin": "web", "source": source, "text": text, **layers, "annotation": page["annotation"]}


def hydrated(page: Json, path: Path) -> Json:
    """The page as a document, its text taken from the source file at ``path``.

    Raises DataError where the text is not the one that was labelled.
    """
    if page["extractor"] not in (None, texts.extractor()):
        raise DataError(f"{page['id']}: its text was made by {page['extractor']}, but {texts.extractor()} is installed; install that version")
    text = texts.text_of(page["pointer"], path)
    if documents.sha256(text) != page["sha256"]:
        raise DataError(f"{page['id']}: {path} gives a text of {len(text)} characters, not the {page['chars']} with the digest {page['sha256'][:12]}…")
    found = document(page, text)
    for issue in validate.document_issues(found, page["id"]):
        raise DataError(str(issue))
    return found


def rebuilt(pages: list[Json], folder: Path | None, data: Path = DATA) -> Iterator[Json | DataError]:
    """For each page its document, or what is wrong with it. A source file that is missing is said once for each of its pages."""
    files: dict[sources.Key, Path | DataError] = {}
    known = sources.read(data)
    for page in sorted(pages, key=lambda page: (sources.key(page["pointer"]), page["pointer"]["member"] or "", page["id"])):
        name = sources.key(page["pointer"])
        if name not in files:
            files[name] = _got(known, name, folder)
        try:
            yield _raised(page, files[name])
        except DataError as error:
            yield error


def fetch(folder: Path | None, target: Path = TARGET, data: Path = DATA) -> list[str]:
    """Write every document that can be rebuilt under ``target``; returns what went wrong, a line each.

    Documents that stood there and are not rebuilt now are taken away, so what lies there is always right.
    """
    _check_target(target)
    pages, faults = read(data), []
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for found in tqdm(rebuilt(pages, folder, data), total=len(pages), desc="field", unit=" pages", disable=None):
        if isinstance(found, DataError):
            faults.append(str(found))
        else:
            documents.write(fresh / "documents" / "test" / f"{found['id']}.json", documents.render(documents.ordered(found)))
    documents.write(fresh / "README.md", readme())
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return faults


def readme() -> str:
    """What lets ``datasets`` load the folder, with the features of the main config."""
    config = {"config_name": "field", "default": True, "data_files": [{"split": "test", "path": "documents/test/*.json"}]}
    info = [{"config_name": "field", "features": card.fields(documents.schema()["$defs"]["document"])}]
    front = yaml.safe_dump({"license": "other", "configs": [config], "dataset_info": info}, sort_keys=False)
    return f"---\n{front}---\nTexts of the field set, fetched for your own use. They are their publishers'; do not pass them on.\n"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    faults = fetch(options.folder, options.output)
    total = len(documents.field_paths())
    for line in faults:
        print(line, file=sys.stderr)
    print(f"{total - len(faults)} of {total} documents in {options.output}{f', {len(faults)} missing' if faults else ''}")
    return 1 if faults else 0


def _check_target(target: Path) -> None:
    """The folder is replaced as a whole, so it must be one that ``fetch`` wrote."""
    others = {path.name for path in target.iterdir()} - {"README.md", "documents"} if target.is_dir() else set()
    if others or target.is_file():
        raise DataError(f"{target}: is in the way ({', '.join(sorted(others)[:3]) or 'a file'}); name a folder that is new or was written by fetch")


def _got(known: dict[sources.Key, Json], name: sources.Key, folder: Path | None) -> Path | DataError:
    if name not in known:
        return DataError(f"data/sources.json has no {name[2]} of {name[0]} at {name[1][:12]}; add it, with its digest")
    try:
        return sources.get(known[name], folder)
    except DataError as error:
        return error


def _raised(page: Json, file: Path | DataError) -> Json:
    if isinstance(file, DataError):
        raise DataError(f"{page['id']}: {file}")
    return hydrated(page, file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.field", description="Rebuild the texts of the field set.")
    commands = parser.add_subparsers(dest="command", required=True)
    fetched = commands.add_parser("fetch", help="get the source files and write documents with text")
    fetched.add_argument("--from", dest="folder", type=Path, metavar="DIR", help="take the source files from DIR/<owner>/<name>/<path>, without network")
    fetched.add_argument("--output", type=Path, default=TARGET, help="where the documents are written (default: build/field)")
    return parser


if __name__ == "__main__":
    commands.run(main, "field")
