"""`predict` on large input: every format gives the same bytes, a killed run goes on, broken records are listed, memory stays flat."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from baselines import __main__ as main
from baselines import batches, formats, journal, stream, task
from baselines.formats import Record
from baselines.models import MODELS
from scripts import documents
from scripts.documents import DataError

PAGES = [{"id": f"p{number:03}", "text": f"خبر رقم {number}\n" + "كلمة أخرى في السطر. " * (number % 7) + "\n\nشارك"} for number in range(60)]
NAME = "c4_end_of_line"


def jsonl(pages):
    return documents.render_jsonl(pages).encode("utf-8")


def members(data, encode):
    """The data in two members, cut in the middle of a line."""
    return encode(data[:1000]) + encode(data[1000:])


def parquet(pages, string=pa.string):
    out = io.BytesIO()
    pq.write_table(pa.table({key: pa.array([page[key] for page in pages], string()) for key in ("id", "text")}), out, row_group_size=25)
    return out.getvalue()


def expected(pages, name=NAME):
    return task.render_predictions((page["id"], MODELS[name]().predict([page["text"]])[0]) for page in pages).encode("utf-8")


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of about three pages, so that sixty pages have many journal points."""
    monkeypatch.setattr(batches, "SIZE", 200)


def predict(*arguments, name=NAME):
    return main.main(["predict", name, *map(str, arguments)])


def written(tmp_path, content, name="pages.jsonl"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


FILES = {
    "pages.jsonl": jsonl(PAGES),
    "pages.txt": jsonl(PAGES),
    "crlf.jsonl": jsonl(PAGES).replace(b"\n", b"\r\n\r\n").removesuffix(b"\r\n\r\n"),
    "pages.jsonl.gz": members(jsonl(PAGES), formats.ENCODERS[".gz"]),
    "pages.jsonl.zst": members(jsonl(PAGES), formats.ENCODERS[".zst"]),
    "pages.parquet": parquet(PAGES),
    "large.parquet": parquet(PAGES, pa.large_string),
    "pages.parquet.gz": gzip.compress(parquet(PAGES)),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_predictions(tmp_path, name, small_batches):
    source, target = written(tmp_path, FILES[name], name), tmp_path / "out.jsonl"
    assert predict("--input", source, "--output", target) == 0
    assert target.read_bytes() == expected(PAGES)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "out.jsonl"])


@pytest.mark.parametrize(("suffix", "codec"), [(".gz", "gzip"), (".zst", "zstd")])
@pytest.mark.parametrize("pages", [PAGES, []], ids=["pages", "empty"])
def test_compressed_output_holds_the_same_lines(tmp_path, suffix, codec, pages, small_batches):
    source, target = written(tmp_path, jsonl(pages)), tmp_path / f"out.jsonl{suffix}"
    assert predict("--input", source, "--output", target) == 0
    assert target.stat().st_size > 0
    assert pa.CompressedInputStream(pa.OSFile(str(target)), codec).read() == expected(pages)


def test_several_files_and_a_folder_are_read_in_order(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    written(folder, parquet(PAGES[:20]), "a.parquet")
    written(folder, gzip.compress(jsonl(PAGES[20:30])), "b.jsonl.gz")
    written(folder, b"not a page", "b.txt")
    last = written(tmp_path, jsonl(PAGES[30:]), "last.jsonl")
    assert predict("--input", folder, last, "--output", tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == expected(PAGES)


def test_standard_input_is_read(tmp_path):
    target = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "baselines", "predict", NAME, "--input", "-", "--output", str(target)]
    found = subprocess.run(command, input=jsonl(PAGES), capture_output=True, cwd=documents.ROOT, timeout=120)
    assert (found.returncode, found.stderr) == (0, b"")
    assert target.read_bytes() == expected(PAGES)


def test_workers_change_no_byte(tmp_path, small_batches):
    source = written(tmp_path, jsonl(PAGES[:30]) + b"broken\n" + jsonl(PAGES[30:]))
    outs = [tmp_path / f"{workers}.jsonl" for workers in (1, 3)]
    assert [predict("--input", source, "--output", out, "--workers", workers) for out, workers in zip(outs, (1, 3), strict=True)] == [1, 1]
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert journal.errors_path(outs[0]).read_bytes() == journal.errors_path(outs[1]).read_bytes()
    assert outs[0].read_bytes() == expected(PAGES)


class Fatal:
    """A model that ends its process."""

    def predict(self, texts):
        os._exit(9)


def test_a_dead_worker_is_one_clear_error():
    with pytest.raises(DataError, match="a worker process died"):
        list(stream.answers(Fatal(), batches.batches(numbered(3)), workers=2))


def numbered(count, text="سطر"):
    return (Record("f", "line", number, number, {"id": f"i{number}", "text": text}) for number in range(1, count + 1))


@pytest.mark.parametrize("ahead", [1, 6])
def test_only_so_many_batches_are_in_memory(monkeypatch, ahead):
    monkeypatch.setattr(batches, "COUNT", 10)
    taken = []

    def counted():
        for batch in batches.batches(numbered(400)):
            taken.append(batch)
            yield batch

    done = 0
    model = MODELS["all_body"]()

    def submit(texts):
        future = Future()
        future.set_result(model.predict(texts))
        return future

    for batch, bodies in stream.answers(model, counted()) if ahead == 1 else stream._ordered(counted(), submit, ahead):
        assert len(taken) - done <= ahead
        assert (batch, bodies) == (taken[done], [[[0, 3]]] * 10)
        done += 1
    assert done == 40


def test_batches_are_bounded_by_text_by_number_and_by_faults(monkeypatch):
    assert [len(batch.ids) for batch in batches.batches(numbered(12_000, ""))] == [5000, 5000, 2000]
    assert [len(batch.ids) for batch in batches.batches(numbered(5, "س" * 900_000))] == [2, 2, 1]
    faults = (Record("f", "line", number, number, None, "broken") for number in range(12_000))
    assert [len(batch.faults) for batch in batches.batches(faults)] == [5000, 5000, 2000]


SLOW = """
import sys, time
from baselines import __main__, batches, models
batches.SIZE = 200
models.MODELS["all_body"] = lambda: models.Rule(slow)
def slow(text):
    time.sleep(0.01)
    return models.all_body(text)
if __name__ == "__main__":
    sys.exit(__main__.main(sys.argv[1:]))
"""


def journalled(target):
    path = journal.journal_path(target)
    return documents.read_json(path)["state"]["batches"] if path.exists() else 0


@pytest.mark.parametrize(("suffix", "workers", "kills"), [("", 1, (2, 9)), (".zst", 2, (3,))])
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path, suffix, workers, kills, small_batches):
    script = written(tmp_path, SLOW.encode(), "slow.py")
    source = written(tmp_path, jsonl(PAGES[:30]) + b"{}\n" + jsonl(PAGES[30:]) + b"[]\n")
    target, whole = tmp_path / f"out.jsonl{suffix}", tmp_path / f"whole.jsonl{suffix}"
    environment = {**os.environ, "PYTHONPATH": str(documents.ROOT)}

    def start(output):
        arguments = ["predict", "all_body", "--input", str(source), "--output", str(output), "--workers", str(workers)]
        return subprocess.Popen([sys.executable, script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)

    assert predict("--input", source, "--output", whole, name="all_body") == 1
    for points in kills:
        process, limit = start(target), time.monotonic() + 60
        while journalled(target) < points and time.monotonic() < limit:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        # The pipes close when the last worker is gone too.
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        assert points <= journalled(target)
        assert not target.exists()
        for half in (journal.part_path(target), journal.part_path(journal.errors_path(target))):
            half.write_bytes(half.read_bytes() + b'{"id": "p0')
    before = journalled(target)
    process = start(target)
    assert process.communicate(timeout=120)[0].startswith(b"60 pages labelled by all_body")
    assert before < 18, "killed too late to show anything"
    assert target.read_bytes() == whole.read_bytes()
    assert journal.errors_path(target).read_bytes() == journal.errors_path(whole).read_bytes()
    assert not list(tmp_path.glob("*.part*"))


class KilledError(Exception):
    """Stands for a kill at that place."""


def interrupt(monkeypatch, target, source, place, at=4):
    """A run that ends when the function of the journal is called for the at-th time, before it does anything."""
    calls, whole = [], getattr(journal, place)

    def once(*arguments):
        calls.append(arguments)
        if len(calls) == at:
            raise KilledError
        return whole(*arguments)

    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(journal, place, once)
        predict("--input", source, "--output", target)


@pytest.mark.parametrize(("place", "at"), [("_append", 6), ("_save", 4), ("_save", 22), ("settle", 1), ("_sync_folder", 4), ("_remove", 1)])
def test_whatever_was_being_done_when_it_ended_is_done_once(tmp_path, monkeypatch, small_batches, place, at):
    source = written(tmp_path, jsonl(PAGES[:30]) + b"{}\n" + jsonl(PAGES[30:]))
    target, whole = tmp_path / "out.jsonl.gz", tmp_path / "whole.jsonl.gz"
    assert predict("--input", source, "--output", whole) == 1
    interrupt(monkeypatch, target, source, place, at)
    assert journal.journal_path(target).exists()
    assert predict("--input", source, "--output", target) == 1
    assert target.read_bytes() == whole.read_bytes()
    assert journal.errors_path(target).read_bytes() == journal.errors_path(whole).read_bytes()
    assert not list(tmp_path.glob("*.part*"))


def test_what_is_done_is_not_labelled_again_but_its_ids_are_known(tmp_path, monkeypatch, small_batches):
    source, target = written(tmp_path, jsonl([*PAGES, PAGES[0]])), tmp_path / "out.jsonl"
    interrupt(monkeypatch, target, source, "_save", 6)
    done = documents.read_json(journal.journal_path(target))["state"]["pages"]
    seen = []
    monkeypatch.setattr("baselines.models.all_body", None)
    monkeypatch.setitem(
        MODELS, NAME, lambda: type("Spy", (), {"fit": lambda self, *_: self, "predict": lambda self, texts: [seen.append(t) or [] for t in texts]})()
    )
    assert predict("--input", source, "--output", target) == 1
    assert seen == [page["text"] for page in PAGES[done:]]
    assert 0 < done < 60
    assert "id p000 stands a second time" in journal.errors_path(target).read_text("utf-8")


def test_a_journal_of_other_arguments_is_refused_until_restart(tmp_path, monkeypatch, small_batches, capsys):
    source, target = written(tmp_path, jsonl(PAGES)), tmp_path / "out.jsonl"
    interrupt(monkeypatch, target, source, "_save", 6)
    half = journal.part_path(target).read_bytes()
    with pytest.raises(DataError, match=r"out\.jsonl\.part: is half a run with another model; .*--restart begins anew"):
        predict("--input", source, "--output", target, name="all_body")
    source.write_bytes(jsonl(PAGES[:-1]))
    with pytest.raises(DataError, match=r"out\.jsonl\.part: is half a run with another input; .*--restart"):
        predict("--input", source, "--output", target)
    assert journal.part_path(target).read_bytes() == half
    assert predict("--input", source, "--output", target, "--restart") == 0
    assert target.read_bytes() == expected(PAGES[:-1])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda target: journal.journal_path(target).unlink(), "is there without its journal"),
        (lambda target: journal.journal_path(target).write_text("{"), "cannot be understood"),
        (lambda target: journal.journal_path(target).write_text('{"run": {}, "state": {"mice": 3}}'), "cannot be understood"),
        (lambda target: journal.part_path(target).write_bytes(b"x"), "is shorter than"),
    ],
)
def test_a_spoilt_journal_is_one_clear_error(tmp_path, monkeypatch, small_batches, spoil, message):
    source, target = written(tmp_path, jsonl(PAGES)), tmp_path / "out.jsonl"
    interrupt(monkeypatch, target, source, "_save", 6)
    spoil(target)
    with pytest.raises(DataError, match=rf"out\.jsonl\.part: .*{message}.*--restart begins anew"):
        predict("--input", source, "--output", target)
    assert predict("--input", source, "--output", target, "--restart") == 0
    assert target.read_bytes() == expected(PAGES)


def test_two_runs_do_not_write_the_same_file(tmp_path):
    target = tmp_path / "out.jsonl"
    with journal.opened(target, {}) as _, pytest.raises(DataError, match="another run is writing it"), journal.opened(target, {}):
        pass


def test_a_full_disk_is_one_clear_error(tmp_path, monkeypatch):
    source, target = written(tmp_path, jsonl(PAGES)), tmp_path / "out.jsonl"
    with journal.opened(target, {}) as output:
        monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(DataError, match=r"out\.jsonl: cannot be written \(No space left on device\)"):
            output.append(["{}\n"], [])
    with pytest.raises(DataError, match="cannot be written"):
        predict("--input", source, "--output", target)


GOOD = [b'{"id": "a", "text": "x"}', b'{"id": "b", "text": "y"}']
BROKEN = {
    "json": (b'{"id": "c", "text":', "broken JSON at line 1, column 20: Expecting value"),
    "no-text": (b'{"id": "c"}', 'page: \'text\' is a required property; a line is {"id": "…", "text": "…"}'),
    "other-key": (b'{"id": "c", "text": "", "url": ""}', "page: Additional properties are not allowed ('url' was unexpected)"),
    "twice": (b'{"id": "a", "text": "z"}', "id a stands a second time; ids name one page each"),
    "key-twice": (b'{"id": "c", "id": "d", "text": ""}', 'the key "id" stands twice in one object; keep one'),
    "surrogate": (b'{"id": "c", "text": "\\ud83d"}', "the text of c has a lone surrogate"),
    "surrogate-id": (b'{"id": "\\ud83d", "text": ""}', "the id of this line has a lone surrogate"),
    "surrogate-key": (b'{"\\ud83d": "", "id": "c", "text": ""}', "('\\ud83d' was unexpected)"),
    "surrogate-key-twice": (b'{"\\ud83d": 1, "\\ud83d": 2}', 'the key "\\ud83d" stands twice'),
    "number": (b'{"id": "c", "text": 7}', "text: 7 is not of type 'string'"),
    "null": (b'{"id": "c", "text": null}', "text: None is not of type 'string'"),
    "empty-id": (b'{"id": "", "text": "x"}', "id: '' should be non-empty"),
    "list": (b"[1]", "page: [1] is not of type 'object'"),
    "utf-8": (b'{"id": "c", "text": "\xff"}', "byte 21 of the line is not UTF-8"),
    "mark": (b'\xef\xbb\xbf{"id": "c", "text": ""}', "broken JSON at line 1, column 1: Unexpected UTF-8 BOM"),
    "nul": (b"\x00", "broken JSON at line 1, column 1"),
    "raw-nul": (b'{"id": "c", "text": "\x00"}', "Invalid control character"),
    "deep": (b"[" * 200_000, "recursion"),
    "long-number": (b"1" * 10_000, "integer string conversion"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_listed_and_the_others_are_labelled(tmp_path, capsys, name):
    line, reason = BROKEN[name]
    source, target = written(tmp_path, b"\n".join([GOOD[0], b"", line, GOOD[1]])), tmp_path / "out.jsonl"
    assert predict("--input", source, "--output", target, name="all_body") == 1
    assert target.read_text("utf-8") == '{"id": "a", "body": [[0, 1]]}\n{"id": "b", "body": [[0, 1]]}\n'
    (row,) = [json.loads(line) for line in journal.errors_path(target).read_text("utf-8").splitlines()]
    assert (row["file"], row["line"]) == (str(source), 3)
    assert reason in row["reason"]
    out, err = capsys.readouterr()
    assert "2 pages labelled" in out
    assert err.splitlines()[-1] == f"1 records are broken and have no line; {target}.errors.jsonl says where and why"


@pytest.mark.parametrize("name", BROKEN)
def test_strict_stops_at_the_first_broken_record_and_leaves_nothing(tmp_path, name):
    line, reason = BROKEN[name]
    source, target = written(tmp_path, b"\n".join([GOOD[0], b"", line, GOOD[1]])), tmp_path / "out.jsonl"
    with pytest.raises(DataError) as error:
        predict("--input", source, "--output", target, "--strict", name="all_body")
    assert str(error.value).startswith(f"{source}, line 3: ")
    assert reason in str(error.value)
    assert list(tmp_path.iterdir()) == [source]


def test_strict_keeps_what_is_done_for_a_run_that_lists(tmp_path, small_batches):
    source, target = written(tmp_path, jsonl(PAGES) + b"{}\n"), tmp_path / "out.jsonl"
    with pytest.raises(DataError, match="line 61"):
        predict("--input", source, "--output", target, "--strict")
    assert journalled(target) > 1
    assert predict("--input", source, "--output", target) == 1
    assert target.read_bytes() == expected(PAGES)


def test_lines_of_unicode_whitespace_are_blank_and_odd_file_names_are_listed(tmp_path):
    source, target = written(tmp_path, "\u2028\u00a0\n{}\n".encode() + GOOD[0], os.fsdecode(b"pages-\xff.jsonl")), tmp_path / "out.jsonl"
    assert predict("--input", source, "--output", target, name="all_body") == 1
    (row,) = [json.loads(line) for line in journal.errors_path(target).read_text("utf-8").splitlines()]
    assert (row["file"], row["line"]) == (str(source), 2)


def test_a_broken_row_of_parquet_is_listed_and_its_neighbours_are_labelled(tmp_path):
    ids = pa.array([b"a", b"b", b"a", None, b"e"], pa.binary()).view(pa.string())
    texts = pa.array([b"x", b"\xff", b"z", b"n", b"y"], pa.binary()).view(pa.string())
    source, target = tmp_path / "pages.parquet", tmp_path / "out.jsonl"
    pq.write_table(pa.table({"id": ids, "text": texts}), source)
    assert predict("--input", source, "--output", target, name="nothing") == 1
    assert target.read_text() == '{"id": "a", "body": []}\n{"id": "e", "body": []}\n'
    rows = [json.loads(line) for line in journal.errors_path(target).read_text("utf-8").splitlines()]
    assert [(row["row"], row["reason"][:29]) for row in rows] == [
        (2, "byte 0 of the text is not UTF"),
        (3, "id a stands a second time; id"),
        (4, "id: None is not of type 'stri"),
    ]


def test_a_run_without_faults_leaves_no_old_list_of_them(tmp_path):
    source, target = written(tmp_path, b"{}\n"), tmp_path / "out.jsonl"
    assert predict("--input", source, "--output", target) == 1
    source.write_bytes(jsonl(PAGES))
    assert predict("--input", source, "--output", target) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "pages.jsonl"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.jsonl", None, "cannot be read (No such file or directory)"),
        ("pages.jsonl.gz", b"no gzip", "cannot be read (zlib inflate failed"),
        ("pages.jsonl.gz", gzip.compress(jsonl(PAGES))[:-9], "cannot be read (Truncated compressed stream"),
        ("pages.jsonl.zst", formats.ENCODERS[".zst"](jsonl(PAGES))[:-9], "cannot be read (Truncated compressed stream"),
        ("pages.parquet", b"no parquet", "cannot be read (Parquet magic bytes not found"),
        ("pages.parquet", parquet(PAGES)[:-30], "cannot be read ("),
        ("pages.parquet.gz", parquet(PAGES), "cannot be read (zlib inflate failed"),
    ],
)
def test_a_broken_file_is_one_clear_error_and_leaves_nothing(tmp_path, name, content, message):
    source, target = tmp_path / name, tmp_path / "out.jsonl"
    if content:
        source.write_bytes(content)
    with pytest.raises(DataError) as error:
        predict("--input", source, "--output", target)
    assert str(error.value).startswith(f"{source}: {message}")
    assert list(tmp_path.iterdir()) == ([source] if content else [])


@pytest.mark.parametrize("columns", [{"id": ["a"]}, {"id": ["a"], "text": [1]}, {"id": ["a"], "text": ["x"], "url": ["u"]}])
def test_a_parquet_file_has_the_columns_of_a_page(tmp_path, columns):
    source = tmp_path / "pages.parquet"
    pq.write_table(pa.table(columns), source)
    with pytest.raises(DataError, match=r"pages\.parquet: has the columns id \(string\).*; a file of pages has `id` and `text`, both strings, and no other"):
        predict("--input", source, "--output", tmp_path / "out.jsonl")


def test_output_is_not_input(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    with pytest.raises(DataError, match="has no "):
        predict("--input", folder, "--output", tmp_path / "out.jsonl")
    source = written(folder, jsonl(PAGES))
    for inputs, output in (([source], source), ([folder], folder / "out.jsonl")):
        with pytest.raises(DataError, match="lies among the input; write it elsewhere"):
            predict("--input", *inputs, "--output", output)
    with pytest.raises(DataError, match="stands 2 times in the input"):
        predict("--input", folder, source, "--output", tmp_path / "out.jsonl")
    with pytest.raises(DataError, match="predictions are JSONL"):
        predict("--input", source, "--output", tmp_path / "out.parquet")


ROBUST = {
    "one-line": ("كلمة " * 200_000 + ".", [[0, 1_000_001]]),
    "nul": ("قبل\u0000بعد", [[0, 7]]),
    "english": ("Breaking news\nRead more\n", [[0, 23]]),
    "empty": ("", []),
    "blank": (" \n\u2028", []),
    "separators": ("سطر\u2028سطر\u0085سطر\r\nسطر", [[0, 16]]),
}


@pytest.mark.parametrize("name", ["pages.jsonl", "pages.parquet"])
def test_robust_pages_are_no_fault(tmp_path, name):
    pages = [{"id": name, "text": text} for name, (text, _) in ROBUST.items()]
    source = written(tmp_path, (jsonl if name == "pages.jsonl" else parquet)(pages), name)
    assert predict("--input", source, "--output", tmp_path / "out.jsonl", name="all_body") == 0
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert rows == [{"id": name, "body": body} for name, (_, body) in ROBUST.items()]


@pytest.mark.parametrize(
    "line",
    [b"\n" * 10_000, b"\n" * 2_000_000, b"x" * 4_000_000, b"[" + b"{}," * 300_000 + b"{}]"],
    ids=["empty-lines", "more-empty-lines", "no-newline", "long-list"],
)
def test_strange_input_takes_linear_time(tmp_path, line):
    source = written(tmp_path, line + b"\n" + GOOD[0])
    begin = time.perf_counter()
    assert predict("--input", source, "--output", tmp_path / "out.jsonl", name="all_body") == int(bool(line.strip()))
    assert time.perf_counter() - begin < 10
    assert (tmp_path / "out.jsonl").read_text() == '{"id": "a", "body": [[0, 1]]}\n'


def test_a_key_twice_among_many_is_found_in_linear_time(tmp_path):
    keys = "".join(f'"k{number}": 0, ' for number in range(100_000))
    begin = time.perf_counter()
    with pytest.raises(DataError, match='the key "k99999" stands twice'):
        documents.parse_json("{" + keys + '"k99999": 0}', "here")
    assert time.perf_counter() - begin < 5


def test_ids_are_remembered_in_eight_bytes():
    seen = batches.defaultdict(lambda: batches.array("Q"))
    assert all(batches._is_new(f"i{number}", seen) for number in range(50_000))
    assert not any(batches._is_new(f"i{number}", seen) for number in range(50_000))
    assert sum(len(known) for known in seen.values()) == 50_000
    assert all(list(known) == sorted(known) and known.itemsize == 8 for known in seen.values())


@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_workers_are_one_or_more(tmp_path, number, capsys):
    with pytest.raises(SystemExit):
        predict("--input", "x", "--output", "y", f"--workers={number}")
    assert "is not a whole number from 1 on" in capsys.readouterr().err


def test_positions_go_on_from_file_to_file(tmp_path):
    files = [written(tmp_path, jsonl(PAGES[:3]), "a.jsonl"), written(tmp_path, parquet(PAGES[3:5]), "b.parquet")]
    sizes = [path.stat().st_size for path in files]
    found = list(formats.read(files))
    assert [record.position for record in found] == [sizes[0]] * 3 + [sizes[0] + sizes[1] // 2, sum(sizes)]
    assert [record.place.rsplit("/", 1)[1] for record in found] == [*(f"a.jsonl, line {n}" for n in (1, 2, 3)), "b.parquet, row 1", "b.parquet, row 2"]
    assert formats.total(files) == sum(sizes)
