"""What is generated is current, and what is derived from the schema is what ``datasets`` understands."""

import pytest
from datasets import ClassLabel, Features, Value
from datasets.features import List

from scripts import card, documents, tables
from scripts.documents import DataError


@pytest.mark.parametrize("path", [card.CARD, card.README, card.SETTINGS], ids=lambda path: path.name)
def test_generated_text_is_current(path):
    assert documents.read_text(path) == card.build()[path], "run python -m scripts.card"


def test_every_block_is_used():
    used = {match["name"] for path in (card.CARD, card.README) for match in card._BLOCK.finditer(documents.read_text(path))}
    assert used == set(card.BLOCKS)


def test_unknown_block_is_refused():
    with pytest.raises(DataError, match="card: no block weather"):
        card.filled("<!-- begin: weather -->\n<!-- end: weather -->", "card")


@pytest.mark.parametrize("config", card.CONFIGS)
def test_features_are_read_by_datasets_with_the_fields_of_the_schema(config):
    definition = documents.schema()["$defs"][card.CONFIGS[config]]
    features = Features._from_yaml_list(card.fields(definition))
    assert list(features) == list(definition["properties"])


def test_a_feature_by_hand():
    node = {
        "type": "object",
        "properties": {
            "n": {"type": "integer"},
            "s": {"anyOf": [{"type": ["string", "null"]}, {"type": "null"}]},
            "l": {"type": "array", "items": {"$ref": "#/$defs/label"}},
        },
    }
    expected = {"n": Value("int64"), "s": Value("string"), "l": List(ClassLabel(names=["body", "boilerplate"]))}
    assert Features._from_yaml_list(card.fields(node)) == Features(expected)


def test_the_card_has_the_sections_of_the_hub_template():
    text = documents.read_text(card.CARD)
    for heading in (
        "Dataset Details",
        "Uses",
        "Dataset Structure",
        "Dataset Creation",
        "Bias, Risks, and Limitations",
        "Citation",
        "Glossary",
        "Dataset Card Contact",
    ):
        assert f"\n## {heading}\n" in text


def test_cells():
    assert tables.cell({"value": 1.0, "low": 0.5, "high": 1.0}, interval=True) == "1.000 [.500, 1.000]"
    assert tables.cell({"value": None, "low": None, "high": None}) == "–"
    assert tables.markdown(["a", "b"], [("x", 1)]) == "| a | b |\n| --- | --: |\n| x | 1 |\n"
