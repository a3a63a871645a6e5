"""Labels come back into known documents; what is broken, or is no label of ours, is one clear message and nothing is written."""

import contextlib
import copy
import importlib.util
import json
import re
from random import Random

import pytest

from scripts import documents, importing
from scripts.documents import DataError
from scripts.export import EXPORTERS
from scripts.formats import layers
from scripts.importing import IMPORTERS

FILES = {"brat": "train/demo-0001.ann", "label_studio": "train.json", "web_annotation": "train/demo-0001.jsonld", "spacy": "train.spacy"}
TEXTUAL = [name for name in FILES if name != "spacy"]
needs_spacy = pytest.mark.skipif(importlib.util.find_spec("spacy") is None, reason='the extra "spacy" is not installed')


@pytest.fixture
def out(tmp_path, demo):
    """What each exporter wrote of the golden document, by name."""

    def written(name, document=demo):
        EXPORTERS[name]({"train": [document]}, tmp_path / name)
        return tmp_path / name / FILES[name]

    return written


def edit(path, old, new):
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")


def refused(name, path, corpus):
    with pytest.raises(DataError) as error:
        importing.imported(name, path, corpus)
    assert str(path.with_suffix("")) in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", [*TEXTUAL, pytest.param("spacy", marks=needs_spacy)])
def test_what_was_not_changed_is_not_written(name, out, corpus, capsys):
    target = corpus / "documents" / "train" / "demo-0001.json"
    before = target.stat().st_mtime_ns, target.read_bytes()
    assert importing.main([name, str(out(name)), "--data", str(corpus)]) == 0
    assert capsys.readouterr().out == "1 documents, 0 changed, 0 faults\n"
    assert (target.stat().st_mtime_ns, target.read_bytes()) == before


@pytest.mark.parametrize("name", [*TEXTUAL, pytest.param("spacy", marks=needs_spacy)])
def test_a_document_that_is_not_known_comes_whole(name, out, corpus, demo):
    target = corpus / "documents" / "train" / "demo-0001.json"
    content = target.read_bytes()
    path = out(name)
    target.unlink()
    assert importing.main([name, str(path), "--data", str(corpus)]) == 0
    assert target.read_bytes() == content


CHANGED = {
    "brat": ("T14\tGPE 73", "T14\tLOC 73"),
    "label_studio": ('"text": "لميناء", "labels": ["GPE"]', '"text": "لميناء", "labels": ["LOC"]'),
    "web_annotation": ('{"id": "#e4", "type": "Annotation", "motivation": "classifying", "body": [{"type": "SpecificResource", "purpose": "classifying", '
                       '"source": "urn:hashiya:entity_type:GPE"}', '{"id": "#e4", "type": "Annotation", "motivation": "classifying", "body": [{"type": '
                       '"SpecificResource", "purpose": "classifying", "source": "urn:hashiya:entity_type:LOC"}'),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTUAL)
def test_exactly_the_changed_label_comes_back_and_is_said(name, out, corpus, demo, capsys):
    target = corpus / "documents" / "train" / "demo-0001.json"
    path, before = out(name), target.read_bytes()
    edit(path, *CHANGED[name])
    wanted = copy.deepcopy(demo)
    wanted["entities"][3]["type"] = "LOC"
    for options in (["--check"], []):
        assert target.read_bytes() == before
        assert importing.main([name, str(path), "--data", str(corpus), *options]) == 0
    assert target.read_text("utf-8") == documents.render(wanted)
    said = capsys.readouterr().out
    assert said.count("demo-0001: 2 differences\n  - entities {") == 2
    assert "1 documents, 1 changed, 0 faults, nothing written\n" in said
    assert '"type": "LOC"' in said


@needs_spacy
def test_a_changed_span_comes_back_from_spacy(out, corpus):
    import spacy

    path = out("spacy")
    (doc,) = spacy.tokens.DocBin().from_disk(path).get_docs(spacy.blank("ar").vocab)
    last = doc.spans["entities"][3]
    changed = [*list(doc.spans["entities"])[:3], spacy.tokens.Span(doc, last.start, last.end, label="LOC", kb_id="al-mina")]
    doc.spans["entities"] = changed
    spacy.tokens.DocBin(store_user_data=True, docs=[doc]).to_disk(path)
    assert "doc.ents and the span group entities differ" in refused("spacy", path, corpus)
    doc.set_ents(changed)
    spacy.tokens.DocBin(store_user_data=True, docs=[doc]).to_disk(path)
    (found,) = importing.imported("spacy", path, corpus)
    assert [line[:10] for line in importing.differences(found.old, found.new)] == ["- entities", "+ entities"]


BROKEN = [
    # cut short
    ("brat", "T14\tGPE 73 79\tلميناء", "T14\tGPE 73", "line 14: .* is no line of ours"),
    ("label_studio", "]}]}\n]", "", "broken JSON at line"),
    ("web_annotation", "\n]}}", "", "broken JSON at line"),
    # a span outside of the text, reversed, empty
    ("brat", "PERSON 47 51", "PERSON 47 5100", r"\[47, 5100\) is no span of a text of 95 characters"),
    ("brat", "PERSON 47 51", "PERSON 51 47", r"\[51, 47\) is no span"),
    ("label_studio", '"start": 47, "end": 51', '"start": 47, "end": 5100', r"\[47, 5100\) is no span of a text of 95 characters"),
    ("label_studio", '"start": 47, "end": 51', '"start": -4, "end": 51', r"\[-4, 51\) is no span"),
    ("web_annotation", '"start": 47, "end": 51', '"start": 95, "end": 95', r"\[95, 95\) is no span"),
    # an unknown label
    ("brat", "PERSON 47 51", "PERSONNE 47 51", "'PERSONNE' is no label of the layer entity; there are PERSON, NORP"),
    ("label_studio", '["PERSON"]', '["PERSONNE"]', "'PERSONNE' is no label of the layer entity"),
    ("label_studio", '["PERSON"]', '["direct"]', "'direct' is no label of the layer entity"),
    ("label_studio", '["PERSON"]', '["PERSON", "ORG"]', "has 2 labels"),
    ("web_annotation", "entity_type:PERSON", "entity_type:PERSONNE", "'PERSONNE' is no label of the layer entity"),
    ("web_annotation", "kind:timestamp", "kind:byline_", "'byline_' is no label of the layer segment"),
    ("web_annotation", "label:body", "label:boilerplate", "body .* is none of ours here"),
    # the mark is not where its text is, or comes without it
    ("brat", "PERSON 47 51\tسلمى", "PERSON 47 51\tليلى", r"the mark's text is 'ليلى', but \[47, 51\) of the document is 'سلمى'"),
    ("brat", "PERSON 47 51\tسلمى", "PERSON 47 51\t", r"\[47, 51\) comes without its text"),
    ("label_studio", '"start": 47, "end": 51, "text": "سلمى", "labels": ["PERSON"]', '"start": 47, "end": 51, "labels": ["PERSON"]', "comes without its text"),
    ("label_studio", '"text": "سلمى", "labels": ["PERSON"]', '"text": "ليلى", "labels": ["PERSON"]', "the mark's text is 'ليلى'"),
    ("web_annotation", '"exact": "سلمى"', '"exact": "ليلى"', "the mark's text is 'ليلى'"),
    ("web_annotation", '"exact": "سلمى", ', "", "TextQuoteSelector: has no exact, which is a text"),
    ("web_annotation", '"prefix": "رئيسة بلدية "', '"prefix": "رئيس بلدية "', "prefix or suffix is not what stands around"),
    # links
    ("brat", "R1\thas_speaker Arg1:T5 Arg2:T8\t\n", "", "the speaker T8, .* is linked from no quote"),
    ("brat", "Arg1:T5 Arg2:T8", "Arg1:T1 Arg2:T8", "from T1 to T8 does not lead from a quote"),
    ("brat", "Arg1:T5 Arg2:T8", "Arg1:T5 Arg2:T88", "there is no T88"),
    ("brat", "has_cue Arg1:T6 Arg2:T9", "has_speaker Arg1:T6 Arg2:T9", "has_speaker leads to T9, which is a cue"),
    ("label_studio", '"from_id": "q3", "to_id": "p3"', '"from_id": "q2", "to_id": "p1"', "quote q2 has two links to a speaker"),
    ("web_annotation", '"target": "#q3"', '"target": "#e3"', "does not lead from a quote"),
    # what no document can hold
    ("brat", "T12\tDATE 33 40\t12 مارس", "T12\tDATE 33 35;36 40\t12 مارس", r"is discontinuous, \[35, 36\) is left out"),
    ("brat", "A1\tproclitic", "A1\tnegated", "is no line of ours"),
    ("brat", "AnnotatorNotes T5", "AnnotatorNotes T2", "T2 is a segment; an entity has one note"),
    ("brat", "#4\t", "#1\t", "#1 stands twice"),
    ("label_studio", '"to_name": "text", "type": "labels"', '"to_name": "text", "type": "labels", "meta": {"text": ["why?"]}', r"has a note \(\['why\?'\]\)"),
    ("label_studio", '"type": "labels"', '"type": "choices"', "is of the type 'choices'"),
    ("label_studio", '"from_name": "segment"', '"from_name": "blocks"', "labels 'blocks' is none of label_studio.xml"),
    ("label_studio", '["al-mina"]', '["al-mina", "mina"]', "entity_id is .*; it is one text, on a mark of the layer entity"),
    ("label_studio", '"annotations": [', '"annotations": [{"result": []}, ', "has 2 annotations; keep one"),
    ("label_studio", '"annotations": [', '"predictions": [], "notations": [', "has no annotations, which is a list"),
    ("label_studio", '"id": "demo-0001", ', "", "data: has no id"),
    ("label_studio", '"start": 47', '"start": "47"', "start is '\"47\"'; it is a whole number"),
    ("web_annotation", '"motivation": "linking"', '"motivation": "commenting"', "motivation 'commenting' is none of ours"),
    ("web_annotation", '"total": 20', '"total": 21', "says that it has 21 annotations, and has 20"),
    ("web_annotation", '"source": "demo-0001.txt"', '"source": "demo-0002.txt"', "is about 'demo-0002.txt'"),
    # another split
    ("brat", '"split": "train"', '"split": "test"', "is in train, not in test"),
    ("label_studio", '"split": "train"', '"split": "test"', "is in train, not in test"),
    ("web_annotation", r"\"split\": \"train\"", r"\"split\": \"test\"", "is in train, not in test"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN)
def test_broken_file_is_one_clear_error(name, old, new, message, out, corpus):
    path = out(name)
    edit(path, old, new)
    assert re.search(message, refused(name, path, corpus))


JUNK = [None, True, 0, -1, 10**9, 1.5, "", "x", "\ud83d", [], {}, [1], {"start": 1}, ["a", "b"]]


def places(value, place=()):
    yield place
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*place, key))


def spoiled(content, random):
    """The JSON with one value, anywhere, taken out or replaced."""
    value = json.loads(content)
    *road, last = random.choice([place for place in places(value) if place])
    parent = value
    for key in road:
        parent = parent[key]
    if random.random() < 0.3:
        del parent[last]
    else:
        parent[last] = random.choice(JUNK)
    return json.dumps(value)


def scratched(content, random):
    """The text with a few characters replaced by one that means something."""
    at = random.randrange(len(content))
    return content[:at] + random.choice(["", "9", "\t", "\n", '"', "}", "T1", " "]) + content[at + random.randrange(20) :]


@pytest.mark.parametrize(("name", "damage"), [("label_studio", spoiled), ("web_annotation", spoiled), *((name, scratched) for name in TEXTUAL)])
def test_no_damage_is_anything_but_a_data_error(name, damage, out, corpus, tmp_path):
    path, random = out(name), Random(20241122)
    content = path.read_text("utf-8")
    for _ in range(120):
        path.write_text(damage(content, random), "utf-8")
        with contextlib.suppress(DataError):
            for item in importing.imported(name, path, random.choice([corpus, tmp_path])):
                assert list(item.new) == list(documents.ordered(item.new))
                assert importing.differences(item.new, item.new) == []


@pytest.mark.parametrize("name", ["brat", "web_annotation"])
def test_changed_text_is_refused_with_the_first_place(name, out, corpus):
    path = out(name)
    edit(path.with_suffix(".txt"), "أيضا] ", "أيضا]")
    assert "the text was changed at character 94: the document has ' ', the file its end" in refused(name, path, corpus)
    path.with_suffix(".txt").unlink()
    assert "demo-0001.txt: cannot be read" in refused(name, path, corpus)


def test_changed_text_of_a_task_is_refused(out, corpus):
    path = out("label_studio")
    edit(path, "السوق", "سوق")
    assert "the text was changed at character 21: the document has 'السوق باقية" in refused("label_studio", path, corpus)


@pytest.mark.parametrize("name", TEXTUAL)
def test_a_document_that_is_neither_known_nor_whole_is_refused(name, out, corpus):
    path = out(name)
    (corpus / "documents" / "train" / "demo-0001.json").unlink()
    edit(path, '"origin": "authored"' if name != "web_annotation" else r"\"origin\": \"authored\", ", '"from": "authored"' if name != "web_annotation" else "")
    assert re.search("demo-0001 is no document under .*, and the file lacks its origin", refused(name, path, corpus))


@pytest.mark.parametrize("name", ["brat", "web_annotation"])
def test_the_digest_tells_whether_the_text_of_a_new_document_is_whole(name, out, corpus):
    path = out(name)
    (corpus / "documents" / "train" / "demo-0001.json").unlink()
    with path.with_suffix(".txt").open("a") as text:
        text.write(" ")
    content = re.sub(r'"suffix": " "', '"suffix": "  "', path.read_text("utf-8"))
    path.write_text(content, "utf-8")
    assert "[text-digest]" in refused(name, path, corpus)


def test_a_document_that_comes_twice_is_refused(out, corpus, tmp_path):
    path = out("label_studio")
    (path.parent / "again.json").write_bytes(path.read_bytes())
    with pytest.raises(DataError, match="demo-0001 comes twice"):
        importing.imported("label_studio", path.parent, corpus)
    with pytest.raises(DataError, match=r"has no file \*\.ann"):
        importing.imported("brat", corpus, corpus)


def test_a_fault_of_the_rules_writes_nothing(out, corpus, capsys):
    path, target = out("brat"), corpus / "documents" / "train" / "demo-0001.json"
    before = target.read_bytes()
    edit(path, "PERSON 47 51\tسلمى", "PERSON 47 50\tسلم")
    assert importing.main(["brat", str(path), "--data", str(corpus)]) == 1
    said = capsys.readouterr()
    assert "[word-edge]" in said.err
    assert "nothing written" in said.out
    assert target.read_bytes() == before


@pytest.mark.parametrize("name", TEXTUAL)
def test_a_wrong_proclitic_is_a_fault_and_not_put_right(name, out, corpus, capsys):
    path = out(name)
    edit(path, *{"brat": ("T14 ول", "T14 و"), "label_studio": ('["ول"]', '["و"]'), "web_annotation": ('"value": "ول"', '"value": "و"')}[name])
    assert importing.main([name, str(path), "--data", str(corpus), "--check"]) == 1
    assert "[proclitic]" in capsys.readouterr().err


def test_quotes_are_numbered_anew_outer_before_inner_then_as_they_were():
    text = "قال إنه باق"
    keys = {"T9": (4, 7), "T3": (4, 11), "T10": (4, 11), "T1": (8, 11)}
    found = [layers.Mark(key, "quote", kind, *place, {}) for (key, place), kind in zip(keys.items(), ("partial", "direct", "indirect", "partial"), strict=True)]
    quotes = layers.unmarked(text, found, [], "page")["quotes"]
    assert [(quote["id"], quote["start"], quote["end"], quote["type"]) for quote in quotes] == [
        ("q1", 4, 11, "direct"),
        ("q2", 4, 11, "indirect"),
        ("q3", 4, 7, "partial"),
        ("q4", 8, 11, "partial"),
    ]


@pytest.mark.parametrize("name", TEXTUAL)
def test_what_a_document_says_of_itself_stays(name, out, corpus, demo, capsys):
    path, target = out(name), corpus / "documents" / "train" / "demo-0001.json"
    newer = {**demo, "annotation": {**demo["annotation"], "guidelines": "9.0"}}
    target.write_text(documents.render(newer), "utf-8")
    assert importing.main([name, str(path), "--data", str(corpus)]) == 0
    assert "annotation of the file differ from the document's, which stay" in capsys.readouterr().out
    assert target.read_text("utf-8") == documents.render(newer)


def with_emoji(demo):
    """The golden document with an astral character in front, so that every offset has another number in UTF-16."""
    moved = copy.deepcopy(demo)
    moved["text"] = "😀 " + demo["text"]
    moved["source"]["sha256"] = documents.sha256(moved["text"])
    spans = [*moved["segments"], *moved["quotes"], *moved["entities"], *(q[part] for q in moved["quotes"] for part in ("cue", "speaker") if q[part])]
    for span in spans:
        span["start"] += 2
        span["end"] += 2
    smile = {"start": 0, "end": 1, "label": "boilerplate", "kind": "other"}
    moved["segments"].insert(0, smile)
    return moved


def in_utf16(tasks):
    for item in tasks[0]["annotations"][0]["result"]:
        if "value" in item:
            item["value"]["start"] += item["value"]["start"] > 0
            item["value"]["end"] += 1


@pytest.mark.parametrize("utf16", [False, True])
def test_label_studio_offsets_are_code_points_and_old_ones_are_recognised(utf16, out, demo):
    moved = with_emoji(demo)
    path = out("label_studio", moved)
    tasks = json.loads(path.read_text("utf-8"))
    assert tasks[0]["annotations"][0]["result"][1]["value"]["start"] == 2
    if utf16:
        in_utf16(tasks)
    path.write_text(json.dumps(tasks), "utf-8")
    (read,) = IMPORTERS["label_studio"](path)
    assert read.layers == {layer: moved[layer] for layer in ("segments", "quotes", "entities")}
    assert ["UTF-16" in note for note in read.notes] == ([True] if utf16 else [])


@pytest.mark.parametrize("name", ["brat", "web_annotation"])
def test_offsets_in_the_wrong_unit_are_recognised_and_said(name, out, demo, corpus):
    moved = with_emoji(demo)
    path = out(name, moved)
    (corpus / "documents" / "train" / "demo-0001.json").write_text(documents.render(moved), "utf-8")
    old, new = {"brat": ("PERSON 49 53", "PERSON {} {}"), "web_annotation": ('"start": 49, "end": 53', '"start": {}, "end": {}')}[name]
    content = path.read_text("utf-8")
    before = len(moved["text"][:49].encode())
    for start, end, unit in ((50, 54, "UTF-16 units"), (before, before + 8, "UTF-8 bytes")):
        path.write_text(content.replace(old, new.format(start, end)), "utf-8")
        assert f"counts {unit}; offsets are code points, [49, 53) for" in refused(name, path, corpus)


def test_what_label_studio_makes_of_a_mark_is_understood(out, demo, corpus):
    """From its browser: line breaks as backslash-n, spaces as shown, a relation drawn the other way, keys of its own, ids of its own."""
    path = out("label_studio")
    content = path.read_text("utf-8").replace(
        '"from_id": "q2", "to_id": "p2", "direction": "right"', '"from_id": "p2", "to_id": "q2", "direction": "bi", "labels": []'
    )
    tasks = json.loads(re.sub(r'"q([123])"', r'"Xy\1"', content))
    task = tasks[0] | {"id": 7, "drafts": [], "predictions": [], "project": 1}
    task["annotations"][0] |= {"id": 3, "completed_by": 1, "was_cancelled": False, "lead_time": 2.5}
    task["annotations"].append({"id": 4, "was_cancelled": True, "result": []})
    for item in task["annotations"][0]["result"]:
        item["origin"] = "manual"
        if item.get("from_name") == "segment":
            item["value"]["text"] = item["value"]["text"].replace(" ", "  ")
    task["annotations"][0]["result"] = [item for item in reversed(task["annotations"][0]["result"]) if item.get("from_name") != "proclitic"]
    path.write_text(json.dumps([task]), "utf-8")
    (found,) = importing.imported("label_studio", path, corpus)
    assert found.new == demo


def test_line_breaks_in_a_mark_from_the_browser(demo, out):
    text = "زار رأس\nالخيمة\r\nأمس"
    segment = {"start": 0, "end": len(text), "label": "body", "kind": "paragraph"}
    entity = {"start": 4, "end": 14, "text": "رأس\nالخيمة", "type": "GPE", "id": "ras-al-khaimah", "proclitic": ""}
    path = out("label_studio", {**demo, "text": text, "segments": [segment], "quotes": [], "entities": [entity]})
    tasks = json.loads(path.read_text("utf-8"))
    for item in tasks[0]["annotations"][0]["result"]:
        if item["type"] == "labels":
            item["value"]["text"] = re.sub(r"[\n\r]", r"\\n", item["value"]["text"])
    path.write_text(json.dumps(tasks), "utf-8")
    (read,) = IMPORTERS["label_studio"](path)
    assert read.layers == {"segments": [segment], "quotes": [], "entities": [entity]}


@needs_spacy
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content[: len(content) // 2], "is no DocBin that spaCy"),
        (lambda content: b"[]", "is no DocBin that spaCy"),
    ],
)
def test_broken_docbin_is_one_clear_error(change, message, out, corpus):
    path = out("spacy")
    path.write_bytes(change(path.read_bytes()))
    assert message in refused("spacy", path, corpus)


def changed_doc(out, change):
    import spacy

    path = out("spacy")
    (doc,) = spacy.tokens.DocBin().from_disk(path).get_docs(spacy.blank("ar").vocab)
    change(doc, spacy.tokens.Span)
    spacy.tokens.DocBin(store_user_data=True, docs=[doc]).to_disk(path)
    return path


def relabelled(doc, span):
    doc.spans["segments"] = [span(doc, s.start, s.end, label="title") for s in doc.spans["segments"]]


def one_quote_less(doc, _):
    doc.spans["quotes"] = list(doc.spans["quotes"])[1:]


def no_user_data(doc, _):
    doc.user_data.clear()


def other_id(doc, _):
    doc.user_data["hashiya"] = doc.user_data["hashiya"].replace('"demo-0001"', "1", 1)


def other_cue(doc, _):
    doc.user_data["hashiya"] = doc.user_data["hashiya"].replace('{"cue": null,', '{"cue": "قال",', 1)


@needs_spacy
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (relabelled, r"\[0, 32\): 'title' is no label of the layer segment"),
        (one_quote_less, "for another number of quotes"),
        (no_user_data, "has no user_data"),
        (other_id, "id is '1'; it is a text"),
    ],
)
def test_a_doc_that_was_changed_wrongly_is_one_clear_error(change, message, out, corpus):
    assert re.search(message, refused("spacy", changed_doc(out, change), corpus))


@needs_spacy
def test_a_cue_that_is_no_span_is_a_fault_of_the_rules(out, corpus, capsys):
    assert importing.main(["spacy", str(changed_doc(out, other_cue)), "--data", str(corpus)]) == 1
    assert "[schema]" in capsys.readouterr().err
