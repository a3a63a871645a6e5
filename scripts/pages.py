"""Read a marked page: its text, and its marks as spans on it. The marks are described in ``data/GUIDELINES.md``, part 5."""

import re
from typing import NamedTuple

from scripts import documents
from scripts.documents import DataError, Json

NO_ID = ("DATE", "TIME", "MONEY")

_HEADER = re.compile(r"---\n(.*?)\n---\n", re.S)
_MARK = re.compile(r"\\(?P<literal>[\[\]{}\\])|(?P<open>\[)|\]\((?P<close>[^()\[\]{}\n]*)\)|\{(?P<segment>\w*)\}|(?P<stray>[\[\]{}\\])")
_LETTER = re.compile(r"[^\W\d_]|[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_PROCLITIC = re.compile(r"[وف]?[\u064b-\u0652]*[بلك]?[\u064b-\u0652]*ـ*")


class Page(NamedTuple):
    """A parsed page: its header fields, the bare text, and the layers as lists of dicts."""

    header: dict[str, str]
    text: str
    segments: list[Json]
    quotes: list[Json]
    entities: list[Json]


def parse(page: str, where: str = "page") -> Page:
    """Read a page back. Raises DataError with line and column of the first mark that cannot be."""
    header, offset = _read_header(page, where)
    reader = _Reader(page, where, offset)
    reader.read()
    return Page(header, reader.text, reader.segments, reader.numbered_quotes(), reader.sorted_entities())


def is_letter(char: str) -> bool:
    """Whether the character is part of a word's spelling: a letter, an Arabic vowel mark or a tatweel."""
    return bool(_LETTER.match(char))


def proclitic(text: str, start: int, floor: int = 0) -> str:
    """The proclitic written right before ``start`` in the same run of letters (``و``, ``بـ``, …), or ``""``.

    ``floor`` is where the run may begin at the earliest: the start of the segment, or the end of the entity before.
    """
    begin = start
    while begin > floor and is_letter(text[begin - 1]):
        begin -= 1
    run = text[begin:start]
    return run if _PROCLITIC.fullmatch(run) else ""


def set_proclitics(text: str, segments: list[Json], entities: list[Json]) -> None:
    """Fill each entity's ``proclitic`` from the text before it; entities in the order of the text."""
    starts = [segment["start"] for segment in segments]
    before = 0
    for entity in entities:
        floor = max([before, *(start for start in starts if start <= entity["start"])])
        entity["proclitic"] = proclitic(text, entity["start"], floor)
        before = entity["end"]


def _read_header(page: str, where: str) -> tuple[dict[str, str], int]:
    match = _HEADER.match(page)
    if not match:
        raise DataError(f"{where}, line 1: a page begins with a line ---, a line such as 'id: seed-0001', and a line ---")
    pairs = [line.partition(":") for line in match[1].split("\n")]
    return {key.strip(): value.strip() for key, _, value in pairs}, match.end()


class _Reader:
    """One pass over a page: the bare text grows, marks become spans on it."""

    def __init__(self, page: str, where: str, offset: int) -> None:
        self.page, self.where, self.at = page, where, offset
        self.body_end = len(page) - 1 if page.endswith("\n") else len(page)  # `show` adds one newline
        self.text = ""
        self.segments: list[Json] = []
        self.entities: list[Json] = []
        self.quotes: dict[str, Json] = {}
        self.parts: list[tuple[str, str, Json, int]] = []
        self.stack: list[tuple[int, int]] = []

    def read(self) -> None:
        while match := _MARK.search(self.page, self.at, self.body_end):
            self.text += self.page[self.at : match.start()]
            self.at = match.start()
            self._take(match)
            self.at = match.end()
        self.text += self.page[self.at : self.body_end]
        self._finish()

    def numbered_quotes(self) -> list[Json]:
        for part, name, span, at in self.parts:
            if name not in self.quotes:
                raise self._error(f"({part} {name}) belongs to no quote: no [words](TYPE {name} …) on this page", at)
            if self.quotes[name][part]:
                raise self._error(f"quote {name} has two marks ({part} {name}); keep one", at)
            self.quotes[name][part] = span
        ordered = sorted(self.quotes.values(), key=lambda quote: (quote["start"], -quote["end"]))
        return [{**quote, "id": f"q{number}"} for number, quote in enumerate(ordered, 1)]

    def sorted_entities(self) -> list[Json]:
        ordered = sorted(self.entities, key=lambda entity: (entity["start"], entity["end"]))
        set_proclitics(self.text, self.segments, ordered)
        return ordered

    def _take(self, match: re.Match[str]) -> None:
        if match["literal"]:
            self.text += match["literal"]
        elif match["open"]:
            self.stack.append((len(self.text), match.start()))
        elif match["close"] is not None:
            self._close(match["close"].split())
        elif match["segment"] is not None:
            self._segment(match["segment"])
        else:
            raise self._error(f"a stray {match['stray']}; one that belongs to the text is written \\{match['stray']}")

    def _segment(self, kind: str) -> None:
        if kind not in documents.label_of_kind():
            raise self._error(f"{{{kind}}} is no kind; kinds are {', '.join(documents.label_of_kind())}")
        begin = self.segments[-1]["end"] if self.segments else 0
        start = len(self.text) - len(self.text[begin:].lstrip())
        if start == len(self.text):
            raise self._error(f"{{{kind}}} ends an empty segment; take the mark away")
        if self.text[-1].isspace():
            raise self._error(f"{{{kind}}} must touch the last character of its segment; move it before the space")
        self.segments.append({"start": start, "end": len(self.text), "label": documents.label_of_kind()[kind], "kind": kind})

    def _close(self, words: list[str]) -> None:
        if not self.stack:
            raise self._error("a ]( … ) with no [ before it")
        span = self._span(self.stack.pop()[0])
        kind, rest = (words[0], words[1:]) if words else ("", [])
        if kind in documents.enum("entity_type"):
            self._entity(kind, rest, span)
        elif kind in documents.enum("quote_type"):
            self._quote(kind, rest, span)
        elif kind in ("cue", "speaker") and rest:
            self.parts.extend((kind, name, span, self.at) for name in rest)
        else:
            raise self._error(f"({' '.join(words)}) is no mark; a mark is (TYPE id), (direct|partial|indirect q1 id), (cue q1) or (speaker q1)")

    def _span(self, start: int) -> Json:
        surface = self.text[start:]
        if not surface or surface != surface.strip():
            raise self._error("a marked span is empty or begins or ends on whitespace; move the bracket to the word")
        return {"start": start, "end": len(self.text), "text": surface}

    def _entity(self, kind: str, rest: list[str], span: Json) -> None:
        if len(rest) != (kind not in NO_ID):
            raise self._error(f"({' '.join([kind, *rest])}): {kind} takes {'no id' if kind in NO_ID else 'one id, such as moscow'}")
        self.entities.append({**span, "type": kind, "id": rest[0] if rest else None, "proclitic": ""})

    def _quote(self, kind: str, rest: list[str], span: Json) -> None:
        if not 1 <= len(rest) <= 2:
            raise self._error(f"({' '.join([kind, *rest])}): a quote is ({kind} q1 speaker-id), or ({kind} q1) where nobody is known to speak")
        if rest[0] in self.quotes:
            raise self._error(f"{rest[0]} names two quotes; number each")
        speaker = rest[1] if rest[1:] else None
        self.quotes[rest[0]] = {"id": rest[0], **span, "type": kind, "cue": None, "speaker": None, "speaker_id": speaker}

    def _finish(self) -> None:
        if self.stack:
            raise self._error("a [ that is never closed with ](…)", self.stack[-1][1])
        covered = self.segments[-1]["end"] if self.segments else 0
        marked = self.segments or self.entities or self.quotes
        if marked and self.text[covered:].strip():
            raise self._error("the text ends without a {kind} that ends its last segment", self.body_end)

    def _error(self, message: str, at: int | None = None) -> DataError:
        at = self.at if at is None else at
        line = self.page.count("\n", 0, at) + 1
        column = at - (self.page.rfind("\n", 0, at) + 1) + 1
        return DataError(f"{self.where}, line {line}, column {column}: {message}")
