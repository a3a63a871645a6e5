"""The tools of other people that `make peers` scores: each a function from a page's text to what the tool keeps of it.

What is kept is the tool's own text, or spans of ours where the tool gives offsets. A tool is imported when it is first
called, so that this module loads where none is installed, and loads nothing else: `baselines.bench` measures what a tool takes
alone. A tool that wants HTML gets :func:`flat_page`, one that wants Markdown a paragraph for each line. None is given an
address or anything else beside the text. A new one is a function here and a line in PEERS.
"""

import functools
import html
from collections.abc import Callable
from typing import Any, NamedTuple
from unittest import mock

from scripts.views import line_spans

Spans = list[list[int]]

HEAD = '<!DOCTYPE html>\n<html lang="ar" dir="rtl">\n<head><meta charset="utf-8"></head>\n<body>\n'
FOOT = "</body>\n</html>\n"
# The two tags with which dolma takes a line out; its others speak of the whole page.
DOLMA_LINES = ("lines_with_no_ending_punctuation", "lines_with_too_few_words")


class Peer(NamedTuple):
    """A tool: what it keeps of a text (its own text, or spans of ours), the distribution that holds it, and how it is asked."""

    keep: Callable[[str], str | Spans]
    distribution: str
    note: str


def flat_page(text: str) -> str:
    """The text as a right-to-left HTML page without markup: each line that is not blank is a paragraph."""
    return HEAD + "".join(f"<p>{html.escape(line, quote=False)}</p>\n" for line in lines(text)) + FOOT


def lines(text: str) -> list[str]:
    """The lines that are not blank, without the whitespace around them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def datatrove_c4(text: str) -> str:
    """The line rules of C4. The rule that a page has five sentences is off: it takes pages, not lines."""
    from datatrove.data import Document

    document = Document(text=text, id="page")
    verdict = _datatrove("C4QualityFilter", min_num_sentences=-1).filter(document)
    return document.text if verdict is True else ""


def datatrove_fineweb(text: str) -> Spans:
    """The whole page or nothing: the filter counts lines but takes none out."""
    from datatrove.data import Document

    verdict = _datatrove("FineWebQualityFilter", language="arb_Arab").filter(Document(text=text, id="page"))
    return [[0, len(text)]] if verdict is True else []


def dolma_c4(text: str) -> Spans:
    """The lines that no tag about lines takes out; tags about the page are left aside."""
    tagger, document = _dolma()
    found = tagger.predict(document(source="page", id="page", text=text))
    out = {span.start for span in found.spans if span.type in DOLMA_LINES}
    return [[start, end] for _, start, end in line_spans(text) if start not in out]


def justext(text: str) -> str:
    """The paragraphs that are not boilerplate, with the Arabic stop list."""
    import justext as tool

    found = tool.justext(flat_page(text), _stop_words())
    return "\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


def trafilatura(text: str, **mode: bool) -> str:
    """The main text; ``mode`` is favor_recall or favor_precision."""
    import trafilatura as tool

    return tool.extract(flat_page(text), **mode) or ""


def resiliparse(text: str) -> str:
    """The main content as plain text."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(flat_page(text), main_content=True))


def readability(text: str) -> str:
    """The text of the summary, a line for each paragraph."""
    from lxml.html import fromstring
    from readability import Document

    summary = fromstring(Document(flat_page(text)).summary())
    return "\n".join(part.text_content() for part in summary.iter("p"))


def boilerpy3(text: str, extractor: str) -> str:
    """The content by the extractor of that name."""
    return str(_boilerpy3(extractor).get_content(flat_page(text)))


def goose3(text: str) -> str:
    """The cleaned text, with the Arabic stop words."""
    return str(_goose().extract(raw_html=flat_page(text)).cleaned_text)


def newspaper4k(text: str) -> str:
    """The article's text, read as Arabic."""
    from newspaper import Article

    article = Article("https://page.invalid/", language="ar", fetch_images=False)
    article.download(input_html=flat_page(text))
    article.parse()
    return str(article.text)


def winnow_md(text: str) -> str:
    """The blocks that are kept of one page, without the memory of a site and without the learned scorer, which needs weights from a hub."""
    import winnow

    return str(winnow.clean("\n\n".join(lines(text)), use_model=False).markdown)


def chromerag(text: str) -> str:
    """The Markdown of the page, by the model that the package ships."""
    return str(_chromerag().extract(flat_page(text)).markdown)


LINES = "plain text, line by line"
FLAT = "a flat page without title, a paragraph for each line"
PEERS: dict[str, Peer] = {
    "datatrove_c4": Peer(datatrove_c4, "datatrove", f"{LINES}; C4QualityFilter without the rule of five sentences a page"),
    "datatrove_fineweb": Peer(datatrove_fineweb, "datatrove", "plain text; FineWebQualityFilter keeps a page or drops it, no line of it"),
    "dolma_c4": Peer(dolma_c4, "dolma", f"{LINES}; the two tags of c4_v1 that speak of lines; it asks for numpy 1, numpy 2 is installed"),
    "justext": Peer(justext, "justext", f"{FLAT}; Arabic stop list"),
    "trafilatura": Peer(trafilatura, "trafilatura", f"{FLAT}; default"),
    "trafilatura_recall": Peer(functools.partial(trafilatura, favor_recall=True), "trafilatura", f"{FLAT}; favor_recall"),
    "trafilatura_precision": Peer(functools.partial(trafilatura, favor_precision=True), "trafilatura", f"{FLAT}; favor_precision"),
    "resiliparse": Peer(resiliparse, "resiliparse", f"{FLAT}; main_content"),
    "readability": Peer(readability, "readability-lxml", f"{FLAT}; summary"),
    "boilerpy3_article": Peer(functools.partial(boilerpy3, extractor="ArticleExtractor"), "boilerpy3", f"{FLAT}; ArticleExtractor"),
    "boilerpy3_sentences": Peer(functools.partial(boilerpy3, extractor="ArticleSentencesExtractor"), "boilerpy3", f"{FLAT}; ArticleSentencesExtractor"),
    "goose3": Peer(goose3, "goose3", f"{FLAT}; Arabic stop words"),
    "newspaper4k": Peer(newspaper4k, "newspaper4k", f"{FLAT}; Arabic"),
    "winnow_md": Peer(winnow_md, "winnow-md", "Markdown, a paragraph for each line; one page at a time, heuristics alone"),
    "chromerag": Peer(chromerag, "chromerag", f"{FLAT}; the model that it ships; it drops paragraphs without a Latin letter or digit"),
}  # fmt: skip


@functools.cache
def _datatrove(name: str, **options: Any) -> Any:
    from datatrove.pipeline import filters

    return getattr(filters, name)(**options)


@functools.cache
def _stop_words() -> Any:
    from justext import get_stoplist

    return get_stoplist("Arabic")


@functools.cache
def _boilerpy3(name: str) -> Any:
    from boilerpy3 import extractors

    return getattr(extractors, name)()


@functools.cache
def _dolma() -> Any:
    import nltk

    # dolma asks nltk for a download while it is imported; nothing here needs it.
    with mock.patch.object(nltk, "download"):
        from dolma.core.data_types import Document
        from dolma.taggers.c4 import C4Tagger
    return C4Tagger(), Document


@functools.cache
def _goose() -> Any:
    from goose3 import Goose
    from goose3.text import StopWordsArabic

    return Goose({"use_meta_language": False, "target_language": "ar", "stopwords_class": StopWordsArabic, "enable_image_fetching": False})


@functools.cache
def _chromerag() -> Any:
    from chromerag import ChromeRAG

    return ChromeRAG()
