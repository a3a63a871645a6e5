"""One system in a process of its own, for `baselines.bench`: how soon it answers, and how much memory it takes.

Nothing is imported here that the system does not need. The last line of the output is JSON: ``first``, seconds from the
start of the process to the answer for the first page, and ``peak``, megabytes of the whole process. The system named ``-``
loads the same pages and answers nothing.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

NOTHING = "-"
PAGES_AT_A_TIME = 1024


def main(arguments: list[str]) -> int:
    """``name pages model count start``: the pages' JSONL, a fitted baseline's file or ``-`` for a tool, how many pages, and when it began."""
    name, path, model, count, start = arguments
    with open(path, encoding="utf-8") as lines:  # noqa: PTH123 (pathlib is one import more)
        first = json.loads(next(lines))["text"]
    answer = answerer(name, model)
    answer([first])
    seconds = time.time() - float(start)
    with open(path, encoding="utf-8") as lines:  # noqa: PTH123
        texts = [json.loads(line)["text"] for line in lines]
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        wanted = texts[: int(count)]
        for at in range(0, len(wanted), PAGES_AT_A_TIME):
            answer(wanted[at : at + PAGES_AT_A_TIME])
    print("\n" + json.dumps({"first": seconds, "peak": peak()}))
    return 0


def answerer(name: str, model: str) -> Callable[[list[str]], Any]:
    """What answers for some texts: nothing, a fitted baseline, or a tool."""
    if name == NOTHING:
        return len
    if model != NOTHING:
        import joblib

        baseline = joblib.load(model)
        return lambda texts: baseline.predict(texts)
    from baselines.tools import PEERS

    return lambda texts: [PEERS[name].keep(text) for text in texts]


def peak() -> float:
    """Most memory that this process held so far, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
