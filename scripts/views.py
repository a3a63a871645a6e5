"""Flat, typed views of the documents, ``data/views/<view>/<split>.jsonl``: ``python -m scripts.views``.

The files are derived and committed, so that they load without code; a test rebuilds and compares them.
A row's fields are those of its definition in ``schema.json``.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts import catalogue, commands, documents
from scripts.documents import DATA, Json

# Letters and digits with their marks and joiners are one token, any other visible character is one of its own.
_TOKEN = re.compile(r"[\w\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]+|\S")


def lines(document: Json, _: Json) -> Iterator[Json]:
    """One row for each line that is not blank; lines end at U+000A alone."""
    for number, start, end in line_spans(document["text"]):
        held = [s for s in document["segments"] if s["start"] < end and start < s["end"]]
        if held:
            labels = {segment["label"] for segment in held}
            yield {
                "id": document["id"],
                "number": number,
                "start": start,
                "end": end,
                "text": document["text"][start:end],
                "label": labels.pop() if len(labels) == 1 else "mixed",
                "kind": held[0]["kind"],
            }


def tokens(document: Json, _: Json) -> Iterator[Json]:
    """One row for each segment: its tokens with offsets and strict IOB2 tags."""
    for number, segment in enumerate(document["segments"]):
        entities = [e for e in document["entities"] if segment["start"] <= e["start"] < segment["end"]]
        spans = list(token_spans(document["text"], segment, entities))
        yield {
            "id": document["id"],
            "segment": number,
            "label": segment["label"],
            "kind": segment["kind"],
            "tokens": [document["text"][start:end] for start, end in spans],
            "starts": [start for start, _ in spans],
            "ends": [end for _, end in spans],
            "ner_tags": [iob2(start, entities) for start, _ in spans],
        }


def quotes(document: Json, entries: Json) -> Iterator[Json]:
    """One row for each quote, with the segment around it and the speaker's name."""
    for quote in document["quotes"]:
        around = next(s for s in document["segments"] if s["start"] <= quote["start"] < s["end"])
        speaker = quote["speaker_id"]
        yield {
            "id": document["id"],
            "quote_id": quote["id"],
            **{key: quote[key] for key in ("start", "end", "text", "type")},
            "cue": quote["cue"] and quote["cue"]["text"],
            "speaker": quote["speaker"] and quote["speaker"]["text"],
            "speaker_id": speaker,
            "speaker_name": speaker and entries[speaker]["name"],
            "label": around["label"],
            "kind": around["kind"],
            "context": document["text"][around["start"] : around["end"]],
            "context_start": around["start"],
        }


VIEWS: dict[str, Callable[[Json, Json], Iterator[Json]]] = {"lines": lines, "tokens": tokens, "quotes": quotes}

# The definition of a view's rows in schema.json.
ROWS = {"lines": "line", "tokens": "token_row", "quotes": "quote_row"}


def line_spans(text: str) -> Iterator[tuple[int, int, int]]:
    """``(number, start, end)`` of each line, numbers from 1, the line feed left out.

    ``str.splitlines`` would also split at U+2028, U+0085 and vertical tabs, which stand inside lines of real pages.
    """
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        yield number, start, start + len(line)
        start += len(line) + 1


def token_spans(text: str, segment: Json, entities: list[Json]) -> Iterator[tuple[int, int]]:
    """The tokens of a segment, cut where an entity begins or ends."""
    edges = sorted({edge for entity in entities for edge in (entity["start"], entity["end"])})
    for match in _TOKEN.finditer(text, segment["start"], segment["end"]):
        cuts = [match.start(), *(edge for edge in edges if match.start() < edge < match.end()), match.end()]
        yield from itertools.pairwise(cuts)


def iob2(start: int, entities: list[Json]) -> str:
    """The tag of the token that begins at ``start``."""
    for entity in entities:
        if entity["start"] <= start < entity["end"]:
            return ("B-" if start == entity["start"] else "I-") + entity["type"]
    return "O"


def build(data: Path = DATA) -> Iterator[tuple[Path, str]]:
    """``(file, content)`` of every view of every split that has documents."""
    entries = catalogue.read(data)
    for split in documents.splits(data):
        corpus = documents.read_split(split, data)
        for name, view in VIEWS.items():
            rows = (row for document in corpus for row in view(document, entries))
            yield data / "views" / name / f"{split}.jsonl", documents.render_jsonl(rows)


def main() -> int:
    for path, content in build():
        documents.write(path, content)
        print(f"{path.relative_to(DATA)}: {content.count(chr(10))} rows")
    return 0


if __name__ == "__main__":
    commands.run(main, "views")
