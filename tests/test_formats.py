"""Each format as read by hand, and every document out and back byte for byte; what a format cannot hold is counted."""

import importlib.util
import json
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import GOLDEN
from hypothesis import given, settings
from hypothesis import strategies as st
from test_markup import laid_out

from scripts import documents, export, validate, views
from scripts.export import EXPORTERS
from scripts.formats import brat, conll2002, docbin, label_studio, label_studio_config, layers
from scripts.importing import IMPORTERS

needs_spacy = pytest.mark.skipif(importlib.util.find_spec("spacy") is None, reason='the extra "spacy" is not installed')


def named(names):
    return [pytest.param(name, marks=needs_spacy if name == "spacy" else ()) for name in names]


def whole(read):
    """The file content of a document, from what was read alone."""
    return documents.render(documents.ordered({"id": read.id, **read.rest, "text": read.text, **read.layers}))


def there_and_back(name, corpora, folder):
    assert EXPORTERS[name](corpora, folder) == []
    return {(read.split, read.id): whole(read) for read in IMPORTERS[name](folder)}


@pytest.mark.parametrize(("golden", "written"), [
    ("brat.ann", "brat/train/demo-0001.ann"), ("annotation.conf", "brat/annotation.conf"), ("visual.conf", "brat/visual.conf"),
    ("conll2002.conll", "conll2002/train.conll"), ("label_studio.json", "label_studio/train.json"),
    ("web_annotation.jsonld", "web_annotation/train/demo-0001.jsonld"),
])  # fmt: skip
def test_golden(golden, written, demo, tmp_path):
    name = written.split("/")[0]
    EXPORTERS[name]({"train": [demo]}, tmp_path / name)
    assert (tmp_path / written).read_bytes() == (GOLDEN / "formats" / golden).read_bytes()


@pytest.mark.parametrize("name", ["brat", "web_annotation"])
def test_text_beside_is_the_bare_text(name, demo, tmp_path):
    demo["text"] += "\r\n"
    EXPORTERS[name]({"train": [demo]}, tmp_path)
    assert (tmp_path / "train" / "demo-0001.txt").read_bytes() == demo["text"].encode()


@needs_spacy
def test_golden_doc(demo, tmp_path):
    import spacy

    EXPORTERS["spacy"]({"train": [demo]}, tmp_path)
    (doc,) = spacy.tokens.DocBin().from_disk(tmp_path / "train.spacy").get_docs(spacy.blank("ar").vocab)
    golden = json.loads((GOLDEN / "formats" / "spacy.json").read_text("utf-8"))
    carried = json.loads(doc.user_data[docbin.KEY])
    assert [token.text for token in doc] == golden["words"]
    assert [bool(token.whitespace_) for token in doc] == [bool(space) for space in golden["spaces"]]
    for group in ("segments", "quotes", "entities"):
        assert [[s.label_, s.start, s.end, s.kb_id_, s.id_] for s in doc.spans[group]] == golden[group]
    assert [[s.label_, s.start, s.end, s.kb_id_, s.id_] for s in doc.ents] == golden["entities"]
    assert (carried["parts"], carried["proclitics"]) == (golden["parts"], golden["proclitics"])


def test_labelling_configuration_is_that_of_the_schema():
    assert documents.read_text(label_studio_config.CONFIG) == label_studio_config.config(), "write label_studio_config.config() into it"
    root = ElementTree.fromstring(label_studio_config.config())
    found = {labels.get("name"): [label.get("value") for label in labels] for labels in root.iter("Labels")}
    assert found == {
        "segment": documents.enum("kind"),
        "quote": documents.enum("quote_type"),
        "part": ["cue", "speaker"],
        "entity": documents.enum("entity_type"),
    }
    boxes = {view.find("TextArea").get("name"): view.get("whenTagName") for view in root.iter("View") if view.find("TextArea") is not None}
    assert boxes == {"speaker_id": "quote", "entity_id": "entity", "proclitic": "entity"}
    assert all(box.get("perRegion") == "true" for box in root.iter("TextArea"))
    (text,) = root.iter("Text")
    assert (text.get("value"), text.get("granularity"), text.get("saveTextResult")) == ("$text", "symbol", "yes")


def test_labels_of_the_layers_are_all_different():
    names = [name for known in layers.labels().values() for name in known]
    assert len(names) == len(set(names)), "brat tells the layer by the label"


@pytest.mark.parametrize("name", named(IMPORTERS))
def test_every_document_comes_back_byte_for_byte(name, tmp_path):
    files = {(path.parent.name, path.stem): documents.read_text(path) for path in documents.paths()}
    found = there_and_back(name, {split: documents.read_split(split) for split in documents.splits()}, tmp_path)
    assert found.keys() == files.keys()
    assert [key for key in files if found[key] != files[key]] == []


@pytest.mark.parametrize("name", named(sorted(EXPORTERS.keys() - {"hub"})))  # hub takes the shipped documents alone: test_hub
def test_same_documents_same_bytes(name, demo, tmp_path):
    for folder in ("one", "two"):
        EXPORTERS[name]({"test": [demo]}, tmp_path / folder)
    first, second = ({path.relative_to(tmp_path / folder): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")} for folder in ("one", "two"))
    assert first == second != {}


@pytest.mark.parametrize("name", named(IMPORTERS))
@given(document=laid_out(), split=st.sampled_from(documents.SPLITS))
@settings(max_examples=60, deadline=None)
def test_any_document_comes_back(name, document, split):
    made = {**json.loads((GOLDEN / "demo-0001.json").read_text("utf-8")), **document}
    made["source"] = {**made["source"], "outlet": "جريدة\u2028«أ»", "sha256": documents.sha256(made["text"])}
    with tempfile.TemporaryDirectory() as folder:
        found = there_and_back(name, {split: [made]}, Path(folder))
    assert found == {(split, made["id"]): documents.render(documents.ordered(made))}


@given(document=laid_out())
@settings(max_examples=60, deadline=None)
def test_conll_gives_back_tokens_and_tags_of_any_document(document):
    rows = [row for row in views.tokens(document, {}) if row["tokens"]]
    said = [line.rpartition(" ")[::2] for line in conll2002.rendered(document).split("\n") if line][1:]
    assert said == [pair for row in rows for pair in zip(row["tokens"], row["ner_tags"], strict=True)]
    sentences = list(conll2002.sentences(document))
    assert not any(sentence[0][2].startswith("I-") for sentence in sentences)


def test_conll_counts_what_it_leaves_out(demo):
    """Counted by hand on the golden page: 3 quotes, 5 links of which 2 are cues, 8 places without a space between tokens, 4 segments."""
    assert {kind: count for kind, count in conll2002.left_out(demo).items() if count} == {
        "documents' source, origin and provenance": 1,
        "segments' labels and kinds": 4,
        "quotes with their types": 3,
        "cues": 2,
        "speakers": 3,
        "quotes' speaker ids": 3,
        "entities' ids": 3,
        "proclitics, which are words of their own there": 1,
        "places where a word touches the next": 8,
    }


def test_conll_says_on_exit_what_is_left_out(tmp_path, capsys):
    assert export.main(["conll2002", "--output", str(tmp_path / "out"), "--split", "test"]) == 0
    quotes = sum(len(document["quotes"]) for document in documents.read_split("test"))
    assert f"left out: {quotes} quotes with their types\n" in capsys.readouterr().out


def test_conll_parts_no_entity_at_a_line_break():
    text = "في رأس\nالخيمة\nغدا"
    entity = {"start": 3, "end": 13, "text": "رأس\nالخيمة", "type": "GPE", "id": "ras-al-khaimah", "proclitic": ""}
    segment = {"start": 0, "end": 17, "label": "body", "kind": "paragraph"}
    document = {"id": "x-01", "text": text, "segments": [segment], "quotes": [], "entities": [entity]}
    assert conll2002.rendered(document) == "-DOCSTART- x-01 O\n\nفي O\nرأس B-GPE\nالخيمة I-GPE\n\nغدا O\n\n"
    assert conll2002.left_out(document)["line breaks inside of entities"] == 1


@pytest.mark.parametrize(("text", "place", "expected"), [
    ("رأس\nالخيمة", (0, 10), "0 3;4 10\tرأس الخيمة"),
    ("أ رأس \r\n الخيمة", (2, 15), "2 5;9 15\tرأس الخيمة"),
    ("😀 رأس\u2028الخيمة", (2, 12), "2 5;6 12\tرأس الخيمة"),
    ("رأس\tالخيمة", (0, 10), "0 10\tرأس\tالخيمة"),
])  # fmt: skip
def test_brat_parts_a_span_at_line_breaks(text, place, expected):
    """brat's lines end at every line break that Python knows; a fragment is what stands between two of them."""
    mark = layers.Mark("e1", "entity", "GPE", *place, {"id": "ras-al-khaimah", "proclitic": ""})
    assert brat._fragments(text, mark) == expected


@pytest.mark.parametrize(("text", "expected"), [("", {0: 0}), ("ab", {0: 0, 1: 1, 2: 2}), ("ا😀ب", {0: 0, 1: 1, 3: 2, 4: 3})])
def test_utf16_places(text, expected):
    assert label_studio.code_point_of(text) == expected


def test_field_pages_are_refused_unless_their_folder_is_named(tmp_path, demo, monkeypatch):
    page = {**demo, "id": documents.field_paths()[0].stem}
    documents.write(tmp_path / "documents" / "test" / f"{page['id']}.json", documents.render(page))
    assert export.export("brat", tmp_path / "out", data=tmp_path) == []
    monkeypatch.setattr(export, "DATA", tmp_path)
    with pytest.raises(documents.DataError, match="is a page of the field set, .* name its folder with --data"):
        export.export("brat", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_export_refuses_what_breaks_a_rule_and_a_folder_in_the_way(tmp_path, corpus, demo):
    with pytest.raises(documents.DataError, match="golden: is in the way"):
        export.export("brat", GOLDEN, data=corpus)
    with pytest.raises(documents.DataError, match="validation: has no documents"):
        export.export("brat", tmp_path / "out", ["validation"], corpus)
    demo["segments"][0]["label"] = "body"
    (corpus / "documents" / "train" / "demo-0001.json").write_text(documents.render(demo), "utf-8")
    with pytest.raises(documents.DataError, match="kind headline belongs to boilerplate"):
        export.export("brat", tmp_path / "out", data=corpus)
    assert not (tmp_path / "out").exists()


def test_an_export_that_fails_leaves_nothing(tmp_path, corpus, monkeypatch):
    def half(corpora, folder):
        documents.write(folder / "half", "")
        raise documents.DataError("no more")

    monkeypatch.setitem(EXPORTERS, "half", half)
    before = set(tmp_path.iterdir())
    with pytest.raises(documents.DataError, match="no more"):
        export.export("half", tmp_path / "out", data=corpus)
    assert set(tmp_path.iterdir()) == before


def test_registries_know_each_other():
    assert set(EXPORTERS) >= set(IMPORTERS)


def test_missing_spacy_names_the_extra(tmp_path, demo, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "spacy", None)
    with pytest.raises(documents.DataError, match=r'the extra "spacy"'):
        EXPORTERS["spacy"]({"train": [demo]}, tmp_path)


def test_demo_keeps_the_rules(demo):
    assert validate.document_issues(demo) == []
