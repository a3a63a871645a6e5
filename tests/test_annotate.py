"""Pages of one's own become documents, wait for a person, and are scored; the README's lines do it as they stand."""

import importlib
import json
import re
import shlex
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baselines import __main__ as baselines
from baselines.task import mask_of
from scripts import annotate, card, catalogue, documents, drafts, markup, passes, rules, suggestions, validate
from scripts.documents import DataError

TEXT = "سوق الميناء\r\n\n قال المدير إن العمل بدأ.\u00a0وأضاف\u2028ذلك 😀.المصدر: الضفة \n"
MARKED = "سوق الميناء{headline}\r\n\n قال المدير إن العمل بدأ.\u00a0وأضاف\u2028ذلك 😀.{paragraph}المصدر: الضفة{source} \n"
BODY = [[TEXT.index("قال"), TEXT.index("المصدر")]]
OTHER, PARAGRAPH = ("boilerplate", "other"), ("body", "paragraph")


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_bytes(TEXT.encode("utf-8"))
    return path


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


@pytest.fixture
def suggesting(monkeypatch):
    """A baseline that answers at once."""

    def run(name, source, target):
        rows = (row for _, row in documents.read_jsonl(source))
        documents.write(target, documents.render_jsonl({"id": row["id"], "body": BODY if row["text"] == TEXT else []} for row in rows))

    monkeypatch.setattr(suggestions, "_run", run)


def new(*arguments):
    return annotate.main(["new", *map(str, arguments)])


def confirm(*arguments, annotator="Sara"):
    return annotate.main(["confirm", *map(str, arguments), "--annotator", annotator])


def codes(data):
    return {issue.code for issue in validate.issues(documents.paths(data=data), data)}


def apply(data, marked, tmp_path):
    path = tmp_path / "marked.txt"
    path.write_bytes(f"---\nid: page-01\n---\n{marked}\n".encode())
    return markup.main(["apply", str(path), "--data", str(data)])


def predictions(tmp_path, body):
    path = tmp_path / "system.jsonl"
    path.write_text(json.dumps({"id": "page-01", "body": body}) + "\n", "utf-8")
    return path


def spans(found):
    return [(s["start"], s["end"], (s["label"], s["kind"])) for s in found]


@pytest.mark.parametrize(
    ("text", "body", "expected"),
    [
        ("ab cd", [], [(0, 5, OTHER)]),
        ("ab cd", [[0, 5]], [(0, 5, PARAGRAPH)]),
        ("ab\n\n cd \nef", [[3, 11]], [(0, 2, OTHER), (5, 7, PARAGRAPH), (9, 11, PARAGRAPH)]),
        ("abcd", [[1, 2]], [(0, 1, OTHER), (1, 2, PARAGRAPH), (2, 4, OTHER)]),
        ("ab cd", [[0, 3]], [(0, 2, PARAGRAPH), (3, 5, OTHER)]),
        ("ab cd\nef", [[3, 5]], [(0, 2, OTHER), (3, 5, PARAGRAPH), (6, 8, OTHER)]),
        ("abcd", [[0, 2], [2, 4]], [(0, 2, PARAGRAPH), (2, 4, PARAGRAPH)]),
        ("a\u2028b\u200f", [], [(0, 4, OTHER)]),
        (" \n ", [], []),
    ],
)
def test_segments_by_hand(text, body, expected):
    assert spans(suggestions.segments(text, body)) == expected


@given(st.text(st.sampled_from("اب \n\u00a0\u2028\u200f."), min_size=1, max_size=30), st.lists(st.integers(0, 30), unique=True, max_size=8))
@settings(max_examples=200, deadline=None)
def test_segments_keep_every_rule_and_say_what_the_body_says(text, edges):
    edges = sorted(edge for edge in edges if edge <= len(text))
    body = [list(pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    found = {"text": text, "segments": suggestions.segments(text, body), "quotes": [], "entities": []}
    for rule in (rules.check_offsets, rules.check_whitespace, rules.check_segment_order, rules.check_coverage, rules.check_kind):
        assert list(rule(found)) == []
    said = [[s["start"], s["end"]] for s in found["segments"] if s["label"] == "body"]
    assert mask_of(text, said).tolist() == mask_of(text, body).tolist()


def test_a_page_of_a_million_characters_is_cut_in_time():
    text = "كلمة\n" * 200_000
    body = [[at, at + 4] for at in range(0, len(text), 10)]
    began = time.monotonic()
    assert len(suggestions.segments(text, body)) == 200_000
    assert time.monotonic() - began < 10


def test_a_new_document_has_the_text_as_it_stands_and_no_labels(page, mine):
    assert new(page, "--output", mine) == 0
    path = mine / "documents" / "test" / "page-01.json"
    found = documents.read_json(path)
    assert (found["id"], found["origin"], found["text"], found["segments"]) == ("page-01", "web", TEXT, [])
    assert (found["source"]["file"], found["source"]["sha256"]) == ("page.txt", documents.sha256(TEXT))
    assert "suggested_by" not in found["annotation"]
    assert documents.read_text(path) == documents.render(documents.ordered(found))
    assert json.loads((mine / "pages.jsonl").read_text("utf-8")) == {"id": "page-01", "text": TEXT}


def test_records_give_id_source_and_text_and_what_is_not_kept_is_said(tmp_path, mine, capsys):
    source = tmp_path / "news.jsonl"
    rows = [{"text": "خبر أول", "url": "http://a"}, {"id": "site-07", "text": "خبر\nثان", "outlet": "الضفة", "published": "20240312", "style": "bank"}]
    source.write_text(documents.render_jsonl(rows), "utf-8")
    assert new(source, "--output", mine, "--origin", "authored") == 0
    first, second = documents.read_json(mine / "documents/test/news-0001.json"), documents.read_json(mine / "documents/test/site-07.json")
    assert (first["origin"], first["source"]["style"], first["source"]["outlet"]) == ("authored", "own", None)
    assert [second["source"][key] for key in ("file", "outlet", "published", "style")] == ["news.jsonl", "الضفة", "20240312", "bank"]
    assert "not kept of the records: 'url'" in capsys.readouterr().out


def test_later_pages_join_the_folder(page, tmp_path, mine):
    new(page, "--output", mine)
    (tmp_path / "a-02.txt").write_text("خبر آخر", "utf-8")
    new(tmp_path / "a-02.txt", "--output", mine)
    assert [row["id"] for _, row in documents.read_jsonl(mine / "pages.jsonl")] == ["a-02", "page-01"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("page-0001", "page-0001"),
        ("field-aawsat-a01", "field-aawsat-a01"),
        ("page", "page-01"),
        ("Page_7", "page-07"),
        ("page 12", "page-12"),
        ("my-page3", "my-page-03"),
    ],
)
def test_a_file_name_makes_an_id(name, expected, tmp_path):
    assert drafts.identifier(tmp_path / f"{name}.txt") == expected


def test_nothing_passes_for_gold_before_it_is_labelled(page, mine, tmp_path, capsys):
    new(page, "--output", mine)
    assert codes(mine) == {"unlabelled"}
    with pytest.raises(DataError, match=r"page-01\.json: segments: there are none, nobody has labelled"):
        baselines.main(["score", str(predictions(tmp_path, BODY)), "--data", str(mine)])
    with pytest.raises(DataError, match=r"\[unlabelled\]"):
        confirm("page-01", "--data", mine)
    assert apply(mine, TEXT, tmp_path) == 1
    assert "[unlabelled]" in capsys.readouterr().err
    assert markup.main(["show", "page-01", "--data", str(mine)]) == 0
    assert capsys.readouterr().out == f"---\nid: page-01\n---\n{TEXT}\n"
    assert apply(mine, MARKED, tmp_path) == 0
    assert codes(mine) == set()
    assert baselines.main(["score", str(predictions(tmp_path, BODY)), "--data", str(mine)]) == 0
    out = capsys.readouterr().out
    assert "| own | 1 | 1.000 | 1.000 | 1.000 |" in out
    assert "suggestion" not in out


def test_a_suggestion_is_no_gold_until_a_person_confirms_it(page, mine, tmp_path, suggesting, capsys):
    new(page, "--output", mine, "--suggest", "fast")
    path = mine / "documents" / "test" / "page-01.json"
    found = documents.read_json(path)
    assert spans(found["segments"]) == [(0, 11, OTHER), (15, 52, PARAGRAPH), (52, 65, OTHER)]
    assert found["annotation"]["suggested_by"] == "fast"
    assert codes(mine) == {"unconfirmed"}
    assert validate.main(["--data", str(mine)]) == 1
    with pytest.raises(DataError, match="a suggestion of fast that no person has confirmed"):
        baselines.main(["score", str(predictions(tmp_path, BODY)), "--data", str(mine)])
    assert apply(mine, MARKED, tmp_path) == 0
    assert "not gold until `python -m scripts.annotate confirm`" in capsys.readouterr().out
    assert codes(mine) == {"unconfirmed"}
    assert confirm("page-01", "--data", mine) == 0
    gold = documents.read_json(path)
    assert gold["annotation"] == {"guidelines": documents.guidelines_version(), "passes": ["confirmed"], "adjudicated": False}
    assert [s["kind"] for s in gold["segments"]] == ["headline", "paragraph", "source"]
    kept = passes.read("confirmed", "page-01", mine)
    assert (kept["annotator"], kept["suggested_by"], kept["segments"]) == ("Sara", "fast", gold["segments"])
    assert codes(mine) == set()
    assert validate.main(["--data", str(mine)]) == 0
    assert baselines.main(["score", str(predictions(tmp_path, BODY)), "--data", str(mine)]) == 0
    assert "1 of the pages were labelled from a suggestion of fast" in capsys.readouterr().out


def test_confirming_again_keeps_the_new_labels_and_where_they_began(page, mine, tmp_path, suggesting):
    new(page, "--output", mine, "--suggest", "fast")
    path = mine / "documents" / "test" / "page-01.json"
    confirm(path)
    apply(mine, MARKED, tmp_path)
    confirm(path)
    kept = passes.read("confirmed", "page-01", mine)
    assert (kept["suggested_by"], kept["segments"]) == ("fast", documents.read_json(path)["segments"])
    assert documents.read_json(path)["annotation"]["passes"] == ["confirmed"]
    with pytest.raises(DataError, match="Sara has confirmed it"):
        confirm(path, annotator="Omar")


def test_all_are_confirmed_or_none(page, mine, tmp_path, suggesting):
    (tmp_path / "page-02.txt").write_text("خبر آخر", "utf-8")
    new(page, tmp_path / "page-02.txt", "--output", mine, "--suggest", "fast")
    first, second = documents.paths(data=mine)
    second.write_text(second.read_text("utf-8").replace('"label": "boilerplate"', '"label": "body"'), "utf-8")
    before = first.read_bytes()
    with pytest.raises(DataError, match=r"page-02\.json: segments\[0\]: kind other belongs to boilerplate, not to body \[kind-label\]"):
        confirm(first, second)
    assert first.read_bytes() == before
    assert not (mine / "annotations").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("page-01", "say with --data DIR where"),
        ("page.txt", "is no document"),
        ("elsewhere/page-01.json", "lies in no documents/<split>"),
        ("documents/test/page-09.json", "cannot be read"),
    ],
)
def test_what_cannot_be_confirmed_says_why(name, message):
    with pytest.raises(DataError, match=message):
        confirm(name)


BAD = {
    "missing": ("page-01.txt", None, "page-01.txt: cannot be read"),
    "empty": ("page-01.txt", b"", "there is nothing to read"),
    "invisible": ("page-01.txt", "\u200f\n".encode(), "there is nothing to read"),
    "utf-16": ("page-01.txt", "خبر".encode("utf-16"), "byte 0 is not UTF-8"),
    "surrogate bytes": ("page-01.txt", b"\xed\xa0\x80", "byte 0 is not UTF-8"),
    "mark": ("page-01.txt", "\ufeffخبر".encode(), "begins with a byte order mark"),
    "name": ("خبر.txt", "خبر".encode(), "its name makes no id; an id is small Latin letters"),
    "kind of file": ("page-01.html", b"<p>", "is neither .txt nor .jsonl"),
    "no text": ("n.jsonl", b'{"text": "\xd8\xae"}\n{"id": "a-01"}\n', "n.jsonl, line 2: has no text"),
    "null text": ("n.jsonl", b'{"text": null}\n', "n.jsonl, line 1: has no text"),
    "list": ("n.jsonl", b"[1]\n", "n.jsonl, line 1: has no text"),
    "broken": ("n.jsonl", b'{"text"', "n.jsonl, line 1: broken JSON"),
    "number for an id": ("n.jsonl", b'{"id": 7, "text": "a"}\n', "n.jsonl, line 1: 7 is no id"),
    "free id": ("n.jsonl", b'{"id": "A b\\ud800", "text": "a"}\n', r"line 1: 'A b\\ud800' is no id"),
    "name of records": ("n 1.jsonl", b'{"text": "a"}\n', "line 1: 'n 1-0001' is no id.*name the file so"),
    "lone surrogate": ("n.jsonl", b'{"text": "a\\udfff"}\n', "line 1: the text has a lone surrogate, half of a character, at 1"),
    "lone in outlet": ("n.jsonl", b'{"text": "a", "outlet": "\\ud800"}\n', "the outlet has a lone surrogate"),
    "day": ("n.jsonl", b'{"text": "a", "published": "2024-01-01"}\n', "line 1: source.published"),
    "no record": ("n.jsonl", b"\n", "n.jsonl: there is no page in it"),
    "two with one id": ("n.jsonl", b'{"id": "a-01", "text": "a"}\n{"id": "a-01", "text": "b"}\n', "line 2: the id a-01 is also that of .*line 1"),
    "two with one text": ("n.jsonl", b'{"text": "a"}\n{"text": "a"}\n', "line 2: the text is also that of .*line 1"),
    "id taken": ("good-01.txt", "خبر".encode(), "the id good-01 is also that of .*good-01.json"),
    "text taken": ("n-01.txt", b"good", "the text is also that of .*good-01.json"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_message_and_nothing_is_written(case, tmp_path, mine):
    name, content, message = BAD[case]
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "good-01.txt").write_text("good", "utf-8")
    new(tmp_path / "first", "--output", mine)
    before = {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()}
    fine, wrong = tmp_path / "fine-01.txt", tmp_path / name
    fine.write_text("خبر سليم", "utf-8")
    if content is not None:
        wrong.write_bytes(content)
    with pytest.raises(DataError, match=message) as error:
        new(*([wrong] if case == "no record" else [fine, wrong]), "--output", mine)
    assert str(wrong) in str(error.value)
    assert {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()} == before


def test_two_files_of_one_name_and_an_empty_folder_are_refused(page, tmp_path, mine):
    (tmp_path / "other").mkdir()
    with pytest.raises(DataError, match=r"other: has no \*\.txt"):
        new(tmp_path / "other", "--output", mine)
    (tmp_path / "other" / "Page1.txt").write_text("خبر", "utf-8")
    with pytest.raises(DataError, match=r"Page1\.txt: the id page-01 is also that of .*page\.txt"):
        new(page, tmp_path / "other", "--output", mine)
    assert not mine.exists()


def test_the_set_itself_takes_no_such_pages(page):
    with pytest.raises(DataError, match=r"scripts\.births"):
        new(page, "--output", documents.DATA)


def test_an_unknown_baseline_is_one_clear_message_and_nothing_is_written(page, mine):
    with pytest.raises(DataError, match=r"no suggestions by 'nix', nothing written: .*invalid choice: 'nix' \(choose from 'all_body'") as error:
        new(page, "--output", mine, "--suggest", "nix")
    assert "\n" not in str(error.value)
    assert not mine.exists()


@pytest.mark.parametrize("fails", ["page-02.json", "pages.jsonl"])
def test_a_write_that_fails_takes_the_others_back(fails, page, tmp_path, mine, monkeypatch):
    (tmp_path / "page-02.txt").write_text("خبر آخر", "utf-8")
    write = documents.write

    def failing(path, text):
        if path.name == fails:
            raise DataError("no space left")
        write(path, text)

    monkeypatch.setattr(documents, "write", failing)
    with pytest.raises(DataError, match="no space left"):
        new(page, tmp_path / "page-02.txt", "--output", mine)
    assert [path for path in mine.rglob("*") if path.is_file()] == []


def test_pages_are_not_written_over_work_that_is_there(page, mine, tmp_path):
    new(page, "--output", mine)
    show = ["show", "--data", str(mine), "--output", str(tmp_path / "marked")]
    assert markup.main(show) == 0
    (tmp_path / "marked" / "page-01.txt").write_text("work", "utf-8")
    with pytest.raises(DataError, match=r"page-01\.txt: is there already, perhaps with marks of yours"):
        markup.main(show)
    assert (tmp_path / "marked" / "page-01.txt").read_text("utf-8") == "work"


@pytest.mark.parametrize("command", [validate.main, catalogue.main, markup.main])
def test_a_folder_without_documents_is_an_error(command, tmp_path):
    with pytest.raises(DataError, match="nowhere: has no documents/<split>"):
        command([*(["show", "--output", str(tmp_path / "out")] if command is markup.main else []), "--data", str(tmp_path / "nowhere")])


def test_names_marked_on_a_new_page_get_a_catalogue_of_its_folder(page, mine, tmp_path):
    new(page, "--output", mine)
    assert apply(mine, MARKED.replace("الميناء{", "[الميناء](GPE al-mina){"), tmp_path) == 0
    assert codes(mine) == {"unknown-entity"}
    assert catalogue.main(["--data", str(mine)]) == 0
    assert codes(mine) == set()
    assert list(catalogue.read(mine)) == ["al-mina"]


def test_the_mark_of_a_suggestion_is_no_feature_of_published_rows():
    provenance = documents.schema()["$defs"]["provenance"]
    assert "suggested_by" in provenance["properties"]
    assert [field["name"] for field in card.fields(provenance)] == provenance["required"]


def readme_commands():
    section = documents.read_text(card.README).split("## Label ten pages of your own and score them\n")[1]
    return re.search(r"```\n(.*?)```", section, re.S)[1].splitlines()


def correct(folder):
    """What a reader does between the commands: here, the first line is made a headline, whatever was suggested for it."""
    for path in folder.glob("*.txt"):
        page, found = re.subn(r"(سوق القرية رقم \d+)(\{\w+\})?", r"\1{headline}", path.read_bytes().decode(), count=1)
        assert found == 1
        path.write_bytes(page.encode())


def test_the_ten_lines_of_the_readme(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pages").mkdir()
    for number in range(1, 11):
        (tmp_path / "pages" / f"page-{number:02}.txt").write_bytes(f"سوق القرية رقم {number}\n\n{TEXT}".encode())
    lines = readme_commands()
    assert len(lines) == 10
    for line in lines:
        if line.startswith("#"):
            correct(tmp_path / "marked")
            continue
        python, dash, module, *arguments = shlex.split(line)
        assert (python, dash) == ("python", "-m")
        expanded = [found for argument in arguments for found in (sorted(map(str, Path().glob(argument))) if "*" in argument else [argument])]
        assert importlib.import_module("baselines.__main__" if module == "baselines" else module).main(expanded) == 0, line
    out = capsys.readouterr().out
    assert "10 files, 0 faults" in out
    assert out.count("| own | 10 |") == 2
    assert documents.read_json(tmp_path / "mine/documents/test/page-01.json")["segments"][0]["kind"] == "headline"
    assert passes.read("confirmed", "page-10", tmp_path / "mine")["annotator"] == "Your Name"
