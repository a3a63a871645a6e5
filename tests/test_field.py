"""The field set: texts are rebuilt from sources made here, every fault is named, and no text of a source is in the repository."""

import hashlib
import http.server
import json
import shutil
import subprocess
import threading
import zipfile

import pytest
from conftest import SHARED
from datasets import disable_progress_bars, load_dataset

from scripts import documents, field, field_rules, shape, sources, texts, validate
from scripts.documents import DataError

disable_progress_bars()
needs_sources = pytest.mark.skipif(not (SHARED / "field" / "sources").is_dir(), reason="../shared/field/sources is not here")
COMMIT = "0" * 40
RECORD = "افتتحت بلدية الوادي سوقا جديدا.\nرابط الخبر: سوق الوادي "
HTML = """<html><head><meta charset="utf-8"><title>عنوان</title><script>var a = "نص";</script></head><body>
<ul><li>الرئيسية</li><li>رياضة</li></ul><h1>سوق <b>الوادي</b></h1><p>افتتحت بلدية <a href="/x">الوادي</a>سوقا.</p><template>قالب</template></body></html>"""
HTML_TEXT = "\nسوق الوادي\n\nافتتحت بلدية الواديسوقا."


def pointer(path, member=None, record=None, name=None, lines=None):
    return {"repo": "someone/pages", "commit": COMMIT, "path": path, "member": member, "record": record, "field": name, "lines": lines}


def page(identifier, place, text, *cuts, extractor=None):
    """A page of the field set: cuts are (end, kind), each segment up to its end."""
    segments, start = [], 0
    for end, kind in cuts:
        start += len(text[start:]) - len(text[start:].lstrip())
        segments.append({"start": start, "end": end, "label": documents.label_of_kind()[kind], "kind": kind})
        start = end
    annotation = {"guidelines": documents.guidelines_version(), "passes": ["a", "b"], "adjudicated": True}
    head = {"id": identifier, "site": "wadi.example", "pointer": place, "url": None, "extractor": extractor}
    return {**head, "sha256": documents.sha256(text), "chars": len(text), "segments": segments, "annotation": annotation}


@pytest.fixture
def world(tmp_path):
    """A ``data`` folder with three pages, and a folder with their three sources: a zip, a JSON file and an HTML page."""
    folder = tmp_path / "sources" / "someone" / "pages"
    folder.mkdir(parents=True)
    records = json.dumps([{"content": "غير هذا"}, {"content": RECORD}], ensure_ascii=False)
    with zipfile.ZipFile(folder / "day.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("day.json", records)
    (folder / "dump all.json").write_text(records, "utf-8")
    (folder / "page.html").write_text(HTML, "utf-8")
    end = RECORD.index("\n")
    cuts = [(end, "paragraph"), (len(RECORD.rstrip()), "source")]
    pages = [
        page("field-wadi-01", pointer("day.zip", "day.json", 1, "content"), RECORD, *cuts),
        page("field-wadi-a02", pointer("dump all.json", None, 1, "content"), RECORD, *cuts),
        page(
            "field-wadi-03",
            pointer("page.html", lines={"start": 2, "end": 6}),
            HTML_TEXT,
            (11, "headline"),
            (len(HTML_TEXT), "paragraph"),
            extractor=texts.extractor(),
        ),
    ]
    for one in pages:
        write(tmp_path / "data", one)
    write_registry(tmp_path)
    documents.write(tmp_path / "data" / "entities.json", "{}")
    return tmp_path


def write(data, one):
    documents.write(data / "field" / f"{one['id']}.json", documents.render(documents.ordered(one, "field_document")))


def write_registry(world):
    rows = [row(world, path) for path in sorted((world / "sources" / "someone" / "pages").iterdir())]
    documents.write(world / "data" / "sources.json", json.dumps(rows, ensure_ascii=False))


def row(world, path):
    content = path.read_bytes()
    return {
        "repo": "someone/pages",
        "commit": COMMIT,
        "path": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "license": None,
        "contents": "x",
    }


def fetched(world):
    faults = field.fetch(world / "sources", world / "out", world / "data")
    return faults, sorted(path.stem for path in (world / "out").rglob("*.json"))


def change(world, name, content):
    """Put another file in the place of a source, as one whose digest is known."""
    (world / "sources" / "someone" / "pages" / name).write_bytes(content)
    write_registry(world)


def rezip(world, *members):
    with zipfile.ZipFile(world / "sources" / "someone" / "pages" / "day.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    write_registry(world)


def test_texts_of_a_zip_a_dump_and_a_page_are_rebuilt_and_load(world):
    faults, names = fetched(world)
    assert (faults, names) == ([], ["field-wadi-01", "field-wadi-03", "field-wadi-a02"])
    corpus = documents.read_split("test", world / "out")
    assert [d["text"] for d in corpus] == [RECORD, HTML_TEXT, RECORD]
    loaded = load_dataset(str(world / "out"), cache_dir=str(world / "cache"))
    assert loaded["test"]["text"][:] == [d["text"] for d in corpus]
    assert loaded["test"].features == load_dataset(str(documents.ROOT), split="test", cache_dir=str(world / "cache")).features


def test_the_text_of_a_page_is_whole_with_newlines_at_blocks_alone(tmp_path):
    (tmp_path / "page.html").write_text(HTML, "utf-8")
    assert texts.page_text(tmp_path / "page.html") == f"  الرئيسية\n  رياضة\n{HTML_TEXT}"  # no title, script or template


def test_fetch_again_gives_the_same_bytes_and_drops_what_is_no_longer_right(world):
    fetched(world)
    first = {path.name: path.read_bytes() for path in (world / "out").rglob("*") if path.is_file()}
    assert fetched(world)[0] == []
    assert {path.name: path.read_bytes() for path in (world / "out").rglob("*") if path.is_file()} == first
    (world / "data" / "field" / "field-wadi-01.json").unlink()
    assert fetched(world)[1] == ["field-wadi-03", "field-wadi-a02"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda w: (w / "sources/someone/pages/day.zip").unlink(), "No such file"),
        (lambda w: (w / "sources/someone/pages/day.zip").write_bytes(b"PK other"), "its sha256 is"),
        (lambda w: change(w, "day.zip", b"PK other"), "is no zip that can be read"),
        (lambda w: rezip(w, ("other.json", "[]")), "the archive has no day.json"),
        (lambda w: rezip(w, ("day.json", "[]")), "has 0 records, none with index 1"),
        (lambda w: rezip(w, ("day.json", "{}")), "holds dict, not a list"),
        (lambda w: rezip(w, ("day.json", '[1, {"content": 2}]')), "record 1 has no text in its field 'content'"),
        (lambda w: rezip(w, ("day.json", b'["\xff')), "byte 2 is not UTF-8"),
        (lambda w: rezip(w, ("day.json", "[")), "broken JSON at line 1"),
        (lambda w: rezip(w, ("day.json", json.dumps([{"content": RECORD}] * 2)[:-1] + ', "x"]'), ("../evil", "x")), "leads out of it"),
        (lambda w: rezip(w, ("day.json", "[]"), ("C:\\evil", "x")), "leads out of it"),
        (lambda w: rezip(w, ("day.json", " " * 3_000_000)), "would unpack to 3,000,000 bytes"),
        (lambda w: rezip(w, ("day.json", json.dumps([{"content": RECORD + "!"}] * 2))), "gives a text of"),
        (lambda w: documents.write(w / "data" / "sources.json", "[]"), "data/sources.json has no day.zip"),
    ],
)
def test_a_bad_source_is_named_and_the_good_documents_are_kept(spoil, message, world):
    spoil(world)
    faults, names = fetched(world)
    mine = [fault for fault in faults if fault.startswith("field-wadi-01") or "day.zip" in fault]
    assert len(mine) == 1 and message in mine[0] and "day" in mine[0]
    assert "field-wadi-01" not in names
    assert names == (["field-wadi-03", "field-wadi-a02"] if "sources.json" not in message else [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HTML.encode("cp1256"), "is not UTF-8"),
        (HTML.replace("رياضة", "صحة").replace("سوقا", "متحفا").encode(), "gives a text of"),
        (b"<p>x", "has 1 lines, not 6"),
    ],
)
def test_an_html_page_that_is_another_one_is_named(content, message, world):
    change(world, "page.html", content)
    faults, names = fetched(world)
    assert len(faults) == 1 and message in faults[0] and names == ["field-wadi-01", "field-wadi-a02"]


def test_another_version_of_the_extractor_is_named(world):
    path = world / "data" / "field" / "field-wadi-03.json"
    write(world / "data", {**documents.read_json(path), "extractor": "resiliparse 0.1"})
    assert "made by resiliparse 0.1" in fetched(world)[0][0]


def test_a_folder_that_holds_other_things_is_left_alone(world):
    (world / "out").mkdir()
    (world / "out" / "thesis.txt").write_text("x")
    with pytest.raises(DataError, match="is in the way"):
        fetched(world)
    assert (world / "out" / "thesis.txt").read_text() == "x"


def test_main_lists_what_is_missing_and_says_so_by_its_status(world, monkeypatch, capsys):
    monkeypatch.setattr(field, "read", lambda data=None: [documents.read_json(path) for path in documents.field_paths(world / "data")])
    (world / "sources/someone/pages/day.zip").unlink()
    assert field.main(["fetch", "--from", str(world / "sources"), "--output", str(world / "out")]) == 1
    assert "day.zip" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("field-schema", lambda p: p | {"text": "نص"}),
        ("field-schema", lambda p: p | {"segments": [{**p["segments"][0], "text": "نص"}]}),
        ("field-offset-range", lambda p: p | {"chars": 5}),
        ("field-pointer", lambda p: p | {"extractor": "resiliparse 2.0.1"}),
        ("field-pointer", lambda p: p | {"pointer": {**p["pointer"], "member": None}}),
        ("segment-order", lambda p: p | {"segments": p["segments"][::-1]}),
        ("kind-label", lambda p: p | {"segments": [{**s, "label": "body"} for s in p["segments"]]}),
        ("field-source", lambda p: p | {"pointer": {**p["pointer"], "commit": "1" * 40}}),
        ("file-name", lambda p: p | {"id": "field-wadi-99"}),
    ],
)
def test_each_rule_of_the_field_set_can_break(code, spoil, world):
    path = world / "data" / "field" / "field-wadi-01.json"
    spoilt = spoil(documents.read_json(path))
    path.write_text(documents.render(documents.ordered(spoilt, "field_document")), "utf-8")
    assert {issue.code for issue in validate.issues([path], world / "data")} == {code}


def test_a_field_file_out_of_canonical_form_is_a_fault(world):
    path = world / "data" / "field" / "field-wadi-01.json"
    path.write_text(path.read_text("utf-8") + " ", "utf-8")
    assert [issue.code for issue in validate.issues([path], world / "data")] == ["canonical-form"]


def test_rule_codes_are_those_tried_here():
    assert {*field_rules.SHAPE_RULES, *field_rules.PAGE_RULES, *field_rules.FILE_RULES} == {
        "field-schema", "field-offset-range", "field-pointer", "segment-order", "kind-label", "field-source"
    }  # fmt: skip


def test_the_shipped_field_set_has_no_fault():
    assert len(documents.field_paths()) == 136
    assert list(validate.issues(documents.field_paths())) == []
    assert list(shape.schema_faults(documents.read_json(documents.DATA / "sources.json"), "source_files")) == []
    assert {sources.key(one["pointer"]) for one in field.read()} == set(sources.read())


@pytest.fixture(scope="module")
def hydrated(tmp_path_factory):
    target = tmp_path_factory.mktemp("field") / "out"
    assert field.fetch(SHARED / "field" / "sources", target) == []
    return documents.read_split("test", target)


@needs_sources
def test_all_field_pages_are_rebuilt_with_their_digests(hydrated):
    assert [d["id"] for d in hydrated] == [one["id"] for one in field.read()]
    selected = [json.loads(line) for line in (SHARED / "field" / "selection.jsonl").read_text("utf-8").splitlines()]
    expected = {row["sha256"] for row in selected if "sha256" in row}
    assert expected <= {d["source"]["sha256"] for d in hydrated} and len(hydrated) == len(selected)


@needs_sources
def test_a_broken_byte_in_a_source_is_named(tmp_path):
    shutil.copytree(SHARED / "field" / "sources", tmp_path / "sources", copy_function=shutil.copyfile)
    source = next(iter(sources.read().values()))
    path = tmp_path / "sources" / source["repo"] / source["path"]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    faults = field.fetch(tmp_path / "sources", tmp_path / "out")
    assert faults and all(str(path) in fault and "sha256" in fault for fault in faults)
    assert len(list((tmp_path / "out").rglob("*.json"))) == 136 - len(faults)


@needs_sources
def test_no_committed_file_holds_forty_characters_of_a_field_text(hydrated):
    """Compared after whitespace is made one space, so that a copy broken over lines is seen too."""
    size = 40
    shingles = {}
    for one in hydrated:
        text = " ".join(one["text"].split())
        shingles |= {text[at : at + size]: one["id"] for at in range(len(text) - size + 1)}
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=documents.ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        content = " ".join((documents.ROOT / name).read_bytes().decode("utf-8", "replace").split())
        found = {shingles.get(content[at : at + size]) for at in range(len(content) - size + 1)} - {None}
        assert not found, f"{name} holds text of {sorted(found)[:3]}"


@pytest.fixture
def server(world, monkeypatch):
    """The sources over HTTP on this machine, and a list of what was asked for."""
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(world / "sources"))

        def log_message(self, *arguments):
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        monkeypatch.setattr(sources, "URL", f"http://127.0.0.1:{running.server_port}/{{repo}}/{{path}}")
        monkeypatch.setattr(sources, "CACHE", world / "cache")
        yield asked
        running.shutdown()


def test_files_are_downloaded_once_and_a_fetch_that_broke_off_goes_on(world, server):
    (world / "sources/someone/pages/page.html").rename(world / "page.html")
    faults = field.fetch(None, world / "out", world / "data")
    assert len(faults) == 1 and "404" in faults[0] and "--from DIR" in faults[0] and len(list((world / "out").rglob("*.json"))) == 2
    (world / "page.html").rename(world / "sources/someone/pages/page.html")
    del server[:]
    assert field.fetch(None, world / "out", world / "data") == []
    assert server == ["/someone/pages/page.html"]


def test_a_download_with_another_digest_is_named_and_not_kept(world, server):
    (world / "sources/someone/pages/dump all.json").write_text("[]")
    faults = field.fetch(None, world / "out", world / "data")
    assert len(faults) == 1 and "field-wadi-a02" in faults[0] and "hash" in faults[0]
    assert not [path for path in (world / "cache").iterdir() if "dump" in path.name]
