"""What the authored pages are made of, beside what was asked of them: ``python -m scripts.composition``.

Every share has its floor in FLOORS, for train and for validation each; a test holds them.
"""

import itertools
import statistics
from collections import Counter
from collections.abc import Callable

from scripts import commands, documents, tables
from scripts.documents import Json

MENU = 150  # visible characters of navigation that make a long menu
FLAT_LINES, FLAT_SIZE = 3, 500  # at most so many lines for at least so many characters


def boundary_types(document: Json) -> Counter[str]:
    """How many body/boilerplate boundaries are line, inline and glued."""
    found: Counter[str] = Counter()
    for before, after in itertools.pairwise(document["segments"]):
        if before["label"] != after["label"]:
            gap = document["text"][before["end"] : after["start"]]
            found["line" if "\n" in gap else "inline" if gap else "glued"] += 1
    return found


def has_insert(document: Json) -> bool:
    """Boilerplate stands between two stretches of body."""
    labels = [label for label, _ in itertools.groupby(s["label"] for s in document["segments"])]
    return labels.count("body") > 1


def has_related_article(document: Json) -> bool:
    """The page carries text of another article."""
    return any(segment["kind"] == "related_article" for segment in document["segments"])


def has_long_menu(document: Json) -> bool:
    """Menus, tickers or buttons of MENU visible characters or more."""
    return sum(_visible(document, segment) for segment in document["segments"] if segment["kind"] == "navigation") >= MENU


def is_flat(document: Json) -> bool:
    """A page of some size on FLAT_LINES lines or fewer."""
    filled = [line for line in document["text"].split("\n") if line.strip()]
    return len(filled) <= FLAT_LINES and len(document["text"]) >= FLAT_SIZE


def is_clean(document: Json) -> bool:
    """There is no boilerplate."""
    return all(segment["label"] == "body" for segment in document["segments"])


def has_no_article(document: Json) -> bool:
    """There is no body."""
    return all(segment["label"] == "boilerplate" for segment in document["segments"])


def share(test: Callable[[Json], bool]) -> Callable[[list[Json]], float]:
    """The share of documents that pass the test."""
    return lambda corpus: sum(map(test, corpus)) / len(corpus)


def boundary_share(kind: str) -> Callable[[list[Json]], float]:
    """The share of boundaries that are of that type."""

    def figure(corpus: list[Json]) -> float:
        found = sum((boundary_types(document) for document in corpus), Counter())
        return found[kind] / max(1, found.total())

    return figure


def mean(layer: str) -> Callable[[list[Json]], float]:
    """How many of a layer a document has on average."""
    return lambda corpus: sum(len(document[layer]) for document in corpus) / len(corpus)


def styles(corpus: list[Json]) -> float:
    """How many site styles there are."""
    return len({document["source"]["style"] for document in corpus})


def line_length(corpus: list[Json]) -> float:
    """Median length of the lines that are not blank, in characters."""
    return statistics.median(len(line.strip()) for document in corpus for line in document["text"].split("\n") if line.strip())


def size(corpus: list[Json]) -> float:
    """Characters a page on average."""
    return sum(len(document["text"]) for document in corpus) / len(corpus)


def body_share(corpus: list[Json]) -> float:
    """The share of the visible characters that are body."""
    segments = [(document, segment) for document in corpus for segment in document["segments"]]
    body = sum(_visible(document, segment) for document, segment in segments if segment["label"] == "body")
    return body / sum(_visible(document, segment) for document, segment in segments)


FIGURES: dict[str, Callable[[list[Json]], float]] = {
    "documents": len,
    "site styles": styles,
    "boundaries inline": boundary_share("inline"),
    "boundaries glued": boundary_share("glued"),
    "pages with an insert in the body": share(has_insert),
    "pages with a related article": share(has_related_article),
    "pages with a long menu": share(has_long_menu),
    "pages on three lines or fewer": share(is_flat),
    "pages without boilerplate": share(is_clean),
    "pages without an article": share(has_no_article),
    "quotes a page": mean("quotes"),
    "entity mentions a page": mean("entities"),
    "segments a page": mean("segments"),
    "boundaries a page": lambda corpus: sum(boundary_types(document).total() for document in corpus) / len(corpus),
    "characters a page": size,
    "median line length": line_length,
    "characters that are body": body_share,
}

# name → floor for train, floor for validation
FLOORS: dict[str, tuple[float, float]] = {
    "documents": (120, 40),
    "site styles": (36, 12),
    "boundaries inline": (0.25, 0.25),
    "boundaries glued": (0.15, 0.15),
    "pages with an insert in the body": (0.25, 0.25),
    "pages with a related article": (0.25, 0.25),
    "pages with a long menu": (0.20, 0.20),
    "pages on three lines or fewer": (0.15, 0.15),
    "pages without boilerplate": (0.10, 0.10),
    "pages without an article": (0.02, 0.02),
    "quotes a page": (5, 5),
    "entity mentions a page": (30, 30),
}


def table(corpora: dict[str, list[Json]]) -> str:
    """The figures of each corpus, the floors beside them."""
    rows = [
        [name, *(_spelled(figure(corpus)) for corpus in corpora.values()), _spelled(FLOORS[name][0]) if name in FLOORS else "–"]
        for name, figure in FIGURES.items()
    ]
    return tables.markdown(["", *corpora, "floor"], rows)


def main() -> int:
    print(table({split: documents.read_split(split) for split in documents.splits()}))
    return 0


def _visible(document: Json, segment: Json) -> int:
    return len("".join(document["text"][segment["start"] : segment["end"]].split()))


def _spelled(value: float) -> str:
    digits = 0 if isinstance(value, int) or value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


if __name__ == "__main__":
    commands.run(main, "composition")
