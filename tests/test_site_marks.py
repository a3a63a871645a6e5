"""What the site shows, without a browser: outcomes, the text as HTML, colours, the folder that is written."""

import html
import re

import pytest
from conftest import shipped

from baselines import errors, results
from baselines.site import __main__ as command
from baselines.site import entries, outcomes, palette, text
from baselines.task import body_of, mask_of, read_predictions, visible
from scripts import documents, field, runs
from scripts.documents import DataError
from scripts.runs import Mark


def page(content, parts):
    segments = [{"start": a, "end": b, "label": "body" if kind == "paragraph" else "boilerplate", "kind": kind} for a, b, kind in parts]
    return {"id": "x-01", "text": content, "segments": segments, "source": {"style": "s"}}


PAGE = page("hhh\nbbbb lll\nbbbccc", [(0, 3, "headline"), (4, 8, "paragraph"), (9, 12, "related_links"), (13, 16, "paragraph"), (16, 19, "caption")])


def named(found, layer):
    return [(mark.name, mark.start, mark.end) for mark in found.marks if mark.layer == layer]


def places(found):
    return [(mark.ref, mark.name, outcomes.label(mark)) for mark in sorted(found.marks) if mark.layer == "boundary"]


def test_an_exact_answer_has_no_error():
    found = outcomes.outcome(PAGE, [[4, 8], [13, 16]])
    assert found.exact and found.rows == [] and named(found, "outcome") == []
    assert found.characters == {"kept": 7, "dropped": 9, "lost": 0, "wrong": 0}
    assert found.boundaries == {"hit": 4, "missed": 0, "invented": 0, "displaced": 0}
    assert [ref for ref, _, _ in places(found)] == ["b4", "b9", "b13", "b16"]


def test_lost_and_wrongly_kept_characters_and_their_boundaries():
    # Kept: bb of line 2, lll and the bbb of line 3; lost: the other bb; ccc too is kept.
    found = outcomes.outcome(PAGE, [[4, 6], [9, 19]])
    assert named(found, "outcome") == [("lost", 6, 8), ("wrong", 9, 12), ("wrong", 16, 19)]
    assert found.characters == {"kept": 5, "dropped": 3, "lost": 2, "wrong": 6}
    assert found.boundaries == {"hit": 1, "missed": 1, "invented": 0, "displaced": 2}
    assert places(found) == [
        ("b4", "hit-opens", "✓ body begins"),
        ("p6", "said-closes", "✗ put here: body ends"),
        ("b9", "meant-closes", "body ends here"),
        ("p9", "said-opens", "✗ put here: body begins"),
        ("b13", "meant-opens", "body begins here"),
        ("b16", "missed-closes", "✗ missed: body ends"),
    ]


def test_a_page_that_is_all_on_the_wrong_side():
    found = outcomes.outcome(page("bbb bb", [(0, 6, "paragraph")]), [])
    assert not found.exact and places(found) == []
    assert named(found, "outcome") == [("lost", 0, 6)]


@pytest.mark.parametrize("column", ["validation", "test"])
def test_outcomes_are_exactly_what_differs(column):
    corpus = documents.read_split(results.COLUMNS[column])
    for name in results.read()["parameters"]:
        bodies = read_predictions(results.prediction_path(column, name), corpus)
        for document in corpus:
            found = outcomes.outcome(document, bodies[document["id"]])
            seen = visible(document["text"])
            gold, said = (mask_of(document["text"], body) for body in (body_of(document), bodies[document["id"]]))
            for outcome, mask in {"lost": gold & ~said, "wrong": said & ~gold}.items():
                spans = [[m.start, m.end] for m in found.marks if m.name == outcome]
                assert (mask_of(document["text"], spans) == mask).all()
            assert found.exact == (gold == said).all()
            assert sum(found.characters.values()) == len(seen)


ODD = 'a<b>&"\tx\u00a0y\r\nz\r \u200f\u2028\u0085😀\u200c&amp;\n\n ب'


def unescaped(markup):
    """The text that a parser reads: tags out, references resolved, line ends as HTML has them."""
    return html.unescape(re.sub("<[^>]*>", "", markup.replace("\r\n", "\n").replace("\r", "\n")).replace("&#13;", "&#xE000;")).replace("\ue000", "\r")


def test_the_text_comes_through():
    assert unescaped(text.escaped(ODD)) == ODD
    assert text.escaped("a\x00") == "a\ufffd"


@pytest.mark.parametrize("path", shipped())
def test_a_panel_holds_the_text_and_nothing_else(path):
    document = documents.read_json(path)
    marks = runs.marks_of(document)
    panel = text.panel(document["text"], marks, [], lambda mark: mark.ref)
    assert unescaped(panel.replace("</div>\n", "</div>")) == document["text"]
    assert sorted(re.findall(r' id="([^"]+)"', panel)) == sorted(mark.ref for mark in marks)


def test_one_run_for_each_stretch_of_marks():
    marks = [Mark(0, 5, "segment", "paragraph", "s1"), Mark(0, 3, "quote", "direct", "q1"), Mark(1, 3, "quote", "partial", "q2")]
    panel = text.panel("abc d\n", marks, [], lambda mark: "")
    assert re.findall(r'class="r ([^"]*)" data-s="(\d+)" data-m="([^"]*)"', panel) == [
        ("segment-paragraph q1-direct quote-first", "0", "s1 q1"),
        ("segment-paragraph q1-direct quote-last q2-partial quote-first", "1", "s1 q1 q2"),
        ("segment-paragraph segment-last", "3", "s1"),
    ]


@pytest.mark.parametrize("scheme", palette.PALETTES)
def test_contrast(scheme):
    colours = palette.PALETTES[scheme]
    low = [
        (a, b, round(palette.contrast(colours[a], colours[b]), 2), least) for a, b, least in palette.pairs() if palette.contrast(colours[a], colours[b]) < least
    ]
    assert low == []
    assert {name for a, b, _ in palette.pairs() for name in (a, b)} | {"hair"} == set(colours)  # a hairline only decorates


def test_contrast_by_hand():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)  # WCAG's best known near miss


def test_every_kind_and_type_has_a_family():
    assert set(palette.KINDS) == set(documents.enum("kind"))
    assert set(palette.TYPES) == set(documents.enum("entity_type"))
    labels = documents.label_of_kind()
    assert {labels[kind] for kind in palette.families()["body"]} == {"body"}
    assert {labels[kind] for name in palette.BANDS[1:] for kind in palette.families()[name]} == {"boilerplate"}


@pytest.fixture(scope="module")
def few():
    """The test split with all that is said about it."""
    return [entry for entry in entries.read() if entry.split == "test"]


def test_entries_have_passes_decisions_and_every_system(few):
    columns = [column for column, split in results.COLUMNS.items() if split == "test"]
    for entry in few:
        assert [layers["pass"] for layers in entry.passes] == entry.document["annotation"]["passes"]
        assert entry.decisions == documents.read_json(documents.DATA / "adjudication" / f"{entry.id}.json")["decisions"]
        assert [(a.column, a.name) for a in entry.answers] == [(column, name) for column in columns for name in results.read()["parameters"]]


def test_a_page_of_the_field_set_is_foreign_and_no_other(few):
    assert not any(map(entries.is_foreign, few))
    page = field.read()[0]
    assert entries.is_foreign(few[0]._replace(document=field.document(page, errors.stand_in(page))))


def test_an_id_that_stands_twice_is_refused(few):
    with pytest.raises(DataError, match=f"{few[0].id}: two documents have this id"):
        entries.joined(few, few[:1])


def test_a_folder_without_documents_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"has no documents/<split>/\*\.json; `make field`"):
        entries.read_more(tmp_path)


def test_a_pass_over_another_text_is_refused(few, monkeypatch):
    layers = {**few[0].passes[0], "sha256": "0" * 64}
    monkeypatch.setattr(entries.passes, "read", lambda *_: layers)
    with pytest.raises(DataError, match=r"\.json: labels another text"):
        entries.read()


def test_another_folder_of_documents(corpus):
    (entry,) = entries.read_more(corpus)
    assert (entry.id, entry.split, entry.answers, entry.passes) == ("demo-0001", "train", [], [])


def test_the_site_is_the_same_each_time_and_replaces_only_a_site(few, tmp_path):
    pytest.importorskip("jinja2", reason="the extra `site` is not installed")
    assert dict(command.site(few[:2], "word_chain")) == dict(command.site(few[:2], "word_chain"))
    target = tmp_path / "site"
    number = command.build(few[:2], target)
    assert number == sum(path.is_file() for path in target.rglob("*"))
    command.build(few[:1], target)
    assert sorted(path.stem for path in (target / "documents").iterdir()) == [few[0].id]
    (target / "mine.txt").write_text("x")
    with pytest.raises(DataError, match=r"is in the way \(mine\.txt\)"):
        command.build(few[:1], target)
    assert (target / "mine.txt").exists() and [path.name for path in tmp_path.iterdir()] == ["site"]


def test_without_jinja_the_extra_is_named(few, monkeypatch):
    import sys

    from baselines.site import pages

    pages._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(DataError, match=r"Jinja2, which is not installed: .*\[site\]"):
        list(pages.assets())
