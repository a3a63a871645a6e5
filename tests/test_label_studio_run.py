"""The way through Label Studio: a made-up server that behaves as the real one, or does not; and the real one where it is installed."""

import functools
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts import documents, label_studio_run, label_studio_server
from scripts.documents import DataError
from scripts.label_studio_server import call, running

REAL = documents.ROOT / ".venv-labelstudio" / "bin" / "label-studio"
needs_label_studio = pytest.mark.skipif(not REAL.exists(), reason="make labelstudio has not made .venv-labelstudio")

# A server with the API's addresses, as far as they are asked for. What it does besides stands in the file "mood" beside it.
FAKE = """#!{python}
import json, os, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

mood = Path(__file__).with_name("mood").read_text()
Path(__file__).with_name("seen.json").write_text(json.dumps(dict(os.environ, cwd=os.getcwd(), pid=str(os.getpid()))))
print("first line\\nInitializing database..", flush=True)
if mood == "dies":
    sys.exit("no such table")
if mood == "sleeps":
    time.sleep(60)
tasks = []

class Handler(BaseHTTPRequestHandler):
    def answer(self, status, value):
        content = json.dumps(value).encode() if not isinstance(value, bytes) else value
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        if self.headers["Authorization"] != "Token " + os.environ["LABEL_STUDIO_USER_TOKEN"]:
            return self.answer(401, {{"detail": "Invalid token."}})
        if "export" in self.path and mood == "not json":
            return self.answer(200, b"<html>")
        self.answer(200, tasks if "export" in self.path else {{"release": "0.0.0"}})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/projects/":
            if mood == "refuses":
                return self.answer(400, {{"validation_errors": {{"label_config": ["bad"]}}}})
            return self.answer(201, {{"id": 7}})
        for number, task in enumerate(body, 1):
            (annotation,) = task["annotations"]
            tasks.append({{**task, "id": number, "annotations": [{{**annotation, "id": 100 + number}}]}})
        if mood == "loses":
            tasks[-1]["annotations"][0]["result"][1]["value"]["labels"] = ["legal"]
        self.answer(201, {{"task_count": len(body), "annotation_count": len(body)}})

    def do_PATCH(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        annotation = next(t["annotations"][0] for t in tasks if self.path == "/api/annotations/%d/" % t["annotations"][0]["id"])
        if mood != "forgets":
            annotation["result"] = body["result"]
        if mood == "spoils":
            tasks[-1]["annotations"][0]["result"][1]["value"]["labels"] = ["legal"]
        self.answer(200, annotation)

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
"""


@pytest.fixture
def fake(tmp_path):
    """Given a mood, the program of the made-up server."""

    def program(mood="good"):
        path = tmp_path / "label-studio"
        path.write_text(FAKE.format(python=sys.executable), "utf-8")
        path.chmod(0o755)
        (tmp_path / "mood").write_text(mood)
        return path

    return program


@pytest.fixture
def seen(tmp_path):
    """What the made-up server wrote down about itself."""
    return lambda: json.loads((tmp_path / "seen.json").read_text())


def gone(process):
    """Whether the process has ended and its folder with it."""
    return not Path("/proc", process["pid"]).exists() and not Path(process["cwd"]).exists()


def test_all_comes_back_and_one_change_is_all_that_differs(fake, seen, capsys):
    assert label_studio_run.main(["--server", str(fake())]) == 0
    lines = capsys.readouterr().out.split("\n")
    first = documents.read_split("test")[0]
    (segment,) = [line for line in lines if line.startswith("changed through the API")]
    assert segment.startswith(f"changed through the API: {first['id']}, the segment at {first['segments'][0]['start']} from {first['segments'][0]['kind']} to ")
    assert f"exported: {len(documents.paths('test'))} documents came back byte for byte" in lines
    said = lines[lines.index(f"exported: {len(documents.paths('test'))} documents, and this is all that differs:") + 1 : -2]
    assert [line.split("{")[0] for line in said] == ["  - segments ", "  + segments "]
    assert json.loads(said[0][13:]) == first["segments"][0]
    assert json.loads(said[1][13:]) == {**first["segments"][0], "kind": segment.rsplit(" ", 1)[1]}
    assert gone(seen())


def test_the_server_is_quiet_and_takes_nothing_from_its_caller(fake, seen, monkeypatch):
    monkeypatch.setenv("LABEL_STUDIO_DJANGO_DB", "postgres")
    monkeypatch.setenv("DATABASE_NAME", "/tmp/another")
    monkeypatch.setenv("https_proxy", "http://proxy")
    with running(fake()) as server:
        found = seen()
        assert server.url.startswith("http://127.0.0.1:")
    switches = {"COLLECT_ANALYTICS": "false", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "", "LATEST_VERSION_CHECK": "false", "FEATURE_FLAGS_OFFLINE": "true"}
    assert {name: found.get(f"LABEL_STUDIO_{name}") for name in switches} == switches
    assert not found.keys() & {"LABEL_STUDIO_DJANGO_DB", "DATABASE_NAME"}
    assert found["https_proxy"] == found["http_proxy"] == "http://127.0.0.1:9", "where nothing listens"
    assert found["LABEL_STUDIO_BASE_DATA_DIR"] == found["HOME"] == found["cwd"]
    assert gone(found)


@pytest.mark.parametrize(("mood", "message"), [
    ("dies", "Label Studio ended with exit status 1; the end of its log:\n  first line\n  Initializing database..\n  no such table"),
    ("sleeps", "Label Studio does not answer after 2 seconds; the end of its log:\n  first line"),
    ("refuses", 'Label Studio refuses POST /api/projects/ with 400: {"validation_errors": {"label_config": ["bad"]}}'),
    ("not json", "export?exportType=JSON&download_all_tasks=true is no JSON"),
    ("loses", "unchanged.json: 1 documents came back otherwise than they went in: "),
    ("forgets", "changed.json: came back otherwise: "),
    ("spoils", "changed.json: came back otherwise: "),
])  # fmt: skip
def test_what_goes_wrong_is_one_clear_error_and_the_server_is_stopped(mood, message, fake, seen):
    with pytest.raises(DataError) as error:
        label_studio_run.main(["--server", str(fake(mood)), "--patience", "2" if mood == "sleeps" else "60"])
    assert message in str(error.value)
    assert gone(seen())


def test_only_the_end_of_a_long_log_is_said(tmp_path):
    program = tmp_path / "label-studio"
    program.write_text("#!/bin/sh\nseq 1 100\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(DataError, match="exit status 3") as error, running(program):
        pass
    assert str(error.value).split("\n")[1:] == [f"  {number}" for number in range(86, 101)]


def test_a_server_that_is_not_installed_names_the_extra(tmp_path):
    with (
        pytest.raises(DataError, match='label-studio: is not there; the extra "labelstudio" installs it, or run make labelstudio'),
        running(tmp_path / "label-studio"),
    ):
        pass


def test_a_server_that_has_gone_is_a_clear_error(fake):
    with running(fake()) as server:
        pass
    with pytest.raises(DataError, match="Label Studio does not answer GET /api/version/: .*refused"):
        call(server, "GET", "/api/version/")


def test_another_program_at_the_port_is_not_taken_for_ours(fake):
    with running(fake()) as server, pytest.raises(DataError, match="refuses GET /api/version/ with 401"):
        call(server._replace(token="another"), "GET", "/api/version/")


def test_a_free_port_is_free():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", label_studio_server.free_port()))


@pytest.mark.parametrize(("number", "status", "said"), [(signal.SIGINT, 1, "interrupted"), (signal.SIGTERM, 143, ""), (signal.SIGHUP, 129, "")])
def test_an_end_from_outside_stops_the_server(number, status, said, fake, seen, tmp_path):
    command = [sys.executable, "-m", "scripts.label_studio_run", "--server", str(fake("sleeps"))]
    # A shell starts what runs in its background deaf to SIGINT, and that is handed on.
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    run = subprocess.Popen(command, cwd=documents.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heard)
    for _ in range(600):
        if (tmp_path / "seen.json").exists() and (tmp_path / "seen.json").stat().st_size:
            break
        time.sleep(0.05)
    run.send_signal(number)
    assert said in run.communicate(timeout=60)[1]
    assert run.returncode == status
    assert gone(seen())


def test_the_environment_of_label_studio_has_the_version_that_the_extra_names():
    pins = documents.read_text(documents.ROOT / "requirements-labelstudio.txt").split("\n")
    (asked,) = (line for line in documents.read_text(documents.ROOT / "pyproject.toml").split("\n") if line.startswith("labelstudio = "))
    assert [line for line in pins if line.startswith("label-studio==")] == [json.loads(asked.split(" = ")[1])[0]]


@needs_label_studio
def test_through_the_real_one_and_back():
    command = [str(REAL.with_name("python")), "-m", "scripts.label_studio_run"]
    done = subprocess.run(command, cwd=documents.ROOT, capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    assert f"exported: {len(documents.paths('test'))} documents came back byte for byte\n" in done.stdout
    assert "and this is all that differs:\n  - segments {" in done.stdout
