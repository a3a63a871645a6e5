"""The bench: pages, slices, rounds and rows by hand, and a run over two systems. No test compares a speed."""

import json

import pytest

from baselines import bench, bench_child, tools
from scripts import documents, shape, tables, texts
from scripts.documents import DataError


@pytest.fixture
def tool(monkeypatch, tmp_path):
    """Two systems: a rule of ours, and a tool that fails; FOLDER is empty."""

    def crash(text):
        raise ValueError("no such page\nsecond line")

    monkeypatch.setitem(tools.PEERS, "crash", tools.Peer(crash, "no-tool-has-this-name", "fails"))
    monkeypatch.setattr(bench, "FOLDER", tmp_path / "bench")
    monkeypatch.setattr(bench, "PROBE_SECONDS", 0.001)
    return tmp_path


def test_pages_come_again_with_other_ids_until_the_corpus_is_large_enough():
    assert list(bench.filled(["اب", "c"], 11e-6)) == ["اب", "c", "اب", "c", "اب"]  # 4, 5, 9, 10, 14 bytes
    pages = bench.corpus(2.0, None)
    assert 2.0 <= bench.size([page["text"] for page in pages]) < 2.1
    assert len({page["id"] for page in pages}) == len(pages)
    own = {document["text"] for split in documents.splits() for document in documents.read_split(split)}
    assert {page["text"] for page in pages} == own
    assert pages == bench.corpus(2.0, None)


def test_every_record_of_a_dump_is_read(tmp_path):
    path = tmp_path / "dump.json"
    records = [{"body": "أول"}, {"body": " "}, {"other": "غيره"}, "سطر", {"body": "ثان"}, {"body": 7}]
    path.write_text(json.dumps(records), "utf-8")
    assert texts.record_texts({"member": None, "field": "body"}, path) == ["أول", "ثان"]
    (tmp_path / "one.json").write_text("{}", "utf-8")
    with pytest.raises(DataError, match="not a list of records"):
        texts.record_texts({"member": None, "field": "body"}, tmp_path / "one.json")


def test_every_system_runs_once_a_round_and_the_order_moves_on():
    seen = []
    answers = {name: bench.System(lambda pages, name=name: seen.append(name), 1) for name in "abc"}
    found = bench.rounds(answers, {name: ["page"] for name in "abc"}, 4)
    assert "".join(seen) == "abcbcacababc"
    assert {name: len(speeds) for name, speeds in found.items()} == {"a": 4, "b": 4, "c": 4}


def test_a_slow_system_gets_a_slice_and_a_failing_one_an_error(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(bench.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(bench, "PROBE_SECONDS", 1.0)

    def takes(seconds):
        def answer(pages):
            now[0] += seconds * len(pages)

        return bench.System(answer, 1)

    def crash(pages):
        raise ValueError("no such page\nsecond line")

    slices, errors = bench.probed({"slow": takes(0.4), "fast": takes(0.001), "crash": bench.System(crash, 1)}, ["page"] * 100, 5)
    # 0.4 s a page: three pages pass the second that is probed, so fifteen fill five
    assert {name: len(pages) for name, pages in slices.items()} == {"slow": 15, "fast": 100}
    assert errors == {"crash": "ValueError: no such page"}


def test_ratios_are_of_medians_and_speed_is_the_median(monkeypatch):
    monkeypatch.setattr(bench, "measured", lambda name, count: {"first": 1.234, "peak": 150.0})
    speeds = {"mine": [1.0, 8.0, 6.0], "justext": [2.0, 4.0, 3.0]}
    found = bench.row("mine", speeds, {"mine": ["abcd"] * 1000}, {"first": 0.1, "peak": 40.0})
    assert found == {
        "megabytes": 0.004,
        "speed": {"median": 6.0, "low": 1.0, "high": 8.0},
        "ratios": {"justext": 2.0},
        "memory": 110.0,
        "first_answer": 1.23,
    }


def test_sizes_that_would_take_too_long_are_left_out_of_the_curve(monkeypatch):
    monkeypatch.setattr(bench, "CURVE", (1, 2, 4))
    monkeypatch.setattr(bench, "timed", lambda answer, pages: bench.size(pages) / 2)
    found = bench.curve("mine", None, 2.0, ["a" * 1_000_000], 2.5)
    assert found["points"] == [
        {"megabytes": 1, "seconds": 0.5, "speed": 2.0},
        {"megabytes": 2, "seconds": 1.0, "speed": 2.0},
        {"megabytes": 4, "seconds": None, "speed": None},  # would take 2 seconds of the 1.0 left
    ]


def test_memory_is_not_that_of_the_process_that_asks(tool):
    documents.write(bench.FOLDER / "pages.jsonl", documents.render_jsonl([{"id": "a", "text": "نص"}]))
    ballast = bytearray(b"x" * 300_000_000)
    idle = bench.measured(bench_child.NOTHING, 0)
    assert len(ballast) / 1e6 > idle["peak"] > 5
    assert 0 < idle["first"] < 60


def test_a_run_keeps_the_definition_and_a_failing_tool_is_a_row(tool, capsys):
    output = tool / "bench.json"
    arguments = ["--megabytes", "0.01", "--rounds", "2", "--seconds", "0.01", "--only", "all_body", "crash", "--output", str(output)]
    assert bench.main(arguments) == 0
    found, out = documents.read_json(output), capsys.readouterr().out
    assert list(shape.schema_faults(found, "bench")) == []
    assert found["systems"]["crash"] == {"error": "ValueError: no such page"}
    assert found["systems"]["all_body"]["memory"] > 0
    assert found["systems"]["all_body"]["first_answer"] > 0
    assert found["curve"] is None
    assert "| all_body |" in out
    assert "crash: ValueError: no such page" in out


def test_an_unknown_system_names_the_known_ones():
    with pytest.raises(DataError, match="winnower: no such system; there are all_body, nothing"):
        bench.main(["--only", "winnower"])


@pytest.mark.skipif(not bench.BENCH.exists(), reason="python -m baselines.bench was not run")
def test_pinned_measures_keep_their_definition():
    found = documents.read_json(bench.BENCH)
    assert list(shape.schema_faults(found, "bench")) == []
    assert found["corpus"]["megabytes"] >= 10
    assert "first answer" in tables.bench(found)
