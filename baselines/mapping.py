"""Where in a page's text lies what a tool kept of it: the tool's own text, brought back to spans of ours.

Lines are compared without whitespace, format characters (bidi marks, zero widths), the order of marks on a letter and HTML
entities, which tools change without meaning it. A kept line that is no line of ours is aligned word by word with the lines
that stand where it stands. What is found nowhere is counted as lost: it is the tool's, and cannot be scored.
"""

import html
import unicodedata
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from baselines.lines import filled_lines, join
from baselines.task import Spans, mask_of
from scripts.views import token_spans

# Fewer words than this in the middle of a line of ours and of a line of the tool's are taken for chance.
FEWEST_WORDS = 3

Words = list[tuple[int, int]]


class Mapped(NamedTuple):
    """A tool's answer on our text. ``kept`` and ``lost`` count the visible characters that it gave back, and those found nowhere."""

    body: Spans
    kept: int
    lost: int


def mapped(text: str, answer: str | Spans) -> Mapped:
    """The answer of a tool, its text or spans of ours, as spans of ours."""
    if isinstance(answer, str):
        return _found(text, answer)
    body = join(text, [(start, end) for start, end in answer if text[start:end].strip()])
    return Mapped(body, int(mask_of(text, body).sum()), 0)


def _found(text: str, answer: str) -> Mapped:
    spans, theirs = filled_lines(text), [line for line in answer.split("\n") if _key(line)]
    matcher = SequenceMatcher(None, [_key(text[start:end]) for start, end in spans], [_key(line) for line in theirs], autojunk=False)
    body, lost = [], 0
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            body += spans[a:b]
        elif c < d:
            parts, missing = _aligned(text, spans[a:b], theirs[c:d])
            body, lost = body + parts, lost + missing
    return Mapped(join(text, body), sum(len(_key(line)) for line in theirs), lost)


def _aligned(text: str, spans: list[tuple[int, int]], theirs: list[str]) -> tuple[list[tuple[int, int]], int]:
    """``(parts, lost)``: the parts of our lines that these kept lines hold, in order, and how many kept characters are in none."""
    words, edges = _words(text, spans)
    joined = "\n".join(theirs)
    kept, kept_edges = _words(joined, _line_spans(theirs))
    keys = [_key(joined[start:end]) for start, end in kept]
    matcher = SequenceMatcher(None, [_key(text[start:end]) for start, end in words], keys, autojunk=False)
    blocks = [(a, b, n) for a, b, n in matcher.get_matching_blocks() if n >= FEWEST_WORDS or _holds_line(a, n, edges) or _holds_line(b, n, kept_edges)]
    parts = [(words[a][0], words[a + n - 1][1]) for a, _, n in blocks]
    return parts, sum(map(len, keys)) - sum(len(key) for _, b, n in blocks for key in keys[b : b + n])


def _words(text: str, spans: list[tuple[int, int]]) -> tuple[Words, list[int]]:
    """The words of the lines as spans, and the index of each line's first word, then the number of words."""
    words: Words = []
    edges = [0]
    for start, end in spans:
        words += [span for span in token_spans(text, {"start": start, "end": end}, []) if _key(text[slice(*span)])]
        edges.append(len(words))
    return words, edges


def _line_spans(lines: list[str]) -> list[tuple[int, int]]:
    """Where the lines lie once they are joined by line feeds."""
    ends = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines) + 1)]
    return [(start, end - 1) for start, end in pairwise(ends)]


def _holds_line(start: int, size: int, edges: list[int]) -> bool:
    return any(start <= a < b <= start + size for a, b in pairwise(edges))


def _key(line: str) -> str:
    """What is compared of a line or word."""
    plain = html.unescape(line)
    return unicodedata.normalize("NFC", "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Cf"))
