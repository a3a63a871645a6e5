"""Other people's tools: what they keep is brought back to our text, a failure is a row, the pinned figures belong to these labels.

None of the tools is needed here; their figures are made by `make peers`.
"""

import json

import pytest

from baselines import peers, results, tools
from baselines.mapping import Mapped, mapped
from baselines.metrics import window_of
from baselines.score import data_digest
from scripts import documents, shape, tables
from scripts.documents import DataError

TEXT = "الرئيسية\n\nقال الوزير إن السوق مفتوح اليوم.\nاقرأ أيضا\nوأضاف أن الأسعار ثابتة منذ عام.\nاقرأ أيضا\n"
#       0-8         10-42                              43-52      53-84                          85-94


def surfaces(found, text=TEXT):
    return [text[start:end] for start, end in found.body]


def test_a_line_of_ours_inside_a_line_of_the_tools_comes_back():
    found = mapped(TEXT, "الرئيسية بعد كلام مخترع هنا")
    assert (surfaces(found), found.lost) == (["الرئيسية"], 15)


def test_whole_lines_come_back():
    found = mapped(TEXT, "قال الوزير إن السوق مفتوح اليوم.\nوأضاف أن الأسعار ثابتة منذ عام.")
    assert found == Mapped([[10, 42], [53, 84]], 53, 0)


@pytest.mark.parametrize(
    ("kept", "body"),
    [
        ("اقرأ أيضا\nوأضاف أن الأسعار ثابتة منذ عام.", [[43, 84]]),  # the first of the two, by what follows it
        ("وأضاف أن الأسعار ثابتة منذ عام.\nاقرأ أيضا", [[53, 94]]),  # the second, by what stands before it
        ("اقرأ أيضا\nوأضاف أن الأسعار ثابتة منذ عام.\nاقرأ أيضا", [[43, 94]]),
    ],
)
def test_a_line_that_stands_twice_is_the_one_beside_its_neighbours(kept, body):
    found = mapped(TEXT, kept)
    assert (found.body, found.lost) == (body, 0)


@pytest.mark.parametrize(
    ("kept", "surface"),
    [
        ("قال الوزير إن السوق", "قال الوزير إن السوق"),
        ("السوق مفتوح اليوم.", "السوق مفتوح اليوم."),
        ("مفتوح", "مفتوح"),  # one word, but all of a kept line
    ],
)
def test_a_line_kept_in_part_is_aligned(kept, surface):
    found = mapped(TEXT, kept)
    assert (surfaces(found), found.lost) == ([surface], 0)


def test_a_hole_in_a_line_stays_a_hole():
    found = mapped("قال الوزير إن السوق [1] مفتوح اليوم للناس.", "قال الوزير إن السوق مفتوح اليوم للناس.")
    assert (found.body, found.lost) == ([[0, 19], [24, 42]], 0)


def test_lines_joined_or_parted_by_the_tool_come_back_whole():
    joined = mapped(TEXT, "الرئيسية قال الوزير إن السوق مفتوح اليوم.")
    parted = mapped(TEXT, "قال الوزير إن\n\nالسوق مفتوح اليوم.")
    assert (joined.body, joined.lost) == ([[0, 42]], 0)
    assert (parted.body, parted.lost) == ([[10, 42]], 0)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("خبر \u00a0 عاجل", "  خبر عاجل\t"),
        ("خبر\u200f عاجل", "خبر عاجل"),  # a mark that shows nothing
        ("رتّ\u064eب", "رت\u064e\u0651ب"),  # two marks on a letter, the other way round
        ("خبر&nbsp;عاجل &quot;الآن&quot;", 'خبر عاجل "الآن"'),
        ("خبر\u2028عاجل", "خبر\u2028عاجل"),
    ],
)
def test_whitespace_and_what_shows_nothing_do_not_count(text, kept):
    assert mapped(text, kept)[::2] == ([[0, len(text)]], 0)


def test_what_a_tool_invents_is_lost_and_counted():
    found = mapped(TEXT, "عنوان مخترع\nقال الوزير إن السوق مفتوح اليوم.\n# ملخص الأسعار")
    # invented: 5 + 5 letters above, 1 + 4 + 7 below; the one word that stands in our text too is chance
    assert found == Mapped([[10, 42]], 27 + 22, 22)


def test_spans_and_empty_answers_lose_nothing():
    assert mapped(TEXT, [[10, 42]]) == Mapped([[10, 42]], 27, 0)
    assert mapped(TEXT, [[8, 9], [9, 43], [43, 53]]) == Mapped([[10, 52]], 35, 0)
    assert mapped(TEXT, "") == mapped(TEXT, " \n\n") == Mapped([], 0, 0)
    assert mapped("", "كلام مخترع") == Mapped([], 9, 9)


def test_a_flat_page_has_a_paragraph_for_each_line_and_nothing_of_the_text_is_markup():
    page = tools.flat_page("<b>أول</b> & ثان\n \n  ثالث\n")
    assert page.startswith('<!DOCTYPE html>\n<html lang="ar" dir="rtl">')
    assert page.split("<body>\n")[1] == "<p>&lt;b&gt;أول&lt;/b&gt; &amp; ثان</p>\n<p>ثالث</p>\n</body>\n</html>\n"


@pytest.fixture
def small(demo, monkeypatch, tmp_path):
    """``main`` over the golden document alone, with three tools made here."""

    def crash(text):
        raise ValueError("no such page\nsecond line")

    def absent(text):
        import no_tool_has_this_name  # noqa: F401

    monkeypatch.setattr(peers, "PEERS", {
        "first_line": tools.Peer(lambda text: text.split("\n")[0] + "\nمخترع", "pytest", "keeps the first line"),
        "crash": tools.Peer(crash, "pytest", "fails"),
        "absent": tools.Peer(absent, "no-tool-has-this-name", "is not installed"),
    })  # fmt: skip
    monkeypatch.setattr(peers, "PEERS_JSON", tmp_path / "peers.json")
    monkeypatch.setattr(peers, "PREDICTIONS", tmp_path / "out")
    monkeypatch.setattr(documents, "read_split", lambda *_: [demo])
    return tmp_path


def test_a_tool_that_fails_or_is_not_there_is_a_row_with_its_error(small, demo, capsys):
    (small / "out" / "test").mkdir(parents=True)
    (small / "out" / "test" / "crash.jsonl").write_text("of an earlier run", "utf-8")
    assert peers.main([]) == 0
    found, out = peers.read(), capsys.readouterr().out
    assert list(shape.schema_faults(found, "peers")) == []
    assert found["columns"]["test"]["systems"]["crash"] == {"error": "demo-0001: ValueError: no such page"}
    assert "ModuleNotFoundError" in found["columns"]["test"]["systems"]["absent"]["error"]
    assert found["tools"]["absent"]["version"] is None
    assert [path.name for path in (small / "out" / "test").iterdir()] == ["first_line.jsonl"]
    assert "| crash |" in out
    assert "crash (test): demo-0001: ValueError: no such page" in out
    assert "outside their purpose" in out


def test_what_is_lost_is_pinned_and_printed(small, demo, capsys):
    peers.main([])
    kept = len("".join(demo["text"].split("\n")[0].split())) + 5
    assert peers.read()["columns"]["test"]["systems"]["first_line"]["mapping"] == {"kept": kept, "lost": 5, "share": round(5 / kept, 4)}
    assert f"{5 / kept:.1%} |" in capsys.readouterr().out


def test_a_run_without_the_field_set_keeps_its_column_only_where_the_tools_are_the_same():
    pinned = {"tools": {"a": 1}, "versions": {}, "seed": 1, "resamples": 2, "data_sha256": {"test": "t", "field": "f", "field_labels": "l"}}
    pinned["columns"] = {"test": 1, "field": 2}
    fresh = {**pinned, "data_sha256": {"test": "u"}, "columns": {"test": 3}}
    kept = peers.with_field(fresh, pinned)
    assert kept["columns"] == {"test": 3, "field": 2}
    assert kept["data_sha256"] == {"test": "u", "field": "f", "field_labels": "l"}
    assert peers.with_field({**fresh, "tools": {"a": 2}}, pinned)["columns"] == {"test": 3}


def test_pinned_figures_keep_their_definition_and_belong_to_these_labels():
    pinned = peers.read()
    assert list(shape.schema_faults(pinned, "peers")) == []
    for column in ("validation", "test"):
        corpus = documents.read_split(column)
        assert pinned["data_sha256"][column] == data_digest(corpus), "run make peers"
        assert (pinned["columns"][column]["documents"], pinned["columns"][column]["window"]) == (len(corpus), window_of(corpus))
    if "field" in pinned["columns"]:
        assert pinned["data_sha256"]["field_labels"] == peers.field.labels_digest(), "run make peers"


def test_every_tool_is_pinned_in_every_column_and_scored_by_the_same_libraries():
    pinned = peers.read()
    assert {name: tool["note"] for name, tool in pinned["tools"].items()} == {name: peer.note for name, peer in peers.PEERS.items()}
    assert all(list(column["systems"]) == list(peers.PEERS) for column in pinned["columns"].values())
    assert pinned["versions"] == results.versions()


def test_versions_are_those_of_the_pins():
    lines = documents.read_text(documents.ROOT / "requirements-peers.txt").split("\n")
    pins = dict(line.split(" ")[0].split("==") for line in lines if "==" in line and line[0].isalnum())
    assert {tool["distribution"]: tool["version"] for tool in peers.read()["tools"].values()}.items() <= pins.items()


def test_the_peers_environment_has_the_pins_of_the_core():
    core, ours = (documents.read_text(documents.ROOT / name).split("\n") for name in ("requirements.txt", "requirements-peers.txt"))
    assert {line for line in core if "==" in line and line[0].isalnum()} <= set(ours)


def test_no_text_of_a_page_is_pinned():
    assert len(max(json.dumps(peers.read(), ensure_ascii=False).split('"'), key=len)) < 300
    assert "|" in tables.peers(peers.read())


def test_an_unreadable_tool_answer_is_an_error_of_that_tool(monkeypatch, demo):
    monkeypatch.setitem(peers.PEERS, "none", tools.Peer(lambda text: None, "pytest", "answers nothing"))
    with pytest.raises(DataError, match="demo-0001: TypeError"):
        peers.ask("none", [demo])
