"""One call for many jobs, as many at a time as there are cores."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from joblib import Parallel, delayed
from tqdm import tqdm


def each(call: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], name: str) -> list[Any]:
    """What ``call`` answers for each job, in the order of the jobs. On a terminal a bar of that name counts those that are done."""
    answers = Parallel(n_jobs=-1, return_as="generator_unordered")(delayed(_numbered)(number, call, job) for number, job in enumerate(jobs))
    done = tqdm(answers, desc=name, total=len(jobs), disable=None)
    return [answer for _, answer in sorted(done, key=itemgetter(0))]


def _numbered(number: int, call: Callable[..., Any], job: tuple[Any, ...]) -> tuple[int, Any]:
    return number, call(*job)
