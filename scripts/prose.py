"""The card as it is published: without what only makes sense in a clone, and its sections as plain text.

In ``dataset_card.md``, ``<!-- only in the clone -->`` … ``<!-- end only -->`` is left out of what is published, and the text in
``<!-- only on the Hub: … -->`` stands there alone.
"""

import re

from scripts.documents import DataError

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.S)
_CLONE = re.compile(r"[ \t]*<!-- only in the clone -->.*?<!-- end only -->", re.S)
_HUB = re.compile(r"<!-- only on the Hub:\s*(.*?)\s*-->", re.S)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_FENCE = re.compile(r"^```.*?^```$", re.S | re.M)
_HEADING = re.compile(r"^#+ (.+)$", re.M)
_ITEM = re.compile(r"^(?:-|\d+\.) ")
_EMPHASIS = re.compile(r"\*{1,2}(\S[^*]*)\*{1,2}")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def published(card: str) -> str:
    """The card's body as the Hub gets it: no front matter, no comments, nothing for the clone alone."""
    body = _HUB.sub(r"\1", _CLONE.sub("", _FRONT.sub("", card, count=1)))
    return re.sub(r"\n{3,}", "\n\n", _COMMENT.sub("", body)).strip() + "\n"


def sections(body: str) -> dict[str, list[str]]:
    """``{heading: its paragraphs and list items, as plain text}``, without tables, pictures and code; a section ends at the next heading."""
    parts = _HEADING.split(_FENCE.sub("", body))
    return {heading: _paragraphs(text) for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def code(body: str, language: str) -> str:
    """The first code block of that language. Raises DataError where there is none."""
    found = re.search(rf"^```{language}\n(.*?)^```$", body, re.S | re.M)
    if not found:
        raise DataError(f"dataset_card.md: has no code block that begins with ```{language}")
    return found[1]


def _paragraphs(text: str) -> list[str]:
    found: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith(("|", "![")) or not block:
            continue
        for number, line in enumerate(block.split("\n")):
            if number == 0 or _ITEM.match(line):
                found.append("")
            found[-1] = f"{found[-1]} {_plain(line)}".strip()
    return found


def _plain(line: str) -> str:
    return _EMPHASIS.sub(r"\1", _LINK.sub(r"\1", line.removeprefix("- "))).replace("`", "").strip()
