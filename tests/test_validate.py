"""Each rule has a document that breaks it and nothing else, and each such document a rule."""

import json
from pathlib import Path

import pytest
from conftest import GOLDEN

from scripts import corpus_rules, documents, rules, validate

INVALID = Path(__file__).parent / "invalid"
CODES = [*rules.SHAPE_RULES, *rules.DOCUMENT_RULES, *corpus_rules.FILE_RULES, *corpus_rules.CORPUS_RULES]


def found(data):
    return list(validate.issues(documents.paths(data=data), data))


def test_the_shipped_documents_have_no_fault():
    assert found(documents.DATA) == []


def test_the_golden_corpus_has_no_fault(corpus):
    assert found(corpus) == []


@pytest.mark.parametrize("code", CODES)
def test_broken_document_raises_its_code_alone(code, corpus):
    raw = (INVALID / f"{code}.json").read_text("utf-8")
    name = "broken-0001" if code == "file-name" else json.loads(raw)["id"]
    (corpus / "documents" / "test" / f"{name}.json").write_text(raw, "utf-8")
    issues = found(corpus)
    assert {issue.code for issue in issues} == {code}
    assert all(issue.place and issue.message and f"{name}.json" in issue.file for issue in issues)


def test_every_broken_document_has_a_rule():
    assert {path.stem for path in INVALID.iterdir()} == set(CODES)


def test_codes_are_unique():
    assert len(CODES) == len(set(CODES))


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b"null", b'{"id": 1}'])
def test_a_file_that_is_no_document_is_reported_and_does_not_stop_the_rest(content, corpus):
    (corpus / "documents" / "test" / "broken-0001.json").write_bytes(content)
    (corpus / "documents" / "test" / "broken-0002.json").write_text((INVALID / "kind-label.json").read_text("utf-8"), "utf-8")
    codes = [issue.code for issue in found(corpus)]
    assert codes[0] in ("unreadable", "schema")
    assert "kind-label" in codes


@pytest.mark.parametrize("text", ["", " \n\u00a0\t", "\u200f\u202b\u202c\n"])
def test_a_document_without_anything_to_read_is_a_fault(text, demo):
    whole = {"start": 0, "end": max(1, len(text)), "label": "boilerplate", "kind": "other"}
    demo |= {"text": text, "segments": [whole], "quotes": [], "entities": []}
    assert {issue.code for issue in validate.document_issues(demo)} & {"schema", "nothing-to-read"}


def test_a_text_of_a_million_characters_is_validated(demo):
    tail = "كلمة " * 200_000 + "."
    start = len(demo["text"])
    demo["text"] += tail
    demo["segments"].append({"start": start, "end": start + len(tail), "label": "body", "kind": "paragraph"})
    demo["source"]["sha256"] = documents.sha256(demo["text"])
    assert validate.document_issues(demo) == []


@pytest.mark.parametrize("shift", [1, -1])
@pytest.mark.parametrize("layer", ["segments", "quotes", "entities"])
@pytest.mark.parametrize("edge", ["start", "end"])
def test_no_edge_of_the_golden_document_can_move_unseen(layer, edge, shift, demo):
    for span in demo[layer]:
        span[edge] += shift
        assert validate.document_issues(demo), (layer, edge, shift, span)
        span[edge] -= shift


def test_main_prints_faults_and_exits_1(tmp_path, capsys):
    path = tmp_path / "demo-0001.json"
    path.write_text((GOLDEN / "demo-0001.json").read_text("utf-8").replace('"body"', '"corpus"'), "utf-8")
    assert validate.main([str(path)]) == 1
    out = capsys.readouterr()
    assert "segments[2].label: 'corpus' is not one of ['body', 'boilerplate']" in out.err
    assert "1 files, 1 faults" in out.out
