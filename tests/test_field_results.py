"""The columns of the field set: no site is labelled by a model that saw it, and the pinned figures are those of labels and predictions."""

import json

import pytest
from conftest import SHARED
from test_field import needs_sources

from baselines import __main__ as command
from baselines import field, results
from baselines.models import GRIDS, MODELS
from baselines.score import data_digest, scores
from baselines.task import body_of, read_predictions
from scripts import documents, shape
from scripts import field as pages
from scripts.documents import DataError


def document(identifier, style, text="سطر أول\nسطر ثان", body=((0, 7),)):
    """A document of which only what scoring looks at is filled."""
    parts = [(*span, "body", "paragraph") for span in body] + [(8, 15, "boilerplate", "other")]
    segments = [dict(zip(("start", "end", "label", "kind"), part, strict=True)) for part in parts]
    return {"id": identifier, "source": {"style": style}, "text": text, "segments": segments}


CORPUS = [document("x-01", "field-a"), document("x-02", "field-b"), document("x-03", "field-a")]


def test_a_model_never_sees_a_page_of_the_site_that_it_labels(monkeypatch):
    seen = []

    class Spy:
        def fit(self, texts, bodies):
            seen.append(len(texts))
            return self

        def predict(self, texts):
            seen.append(-len(texts))
            return [[] for _ in texts]

    monkeypatch.setitem(MODELS, "spy", Spy)
    monkeypatch.setitem(GRIDS, "spy", {"C": [1]})
    monkeypatch.setattr(field, "each", lambda call, jobs, name: [call(*job) for job in jobs])
    found, chosen = field.run_all(["spy"], [document("t-01", "train")] * 4, CORPUS, {"spy": {}})
    assert chosen == {"spy": {"field-a": {}, "field-b": {}}}
    assert [list(found[column]["spy"]) for column in field.COLUMNS] == [["x-01", "x-02", "x-03"]] * 2
    # all from train alone, site a from train and b alone, site b from train and a's two
    assert seen == [4, -3, 5, -2, 6, -1]


def test_parameters_for_a_site_are_chosen_on_the_others_alone():
    # on x-02, the page of site b, the bold variant is right; on site a's two pages the careful one is
    right = {d["id"]: body_of(d) for d in CORPUS}
    wrong = {name: [] for name in right}
    bold, careful = {**wrong, "x-02": right["x-02"]}, {**right, "x-02": []}
    variants = [({"boldness": 1}, bold), ({"boldness": 0}, careful)]
    assert field.chosen_elsewhere(variants, CORPUS, "field-a") == {"boldness": 1}
    assert field.chosen_elsewhere(variants, CORPUS, "field-b") == {"boldness": 0}
    assert field.chosen_elsewhere(variants[:1], CORPUS, "field-b") == {"boldness": 1}


def test_site_scores_by_hand():
    found = field.site_scores(CORPUS, {"x-01": [[0, 7]], "x-02": [], "x-03": [[0, 15]]})
    # site a: one page exact, one all body: 12 hits, 6 wrong; one of two boundaries. Site b: nothing said
    assert found == {
        "field-a": {"documents": 2, "body.f1": 0.8, "boundary.f1": 0.6667, "documents.exact": 0.5},
        "field-b": {"documents": 1, "body.f1": 0.0, "boundary.f1": 0.0, "documents.exact": 0.0},
    }


def test_a_folder_without_the_texts_is_an_error(tmp_path, capsys):
    with pytest.raises(DataError, match="136 documents are missing"):
        field.read_corpus(tmp_path)
    with pytest.raises(DataError, match="has no documents/test"):
        command.main(["score", str(tmp_path / "mine.jsonl"), "--data", str(tmp_path)])


def test_pinned_results_keep_their_definition_and_are_those_of_the_shipped_labels():
    pinned = results.read(field.RESULTS)
    assert list(shape.schema_faults(pinned, "results")) == []
    assert pinned["data_sha256"]["field_labels"] == field.labels_digest(), "run python -m baselines run --data build/field --update"
    assert pinned["data_sha256"]["train"] == data_digest(documents.read_split("train"))
    main = results.read()
    assert (pinned["recommended"], pinned["parameters"]) == (main["recommended"], main["parameters"])
    assert {column: list(content["systems"]) for column, content in pinned["columns"].items()} == {column: list(MODELS) for column in field.COLUMNS}


def test_predictions_of_the_field_set_are_the_pinned_ones():
    for column, content in results.read(field.RESULTS)["columns"].items():
        for name, system in content["systems"].items():
            text = documents.read_text(results.prediction_path(column, name))
            assert documents.sha256(text) == system["predictions_sha256"]
            assert {row["id"] for row in map(json.loads, text.splitlines())} == {path.stem for path in documents.field_paths()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("field") / "out"
    assert pages.fetch(SHARED / "field" / "sources", target) == []
    return target


@needs_sources
def test_pinned_figures_are_those_of_the_predictions(folder):
    pinned, corpus = results.read(field.RESULTS), field.read_corpus(folder)
    assert pinned["data_sha256"]["field"] == data_digest(corpus)
    for column, content in pinned["columns"].items():
        for name, system in content["systems"].items():
            bodies = read_predictions(results.prediction_path(column, name), corpus)
            assert scores(corpus, bodies) == system["scores"]
            assert field.site_scores(corpus, bodies) == system["sites"]


@needs_sources
def test_score_breaks_down_by_site(folder, tmp_path, capsys):
    gold = {d["id"]: body_of(d) for d in field.read_corpus(folder)}
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps({"id": name, "body": body}) + "\n" for name, body in gold.items()), "utf-8")
    assert command.main(["score", str(path), "--data", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "| field-was | 12 | 1.000 | 1.000 | 1.000 |" in out


@needs_sources
def test_a_stale_folder_is_an_error(folder, tmp_path):
    import shutil

    shutil.copytree(folder, tmp_path / "copy")
    (tmp_path / "copy" / "documents" / "test" / "field-was-01.json").unlink()
    with pytest.raises(DataError, match="1 documents are missing .*field-was-01"):
        field.read_corpus(tmp_path / "copy")
