"""The studies: what each run leaves out, and that the file is that of the shipped data."""

import numpy as np
import pytest

from baselines import clues, letters, results, studies, words
from baselines.field import labels_digest
from baselines.score import data_digest
from scripts import documents, shape, tables

UNITS = words.units("عنوان الخبر\nقال المتحدث كلاما. ثم عاد")
GROUPS = [*clues.LABEL, *clues.MOVE]


def seen(*without):
    found = clues.clues(UNITS, np.zeros(len(UNITS.start), np.int64), letters.grades(np.zeros(0, np.uint64), np.zeros(0, np.int64)), without)
    return [part.buckets.tolist() for part in (*found.label, *found.move)]


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_that_is_left_out_says_nothing(group):
    whole = seen()
    assert seen(group) == [part for name, part in zip(GROUPS, whole, strict=True) if name != group]


def test_the_ablation_leaves_out_each_group_once_and_changes_nothing_else():
    base = {"boldness": 0.5}
    runs = {run["without"]: run["parameters"] for run in studies.ablation(base)}
    assert runs["nothing"] == base and runs[studies.RECORDS] == base
    assert {name: runs[name] for name in GROUPS} == {name: {**base, "without": (name,)} for name in GROUPS}
    assert [group for group in GROUPS if group not in runs["all word classes"]["without"]] == [group for group in GROUPS if "classes" not in group]


def test_the_learning_curve_grows_by_whole_styles_and_ends_with_all_of_them():
    train = [{"source": {"style": f"style-{number % 100}"}} for number in range(300)]
    runs = studies.learning_curve(train)
    assert [(run["seed"], len(set(run["styles"]))) for run in runs] == [*((seed, n) for seed in studies.SEEDS for n in studies.STYLES), (studies.SEEDS[0], 100)]
    assert runs[0]["styles"] != runs[len(studies.STYLES)]["styles"]
    assert runs[0]["styles"] == runs[1]["styles"][: studies.STYLES[0]]


def test_records_are_left_out_whole_and_alone(monkeypatch):
    train, fitted = documents.read_split("train"), []
    monkeypatch.setattr(studies, "fit", lambda corpus, parameters: fitted.append({d["source"]["style"] for d in corpus}))
    monkeypatch.setattr(studies, "measured", lambda model, corpora: {})
    for name in ("nothing", studies.RECORDS):
        studies.ablated({"without": name, "parameters": {}}, train, {})
    styles = documents.read_json(documents.DATA / "styles.json")
    assert fitted[0] - fitted[1] == {n for n, style in styles.items() if (style["split"], style["form"]) == ("train", "record")} != set()


def test_studies_keep_their_definition_and_are_those_of_the_shipped_data():
    found = documents.read_json(studies.STUDIES)
    assert list(shape.schema_faults(found, "studies")) == []
    pins = results.read()
    assert (found["system"], found["parameters"]) == (pins["recommended"], pins["parameters"][pins["recommended"]])
    expected = {split: data_digest(documents.read_split(split)) for split in ("train", "validation")}
    assert found["data_sha256"] == {**expected, "field_labels": labels_digest()}, "run python -m baselines.studies --data build/field"
    pinned = pins["columns"]["validation"]["systems"][pins["recommended"]]["scores"]
    whole = found["ablation"][0]["validation"]
    assert {name: pinned[name]["value"] for name in whole} == whole
    last = found["learning_curve"][-1]
    assert last["validation"] == whole and last["pages"] == len(documents.read_split("train"))


def test_the_table_has_means_over_the_orders():
    row = {"boundary.f1": 0.5, "body.f1": 0.25, "documents.exact": None}
    run = {"pages": 10, "styles": 3, "seed": 1, "validation": {**row, "documents.exact": 0.0}}
    other = {**run, "pages": 20, "seed": 2, "validation": {**row, "boundary.f1": 0.25, "documents.exact": 0.5}}
    text = tables.studies({"ablation": [{"without": "nothing", "validation": row}], "learning_curve": [run, other]})
    assert "| nothing | .500 | .250 | – |" in text
    assert "| 3 styles, 15 pages, 2 orders | .375 | .250 | .250 |" in text
