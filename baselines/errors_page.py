"""``errors.md``: the rows of ``baselines.errors`` as a page for people, tables first."""

import itertools
from collections import Counter
from collections.abc import Iterable

from baselines.metrics import TYPES
from scripts import tables
from scripts.documents import Json

Entries = list[tuple[str, Json, list[Json]]]

ERRORS = {
    "missed": "a boundary that the system does not have",
    "invented": "one that it has and the labels have not",
    "displaced": "one that it has in the same direction, up to 20 code points away",
    "inverted": "a page without a boundary, all of it on the wrong side",
}
PLACED = ("missed", "invented", "displaced")
DIRECTIONS = {"opens": "body begins", "closes": "body ends"}
HEAD = """# Errors of `{name}`

Written by `python -m baselines errors {name}` from the labels and the pinned predictions; `errors.jsonl` has the same, a row an error.

{legend}

Places are code points; kinds are those that the labels give before and after the place. In an excerpt ⟦ ⟧ holds what stands between the
two characters, of a displaced boundary what stands between the right and the predicted place; ⏎ is a line feed, ⇥ a tab, ⍽ a no-break
space, `<200F>` a character that does not show. Pages of the field set are not quoted, and without their texts boundaries have no type.
"""


def page(name: str, sizes: dict[str, int], entries: Entries) -> str:
    """The page's Markdown. ``sizes``: documents of each column; ``entries``: as ``baselines.errors.found``, in its order."""
    parts = [HEAD.format(name=name, legend="\n".join(f"- *{error}*: {meaning}" for error, meaning in ERRORS.items()))]
    parts += [f"## By error\n\n{by_error(sizes, entries)}", f"## By type of boundary\n\n{by_type(entries)}", f"## By kinds\n\n{by_kinds(sizes, entries)}"]
    for column, group in itertools.groupby(entries, lambda entry: entry[0]):
        parts.append(f"## {_words(column)}\n\n" + "\n".join(_styles(list(group))))
    return "\n".join(parts)


def by_error(sizes: dict[str, int], entries: Entries) -> str:
    """Columns of the results by documents, documents with errors, and errors of each sort."""
    rows = []
    for column, size in sizes.items():
        mine = [found for name, _, found in entries if name == column]
        counts = Counter(row["error"] for found in mine for row in found)
        rows.append([_words(column), size, len(mine), *(counts[error] for error in ERRORS), counts.total()])
    return tables.markdown(["column", "documents", "not exact", *ERRORS, "errors"], rows)


def by_type(entries: Entries) -> str:
    """Columns whose boundaries have a type, and errors, by type."""
    counts = Counter((column, row["error"], row["type"]) for column, _, found in entries for row in found if row["type"])
    columns = dict.fromkeys(column for column, _, _ in counts)
    rows = ([f"{_words(column)}: {error}", *(counts[column, error, kind] for kind in TYPES)] for column in columns for error in PLACED)
    return tables.markdown(["", *TYPES], rows)


def by_kinds(sizes: dict[str, int], entries: Entries) -> str:
    """Kinds before and after the place by column, each cell missed / invented / displaced; the most frequent first."""
    counts = Counter((column, row["before"], row["after"], row["error"]) for column, _, found in entries for row in found if row["direction"])
    totals = Counter((row["before"], row["after"]) for _, _, found in entries for row in found if row["direction"])
    rows = []
    for (before, after), _ in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        cells = [[counts[column, before, after, error] for error in PLACED] for column in sizes]
        rows.append([f"{before} → {after}", *(" / ".join(map(str, cell)) if any(cell) else "–" for cell in cells)])
    return tables.markdown([" / ".join(PLACED), *map(_words, sizes)], rows)


def _styles(entries: Entries) -> Iterable[str]:
    for style, group in itertools.groupby(entries, lambda entry: entry[1]["source"]["style"]):
        yield f"### {style}\n"
        for _, document, rows in group:
            yield f"**{document['id']}**\n"
            yield "\n".join(map(_line, rows)) + "\n"


def _line(row: Json) -> str:
    if not row["direction"]:
        return f"- {row['error']}: all of the page, from {row['place']} ({row['after']})"
    moved = f", put at {row['predicted']}" if row["error"] == "displaced" else ""
    kinds = f"{row['before']} → {row['after']}"
    parts = [row["error"], *([row["type"]] if row["type"] else []), f"{DIRECTIONS[row['direction']]} at {row['place']}{moved}", kinds]
    return f"- {', '.join(parts)}" + (f"  \n  {_code(row['excerpt'])}" if row["excerpt"] else "")


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def _words(column: str) -> str:
    return column.replace("_", " ")
