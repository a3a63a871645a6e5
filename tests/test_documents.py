"""Reading, rendering and writing; the shipped texts are the seeds' bytes."""

import json

import pytest
from conftest import GOLDEN, SHARED, needs_seeds, shipped

from scripts import documents
from scripts.documents import DataError

SEED_SUMS = dict(reversed(line.split()) for line in (GOLDEN / "SHA256SUMS").read_text().splitlines())


@pytest.mark.parametrize("path", shipped())
def test_file_is_canonical_and_reads_back(path):
    document = documents.read_json(path)
    assert documents.render(documents.ordered(document)) == documents.read_text(path)


@pytest.mark.parametrize("path", [p for p in shipped() if p.id.startswith("seed-")])
def test_seed_text_has_the_seed_digest(path):
    document = documents.read_json(path)
    assert documents.sha256(document["text"]) == SEED_SUMS[document["source"]["file"]]


def test_every_seed_is_a_document():
    files = {documents.read_json(path)["source"]["file"] for path in documents.paths() if path.stem.startswith("seed-")}
    assert files == set(SEED_SUMS)


@needs_seeds
@pytest.mark.parametrize("path", [p for p in shipped() if p.id.startswith("seed-")])
def test_seed_text_equals_the_seed_byte_for_byte(path):
    document = documents.read_json(path)
    assert document["text"].encode("utf-8") == (SHARED / "seeds" / document["source"]["file"]).read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "a",', "broken JSON at line 1, column 12"),
        (b'{"id": "a", "id": "b"}', 'the key "id" stands twice'),
        ("خبر".encode("cp1256"), "byte 0 is not UTF-8"),
        (b"", "broken JSON at line 1, column 1"),
        (b"[" * 100_000, "recursion"),
    ],
)
def test_unreadable_file_is_one_clear_error(tmp_path, content, message):
    path = tmp_path / "page.json"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        documents.read_json(path)
    assert str(path) in str(error.value)
    assert message in str(error.value)


def test_missing_file_is_one_clear_error(tmp_path):
    with pytest.raises(DataError, match="nowhere.json: cannot be read"):
        documents.read_json(tmp_path / "nowhere.json")


def test_missing_lines_and_a_place_that_cannot_be_written_are_one_clear_error(tmp_path):
    with pytest.raises(DataError, match="nowhere.jsonl: cannot be read"):
        list(documents.read_jsonl(tmp_path / "nowhere.jsonl"))
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="page.json: cannot be written"):
        documents.write(tmp_path / "file" / "page.json", "")


def test_unknown_id_names_known_ones():
    with pytest.raises(DataError, match="seed-9999: no such document .*page-0001"):
        documents.path_of("seed-9999")


def test_failed_write_leaves_the_old_file_and_nothing_beside(tmp_path):
    path = tmp_path / "page.json"
    documents.write(path, "old")
    with pytest.raises(UnicodeEncodeError):
        documents.write(path, "half \ud800")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["page.json"]


def test_ordered_puts_keys_in_schema_order_at_every_depth(demo):
    shuffled = json.loads(json.dumps(demo, sort_keys=True))
    assert documents.render(shuffled) != documents.render(demo)
    assert documents.render(documents.ordered(shuffled)) == documents.render(demo)


def test_kinds_belong_to_one_label_each():
    assert list(documents.label_of_kind()) == documents.enum("kind")
    assert set(documents.label_of_kind().values()) == set(documents.enum("label"))
