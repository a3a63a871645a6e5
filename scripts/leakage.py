"""What documents share that they should not: near-duplicate paragraphs, and formulas of the margin between splits.

Near-duplicates are pairs of segments of different documents whose sets of character 5-grams have a Jaccard similarity of
LIMIT or more: found by MinHash with locality-sensitive hashing (Broder 1997; datasketch), then measured exactly.
"""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from datasketch import MinHash, MinHashLSH

from scripts.documents import Json

LIMIT = 0.5
GRAM = 5
SHORTEST = 30  # visible characters that make a paragraph
SEED = 20241122

# Kinds whose words are a site's formulas, and not a date, a name or a headline of its articles.
FORMULA_KINDS = ("source", "keywords", "related_links", "promotion", "navigation", "legal", "other")
_NAMED = re.compile(r"\s*:.*", re.S)


class Paragraph(NamedTuple):
    """A segment of a document of a split, with its 5-grams."""

    split: str
    document: str
    kind: str
    text: str
    grams: frozenset[str]


def paragraphs(corpora: dict[str, list[Json]]) -> list[Paragraph]:
    """The segments of SHORTEST visible characters or more; grams are taken without whitespace."""
    found = []
    for split, corpus in corpora.items():
        for document, segment in ((d, s) for d in corpus for s in d["segments"]):
            text = document["text"][segment["start"] : segment["end"]]
            bare = "".join(text.split())
            if len(bare) >= SHORTEST:
                grams = frozenset(bare[i : i + GRAM] for i in range(len(bare) - GRAM + 1))
                found.append(Paragraph(split, document["id"], segment["kind"], text, grams))
    return found


def near_duplicates(found: list[Paragraph]) -> Iterator[tuple[Paragraph, Paragraph, float]]:
    """Pairs of different documents with a Jaccard similarity of LIMIT or more, and the similarity."""
    # The index is asked at a lower threshold than LIMIT, because MinHash only estimates.
    index = MinHashLSH(threshold=LIMIT - 0.15, num_perm=128)
    for number, paragraph in enumerate(found):
        sketch = MinHash(num_perm=128, seed=SEED)
        sketch.update_batch([gram.encode("utf-8") for gram in paragraph.grams])
        for other in sorted(index.query(sketch)):
            similarity = jaccard(paragraph.grams, found[other].grams)
            if paragraph.document != found[other].document and similarity >= LIMIT:
                yield found[other], paragraph, similarity
        index.insert(number, sketch)


def is_formula(paragraph: Paragraph) -> bool:
    """Boilerplate of a line or less, which a site puts on all its pages; the text of another article is none."""
    return paragraph.kind in FORMULA_KINDS and "\n" not in paragraph.text


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Shared grams over all grams."""
    return len(first & second) / len(first | second)


def formulas(corpus: list[Json]) -> set[str]:
    """The site words of a corpus: whole segments of FORMULA_KINDS, and what stands before their colon."""
    found = set()
    for document, segment in ((d, s) for d in corpus for s in d["segments"]):
        if segment["kind"] in FORMULA_KINDS:
            text = " ".join(document["text"][segment["start"] : segment["end"]].split())
            found |= {text, _NAMED.sub("", text)}
    return {text for text in found if any(char.isalpha() for char in text)}


def shared_formulas(first: list[Json], second: list[Json]) -> list[str]:
    """Formulas that stand in both corpora, sorted."""
    return sorted(formulas(first) & formulas(second))


def shared(corpora: dict[str, list[Json]]) -> Iterator[tuple[str, str]]:
    """``(pair of splits, what they share)`` of site styles and formulas, for each two splits."""
    for first, second in itertools.combinations(corpora, 2):
        styles = {d["source"]["style"] for d in corpora[first]} & {d["source"]["style"] for d in corpora[second]}
        yield from ((f"{first}, {second}", text) for text in sorted(styles) + shared_formulas(corpora[first], corpora[second]))
