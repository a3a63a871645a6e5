"""The recommended baseline against the best tool: which one is best, and that the pinned comparison is of what is pinned now."""

import pytest

from baselines import best_peer, peers, results
from scripts import documents, shape
from scripts.documents import DataError

FOUND = documents.read_json(best_peer.BEST)


def row(value):
    return {"scores": {best_peer.JUDGED: {"value": value}}}


def test_the_best_has_the_highest_figure_and_of_equal_ones_stands_first():
    assert best_peer.best({"a": row(0.1), "b": row(0.3), "c": row(0.3), "d": {"error": "fails"}, "e": row(None)}) == "b"
    with pytest.raises(DataError, match=r"no tool has a boundary\.f1; `make peers`"):
        best_peer.best({"d": {"error": "fails"}, "e": row(None)})


def test_the_pinned_comparison_keeps_its_definition_and_is_of_the_pinned_predictions():
    assert list(shape.schema_faults(FOUND, "best_peer")) == []
    assert FOUND["system"] == results.read()["recommended"]
    assert set(FOUND["columns"]) == set(peers.read()["columns"])
    assert all(best_peer.is_current(column, found) for column, found in FOUND["columns"].items()), "run make peers"


@pytest.mark.parametrize("column", FOUND["columns"])
def test_its_figures_are_those_of_both_tables(column):
    found, systems = FOUND["columns"][column], peers.read()["columns"][column]["systems"]
    pinned = results.read(best_peer.field.RESULTS if column == "field" else results.RESULTS)["columns"][best_peer.COLUMNS[column]]
    assert found["tool"] == best_peer.best(systems)
    for metric, figures in found["metrics"].items():
        assert figures["a"] == pinned["systems"][FOUND["system"]]["scores"][metric]["value"]
        assert figures["b"] == systems[found["tool"]]["scores"][metric]["value"]
        assert figures["low"] <= figures["difference"] <= figures["high"]


def test_other_predictions_make_it_stale():
    found = FOUND["columns"]["validation"]
    assert not best_peer.is_current("validation", {**found, "predictions_sha256": {**found["predictions_sha256"], "system": "0" * 64}})
    assert not best_peer.is_current("validation", {**found, "tool": "goose3"})


@pytest.mark.parametrize("content", [None, '{"id": "seed-0001", "body": []}\n'])
def test_answers_that_are_not_those_of_the_table_are_one_clear_error(tmp_path, monkeypatch, content):
    monkeypatch.setattr(peers, "PREDICTIONS", tmp_path)
    name = FOUND["columns"]["test"]["tool"]
    if content:
        (tmp_path / "test").mkdir()
        (tmp_path / "test" / f"{name}.jsonl").write_text(content, "utf-8")
    with pytest.raises(DataError, match=rf"{name}\.jsonl: is not the prediction file that peers\.json names; `make peers` writes it"):
        best_peer.compared("test", documents.read_split("test"))
