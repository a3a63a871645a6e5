"""How every command ends: its status, one line where the data are at fault, and no word where its reader has gone."""

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from scripts.documents import DataError

# As a shell tells of a tool that a closed pipe has stopped: 128 and the number of SIGPIPE.
PIPE_CLOSED = 141


def run(main: Callable[[], int], name: str) -> NoReturn:
    """Run a command and exit: with its status, with 1 and the message of a DataError, or with PIPE_CLOSED (``… | head``)."""
    try:
        status = main()
        sys.stdout.flush()
    except DataError as error:
        sys.exit(f"{name}: {error}")
    except BrokenPipeError:
        # What is still to be written goes nowhere, else Python complains of it while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(PIPE_CLOSED)
    sys.exit(status)
