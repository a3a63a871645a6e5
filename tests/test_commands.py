"""How commands end: with their status, with one line, and without a word where nobody reads on."""

import subprocess
import sys

import pytest

from scripts import commands, documents
from scripts.documents import DataError


def faulty():
    raise DataError("page.txt: line 3 is empty")


@pytest.mark.parametrize(("main", "status"), [(lambda: 0, 0), (lambda: 3, 3), (faulty, "views: page.txt: line 3 is empty")])
def test_a_command_ends_with_its_status_or_what_is_wrong(main, status):
    with pytest.raises(SystemExit) as ended:
        commands.run(main, "views")
    assert ended.value.code == status


def test_a_reader_that_has_gone_ends_a_command_without_a_word():
    show = [sys.executable, "-m", "scripts.composition"]
    done = subprocess.Popen(show, cwd=documents.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.stdout is not None and done.stderr is not None
    done.stdout.close()
    assert (done.stderr.read(), done.wait(60)) == (b"", commands.PIPE_CLOSED)
    done.stderr.close()
