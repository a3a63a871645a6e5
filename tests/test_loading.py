"""``load_dataset`` gives the files' values, each of them, from a copy of the repository, offline."""

import shutil

import pytest
from datasets import ClassLabel, disable_progress_bars, load_dataset
from datasets.features import List

from scripts import card, documents, field

disable_progress_bars()


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The files that a clone has and that loading may look at, tests and baselines among them."""
    root = tmp_path_factory.mktemp("somewhere") / "hashiya"
    ignore = shutil.ignore_patterns(".git", ".venv*", "build", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(documents.ROOT, root, ignore=ignore)
    return root


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def expected(config, split):
    if config == "documents":
        return documents.read_split(split)
    if config == "field":
        return field.read()
    return [row for _, row in documents.read_jsonl(documents.DATA / "views" / config / f"{split}.jsonl")]


def spelled(value, feature):
    """A loaded value with its class numbers as names."""
    if value is None:
        return None
    if isinstance(feature, ClassLabel):
        return feature.int2str(value)
    if isinstance(feature, dict):
        return {key: spelled(value[key], feature[key]) for key in value}
    if isinstance(feature, List):
        return [spelled(item, feature.feature) for item in value]
    return value


@pytest.mark.parametrize("config", card.CONFIGS)
@pytest.mark.parametrize("streaming", [False, True])
def test_every_value_equals_the_files(config, streaming, clone, cache):
    loaded = load_dataset(str(clone), config, cache_dir=str(cache), streaming=streaming)
    assert list(loaded) == (["test"] if config == "field" else documents.splits())
    for split, rows in loaded.items():
        features = rows.features  # made anew whenever it is asked for, which takes longer than a row
        assert [spelled(row, features) for row in rows] == expected(config, split)


def test_documents_are_the_default(clone, cache):
    loaded = load_dataset(str(clone), cache_dir=str(cache))
    assert {split: rows["id"][:] for split, rows in loaded.items()} == {split: [d["id"] for d in documents.read_split(split)] for split in documents.splits()}


def test_labels_kinds_and_types_are_class_labels_of_the_schema(clone, cache):
    features = load_dataset(str(clone), split="test", cache_dir=str(cache)).features
    assert features["segments"].feature["label"].names == documents.enum("label")
    assert features["segments"].feature["kind"].names == documents.enum("kind")
    assert features["quotes"].feature["type"].names == documents.enum("quote_type")
    assert features["entities"].feature["type"].names == documents.enum("entity_type")


def test_nulls_days_and_empty_lists_come_back_as_they_are(tmp_path, cache, clone, demo):
    root = tmp_path / "one"
    shutil.copytree(clone, root)
    for path in (root / "data" / "documents").rglob("*.json"):
        path.unlink()
    for split in documents.splits():
        bare = {**demo, "quotes": [], "entities": [], "source": {**demo["source"], "published": "20240101"}}
        (root / "data" / "documents" / split).mkdir(exist_ok=True)
        (root / "data" / "documents" / split / "demo-0001.json").write_text(documents.render(bare), "utf-8")
    row = load_dataset(str(root), split="test", cache_dir=str(tmp_path / "cache"))[0]
    assert (row["quotes"], row["entities"], row["source"]["published"], row["source"]["outlet"]) == ([], [], "20240101", None)
