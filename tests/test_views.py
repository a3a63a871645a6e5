"""The committed views are those of the documents; the golden views are written by hand."""

import json

import pytest
from conftest import GOLDEN, shipped

from scripts import catalogue, documents, shape, views

GOLDEN_VIEWS = json.loads((GOLDEN / "views.json").read_text("utf-8"))


@pytest.mark.parametrize("name", views.VIEWS)
def test_golden_view(name, demo, corpus):
    assert list(views.VIEWS[name](demo, catalogue.read(corpus))) == GOLDEN_VIEWS[name]


@pytest.mark.parametrize("view", list(views.build()), ids=lambda view: "-".join(view[0].parts[-2:]))
def test_committed_view_is_current(view):
    path, content = view
    assert documents.read_text(path) == content, "run python -m scripts.views"


def test_no_stale_view_file():
    assert {path for path, _ in views.build()} == set((documents.DATA / "views").rglob("*.jsonl"))


@pytest.mark.parametrize("name", views.VIEWS)
def test_rows_keep_their_definition(name):
    for split in documents.splits():
        for where, row in documents.read_jsonl(documents.DATA / "views" / name / f"{split}.jsonl"):
            assert list(shape.schema_faults(row, views.ROWS[name])) == [], where


@pytest.mark.parametrize("path", shipped())
def test_tokens_cover_the_text_and_tags_give_back_the_entities(path):
    document = documents.read_json(path)
    rows = list(views.tokens(document, {}))
    spans = [span for row in rows for span in zip(row["starts"], row["ends"], strict=True)]
    assert "".join(document["text"][start:end] for start, end in spans) == "".join(document["text"].split())
    assert decoded(rows) == [(e["start"], e["end"], e["type"]) for e in document["entities"]]


@pytest.mark.parametrize("path", shipped())
def test_lines_have_every_visible_character(path):
    document = documents.read_json(path)
    rows = list(views.lines(document, {}))
    assert "".join("".join(row["text"].split()) for row in rows) == "".join(document["text"].split())
    assert all(row["text"] == document["text"].split("\n")[row["number"] - 1] for row in rows)


def test_lines_end_at_line_feeds_alone():
    assert list(views.line_spans("a\u2028b\x85c\vd\r\n\ne")) == [(1, 0, 8), (2, 9, 9), (3, 10, 11)]


def decoded(rows):
    """Strict IOB2 decoding: a mention is a B- and the I- of its type that follow."""
    found = []
    for row in rows:
        for start, end, tag in zip(row["starts"], row["ends"], row["ner_tags"], strict=True):
            if tag.startswith("B-"):
                found.append((start, end, tag[2:]))
            elif tag.startswith("I-"):
                begin, _, kind = found.pop()
                assert kind == tag[2:]
                found.append((begin, end, kind))
    return found
