"""A Label Studio server of its own on loopback, for as long as a ``with`` block lasts.

It keeps everything in a temporary folder (SQLite), which goes with it, takes nothing from the caller's environment and sends nothing away.
"""

import contextlib
import json
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scripts.documents import DataError

HOST = "127.0.0.1"
USER = "annotator@localhost"

# Label Studio's own switches for what it would send or ask outside: usage, errors of server and browser, newer releases, flags of features.
QUIET = {
    "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
    "LABEL_STUDIO_SENTRY_DSN": "",
    "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
    "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
    "LABEL_STUDIO_FEATURE_FLAGS_OFFLINE": "true",
    # The tips that its pages fetch for a person have no switch; nothing is there to pass a request on.
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
}
_LOG_LINES = 15
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server(NamedTuple):
    """Where a running server is, what its API asks for as a token, and the password of USER on its screen."""

    url: str
    token: str
    password: str


@contextlib.contextmanager
def running(program: Path | None = None, patience: float = 900) -> Iterator[Server]:
    """A server that answers; it is stopped and its folder removed however the block ends.

    ``program`` is the command ``label-studio`` (None: the one beside this Python), ``patience`` the seconds it has to come up: making its
    database takes a minute, on a busy machine many. Raises DataError where there is none, or it does not come up, with the end of its log.
    """
    program = program or Path(sys.executable).with_name("label-studio")
    if not program.is_file():
        raise DataError(f'{program}: is not there; the extra "labelstudio" installs it, or run make labelstudio, which makes an environment for it')
    with tempfile.TemporaryDirectory(prefix="label-studio-") as name:
        folder, port = Path(name), free_port()
        server = Server(f"http://{HOST}:{port}", secrets.token_hex(20), secrets.token_hex(20))
        process = _start(program, port, folder, server)
        try:
            _wait(process, server, folder, patience)
            yield server
        finally:
            _stop(process)


def call(server: Server, method: str, path: str, body: Any = None, timeout: float = 600) -> Any:
    """The API's answer to a request. Raises DataError with its reason where it refuses, and where it does not answer."""
    content = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Token {server.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(server.url + path, content, headers, method=method)
    try:
        with _DIRECT.open(request, timeout=timeout) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        reason = error.read().decode("utf-8", "replace").strip()
        raise DataError(f"Label Studio refuses {method} {path} with {error.code}: {reason[:1000] or error.reason}") from error
    except ValueError as error:
        raise DataError(f"Label Studio's answer to {method} {path} is no JSON: {error}") from error
    except OSError as error:
        raise DataError(f"Label Studio does not answer {method} {path}: {error}") from error


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def settings(folder: Path, server: Server) -> dict[str, str]:
    """The whole environment of the server: its switches, its folder, its user; no other database, no proxy, no name of the caller's."""
    own = {"LABEL_STUDIO_BASE_DATA_DIR": str(folder), "LABEL_STUDIO_USERNAME": USER}
    secret = {"LABEL_STUDIO_PASSWORD": server.password, "LABEL_STUDIO_USER_TOKEN": server.token}
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **QUIET, **own, **secret}


def _start(program: Path, port: int, folder: Path, server: Server) -> "subprocess.Popen[bytes]":
    options = ["start", "--no-browser", "--internal-host", HOST, "--port", str(port), "--enable-legacy-api-token"]
    with _log(folder).open("wb") as log:
        return subprocess.Popen(
            [str(program.absolute()), *options], cwd=folder, env=settings(folder, server), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


def _wait(process: "subprocess.Popen[bytes]", server: Server, folder: Path, patience: float) -> None:
    """Returns when the server knows our token. Whatever else answers there, should another program have taken the port, does not."""
    end = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(DataError):
            call(server, "GET", "/api/current-user/whoami", timeout=10)
            return
        time.sleep(0.2)
    what = f"does not answer after {patience:g} seconds" if process.poll() is None else f"ended with exit status {process.returncode}"
    lines = _log(folder).read_text("utf-8", "replace").rstrip().split("\n")
    raise DataError("\n  ".join([f"Label Studio {what}; the end of its log:", *lines[-_LOG_LINES:]]))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _log(folder: Path) -> Path:
    return folder / "server.log"
