"""Jobs side by side: answers in the order of the jobs, a bar for a terminal alone, and the error of a job as it was raised."""

import sys
import time

import pytest

from baselines.parallel import each
from scripts.documents import DataError


def late(number, wait):
    time.sleep(wait)
    return number


def broken(number):
    raise DataError(f"{number}: broken")


def test_answers_stand_in_the_order_of_the_jobs_whichever_is_done_first():
    assert each(late, [(0, 0.5), (1, 0), (2, 0.2), (3, 0)], "late") == [0, 1, 2, 3]
    assert each(late, [], "none") == []


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_is_shown_on_a_terminal_alone(monkeypatch, capsys, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    each(late, [(0, 0), (1, 0)], "the late ones")
    said = capsys.readouterr().err
    assert ("the late ones: 100%" in said) if terminal else said == ""


def test_the_error_of_a_job_is_that_of_the_call():
    with pytest.raises(DataError, match="7: broken"):
        each(broken, [(7,)], "broken")
