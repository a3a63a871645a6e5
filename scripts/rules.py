"""The rules that a document by itself keeps, one function a rule; ``scripts.validate`` runs them.

A rule yields ``(place, what is wrong and what would be right)``; its code is its key in a registry at the
bottom of this file, and the stem of the broken document in ``tests/invalid`` that breaks it and nothing else.
"""

import datetime
import itertools
from collections.abc import Callable
from typing import Any

from scripts import documents, pages
from scripts.documents import Json
from scripts.shape import Found, cut, marked_spans, schema_faults, spans

# A row of tags or buttons is one segment, also where extraction left nothing between them.
GLUED_ROWS = ("keywords", "navigation")


def check_labelled(document: Any) -> Found:
    """The document has labels: an empty list of segments is a page that waits for them."""
    if isinstance(document, dict) and document.get("segments") == []:
        yield "segments", documents.UNLABELLED


def check_schema(document: Any) -> Found:
    """The document against ``schema.json``."""
    yield from schema_faults(document, "document")


def check_offsets(document: Json) -> Found:
    """Every span lies inside the text and is not empty or reversed."""
    size = len(document["text"])
    for place, span in spans(document):
        if not 0 <= span["start"] < span["end"] <= size:
            yield place, f"[{span['start']}, {span['end']}) is no span of a text of {size} characters; 0 <= start < end <= {size}"


def check_surface(document: Json) -> Found:
    """Every repeated surface equals the text."""
    for place, span in spans(document):
        found = document["text"][span["start"] : span["end"]]
        if span.get("text", found) != found:
            yield place, f"text is {cut(span['text'])}, but [{span['start']}, {span['end']}) of the document is {cut(found)}"


def check_whitespace(document: Json) -> Found:
    """No span begins or ends on whitespace."""
    for place, span in spans(document):
        surface = document["text"][span["start"] : span["end"]]
        if surface != surface.strip():
            right = span["start"] + len(surface) - len(surface.lstrip())
            yield place, f"begins or ends on whitespace; [{right}, {right + len(surface.strip())}) would not"


def check_letters(document: Json) -> Found:
    """The text has something to read."""
    if not any(char.isalnum() for char in document["text"]):
        yield "text", "has no letter and no digit; a document is a page that can be read"


def check_segment_order(document: Json) -> Found:
    """Segments are in order and do not overlap."""
    for number, (first, second) in enumerate(itertools.pairwise(document["segments"]), 1):
        if second["start"] < first["end"]:
            yield f"segments[{number}]", f"starts at {second['start']}, before the one in front of it ends ({first['end']}); sort them and part them"


def check_coverage(document: Json) -> Found:
    """Every character that is not whitespace lies in a segment."""
    text, end = document["text"], 0
    for segment in [*document["segments"], {"start": len(text), "end": len(text)}]:
        gap = text[end : segment["start"]]
        if gap.strip():
            at = end + len(gap) - len(gap.lstrip())
            yield f"text[{at}]", f"{cut(gap.strip())} lies in no segment; every character but whitespace has one"
        end = max(end, segment["end"])


def check_kind(document: Json) -> Found:
    """Each kind has the label it belongs to."""
    for number, segment in enumerate(document["segments"]):
        label = documents.label_of_kind()[segment["kind"]]
        if segment["label"] != label:
            yield f"segments[{number}]", f"kind {segment['kind']} belongs to {label}, not to {segment['label']}"


def check_segment_edges(document: Json) -> Found:
    """No segment begins or ends inside a quote, cue, speaker or entity."""
    edges = {edge for segment in document["segments"] for edge in (segment["start"], segment["end"])}
    for place, span in marked_spans(document):
        inside = sorted(edge for edge in edges if span["start"] < edge < span["end"])
        if inside:
            yield place, f"a segment begins or ends at {inside[0]}, inside [{span['start']}, {span['end']}); end the span or the segment there"


def check_crossing(document: Json) -> Found:
    """Quotes, cues, speakers and entities nest or stand apart."""
    open_spans: list[Json] = []
    for place, span in sorted(marked_spans(document), key=lambda item: (item[1]["start"], -item[1]["end"])):
        open_spans = [other for other in open_spans if other["end"] > span["start"]]
        if any(other["end"] < span["end"] for other in open_spans):
            yield (
                place,
                f"[{span['start']}, {span['end']}) crosses [{open_spans[-1]['start']}, {open_spans[-1]['end']}); one must hold the other, or both stand apart",
            )
        open_spans.append(span)


def check_flat(document: Json) -> Found:
    """Entities stand in order and do not overlap."""
    for number, (first, second) in enumerate(itertools.pairwise(document["entities"]), 1):
        if second["start"] < first["end"]:
            yield (
                f"entities[{number}]",
                f"{cut(second['text'])} starts at {second['start']}, before the one in front of it ends ({first['end']}); keep the longest name, in order",
            )


def check_quote_ids(document: Json) -> Found:
    """Quotes are numbered q1, q2, … in the order of the text, the outer before the inner."""
    order = sorted(document["quotes"], key=lambda quote: (quote["start"], -quote["end"]))
    for number, (quote, right) in enumerate(zip(document["quotes"], order, strict=True), 1):
        if quote is not right or quote["id"] != f"q{number}":
            yield f"quotes[{number - 1}]", f"is {quote['id']}; quote number {number} of the text is {cut(right['text'])} and has the id q{number}"


def check_quote_parts(document: Json) -> Found:
    """Cue and speaker stand outside their quote."""
    for number, quote in enumerate(document["quotes"]):
        for part in ("cue", "speaker"):
            span = quote[part]
            if span and span["start"] < quote["end"] and quote["start"] < span["end"]:
                yield f"quotes[{number}].{part}", f"{cut(span['text'])} lies in its own quote; it stands outside, or is null"


def check_speaker(document: Json) -> Found:
    """A speaker that is a mention is the entity that speaks."""
    ids = {(entity["start"], entity["end"]): entity["id"] for entity in document["entities"]}
    for number, quote in enumerate(document["quotes"]):
        span = quote["speaker"]
        named = ids.get((span["start"], span["end"])) if span else None
        if named and named != quote["speaker_id"]:
            yield f"quotes[{number}].speaker_id", f"is {quote['speaker_id']}, but the speaker {cut(span['text'])} is the entity {named}"


def check_entity_id(document: Json) -> Found:
    """DATE, TIME and MONEY have no id, every other mention has one."""
    for number, entity in enumerate(document["entities"]):
        if (entity["id"] is None) != (entity["type"] in pages.NO_ID):
            right = "null" if entity["type"] in pages.NO_ID else "a slug of data/entities.json"
            yield f"entities[{number}].id", f"is {entity['id']}; the id of a {entity['type']} is {right}"


def check_proclitic(document: Json) -> Found:
    """The proclitic is what is written before the name in the same word."""
    for number, (entity, right) in enumerate(zip(document["entities"], _with_proclitics(document), strict=True)):
        if entity["proclitic"] != right["proclitic"]:
            yield f"entities[{number}].proclitic", f"is {entity['proclitic']!r}; in front of {cut(entity['text'])} the text has {right['proclitic']!r}"


def check_word_edges(document: Json) -> Found:
    """A name begins after a proclitic or at the start of a word, and ends with a word; segments of glued rows aside."""
    text, segments, entities = document["text"], document["segments"], _with_proclitics(document)
    starts = {0, *(segment["start"] for segment in segments), *(entity["end"] for entity in entities)}
    ends = {len(text), *(segment["end"] for segment in segments), *(e["start"] - len(e["proclitic"]) for e in entities)}
    for number, entity in enumerate(entities):
        if any(s["kind"] in GLUED_ROWS and s["start"] <= entity["start"] < s["end"] for s in segments):
            continue
        start, end = entity["start"] - len(entity["proclitic"]), entity["end"]
        if start not in starts and pages.is_letter(text[start - 1]):
            yield (
                f"entities[{number}].start",
                f"{cut(entity['text'])} begins inside a word of {cut(text[max(0, start - 8) : end])}; only a proclitic may stand before it",
            )
        if end not in ends and pages.is_letter(text[end]):
            yield f"entities[{number}].end", f"{cut(entity['text'])} ends inside a word of {cut(text[entity['start'] : end + 8])}; take the whole word"


def check_published(document: Json) -> Found:
    """The day of publication exists."""
    day = document["source"]["published"]
    try:
        datetime.datetime.strptime(day or "20000101", "%Y%m%d")
    except ValueError:
        yield "source.published", f"{day} is no day of the calendar; write YYYYMMDD"


def check_digest(document: Json) -> Found:
    """The digest is the text's."""
    digest = documents.sha256(document["text"])
    if document["source"]["sha256"] != digest:
        yield "source.sha256", f"is not the text's; either the text was changed, which it must not be, or write {digest}"


def _with_proclitics(document: Json) -> list[Json]:
    """The entities, each with the proclitic that the text has before it."""
    entities = [dict(entity) for entity in document["entities"]]
    pages.set_proclitics(document["text"], document["segments"], entities)
    return entities


SHAPE_RULES: dict[str, Callable[[Any], Found]] = {"unlabelled": check_labelled, "schema": check_schema, "offset-range": check_offsets}

DOCUMENT_RULES: dict[str, Callable[[Json], Found]] = {
    "surface-mismatch": check_surface,
    "span-whitespace": check_whitespace,
    "nothing-to-read": check_letters,
    "segment-order": check_segment_order,
    "segment-coverage": check_coverage,
    "kind-label": check_kind,
    "segment-edge-inside": check_segment_edges,
    "crossing-spans": check_crossing,
    "entity-overlap": check_flat,
    "quote-number": check_quote_ids,
    "quote-part-inside": check_quote_parts,
    "speaker-mismatch": check_speaker,
    "entity-id": check_entity_id,
    "proclitic": check_proclitic,
    "word-edge": check_word_edges,
    "published-day": check_published,
    "text-digest": check_digest,
}
