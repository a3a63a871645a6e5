"""Cross-validation: no style on both sides, one fit for all values, and that the file is that of the shipped data."""

import pytest

from baselines import cross_validation, models, predict, results
from baselines.score import data_digest
from baselines.task import body_of
from scripts import documents, shape, tables

CORPUS = [document for split in cross_validation.SPLITS for document in documents.read_split(split)]
FOUND = documents.read_json(predict.SETTINGS)


def test_every_page_is_held_out_once_and_no_style_stands_on_both_sides():
    held = [document["id"] for _, fold in cross_validation.folds(CORPUS) for document in fold]
    assert sorted(held) == sorted(document["id"] for document in CORPUS)
    for kept, fold in cross_validation.folds(CORPUS):
        assert not {d["source"]["style"] for d in kept} & {d["source"]["style"] for d in fold}


def test_all_values_are_asked_of_one_fit_on_the_other_pages(monkeypatch):
    fits, kept, held = [], CORPUS[:4], CORPUS[4:6]

    class Half:
        def fit(self, texts, bodies, corpus):
            fits.append([document["id"] for document in corpus])
            return self

        def set_params(self, boldness):
            self.boldness = boldness
            return self

        def predict(self, texts):
            return [[] if self.boldness != 0.5 else body_of(document) for document in held]

    monkeypatch.setitem(models.MODELS, "word_chain", Half)
    found = cross_validation.answers("word_chain", kept, held)
    assert fits == [[document["id"] for document in kept]]
    assert [parameters["boldness"] for parameters, _ in found] == models.AFTER_FIT["word_chain"]["boldness"]
    judged = cross_validation.judged(found, held)
    assert judged["chosen"] == {"boldness": 0.5} and judged["standard_error"] == 0  # right on every page
    assert [row["documents.exact"] for row in judged["values"] if row["parameters"] == {"boldness": 0.5}] == [1.0]


def test_answers_of_the_folds_are_joined_by_value():
    one, two = [({"b": 0}, {"x": []}), ({"b": 1}, {"x": [[0, 1]]})], [({"b": 0}, {"y": [[2, 3]]}), ({"b": 1}, {"y": []})]
    assert cross_validation.joined([one, two]) == [({"b": 0}, {"x": [], "y": [[2, 3]]}), ({"b": 1}, {"x": [[0, 1]], "y": []})]


def test_of_values_that_the_pages_cannot_tell_apart_the_least_is_chosen():
    corpus = [document for document in CORPUS if len(body_of(document)) > 1][:40]
    right = {document["id"]: body_of(document) for document in corpus}
    some = {**right, **{document["id"]: [] for document in corpus[:5]}}
    most = {**right, corpus[0]["id"]: []}
    none: dict[str, list[list[int]]] = {document["id"]: [] for document in corpus}
    found = [({"boldness": value}, bodies) for value, bodies in enumerate((none, some, most, some))]
    judged = cross_validation.judged(found, corpus)
    figures = [row["boundary.f1"] for row in judged["values"]]
    assert figures[0] < figures[1] < figures[2] - judged["standard_error"] and judged["chosen"] == {"boldness": 2}
    near = [({"boldness": value}, bodies) for value, bodies in enumerate((none, most, right, some))]
    assert cross_validation.judged(near, corpus)["chosen"] == {"boldness": 2}  # all right has no error: nothing is near it
    half = {**right, **{document["id"]: [] for document in corpus[:20]}}
    less = {**half, corpus[20]["id"]: []}
    assert cross_validation.judged([({"boldness": 0}, none), ({"boldness": 1}, less), ({"boldness": 2}, half)], corpus)["chosen"] == {"boldness": 1}


def test_the_file_keeps_its_definition_and_is_that_of_the_shipped_data():
    assert list(shape.schema_faults(FOUND, "cross_validation")) == []
    expected = {split: data_digest(documents.read_split(split)) for split in cross_validation.SPLITS}
    assert FOUND["data_sha256"] == expected, "run python -m baselines.cross_validation, then python -m baselines run --update"
    assert {name: [row["parameters"]["boldness"] for row in system["values"]] for name, system in FOUND["systems"].items()} == {
        name: values["boldness"] for name, values in models.AFTER_FIT.items()
    }


@pytest.mark.parametrize("name", models.AFTER_FIT)
def test_what_is_chosen_is_the_least_value_near_the_best_and_what_the_pinned_results_used(name):
    system = FOUND["systems"][name]
    near = max(row["boundary.f1"] for row in system["values"]) - system["standard_error"]
    least = min(row["parameters"]["boldness"] for row in system["values"] if row["boundary.f1"] >= near)
    assert system["chosen"] == {"boldness": least} == predict.settings(name) == results.read()["parameters"][name]
    assert 0 < system["standard_error"] < 0.1


def test_the_table_marks_what_was_chosen():
    values = [{"parameters": {"boldness": value}, "boundary.f1": value} for value in (0.25, 0.5)]
    found = {"documents": 7, "folds": 2, "systems": {"word_chain": {"chosen": {"boldness": 0.5}, "values": values}}}
    text = tables.cross_validation(found)
    assert "| 7 pages, 2 folds | boundary.f1 |" in text
    assert "| word_chain, boldness 0.25 | .250 |" in text and "| word_chain, boldness 0.5 • | .500 |" in text
