"""A document becomes a page of marks and comes back without loss; a page that cannot be read says where."""

import pytest
from conftest import GOLDEN, shipped
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import documents, markup, pages, passes
from scripts.documents import DataError

LAYERS = markup.LAYERS
WORD = st.text(st.sampled_from('ابتكلموي ةىءًّـ[]{}\\()«»"،.:0aé😀\u200c\u200d\u200f'.replace(" ", "")), min_size=1, max_size=5)
GAP = st.sampled_from(["", " ", "\u00a0", "  ", "\n", "\n\n ", "\u2028", "\t", "\r\n"])


@st.composite
def laid_out(draw):
    """A document: segments of words, in each perhaps a quote with a cue, a speaker and a nested quote, and entities."""
    text, segments, quotes, entities = draw(st.sampled_from(["", "\n", " "])), [], [], []
    for _ in range(draw(st.integers(1, 4))):
        start, words = len(text), []
        for _ in range(draw(st.integers(4, 8))):
            word = draw(WORD)
            words.append((len(text), len(text) + len(word)))
            text += word + draw(st.sampled_from([" ", " ", "\u00a0", "\n", "\t", "\r"]))
        text = text.rstrip()
        kind = draw(st.sampled_from(documents.enum("kind")))
        segments.append({"start": start, "end": len(text), "label": documents.label_of_kind()[kind], "kind": kind})
        if draw(st.booleans()):
            quotes += draw(quoted(text, words))
        for begin, end in words:
            if draw(st.integers(0, 3)) == 0:
                kind = draw(st.sampled_from(documents.enum("entity_type")))
                entities.append(
                    {"start": begin, "end": end, "text": text[begin:end], "type": kind, "id": None if kind in pages.NO_ID else "x-1", "proclitic": ""}
                )
        text += draw(GAP)
    quotes.sort(key=lambda quote: (quote["start"], -quote["end"]))
    quotes = [{**quote, "id": f"q{number}"} for number, quote in enumerate(quotes, 1)]
    pages.set_proclitics(text, segments, entities)
    return {"id": "made-0001", "text": text, "segments": segments, "quotes": quotes, "entities": entities}


@st.composite
def quoted(draw, text, words):
    def span(first, last):
        start, end = words[first][0], words[last][1]
        return {"start": start, "end": end, "text": text[start:end]}

    outer = {
        "id": "",
        **span(2, len(words) - 1),
        "type": "direct",
        "cue": span(0, 0),
        "speaker": draw(st.sampled_from([None, span(1, 1)])),
        "speaker_id": "x-1",
    }
    inner = {
        "id": "",
        **span(3, len(words) - 1),
        "type": "partial",
        "cue": draw(st.sampled_from([None, span(0, 0), span(2, 2)])),
        "speaker": None,
        "speaker_id": None,
    }
    return [outer, inner] if draw(st.booleans()) else [outer]


@given(laid_out())
@settings(max_examples=200, deadline=None)
def test_round_trip_of_any_document(document):
    page = pages.parse(markup.show(document))
    assert page.text == document["text"]
    assert {layer: getattr(page, layer) for layer in LAYERS} == {layer: document[layer] for layer in LAYERS}


@pytest.mark.parametrize("path", shipped())
def test_round_trip_of_shipped_documents_and_their_passes(path):
    document = documents.read_json(path)
    for labels in [document, *(passes.read(name, document["id"]) for name in passes.names(document["id"]))]:
        labelled = {**document, **{layer: labels[layer] for layer in LAYERS}}
        assert markup.labelled(document, pages.parse(markup.show(labelled))) == labelled


def test_golden_page_both_ways(demo):
    page = (GOLDEN / "page.txt").read_text("utf-8")
    assert markup.show(demo) == page
    assert markup.labelled(demo, pages.parse(page)) == demo


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("ا]", "line 4, column 2: a stray ]"),
        ("ا\nب [ج{other}", "line 5, column 3: a [ that is never closed"),
        ("[ا](XYZ y){other}", "(XYZ y) is no mark"),
        ("ا](GPE moscow){other}", "a ]( … ) with no [ before it"),
        ("{other}", "ends an empty segment"),
        ("ا {other}", "must touch the last character"),
        ("ا{title}", "{title} is no kind"),
        ("[ا](GPE){other}", "GPE takes one id"),
        ("[ا](DATE x){other}", "DATE takes no id"),
        ("[ا](cue q9){other}", "belongs to no quote"),
        ("[ا](direct){other}", "a quote is (direct q1"),
        ("[ا](direct q1)[ب](direct q1){other}", "q1 names two quotes"),
        ("[ا](cue q1)[ب](cue q1)[ج](direct q1){other}", "has two marks (cue q1)"),
        ("[ا ](GPE moscow){other}", "begins or ends on whitespace"),
        ("[](GPE moscow)ا{other}", "is empty"),
        ("ا{other}ب", "ends without a {kind}"),
        ("ا\\ب", "a stray \\"),
    ],
)
def test_a_mark_that_cannot_be_read_says_where_and_what_is_right(body, message):
    with pytest.raises(DataError) as error:
        pages.parse(f"---\nid: demo-0001\n---\n{body}\n", "page.txt")
    assert str(error.value).startswith("page.txt, line ")
    assert message in str(error.value)


def test_a_page_without_header_is_refused():
    with pytest.raises(DataError, match="line 1: a page begins with a line ---"):
        pages.parse("خبر{other}\n")


def test_changed_text_is_refused_with_the_first_place(tmp_path, demo):
    page = tmp_path / "page.txt"
    page.write_text(markup.show(demo).replace("مارس", "مايو"), "utf-8")
    with pytest.raises(DataError, match=r"page\.txt: the text differs .* at character 38, line 2 of the text: the document has 'رس"):
        markup.read_page(page, demo)


def test_trimmed_lines_are_taken_back_on_request_only(tmp_path, demo):
    page = tmp_path / "page.txt"
    page.write_text(markup.show(demo).rstrip() + "\n", "utf-8")
    with pytest.raises(DataError, match="only spaces and line breaks differ: --whitespace"):
        markup.read_page(page, demo)
    assert markup.labelled(demo, markup.read_page(page, demo, whitespace=True)) == demo


def test_crossing_spans_cannot_be_shown(demo):
    demo["quotes"][1]["end"] = 65
    with pytest.raises(DataError, match=r"demo-0001: the spans .* cross"):
        markup.show(demo)


def test_apply_writes_nothing_where_a_rule_is_broken(tmp_path, monkeypatch, corpus, demo, capsys):
    monkeypatch.setattr(documents, "path_of", lambda identifier: corpus / "documents" / "train" / f"{identifier}.json")
    before = (corpus / "documents" / "train" / "demo-0001.json").read_bytes()
    page = tmp_path / "page.txt"
    page.write_text(markup.show(demo).replace("[سلمى](PERSON salma-hadidi)", "[سلم](PERSON salma-hadidi)ى"), "utf-8")
    assert markup.main(["apply", str(page)]) == 1
    assert "[word-edge]" in capsys.readouterr().err
    assert (corpus / "documents" / "train" / "demo-0001.json").read_bytes() == before


def test_apply_writes_the_canonical_file(tmp_path, monkeypatch, corpus, demo):
    target = corpus / "documents" / "train" / "demo-0001.json"
    monkeypatch.setattr(documents, "path_of", lambda identifier: target)
    page = tmp_path / "page.txt"
    page.write_text(markup.show(demo).replace("{timestamp}", "{other}"), "utf-8")
    assert markup.main(["apply", str(page)]) == 0
    demo["segments"][1]["kind"] = "other"
    assert target.read_text("utf-8") == documents.render(demo)


@pytest.mark.parametrize(
    ("before", "floor", "expected"),
    [("و", 0, "و"), ("ول", 0, "ول"), ("بـ", 0, "بـ"), ("في ", 0, ""), ("قال", 0, ""), ("صلةو", 3, "و"), ("", 0, ""), ("وَ", 0, "وَ"), ("وبال", 0, "")],
)
def test_proclitic(before, floor, expected):
    assert pages.proclitic(before + "موسكو", len(before), floor) == expected
