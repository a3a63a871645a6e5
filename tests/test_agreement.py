"""Agreement figures against tables made by hand; the committed figures and decisions are those of the passes."""

import pytest

from scripts import adjudication, agreement, alignment, documents, field_rules, passes, rules, shape

ALL = [*documents.paths(), *documents.field_paths()]


def layers(*segments, quotes=(), entities=()):
    keys = ("start", "end", "label", "kind")
    return {"segments": [dict(zip(keys, s, strict=True)) for s in segments], "quotes": list(quotes), "entities": list(entities)}


def span(start, end, **more):
    return {"start": start, "end": end, **more}


TEXT = "ابتث جحخد"  # 8 visible characters, a space at 4
A = layers((0, 4, "boilerplate", "headline"), (5, 9, "body", "paragraph"))
B = layers((0, 4, "boilerplate", "headline"), (5, 7, "boilerplate", "byline"), (7, 9, "body", "paragraph"))


def test_kappa_by_hand():
    # 6 of 8 agree; A: 4 body of 8, B: 2 of 8; chance = .5*.25 + .5*.75 = .5; kappa = (.75 - .5) / .5
    first, second = (agreement.character_values(x, TEXT, "label") for x in (A, B))
    assert agreement.kappa(first, second) == pytest.approx(0.5)


def test_alpha_by_hand():
    # disagreement observed 2/8; of 16 values 6 are body: expected 2 * 6 * 10 / (16 * 15) = .5; alpha = 1 - .25 / .5
    first, second = (agreement.character_values(x, TEXT, "label") for x in (A, B))
    assert agreement.alpha(first, second) == pytest.approx(0.5)


@pytest.mark.parametrize("figure", [agreement.kappa, agreement.alpha])
def test_one_value_everywhere_is_undefined(figure):
    assert figure(["body"] * 3, ["body"] * 3) is None


def test_boundary_f1_by_hand():
    # A has a boundary at 5, B at 7; block boundaries: A {5}, B {5, 7}: 2 * 1 / (1 + 2)
    assert agreement.set_f1([(A, B)], agreement.boundaries) == 0
    assert agreement.set_f1([(A, B)], agreement.block_boundaries) == pytest.approx(2 / 3)
    assert agreement.set_f1([(A, A)], agreement.boundaries) == 1


def test_without_a_text_only_what_both_passes_label_counts():
    # A covers 0-3 and 5-8, B the same and the space at 4 as well: it is left out; of 8 characters 6 agree
    wide = layers((0, 5, "boilerplate", "headline"), (5, 7, "boilerplate", "byline"), (7, 9, "body", "paragraph"))
    assert agreement.paired_values((A, wide), None, "label") == tuple(agreement.character_values(x, TEXT, "label") for x in (A, B))


def test_no_decision_or_pass_of_the_field_set_holds_a_word_of_it():
    for path in documents.field_paths():
        assert {d["surface"] for d in documents.read_json(adjudication.path_of(path.stem))["decisions"]} <= {""}


def test_span_f1_by_hand():
    first = layers(entities=[span(0, 2), span(3, 5), span(6, 8)])
    second = layers(entities=[span(0, 2), span(4, 7)])
    # exact: one of three and two; overlap: 0-2, 3-5 and 6-8 touch something, and so do 0-2 and 4-7
    assert agreement.set_f1([(first, second)], lambda x: {(s["start"], s["end"]) for s in x["entities"]}) == pytest.approx(2 / 5)
    assert agreement.overlap_f1([(first, second)], "entities") == 1
    assert agreement.overlap_f1([(first, layers())], "entities") == 0
    assert agreement.overlap_f1([(layers(), layers())], "entities") is None


def test_attributes_are_compared_where_edges_agree():
    first = layers(entities=[span(0, 2, type="GPE"), span(3, 5, type="GPE"), span(6, 8, type="ORG")])
    second = layers(entities=[span(0, 2, type="GPE"), span(3, 5, type="LOC"), span(6, 9, type="ORG")])
    shared = agreement.shared_spans([(first, second)], "entities")
    assert agreement.share_equal(shared, lambda s: s["type"]) == 0.5
    assert agreement.share_equal([], lambda s: s["type"]) is None


def test_committed_agreement_is_that_of_the_passes():
    assert documents.read_json(agreement.PATH) == agreement.reports(), "run python -m scripts.agreement"


def test_every_document_has_two_passes_and_is_adjudicated():
    groups = agreement.groups()
    expected = {**{split: documents.paths(split) for split in documents.splits()}, "field": documents.field_paths()}
    assert {group: ids for group, (ids, _) in groups.items() if "/" not in group} == {group: [p.stem for p in paths] for group, paths in expected.items()}
    assert sorted(name for group, (ids, _) in groups.items() if "/" in group for name in ids) == groups["field"][0]
    assert all(documents.read_json(path)["annotation"]["adjudicated"] for path in ALL)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_decisions_are_those_that_the_passes_and_the_document_need(path):
    document = documents.read_json(path)
    if document["annotation"]["adjudicated"]:
        written = documents.read_json(adjudication.path_of(document["id"]))
        assert adjudication.updated(document) == written, "run python -m scripts.adjudication"
        assert list(shape.schema_faults(written, "adjudication")) == []


def test_a_place_without_a_reason_is_a_fault(demo):
    made = {"id": "demo-0001", "passes": ["a", "b"], "decisions": [{**d, "reason": ""} for d in adjudication.disputed(demo, [demo, {**demo, "entities": []}])]}
    assert len(made["decisions"]) == len(demo["entities"])
    assert len(list(shape.schema_faults(made, "adjudication"))) == len(demo["entities"])


@pytest.mark.parametrize(
    "path", [p for folder in (documents.DATA / "annotations").iterdir() for p in sorted(folder.glob("*.json"))], ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_pass_keeps_its_definition_and_labels_the_text_that_is_shipped(path):
    found = documents.read_json(path)
    document = documents.read_json(documents.path_of(found["id"]))
    assert list(shape.schema_faults(found, "annotation_pass")) == []
    assert (found["pass"], found["sha256"]) == (path.parent.name, (document.get("source") or document)["sha256"])
    labelled = {**document, **{layer: found[layer] for layer in ("segments", "quotes", "entities")}}
    registry = rules.DOCUMENT_RULES if "text" in document else field_rules.PAGE_RULES
    assert [code for code, rule in registry.items() for _ in rule(labelled)] == []
    assert "text" in document or found["quotes"] == found["entities"] == []
    assert documents.read_text(path) == documents.render(documents.ordered(found, "annotation_pass"))


def test_the_passes_are_those_that_the_document_names():
    for path in ALL:
        document = documents.read_json(path)
        assert passes.names(document["id"]) == sorted(document["annotation"]["passes"])


def named(*ids):
    return layers(entities=[span(3 * n, 3 * n + 2, id=name, type="PERSON") for n, name in enumerate(ids)])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (["salma", "salma", "omar"], ["selma", "selma", "umar"], {"salma": "selma", "omar": "umar"}),
        (["salma", "salma", "salma"], ["selma", "selma", "umar"], {"salma": "selma"}),  # parted in the second: umar has no partner
        (["salma", "omar"], ["selma", "selma"], {"omar": "selma"}),  # joined in the second: only one can be it
        (["salma", None], [None, "selma"], {}),
    ],
)
def test_ids_correspond_one_to_one(first, second, expected):
    assert alignment.correspondence(named(*first), named(*second)) == expected


def test_renaming_touches_what_has_a_partner_alone():
    found = alignment.renamed({**named("salma", "zayd"), "quotes": [{"speaker_id": "salma"}, {"speaker_id": None}]}, {"salma": "selma"})
    assert [entity["id"] for entity in found["entities"]] == ["selma", "zayd"]
    assert [quote["speaker_id"] for quote in found["quotes"]] == ["selma", None]
