"""The Hub folder: it loads as the clone does, says of itself what is true, holds no text of the field set, and replaces nothing but itself."""

import hashlib
import itertools
import json
import re
import shutil

import pyarrow.parquet as pq
import pytest
import yaml
from datasets import Features, disable_progress_bars, load_dataset
from test_loading import expected, spelled

from scripts import card, croissant, documents, export, field, hub, prose, validate
from scripts.documents import DataError

disable_progress_bars()
SHARDS = [(config, split) for config in card.CONFIGS for split in (["test"] if config == "field" else documents.splits())]
# Code of the clone, and what the card's first words say is in the source repository alone.
CLONE_ONLY = re.compile(r"`make |python -m|build/field|/path/to|<!--|\]\(baselines")
ELSEWHERE = ("baselines/", "data/annotations/", "data/adjudication/")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """``(folder, notes)`` of one export; that the shipped documents are valid is tested elsewhere, one by one."""
    folder = tmp_path_factory.mktemp("hub") / "hashiya"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validate, "document_issues", lambda *_: [])
        return folder, export.export("hub", folder)


@pytest.fixture(scope="module")
def folder(written):
    return written[0]


@pytest.fixture(scope="module")
def described(folder):
    return json.loads((folder / croissant.NAME).read_text("utf-8"))


def shard(config, split):
    return f"data/{config}/{split}-00000-of-00001.parquet"


def front(folder):
    return yaml.safe_load((folder / "README.md").read_text("utf-8").split("---\n")[1])


def strings(value):
    """Every string in a row, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


@pytest.mark.parametrize("config", card.CONFIGS)
def test_every_row_equals_that_of_the_clone(config, folder, tmp_path):
    """The files are what `test_loading` compares the clone with, with the same two helpers."""
    loaded = load_dataset(str(folder), config, cache_dir=str(tmp_path))
    assert list(loaded) == (["test"] if config == "field" else documents.splits())
    for split, rows in loaded.items():
        features = rows.features
        assert features == Features._from_yaml_list(card.fields(documents.schema()["$defs"][card.CONFIGS[config]]))
        assert [spelled(row, features) for row in rows] == expected(config, split)


@pytest.mark.parametrize("config", card.CONFIGS)
def test_streaming(config, folder):
    rows = load_dataset(str(folder), config, split="test", streaming=True)
    assert [spelled(row, rows.features) for row in rows] == expected(config, "test")


def test_documents_are_the_default(folder, tmp_path):
    loaded = load_dataset(str(folder), split="test", cache_dir=str(tmp_path))
    assert loaded["text"][:] == [document["text"] for document in documents.read_split("test")]


@pytest.mark.parametrize(("config", "split"), SHARDS)
def test_a_shard_has_features_a_page_index_and_content_defined_chunks(config, split, folder):
    file = pq.ParquetFile(folder / shard(config, split))
    column = file.metadata.row_group(0).column(0)
    assert Features.from_arrow_schema(file.schema_arrow) == Features._from_yaml_list(card.fields(documents.schema()["$defs"][card.CONFIGS[config]]))
    assert column.has_offset_index and column.has_column_index
    assert json.loads(file.metadata.metadata[b"content_defined_chunking"])["min_chunk_size"] > 0


def test_the_same_input_gives_the_same_bytes(folder, tmp_path):
    corpora = {split: documents.read_split(split) for split in documents.splits()}
    for config, splits in hub._rows(corpora).items():
        hub._parquet(config, "test", splits["test"], tmp_path)
        assert (tmp_path / shard(config, "test")).read_bytes() == (folder / shard(config, "test")).read_bytes()
    files = [hub._file(path, folder) for path in sorted(folder.rglob("*")) if path.is_file() and path.name != croissant.NAME]
    assert hub._croissant(documents.read_text(card.CARD), files, corpora) == (folder / croissant.NAME).read_text("utf-8")


def test_readme_has_the_front_matter_of_the_card_for_these_files(folder):
    found, shipped = front(folder), card.front_matter(documents.read_text(card.CARD))
    assert {key: found[key] for key in shipped if key not in card.LOADED_KEYS} == {key: shipped[key] for key in shipped if key not in card.LOADED_KEYS}
    assert [(one["config_name"], one.get("default")) for one in found["configs"]] == [(one["config_name"], one.get("default")) for one in shipped["configs"]]
    for one in found["dataset_info"]:
        counts = {split["name"]: pq.read_metadata(folder / shard(one["config_name"], split["name"])).num_rows for split in one["splits"]}
        assert {split["name"]: split["num_examples"] for split in one["splits"]} == counts
        assert one["download_size"] == sum((folder / shard(one["config_name"], split)).stat().st_size for split in counts)


def test_readme_makes_sense_without_the_clone(folder):
    text = (folder / "README.md").read_text("utf-8").split("---\n", 2)[2]
    assert not CLONE_ONLY.search(text), CLONE_ONLY.search(text)
    named = {name for name in re.findall(r"`([\w./-]+)`", text) if "/" in name or "." in name}
    named |= set(re.findall(r"\]\(([^)#:]+)\)", text))
    here = {name for name in named if (documents.ROOT / name).exists() and not name.startswith(ELSEWHERE)}
    assert here and [name for name in here if not (folder / name).exists()] == []
    assert all(name in text for name in ELSEWHERE)


def test_marks_in_the_card():
    blocks = "# T\n<!-- begin: x -->\n\nB\n\n<!-- end: x -->\n"
    text = f"---\na: 1\n---\n\n{blocks}one<!-- only in the clone --> (`make`)<!-- end only -->.\n<!-- only on the Hub:\nH\n\nI -->\n"
    assert prose.published(text) == "# T\n\nB\n\none.\nH\n\nI\n"


def test_sections_are_plain_paragraphs():
    body = "# A\n\n**Bold** and `code`,\nsee [the *card*](x.md).\n\n| a |\n| - |\n\n![p](q.svg)\n\n## B\n- one\n  goes on\n- two\n\n```python\n# C\n```\n"
    assert prose.sections(body) == {"A": ["Bold and code, see the card."], "B": ["one goes on", "two"]}


def test_a_section_that_the_card_lacks_is_named(folder):
    text = documents.read_text(card.CARD).replace("### Direct Use", "### Use")
    with pytest.raises(DataError, match=r"dataset_card.md: has no text under a heading Direct Use"):
        hub._croissant(text, [], {})


def test_croissant_lists_every_other_file_with_its_digest(folder, described):
    found = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    del found[croissant.NAME]
    assert {file["contentUrl"]: file["sha256"] for file in described["distribution"]} == found
    assert set(hub.FILES) < set(found) and all((folder / name).read_bytes() == (documents.ROOT / name).read_bytes() for name in hub.FILES)


def test_croissant_says_what_the_card_and_the_documents_say(described):
    assert described["rai:hasSyntheticData"] is True
    assert "No person annotated" in " ".join(described["rai:annotatorDemographics"])
    assert any(text.startswith("Train and validation are authored by language models") for text in described["rai:dataBiases"])
    assert "publishers" in described["license"][1]["description"] and described["license"][0].endswith("/by/4.0/")
    properties = {*croissant.ONE_TEXT, *croissant.MANY_TEXTS}
    assert all(described[f"rai:{name}"] for name in properties)
    assert "`" not in "".join(text for name in properties for text in strings(described[f"rai:{name}"]))


def test_field_labels_are_there_and_no_text(folder):
    """What is committed has no text, so rows that equal it have none."""
    rows = pq.read_table(folder / shard("field", "test")).to_pylist()
    committed = set(itertools.chain.from_iterable(strings(page) for page in field.read()))
    assert rows and {text for row in rows for text in strings(row)} <= committed


@pytest.mark.skipif(not (field.TARGET / "documents").is_dir(), reason="build/field is not here")
def test_no_forty_characters_of_a_field_text_are_in_the_folder(folder):
    size, shingles = 40, set()
    for document in documents.read_split("test", field.TARGET):
        text = " ".join(document["text"].split())
        shingles |= {text[at : at + size] for at in range(len(text) - size + 1)}
    for path in (path for path in folder.rglob("*") if path.is_file()):
        rows = pq.read_table(path).to_pylist() if path.suffix == ".parquet" else [path.read_text("utf-8")]
        texts = {text for row in rows for text in strings(row)}
        for content in (" ".join(text.split()) for text in texts):
            assert not any(content[at : at + size] in shingles for at in range(len(content) - size + 1)), path


def test_the_pushed_size_is_said(written):
    folder, notes = written
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert notes[-1].split() == [f"{total:,}", *f"bytes to push, in {len(notes) - 1} files".split()]
    assert any(note.endswith(f"  {shard('documents', 'train')}") for note in notes)


@pytest.mark.parametrize("change", [
    lambda corpora: {"test": corpora["test"]},
    lambda corpora: corpora | {"test": [*corpora["test"], corpora["test"][0] | {"id": "field-wadi-01"}]},
])  # fmt: skip
def test_other_documents_than_those_shipped_are_refused(change, tmp_path):
    corpora = {split: documents.read_split(split) for split in documents.splits()}
    with pytest.raises(DataError, match="hub: publishes the shipped documents, whole"):
        hub.write(change(corpora), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_views_that_do_not_fit_the_documents_are_refused(monkeypatch, tmp_path):
    path = documents.DATA / "views" / "lines" / "test.jsonl"
    monkeypatch.setattr(hub.views, "build", lambda: iter([(path, "{}\n")]))
    with pytest.raises(DataError, match=r"lines/test.jsonl: does not fit the documents"):
        hub.write({split: documents.read_split(split) for split in documents.splits()}, tmp_path / "out")


@pytest.fixture
def quick(monkeypatch, folder):
    """The command with an exporter that copies what the real one wrote, and a list whose items it adds as files."""
    extra = []

    def write(_, target):
        shutil.copytree(folder, target)
        for name in extra:
            documents.write(target / name, "x")
            if name == "broken":
                raise DataError("in the middle")
            if name == "gone":
                shutil.rmtree(target)
        return []

    monkeypatch.setitem(export.EXPORTERS, "hub", write)
    monkeypatch.setattr(export, "corpora", lambda *_: {})
    return extra


def test_an_earlier_export_is_replaced_whole(quick, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "out")
    quick.append("new.txt")
    assert export.main(["hub", "--output", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "new.txt").exists() and [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(("spoil", "named"), [
    (lambda out: (out / "notes.txt").write_text("mine"), "notes.txt"),
    (lambda out: (out / ".git").mkdir() or (out / ".git" / "HEAD").write_text("x"), ".git/HEAD"),
    (lambda out: (out / "README.md").write_text("mine"), "README.md"),
    (lambda out: (out / croissant.NAME).write_text("{}"), "CHANGELOG.md"),
    (lambda out: (out / croissant.NAME).write_text((out / croissant.NAME).read_text().replace('"name": "Hashiya"', '"name": "Other"')), "CHANGELOG.md"),
])  # fmt: skip
def test_a_folder_with_anything_else_is_left_alone(spoil, named, quick, folder, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(folder, out)
    spoil(out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with pytest.raises(DataError, match=rf"out: is in the way: {re.escape(named)}.* is not from an earlier export"):
        export.export("hub", out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("how", "error"), [("broken", DataError), ("gone", FileNotFoundError)])
def test_an_export_that_breaks_off_leaves_the_earlier_one(how, error, quick, folder, tmp_path):
    """Also where it breaks while the folders change places: what is gone cannot be renamed."""
    shutil.copytree(folder, tmp_path / "out")
    quick.append(how)
    with pytest.raises(error):
        export.export("hub", tmp_path / "out")
    assert hub.foreign(tmp_path / "out") == [] and [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.fixture(scope="module")
def croissants(folder):
    """The folder as mlcroissant sees it."""
    mlcroissant = pytest.importorskip("mlcroissant", reason='the extra "croissant" is not installed')
    return mlcroissant.Dataset(folder / croissant.NAME)


def test_mlcroissant_finds_nothing_to_complain_of(croissants):
    issues = croissants.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    assert croissants.metadata.ctx.is_v1_1()
    for name in {*croissant.ONE_TEXT, *croissant.MANY_TEXTS}:
        assert getattr(croissants.metadata, re.sub(r"([A-Z])", r"_\1", name).lower()), name


def test_mlcroissant_reads_the_records_that_the_files_hold(folder, croissants):
    """All rows of most record sets; of long ones the first, because mlcroissant casts value by value in Python."""
    for config, split in SHARDS:
        rows = pq.read_table(folder / shard(config, split)).to_pylist()
        features = Features.from_arrow_schema(pq.read_schema(folder / shard(config, split)))
        limit = 100 if len(rows) > 500 else len(rows)
        found = list(itertools.islice(croissants.records(f"{config}/{split}"), limit))
        assert [flat(record) for record in found] == [
            dict(leaves({"split": split, **row}, {"split": None, **features}, f"{config}/{split}")) for row in rows[:limit]
        ]


@pytest.mark.parametrize("name", ["origin", "label", "line_label", "kind", "quote_type", "entity_type", "ner_tag"])
def test_mlcroissant_reads_what_the_class_numbers_stand_for(name, croissants):
    assert {row[f"{name}/number"]: row[f"{name}/name"] for row in croissants.records(name)} == dict(enumerate(documents.enum(name)))


def test_mlcroissant_refuses_a_file_that_was_changed(folder, tmp_path):
    mlcroissant = pytest.importorskip("mlcroissant", reason='the extra "croissant" is not installed')
    shutil.copytree(folder, tmp_path / "out")
    shutil.copy(folder / shard("lines", "train"), tmp_path / "out" / shard("lines", "test"))
    with pytest.raises(Exception, match="Download") as raised:
        list(mlcroissant.Dataset(tmp_path / "out" / croissant.NAME).records("lines/test"))
    assert "is not identical" in str(raised.value.__cause__)


def flat(record):
    """``{field id: value}`` of the leaves. mlcroissant gives a list of structs as a list of dicts, a struct in one beside it as a dict of lists."""
    found = {}
    for key, value in record.items():
        if isinstance(value, dict):
            found |= flat(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found |= {name: plain([row[name] for row in value]) for name in value[0]}
        else:
            found[key] = plain(value)
    return found


def leaves(row, features, name):
    """The same of a row of a Parquet file."""
    for key, feature in features.items():
        inner = getattr(feature, "feature", None)
        if isinstance(feature, dict):
            yield from leaves(row[key] or dict.fromkeys(feature), feature, f"{name}/{key}")
        elif isinstance(inner, dict):
            yield from columns(row[key], inner, f"{name}/{key}")
        else:
            yield f"{name}/{key}", row[key]


def columns(items, struct, name, nested=False):
    """A list of structs, leaf by leaf; of an empty list mlcroissant keeps the leaves of structs in it alone."""
    for key, feature in struct.items():
        picked = [item and item[key] for item in items]
        if isinstance(feature, dict):
            yield from columns(picked, feature, f"{name}/{key}", nested=True)
        else:
            yield (f"{name}/{key}", picked) if items or nested else (name, [])


def plain(value):
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.decode("utf-8") if isinstance(value, bytes) else value
