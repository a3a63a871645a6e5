"""The benchmark end to end: pinned results come out again, prediction files are checked, hard pages get an answer."""

import copy
import json
import time
from typing import ClassVar

import pytest

from baselines import __main__ as main
from baselines import field, models, predict, results, saved, stream, task
from baselines.score import data_digest, scores
from scripts import documents, shape
from scripts.documents import DataError

CORPORA = {split: documents.read_split(split) for split in documents.splits()}
CORPUS = CORPORA["test"]
PAIRS = [(column, name) for column in results.COLUMNS for name in models.MODELS]
HARD = {
    "empty": "",
    "whitespace": " \n\u00a0\t\n",
    "bidi-controls": "\u200f\u202b\u202c\u2067\u2069\n\u200e",
    "one-line": "كلمة " * 200_000 + ".",
    "empty-lines": "\n" * 10_000,
    "short-lines": "خبر\n" * 10_000,
    "nul": "قبل\u0000بعد",
    "english": "Breaking news\nThe council met on Monday to discuss the budget of the city.\nRead more",
    "separators": "سطر\u2028سطر\u0085سطر\x0bسطر",
}


@pytest.fixture(scope="module")
def pinned():
    """``(parameters, predictions)`` as they are pinned; that fitting gives them again is what `make reproduce` shows."""
    paths = {column: {name: results.prediction_path(column, name) for name in models.MODELS} for column in results.COLUMNS}
    read = {c: {n: task.read_predictions(path, CORPORA[results.COLUMNS[c]]) for n, path in systems.items()} for c, systems in paths.items()}
    return results.read()["parameters"], read


@pytest.fixture(scope="module")
def fitted():
    short = {"rounds": 5}  # what a chain answers is not looked at here
    return {name: predict.fitted(name, CORPUS, short if name in models.CHAINS else None) for name in models.MODELS}


def test_results_are_those_of_the_pinned_predictions(pinned):
    assert results.differences(results.read(), results.build(CORPORA, *pinned)) == []


def answering(name):
    """A model that need not be fitted for long: a rule, a kept one, or the line model with the parameter that was chosen."""
    return saved.ready(name, CORPORA["train"], results.read()["parameters"][name])


@pytest.mark.parametrize("name", [name for name in models.MODELS if name != "line_logreg_sequence"])
def test_predictions_come_out_again(name):
    model = answering(name)
    for column in ("validation", "test"):
        found = predict.labelled(model, CORPORA[results.COLUMNS[column]])
        assert documents.read_text(results.prediction_path(column, name)) == task.render_predictions(found.items())


def test_every_baseline_has_predictions_and_results_and_nothing_else_has():
    pairs = [*PAIRS, *((column, name) for column in field.COLUMNS for name in models.MODELS)]
    assert set(results.PREDICTIONS.rglob("*.jsonl")) == {results.prediction_path(*pair) for pair in pairs}
    assert all(list(column["systems"]) == list(models.MODELS) for column in results.read()["columns"].values())
    assert set(models.GRIDS) < set(models.MODELS)


def test_results_keep_their_definition_and_belong_to_these_labels():
    assert list(shape.schema_faults(results.read(), "results")) == []
    assert results.read()["data_sha256"] == {split: data_digest(corpus) for split, corpus in CORPORA.items()}


def test_one_label_moved_by_one_character_changes_the_digest_and_the_scores(pinned):
    changed = {**CORPORA, "test": copy.deepcopy(CORPUS)}
    last_body = [s for s in changed["test"][0]["segments"] if s["label"] == "body"][-1]
    last_body["end"] -= 1
    differences = results.differences(results.read(), results.build(changed, *pinned))
    assert any(line.startswith("/data_sha256/test") for line in differences)
    assert any(line.startswith("/columns/test/systems/all_body/scores/body.f1") for line in differences)
    assert not any(line.startswith("/columns/validation") for line in differences)


def test_saying_nothing_does_not_win(pinned):
    for column, systems in pinned[1].items():
        found = {name: scores(CORPORA[results.COLUMNS[column]], systems[name]) for name in ("nothing", "all_body")}
        assert found["nothing"]["body.f1"]["value"] == 0
        assert found["all_body"]["body.recall"]["value"] == 1
        assert max(found[name]["boundary.f1"]["value"] for name in found) == 0


class Spy:
    """A model that only remembers what it was shown."""

    seen: ClassVar[list] = []

    def __init__(self, **parameters):
        self.parameters = parameters

    def fit(self, texts, bodies):
        self.texts = set(texts)
        return self

    def set_params(self, **parameters):
        self.parameters = {**self.parameters, **parameters}
        return self

    def predict(self, texts):
        Spy.seen.append((self.texts, set(texts)))
        return [[] for _ in texts]


def test_no_document_is_seen_by_the_model_that_labels_it(monkeypatch):
    monkeypatch.setitem(models.MODELS, "line_logreg", Spy)
    monkeypatch.setattr(Spy, "seen", [])
    results.run_one("line_logreg", CORPORA)
    texts = {split: {d["text"] for d in corpus} for split, corpus in CORPORA.items()}
    alone = [(texts["test"] - {d["text"]}, {d["text"]}) for d in CORPUS]
    grid = len(models.GRIDS["line_logreg"]["C"])
    assert Spy.seen == [(texts["train"], texts["validation"])] * (grid + 1) + [(texts["train"], texts["test"]), *alone]


def test_parameters_are_those_that_are_best_on_validation(monkeypatch):
    class Picky(Spy):
        def predict(self, texts):
            by_text = {d["text"]: task.body_of(d) for d in CORPORA["validation"]}
            return [by_text[text] if self.parameters["C"] == 1.0 else [] for text in texts]

    monkeypatch.setitem(models.MODELS, "line_logreg", Picky)
    parameters, model = predict.chosen("line_logreg", CORPORA["train"], CORPORA["validation"])
    assert parameters == model.parameters == {"C": 1.0}
    assert predict.chosen("all_body", CORPORA["train"], CORPORA["validation"])[0] == {}


@pytest.mark.parametrize("page", HARD)
@pytest.mark.parametrize("name", models.MODELS)
def test_hard_page_gets_an_answer_in_time(name, page, fitted):
    begin = time.perf_counter()
    body = fitted[name].predict([HARD[page]])[0]
    assert time.perf_counter() - begin < 30
    task.check_spans(body, len(HARD[page]), page)
    assert all(HARD[page][start:end].strip() == HARD[page][start:end] for start, end in body)
    if not HARD[page].strip():
        assert body == []


def rows(*bodies):
    return "".join(json.dumps({"id": d["id"], "body": body}) + "\n" for d, body in zip(CORPUS, bodies, strict=False))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (rows([], [], []), "2 documents have no line: seed-0004, seed-0005"),
        (rows([], [], [], [], []) + rows([]), "line 6: id seed-0001 stands a second time"),
        (rows([], [], [], [], []) + '{"id": "seed-0009", "body": []}\n', "line 6: id seed-0009 is no document of this set"),
        (rows([[5, 5]], [], [], [], []), "line 1: body[0] is [5, 5)"),
        (rows([[9, 5]], [], [], [], []), "line 1: body[0] is [9, 5)"),
        (rows([[0, 9], [8, 12]], [], [], [], []), "line 1: body[1] is [8, 12)"),
        (rows([[0, 99999]], [], [], [], []), "end by 2023, the text's length in code points"),
        (rows([[-1, 5]], [], [], [], []), "line 1: body[0][0]: -1 is less than the minimum"),
        (rows([[0.5, 5]], [], [], [], []), "is not of type 'integer'"),
        (rows([[0, 5, 9]], [], [], [], []), "line 1: body[0]"),
        ('{"id": "seed-0001"}\n', "'body' is a required property"),
        ('{"id": "seed-0001", "body": [], "score": 1}\n', "line 1: prediction"),
        ('{"id": "seed-0001", "body": [}\n', "line 1: broken JSON at line 1, column 30"),
        ("[]\n", "is not of type 'object'"),
        ("", "5 documents have no line"),
    ],
)
def test_a_wrong_prediction_file_is_one_clear_error(tmp_path, content, message):
    path = tmp_path / "mine.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(DataError) as error:
        task.read_predictions(path, CORPUS)
    assert str(path) in str(error.value)
    assert message in str(error.value).replace('"', "'")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', "line 2: id a stands a second time"),
        (b'{"id": "a", "text": "x"}\n{"id": "b"}\n', "line 2"),
        (b'{"id": "a", "text": "x"}\n{"id": "b", "text":\n', "line 2: broken JSON"),
        (b'{"id": "a", "text": "\xff"}\n', "line 1: byte 21 of the line is not UTF-8"),
        (b'{"id": "a", "text": "\\ud83d"}\n', "lone surrogate"),
        (b'{"id": 7, "text": "x"}\n', "7 is not of type 'string'"),
    ],
)
def test_a_wrong_input_file_is_one_clear_error_and_leaves_no_output(tmp_path, content, message):
    source, target = tmp_path / "pages.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(content)
    with pytest.raises(DataError) as error:
        stream.label_files("all_body", [source], target, {}, strict=True)
    assert str(source) in str(error.value)
    assert message in str(error.value)
    assert not target.exists()


def test_predict_and_score_from_the_command_line(tmp_path, capsys):
    source, target = tmp_path / "pages.jsonl", tmp_path / "out.jsonl"
    source.write_text(documents.render_jsonl({"id": d["id"], "text": d["text"]} for d in CORPUS), "utf-8")
    assert main.main(["predict", "c4_end_of_line", "--input", str(source), "--output", str(target)]) == 0
    assert target.read_bytes() == results.prediction_path("test", "c4_end_of_line").read_bytes()
    assert main.main(["score", str(target)]) == 0
    out = capsys.readouterr().out
    assert "5 pages labelled by c4_end_of_line" in out
    assert f"boundary.f1                         {results.read()['columns']['test']['systems']['c4_end_of_line']['scores']['boundary.f1']['value']:.4f}" in out


def test_a_trained_baseline_labels_a_file_as_the_pinned_column_has_it(tmp_path):
    source, target = tmp_path / "pages.jsonl", tmp_path / "out.jsonl"
    source.write_text(documents.render_jsonl({"id": d["id"], "text": d["text"]} for d in CORPUS), "utf-8")
    assert main.main(["predict", "line_logreg", "--input", str(source), "--output", str(target)]) == 0
    assert target.read_bytes() == results.prediction_path("test", "line_logreg").read_bytes()


def test_run_compares_and_names_what_differs(monkeypatch, capsys):
    monkeypatch.setattr(main, "MODELS", {"all_body": models.MODELS["all_body"]})
    assert main.main(["run"]) == 1
    assert "values differ from baselines/results.json" in capsys.readouterr().err


def fake(name, value):
    figures = {metric: {"value": value, "low": value, "high": value} for metric in results.GUARDED}
    return {"columns": {"test": {"systems": {name: {"scores": figures}}}}}


def test_pins_go_down_only_in_words(monkeypatch, tmp_path):
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(results, "PREDICTIONS", tmp_path / "predictions")
    results.update(fake("mine", 0.5), {"test": {"mine": {"a": []}}}, allow_lower=False)
    with pytest.raises(DataError, match=r"/test/systems/mine/scores/body\.f1/value: from 0\.5 to 0\.4"):
        results.update(fake("mine", 0.4), {"test": {"mine": {"a": []}}}, allow_lower=False)
    with pytest.raises(DataError, match="mine/scores/body.f1/value: from 0.5 to None"):
        results.update(fake("other", 0.9), {"test": {"other": {"a": []}}}, allow_lower=False)
    results.update(fake("mine", 0.6), {"test": {"mine": {"a": []}}}, allow_lower=False)
    results.update(fake("other", 0.1), {"test": {"other": {"a": []}}}, allow_lower=True)
    assert results.read() == fake("other", 0.1)
    assert [path.name for path in (tmp_path / "predictions").rglob("*.jsonl")] == ["other.jsonl"]


def test_unknown_baseline_names_the_known_ones():
    with pytest.raises(DataError, match="line_svm: no such baseline; there are all_body, nothing"):
        predict.fitted("line_svm", CORPUS)
