"""The rules of the house that a test can hold: one-way imports, short functions, a catalogue without leftovers."""

import ast
import re

import pytest

from scripts import catalogue, documents, shape

MODULES = sorted(path for room in ("scripts", "baselines") for path in (documents.ROOT / room).rglob("*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: "-".join(path.relative_to(documents.ROOT).with_suffix("").parts))
def test_imports_go_one_way(path):
    assert "tests" not in set(imported(path))
    if path.is_relative_to(documents.ROOT / "scripts"):
        assert "baselines" not in set(imported(path))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: "-".join(path.relative_to(documents.ROOT).with_suffix("").parts))
def test_no_function_is_over_forty_lines(path):
    functions = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.FunctionDef)]
    assert [f.name for f in functions if f.end_lineno - f.lineno + 1 > 40] == []


def test_the_catalogue_is_that_of_the_documents():
    corpus = [document for split in documents.splits() for document in documents.read_split(split)]
    entries = catalogue.read()
    assert catalogue.updated(entries, corpus) == entries, "run python -m scripts.catalogue"
    assert catalogue.render(entries) == documents.read_text(documents.DATA / "entities.json")
    assert list(shape.schema_faults(entries, "catalogue")) == []


def test_guidelines_name_every_kind_and_type_of_the_schema():
    text = documents.read_text(documents.DATA / "GUIDELINES.md")
    for name in [*documents.enum("kind"), *documents.enum("entity_type"), *documents.enum("quote_type")]:
        assert f"| `{name}` |" in text


def test_documents_name_a_version_that_the_guidelines_list():
    guidelines = documents.read_text(documents.DATA / "GUIDELINES.md")
    listed = re.findall(r"^- (\d+\.\d+) \(\d{4}-\d\d-\d\d\): ", guidelines, re.M)
    named = {documents.read_json(path)["annotation"]["guidelines"] for path in documents.paths()}
    assert documents.guidelines_version() in listed and named <= set(listed)
    assert documents.guidelines_version() in named
