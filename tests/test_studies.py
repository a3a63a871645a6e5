"""The studies: a group that is silenced says nothing and speaks again afterwards; the file is that of the shipped data."""

import numpy as np
import pytest

from baselines import clues, results, studies, words
from baselines.field import labels_digest
from baselines.score import data_digest
from scripts import documents, shape, tables

UNITS = words.units("عنوان الخبر\nقال المتحدث كلاما. ثم عاد")


def seen():
    return clues.clues(UNITS, np.zeros(len(UNITS.start), np.int64), words.grades(np.zeros(0, np.uint64), np.zeros(0, np.int64)))


@pytest.mark.parametrize("group", studies.GROUPS)
def test_a_silenced_group_says_nothing_and_speaks_again(group):
    before = seen()
    with studies._silenced(studies.GROUPS[group]):
        during = seen()
    after = seen()
    for layer in ("label", "move"):
        changed = (getattr(before, layer) != getattr(during, layer)).any(axis=1)
        assert (getattr(during, layer)[changed] == -1).all()
        assert (getattr(before, layer) == getattr(after, layer)).all()
    assert (before.label != during.label).any() or (before.move != during.move).any()


def test_groups_are_all_there_are():
    own = {name for name in vars(clues) if name.endswith(("_labels", "_moves"))}
    assert {name for names in studies.GROUPS.values() for name in names} == own


def test_studies_keep_their_definition_and_are_those_of_the_shipped_data():
    found = documents.read_json(studies.STUDIES)
    assert list(shape.schema_faults(found, "studies")) == []
    assert found["parameters"] == results.read()["parameters"]["word_chain"]
    expected = {split: data_digest(documents.read_split(split)) for split in ("train", "validation")}
    assert found["data_sha256"] == {**expected, "field_labels": labels_digest()}, "run python -m baselines.studies --data build/field"
    pinned = results.read()["columns"]["validation"]["systems"]["word_chain"]["scores"]
    whole = found["ablation"][0]["validation"]
    assert {name: pinned[name]["value"] for name in whole} == whole


def test_the_table_has_means_over_the_orders():
    row = {"boundary.f1": 0.5, "body.f1": 0.25, "documents.exact": None}
    run = {"pages": 10, "styles": 3, "seed": 1, "validation": {**row, "documents.exact": 0.0}}
    other = {**run, "pages": 20, "seed": 2, "validation": {**row, "boundary.f1": 0.25, "documents.exact": 0.5}}
    text = tables.studies({"ablation": [{"without": "nothing", "validation": row}], "learning_curve": [run, other]})
    assert "| nothing | .500 | .250 | – |" in text
    assert "| 3 styles, 15 pages, 2 orders | .375 | .250 | .250 |" in text
