"""How fast the baselines and other people's tools are, and what they take: ``python -m baselines.bench [--sources DIR]``.

Speed is megabytes (10^6 bytes of UTF-8) a second, one thread, warm; baselines get pages in batches, as `predict` sends them, tools one
at a time. Every system runs once in every round, in an order that moves on by one, over as much of the corpus as it does in the time
it is given; the median round is its speed. A baseline is fitted before the clock starts. A tool's time is its own and that of making
its page, not of finding what it kept in our text. Figures belong to the machine; the ratios to jusText and trafilatura, from the same
rounds, travel better.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import joblib
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from baselines import peers, results
from baselines.bench_child import NOTHING, PAGES_AT_A_TIME
from baselines.models import GRIDS, MODELS
from baselines.saved import ready
from baselines.score import SEED
from baselines.tools import PEERS
from scripts import commands, documents, sources, tables, texts
from scripts.documents import ROOT, DataError, Json

BENCH = ROOT / "baselines" / "bench.json"
FOLDER = ROOT / "build" / "bench"
BESIDE = ("justext", "trafilatura")
CURVE = (1, 3, 10, 30, 100)
PROBE_SECONDS = 0.3
# A child inherits the peak of the process that starts it, so a small process stands between; it also says when it began.
LAUNCHER = "import subprocess, sys, time; sys.exit(subprocess.call([*sys.argv[1:], str(time.time())]))"


class System(NamedTuple):
    """What answers for some pages, and for how many at a time."""

    answer: Callable[[list[str]], Any]
    at_a_time: int


def corpus(megabytes: float, folder: Path | None) -> list[Json]:
    """Pages of at least that size: those of all splits, and of the article dumps in ``folder``, in a fixed random order and over again with other ids."""
    found = [document["text"] for split in documents.splits() for document in documents.read_split(split)]
    found += dumped(folder) if folder else []
    random.Random(SEED).shuffle(found)
    return [{"id": f"page-{number}", "text": text} for number, text in enumerate(filled(found, megabytes))]


def dumped(folder: Path) -> list[str]:
    """Every text of the record files that the field set points into. Raises DataError where a file is not there or another one."""
    known, found = sources.read(), []
    pointers = [page["pointer"] for page in map(documents.read_json, documents.field_paths()) if page["pointer"]["record"] is not None]
    for pointer in {(sources.key(p), p["member"], p["field"]): p for p in pointers}.values():
        found += texts.record_texts(pointer, sources.get(known[sources.key(pointer)], folder))
    return found


def filled(found: list[str], megabytes: float) -> Iterator[str]:
    """The texts over and over, until they hold that many megabytes."""
    held = 0.0
    for text in cycle(found):
        if held >= megabytes:
            return
        yield text
        held += size([text])


def size(found: list[str]) -> float:
    """Megabytes of UTF-8."""
    return sum(len(text.encode("utf-8")) for text in found) / 1e6


def baseline(name: str) -> Any:
    """The baseline, fitted on train with the pinned parameters; a rule is fitted on nothing."""
    return ready(name, documents.read_split("train") if name in GRIDS else [], results.read()["parameters"].get(name, {}))


def systems(names: list[str]) -> dict[str, System]:
    """``{name: system}`` of baselines and tools; fitted baselines are left in FOLDER for the processes that measure them."""
    found: dict[str, System] = {}
    for name in tqdm(names, desc="fit", disable=None):
        if name in MODELS:
            model = baseline(name)
            FOLDER.mkdir(parents=True, exist_ok=True)
            joblib.dump(model, FOLDER / f"{name}.joblib")
            found[name] = System(model.predict, PAGES_AT_A_TIME)
        else:
            found[name] = System(_each(PEERS[name].keep), 1)
    return found


def probed(answers: dict[str, System], pages: list[str], seconds: float) -> tuple[dict[str, list[str]], dict[str, str]]:
    """``({name: its slice}, {name: error})``: the pages that a system does in about that time, counted once it is warm."""
    slices, errors = {}, {}
    for name, answer in tqdm(answers.items(), desc="warm", disable=None):
        try:
            done = [_within(answer, pages, PROBE_SECONDS) for _ in ("warm", "counted")][-1]
        except Exception as error:  # whatever a tool raises is its result
            errors[name] = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
            continue
        slices[name] = pages[: max(1, round(done * seconds / PROBE_SECONDS))]
    return slices, errors


def rounds(answers: dict[str, System], slices: dict[str, list[str]], number: int) -> dict[str, list[float]]:
    """``{name: megabytes a second of each round}``; every system once a round, the first of one round the last of the next."""
    names = list(slices)
    found: dict[str, list[float]] = {name: [] for name in names}
    bar = tqdm(total=number * len(names), desc="rounds", disable=None)
    for turn in range(number):
        shift = turn % len(names) if names else 0
        for name in names[shift:] + names[:shift]:
            found[name].append(size(slices[name]) / timed(answers[name], slices[name]))
            bar.update()
    bar.close()
    return found


def timed(answer: System, pages: list[str]) -> float:
    """Seconds for these pages."""
    begin = time.perf_counter()
    for at in range(0, len(pages), answer.at_a_time):
        answer.answer(pages[at : at + answer.at_a_time])
    return max(time.perf_counter() - begin, 1e-9)


def measured(name: str, count: int) -> Json:
    """``{"first", "peak"}`` of the system in a process of its own, over the first ``count`` pages of FOLDER's. Raises DataError where it fails."""
    model = str(FOLDER / f"{name}.joblib") if name in MODELS else NOTHING
    command = [sys.executable, "-m", "baselines.bench_child", name, str(FOLDER / "pages.jsonl"), model, str(count)]
    done = subprocess.run([sys.executable, "-c", LAUNCHER, *command], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise DataError(f"in a process of its own: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def row(name: str, speeds: dict[str, list[float]], slices: dict[str, list[str]], idle: Json) -> Json:
    """The system's entry in bench.json."""
    own = statistics.median(speeds[name])
    beside = {other: round(own / statistics.median(speeds[other]), 3) for other in BESIDE if other in speeds}
    try:
        alone = measured(name, len(slices[name]))
    except DataError as error:
        return {"error": str(error)}
    figures = {"median": round(own, 3), "low": round(min(speeds[name]), 3), "high": round(max(speeds[name]), 3)}
    memory = round(max(0.0, alone["peak"] - idle["peak"]), 1)
    return {"megabytes": round(size(slices[name]), 3), "speed": figures, "ratios": beside, "memory": memory, "first_answer": round(alone["first"], 2)}


def curve(name: str, answer: System, speed: float, pages: list[str], seconds: float) -> Json:
    """Seconds of the system over 1 to 100 megabytes; null for a size that would pass what is left of ``seconds``."""
    points = []
    for megabytes in CURVE:
        taken = None
        if megabytes / speed <= seconds:
            taken = timed(answer, list(filled(pages, megabytes)))
            seconds -= taken
        points.append({"megabytes": megabytes, "seconds": taken and round(taken, 2), "speed": taken and round(megabytes / taken, 3)})
    return {"system": name, "points": points}


def build(pages: list[Json], names: list[str], options: argparse.Namespace) -> Json:
    """The content of bench.json."""
    plain = [page["text"] for page in pages]
    documents.write(FOLDER / "pages.jsonl", documents.render_jsonl(pages))
    answers = systems(names)
    with threadpool_limits(1):
        slices, errors = probed(answers, plain, options.seconds)
        speeds = rounds(answers, slices, options.rounds)
        found: Json = {name: {"error": text} for name, text in errors.items()}
        idle = measured(NOTHING, 0)
        for name in tqdm(slices, desc="alone", disable=None):
            found[name] = row(name, speeds, slices, idle)
        best = results.read()["recommended"]
        line = curve(best, answers[best], statistics.median(speeds[best]), plain, options.curve_seconds) if best in speeds else None
    held = {"megabytes": round(size(plain), 3), "pages": len(plain), "distinct": len(set(plain)), "sources": bool(options.sources)}
    head = {"machine": machine(), "versions": results.versions(), "corpus": held, "rounds": options.rounds}
    tools = {name: peers.described(name)["version"] for name in names if name in PEERS}
    return {**head, "tools": tools, "systems": {name: found[name] for name in names}, "curve": line}


def machine() -> str:
    """What the figures belong to, in general terms."""
    return f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    names = options.only or [*MODELS, *PEERS]
    unknown = [name for name in names if name not in {**MODELS, **PEERS}]
    if unknown:
        raise DataError(f"{', '.join(unknown)}: no such system; there are {', '.join([*MODELS, *PEERS])}")
    found = build(corpus(options.megabytes, options.sources), names, options)
    documents.write(options.output, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(tables.bench(found))
    return 0


def _each(keep: Callable[[str], Any]) -> Callable[[list[str]], Any]:
    return lambda pages: [keep(page) for page in pages]


def _within(system: System, pages: list[str], seconds: float) -> int:
    """How many pages are answered in that time."""
    begin = time.perf_counter()
    for at in range(0, len(pages), system.at_a_time):
        system.answer(pages[at : at + system.at_a_time])
        if time.perf_counter() - begin > seconds:
            return min(at + system.at_a_time, len(pages))
    return len(pages) * round(seconds / (time.perf_counter() - begin) + 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m baselines.bench", description="Measure speed and memory of baselines and tools.")
    parser.add_argument("--sources", type=Path, metavar="DIR", help="also over the article dumps in DIR/<owner>/<name>/<path>")
    parser.add_argument("--megabytes", type=float, default=10, help="size of the corpus (default: 10)")
    parser.add_argument("--rounds", type=int, default=5, help="how often every system runs (default: 5)")
    parser.add_argument("--seconds", type=float, default=2, help="what a system is given in a round; sets its slice (default: 2)")
    parser.add_argument("--curve-seconds", type=float, default=120, help="what the curve of the recommended baseline may take (default: 120)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these systems alone")
    parser.add_argument("--output", type=Path, default=BENCH, help="where the figures are written (default: baselines/bench.json)")
    return parser


if __name__ == "__main__":
    commands.run(main, "bench")
