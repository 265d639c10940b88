"""The server as it is started: address, health, worker, graceful stop, and nothing left running by a kill."""

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from desk_of_paper import FILL, bihuan, environment, python

pytestmark = pytest.mark.slow
START = "import sys; sys.argv[0] = 'bihuan'; from bihuan.cli import main; main()"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = tmp_path_factory.mktemp("served") / "W"
    python(FILL, root)
    return root


@pytest.fixture
def served(workspace):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", START, "-w", str(workspace), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
    yield server, port
    if server.poll() is None:
        server.kill()
    server.wait()


def health(port, patience=60):
    until = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return json.load(answer)
        except (OSError, urllib.error.HTTPError):
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def children(workspace):
    """Modules that run as processes for this workspace."""
    found = []
    for folder in (one for one in Path("/proc").iterdir() if one.name.isdigit()):
        try:
            line, around = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"bihuan.web." in line and str(workspace).encode() in around:
            found.append(line.split(b"\0")[2].decode())
    return sorted(found)


def gone(workspace, patience=30):
    until = time.monotonic() + patience
    while children(workspace) and time.monotonic() < until:
        time.sleep(0.2)
    return not children(workspace)


def test_it_says_where_it_is_is_well_and_stops_gracefully(served, workspace):
    server, port = served
    told = health(port)
    assert told["ok"]
    assert told["database"]["journal"]["seq"] == 3
    assert set(children(workspace)) == {"bihuan.web.server", "bihuan.web.worker"}
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    assert f"http://127.0.0.1:{port}/" in server.stderr.read()
    assert gone(workspace)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def test_a_request_that_runs_is_finished_before_the_server_stops(served, workspace):
    server, port = served
    health(port)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), NoRedirect)
    base = f"http://127.0.0.1:{port}"
    page = browser.open(f"{base}/account/sign-in/").read().decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)[1]
    other = sqlite3.connect(workspace / "workbench.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # so that the request must wait for its turn to write
    answers = []

    def choose():
        try:
            browser.open(f"{base}/language/", f"language=en&csrfmiddlewaretoken={token}".encode())
        except urllib.error.HTTPError as answer:
            answers.append(answer.code)

    request = threading.Thread(target=choose)
    request.start()
    time.sleep(1)
    server.send_signal(signal.SIGTERM)
    time.sleep(1)
    other.execute("ROLLBACK")
    request.join(30)
    assert answers == [302]
    assert server.wait(30) == 0


def test_a_killed_server_leaves_nothing_running(served, workspace):
    server, port = served
    health(port)
    server.kill()
    server.wait()
    assert gone(workspace)


def test_files_come_with_their_type_and_the_pages_without_a_trace(served):
    _, port = served
    health(port)
    base = f"http://127.0.0.1:{port}"
    with urllib.request.urlopen(f"{base}/static/vendor/htmx-2.0.11/htmx.min.js") as answer:
        assert "javascript" in answer.headers["Content-Type"]
        assert "immutable" in answer.headers["Cache-Control"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{base}/static/../settings.py")
    assert refused.value.code == 404
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(base, headers={"Host": "example.org"}))
    assert refused.value.code == 400


def test_a_tick_signs_the_day_once(workspace):
    first, second = (json.loads(bihuan("-w", workspace, "tick", "--json").stdout) for _ in range(2))
    assert first == second
    assert first["checkpoint"]
