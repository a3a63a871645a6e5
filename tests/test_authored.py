"""The authored pages: what they are made of, what they share with no other page, and how they are born."""

import pytest
from conftest import GOLDEN

from scripts import births, composition, documents, leakage, passes, shape
from scripts.documents import DataError

CORPORA = {split: documents.read_split(split) for split in documents.splits()}
AUTHORED = ("train", "validation")


@pytest.mark.parametrize("split", AUTHORED)
@pytest.mark.parametrize("name", composition.FLOORS)
def test_composition_keeps_its_floor(name, split):
    assert composition.FIGURES[name](CORPORA[split]) >= composition.FLOORS[name][AUTHORED.index(split)]


def document(text, *segments, **more):
    keys = ("start", "end", "label", "kind")
    return {
        "id": "x",
        "text": text,
        "segments": [dict(zip(keys, s, strict=True)) for s in segments],
        "quotes": [],
        "entities": [],
        "source": {"style": "s"},
        **more,
    }


BODY, LINK, MENU = ("body", "paragraph"), ("boilerplate", "related_links"), ("boilerplate", "navigation")
MIXED = document("aa\nbbcc dd", (0, 2, *LINK), (3, 5, *BODY), (5, 7, *LINK), (8, 10, *BODY))


@pytest.mark.parametrize(
    ("figure", "corpus", "expected"),
    [
        ("boundaries inline", [MIXED], 1 / 3),
        ("boundaries glued", [MIXED], 1 / 3),
        ("boundaries glued", [document("aa", (0, 2, *BODY))], 0),
        ("pages with an insert in the body", [MIXED, document("aa", (0, 2, *BODY))], 0.5),
        ("pages without boilerplate", [MIXED, document("aa", (0, 2, *BODY))], 0.5),
        ("pages without an article", [MIXED, document("aa", (0, 2, *LINK))], 0.5),
        ("pages with a long menu", [document("m" * 149, (0, 149, *MENU)), document("m m" * 75, (0, 225, *MENU))], 0.5),
        ("pages on three lines or fewer", [document("a\n" * 3 + "b" * 500), document("a\n\nb\n" + "c" * 500)], 0.5),
        ("median line length", [document("aaa\n\n a \nccccc")], 3),
        ("characters that are body", [MIXED], 0.5),
        ("segments a page", [MIXED], 4),
    ],
)
def test_figures_by_hand(figure, corpus, expected):
    assert composition.FIGURES[figure](corpus) == pytest.approx(expected)


def test_styles_are_those_of_the_documents():
    styles = documents.read_json(documents.DATA / "styles.json")
    assert list(shape.schema_faults(styles, "styles")) == []
    found = {d["source"]["style"]: split for split in AUTHORED for d in CORPORA[split]}
    assert {name: style["split"] for name, style in styles.items()} == found
    assert len({style["name"] for style in styles.values()}) == len(styles)


def test_authored_pages_say_so():
    assert {d["origin"] for split in AUTHORED for d in CORPORA[split]} == {"authored"}
    assert {d["origin"] for d in CORPORA["test"]} == {"web"}


PARAGRAPHS = leakage.paragraphs(CORPORA)
PAIRS = [(a, b, similarity) for a, b, similarity in leakage.near_duplicates(PARAGRAPHS)]


def test_no_paragraph_stands_in_two_splits():
    assert [(a.document, b.document, a.text, b.text) for a, b, _ in PAIRS if a.split != b.split] == []


def test_no_near_duplicate_paragraphs_but_short_formulas_of_the_margin():
    # The seeds are as they were found: two of their pages link to one story.
    found = [(a.document, b.document, a.text, b.text) for a, b, _ in PAIRS if a.split != "test" and not (leakage.is_formula(a) and leakage.is_formula(b))]
    assert found == []


def test_near_duplicates_are_found():
    text = "أقر المجلس البلدي في جلسته مساء الثلاثاء شراء أربع شاحنات جديدة لنقل النفايات"
    one, two, other = (
        {**document(t, (0, len(t), *BODY)), "id": name}
        for name, t in (("one", text), ("two", text.replace("أربع", "خمس")), ("other", "انتهت مباراة الفريقين بالتعادل بعد شوطين خلوا من الأهداف والفرص"))
    )
    pairs = list(leakage.near_duplicates(leakage.paragraphs({"train": [one, other], "validation": [two]})))
    assert [(a.document, b.document) for a, b, _ in pairs] == [("one", "two")]
    assert pairs[0][2] == leakage.jaccard(*(leakage.paragraphs({"s": [d]})[0].grams for d in (one, two))) > 0.5


def test_train_and_validation_share_no_style_and_no_formula():
    shared = list(leakage.shared({split: CORPORA[split] for split in AUTHORED}))
    assert shared == [], "listed above: what train and validation share"


def test_shared_formulas_are_found():
    first = document("اقرأ أيضا: خبر", (0, 14, *LINK))
    second = document("اقرأ أيضا", (0, 9, *LINK))
    assert leakage.shared_formulas([first], [second]) == ["اقرأ أيضا"]


def test_site_names_stand_in_one_split():
    styles = documents.read_json(documents.DATA / "styles.json")
    for name, style in styles.items():
        other = AUTHORED[1 - AUTHORED.index(style["split"])]
        assert [d["id"] for d in CORPORA[other] if d["source"]["outlet"] == style["name"] or name in {e["id"] for e in d["entities"]}] == []


def page(header):
    return f"---\n{header}\n---\n" + (GOLDEN / "page.txt").read_text("utf-8").split("---\n", 2)[2]


def test_a_page_is_born_as_the_golden_document(demo):
    split, found = births.born(page("id: demo-0001\nsplit: train\nstyle: demo"), "page.txt")
    demo["source"]["file"], demo["annotation"] = "demo-0001.txt", {"guidelines": documents.guidelines_version(), "passes": ["writer"], "adjudicated": False}
    assert (split, found) == ("train", demo)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("id: demo-0001\nstyle: demo", "split"),
        ("id: demo-0001\nsplit: dev\nstyle: demo", "split"),
        ("id: demo-0001\nsplit: train", "style"),
        ("id: a-01\nsplit: train\nstyle: b\ncolour: c", "colour"),
    ],
)
def test_a_header_that_lacks_something_is_refused(header, field):
    with pytest.raises(DataError, match=f"page.txt: header field {field}: a new page has id, split, style"):
        births.born(page(header), "page.txt")


def test_birth_writes_document_and_pass_or_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "DATA", tmp_path)
    monkeypatch.setattr(passes.write, "__defaults__", (tmp_path,))
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(page("id: demo-0001\nsplit: train\nstyle: demo"), "utf-8")
    bad.write_text(page("id: demo-0002\nsplit: train\nstyle: demo\npublished: 20240230"), "utf-8")
    monkeypatch.setattr(documents, "guidelines_version", lambda: "1.1")
    assert births.main([str(good), str(bad)]) == 1
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json"))
    assert written == ["annotations/writer/demo-0001.json", "documents/train/demo-0001.json"]
    before = (tmp_path / "documents" / "train" / "demo-0001.json").read_bytes()
    good.write_text(good.read_text("utf-8").replace("{timestamp}", "{other}"), "utf-8")
    with pytest.raises(DataError, match=r"demo-0001 is a document already; `python -m scripts\.markup apply`"):
        births.main([str(good)])
    assert (tmp_path / "documents" / "train" / "demo-0001.json").read_bytes() == before
