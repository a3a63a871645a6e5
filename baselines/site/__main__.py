"""A static site to look at the documents with: ``python -m baselines.site [--output build/site] [--data DIR]``.

    index.html                               every document, with filters and counts
    documents/<id>.html                      its labels; #q1, #e1, #s1 lead to a mark, #120-144 to those characters
    predictions/<id>/<column>.<name>.html    what a system did with it, its errors marked
    passes/<id>.html                         its annotation passes side by side, and the decisions

It needs no server and no network, and opens from a folder. Texts of the field set, added by ``--data build/field``, are their
publishers': such a site is for local use.
"""

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from baselines import results
from baselines.site import entries
from baselines.site.entries import Entry
from scripts import commands, documents
from scripts.documents import ROOT, DataError

TARGET = ROOT / "build" / "site"
OWN = {"index.html", "assets", "documents", "predictions", "passes"}


def site(found: list[Entry], recommended: str | None) -> Iterator[tuple[str, str]]:
    """``(path, content)`` of every file of the site, pages by document, the list and the assets last."""
    from baselines.site import pages

    rows = []
    for number, entry in enumerate(tqdm(found, desc="site", unit=" documents", disable=None)):
        before, after = found[number - 1] if number else None, found[number + 1] if number + 1 < len(found) else None
        written, row = pages.document_pages(entry, before, after, recommended)
        rows.append(row)
        yield from ((page.path, pages.render(page)) for page in written)
    page = pages.index(rows, recommended, any(map(entries.is_foreign, found)))
    yield page.path, pages.render(page)
    yield from pages.assets()


def build(found: list[Entry], target: Path, recommended: str | None = None) -> int:
    """Write the site, in the place of one that stood there; returns how many files it has. Raises DataError where something else is there."""
    others = {path.name for path in target.iterdir()} - OWN if target.is_dir() else set()
    if others or target.is_file():
        raise DataError(f"{target}: is in the way ({', '.join(sorted(others)[:3]) or 'a file'}); name a folder that is new or holds a site")
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    number = 0
    for path, content in site(found, recommended):
        documents.write(fresh / path, content)
        number += 1
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return number


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m baselines.site", description="Write a static site to look at the documents with.")
    parser.add_argument("--output", type=Path, default=TARGET, help="the folder that is written (default: build/site)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="also show the documents of DIR (build/field)")
    options = parser.parse_args(arguments)
    more = entries.read_more(options.data) if options.data else []
    found = entries.joined(entries.read(), more)
    number = build(found, options.output, results.read()["recommended"])
    print(f"{len(found)} documents, {number} files; open {options.output / 'index.html'}")
    return 0


if __name__ == "__main__":
    commands.run(main, "site")
