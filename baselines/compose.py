"""New training pages, composed of blocks of training pages: what scrapers leave of an article, and articles with another one behind them.

Each page is one article's body, its headline perhaps in front, and margins of all pages around it, with the line breaks kept or
all joined into one line. Composed pages train and are never evaluated on.
"""

import random
from collections import defaultdict
from typing import NamedTuple

from scripts.documents import Json

GAPS = ("  ", "   ", " \u00a0 ", "\u00a0\u00a0", "\u00a0 ")
FORMS = ("one line", "one line", "lines", "lines", "bare")
EDGES = ("", "", " ", "\u00a0\u00a0", "\n", " \u00a0\n")
KEEP_MIDDLE, OTHER_ARTICLE, SUMMARY, STOPPED, DATES_INSIDE, DESCRIPTION = 0.7, 0.35, 0.8, 0.5, 0.7, 0.6
TAIL = (("navigation", 0.6), ("promotion", 0.6), ("legal", 0.6), ("source", 0.15))


class _Block(NamedTuple):
    text: str
    kind: str
    gap: str  # what stands before it


class _Stock(NamedTuple):
    """The training pages, and their blocks by kind."""

    pages: list[Json]
    blocks: dict[str, list[str]]
    paragraphs: list[tuple[str, str]]  # (page id, paragraph) of middle length


def pages(corpus: list[Json], number: int, seed: int) -> list[Json]:
    """So many pages, each with the site style of the article it was made from."""
    if not number:
        return []
    draw, stock = random.Random(seed), _stock(corpus)
    made = (_page(f"composed-{at}", draw.choice(corpus), stock, draw) for at in range(number))
    return [page for page in made if page is not None]


def _stock(corpus: list[Json]) -> _Stock:
    blocks: dict[str, list[str]] = defaultdict(list)
    paragraphs = []
    for document in corpus:
        for segment, text in _segments(document):
            if segment["label"] != "body":
                blocks[segment["kind"]].append(text)
            elif segment["kind"] == "paragraph" and 15 <= len(text.split()) <= 45:
                paragraphs.append((document["id"], text))
    return _Stock(corpus, blocks, paragraphs)


def _page(identifier: str, document: Json, stock: _Stock, draw: random.Random) -> Json | None:
    if not any(segment["label"] == "body" for segment in document["segments"]):
        return None
    form = draw.choice(FORMS)
    between = " " if form == "one line" else draw.choice(("\n", "\n", "\n\n", "\n ", "\n\u00a0"))
    blocks = _summary(document, form, draw)
    blocks += _middle(document, form, between, bool(blocks), stock, draw)
    if form == "lines" and draw.random() < SUMMARY and stock.blocks["keywords"]:
        blocks.append(_Block(draw.choice(stock.blocks["keywords"]).replace(" | ", "\n\n").replace("، ", "\n\n"), "keywords", _gap(form, draw)))
    if form != "bare":
        blocks += _tail(document, form, stock, draw)
    if form != "one line" and draw.random() < OTHER_ARTICLE:
        blocks += _other(document, between, stock, draw)
    return _joined(
        identifier, document["source"]["style"], blocks, "" if form == "one line" else draw.choice(EDGES), draw.choice(("", "", " ", "\n", "\n\n\n \n"))
    )


def _gap(form: str, draw: random.Random) -> str:
    """What parts two margins, or a margin and the body."""
    return draw.choice(GAPS) if form == "one line" else draw.choice(("\n", "\n\n", "\n\n\n")) if form == "lines" else "\n"


def _summary(document: Json, form: str, draw: random.Random) -> list[_Block]:
    """A headline of the page as its first sentence."""
    heads = [_one_line(text) for segment, text in _segments(document) if segment["kind"] == "headline" and len(text.split()) >= 6]
    if form == "bare" or not heads or draw.random() >= SUMMARY:
        return []
    head = draw.choice(heads)
    return [_Block(head if head[-1] in ".؟!" or draw.random() >= STOPPED else f"{head}.", "headline", "")]


def _middle(document: Json, form: str, between: str, headed: bool, stock: _Stock, draw: random.Random) -> list[_Block]:
    """The body: with what stands inside it and its own gaps, or its paragraphs alone, dates of cards perhaps among them."""
    found = list(_segments(document))
    inner = [at for at, (segment, _) in enumerate(found) if segment["label"] == "body"]
    opening = (" " if form == "one line" else _gap(form, draw)) if headed else between
    if form != "one line" and draw.random() < KEEP_MIDDLE:
        text = document["text"]
        gaps = [text[found[at - 1][0]["end"] : found[at][0]["start"]] for at in range(inner[0] + 1, inner[-1] + 1)]
        return [_Block(found[at][1], found[at][0]["kind"], gap) for at, gap in zip(range(inner[0], inner[-1] + 1), [opening, *gaps], strict=True)]
    cut = draw.randrange(1, len(inner)) if len(inner) > 2 and form == "one line" and draw.random() < DATES_INSIDE else None
    blocks = []
    for number, at in enumerate(inner):
        gap = opening if number == 0 else between
        if number == cut:
            blocks += [_Block(text, "timestamp", _gap(form, draw)) for text in _dates(stock, draw.choice((1, 2, 2)), draw)]
            gap = _gap(form, draw)
        blocks.append(_Block(_one_line(found[at][1]), found[at][0]["kind"], gap))
    return blocks


def _tail(document: Json, form: str, stock: _Stock, draw: random.Random) -> list[_Block]:
    """What stands behind the article: the description of a dossier, the dates of a list of cards, footer blocks."""
    blocks = []
    if draw.random() < DESCRIPTION and stock.paragraphs:
        identifier, text = draw.choice(stock.paragraphs)
        blocks += [_Block(text, "keywords", _gap(form, draw))] if identifier != document["id"] else []
    blocks += [_Block(text, "timestamp", _gap(form, draw)) for text in _dates(stock, draw.choice((0, 4, 6, 10)), draw)]
    for kind, share in TAIL:
        short = [text for text in stock.blocks[kind] if len(text.split()) < 40]
        if short and draw.random() < share:
            blocks.append(_Block(draw.choice(short), kind, _gap(form, draw)))
    return blocks


def _other(document: Json, between: str, stock: _Stock, draw: random.Random) -> list[_Block]:
    """A header of links and another article: its headline, and its first paragraphs."""
    other = draw.choice(stock.pages)
    headers = [text for text in stock.blocks["related_links"] if len(text.split()) <= 4]
    if other["id"] == document["id"] or not headers:
        return []
    blocks = [_Block(draw.choice(headers), "related_links", draw.choice(("\n", "\n\n")))]
    heads = [text for segment, text in _segments(other) if segment["kind"] == "headline"]
    if heads and draw.random() < SUMMARY:
        blocks.append(_Block(draw.choice(heads), "related_article", draw.choice(("\n", "\n\n", " "))))
    body = [text for segment, text in _segments(other) if segment["label"] == "body"]
    return [*blocks, *(_Block(text, "related_article", between) for text in body[: draw.randrange(2, 9)])]


def _dates(stock: _Stock, number: int, draw: random.Random) -> list[str]:
    short = [text for text in stock.blocks["timestamp"] if len(text.split()) <= 4]
    return [draw.choice(short) for _ in range(number)] if short else []


def _joined(identifier: str, style: str, blocks: list[_Block], before: str, after: str) -> Json:
    text, segments = before, []
    for number, block in enumerate(blocks):
        text += block.gap if number else ""
        label = "body" if block.kind in ("paragraph", "subheading") else "boilerplate"
        segments.append({"start": len(text), "end": len(text) + len(block.text), "label": label, "kind": block.kind})
        text += block.text
    return {"id": identifier, "text": text + after, "segments": segments, "source": {"style": style}}


def _segments(document: Json) -> list[tuple[Json, str]]:
    return [(segment, document["text"][segment["start"] : segment["end"]]) for segment in document["segments"]]


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
