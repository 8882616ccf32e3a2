"""`python -m hub_admin_lab.service` as a program: how it starts, what it says, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from .databases import PostgresDatabase, SqliteDatabase

ALICE = {"name": "alice", "groups": ["class-a"], "servers": {"": {"name": "", "ready": True}}}
PAGE = {"items": [ALICE], "_pagination": {"total": 1, "offset": 0, "limit": 200, "next": None}}
SERVER = {
    "kind": "user",
    "name": "alice",
    "admin": False,
    "groups": ["class-a"],
    "session_id": None,
    "scopes": ["access:servers!server=alice/", "users:activity!user=alice"],
}
NO_PROXY = {"http_proxy": "", "https_proxy": "", "no_proxy": "*"}


class _Hub(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path != "/hub/api/user" or self.headers["Authorization"] == "token alices"
        body = json.dumps(SERVER if self.path == "/hub/api/user" else PAGE).encode()
        self.send_response(200 if known else 403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if known else 2))
        self.end_headers()
        self.wfile.write(body if known else b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def hub_url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hub/api"
    server.shutdown()
    thread.join()
    server.server_close()


def environment(hub_url, tmp_path, **more):
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "HUB_ADMIN"))}
    return {
        **kept,
        **NO_PROXY,
        "JUPYTERHUB_API_URL": hub_url,
        "JUPYTERHUB_API_TOKEN": "token-of-the-service",
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}",
        "HUB_ADMIN_LAB_DB_URL": f"sqlite:///{tmp_path}/service.sqlite",
        "HUB_ADMIN_LAB_AGENT_KEY": "ab" * 32,
        "HUB_ADMIN_LAB_LOG_LEVEL": "DEBUG",
        **more,
    }


COMMAND = [sys.executable, "-m", "hub_admin_lab.service"]


class Program:
    def __init__(self, env):
        self.url = env["JUPYTERHUB_SERVICE_URL"] + "/services/hub-admin-lab/api/"
        self.process = subprocess.Popen(COMMAND, env=env, stderr=subprocess.PIPE, text=True)

    def ask(self, path, token=None, body=None):
        headers = {} if token is None else {"Authorization": f"token {token}"}
        data = None if body is None else json.dumps(body).encode()
        try:
            with urlopen(Request(self.url + path, data, headers), timeout=10) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def health(self):
        assert self.process.poll() is None, self.process.stderr.read()
        try:
            return self.ask("health")[1]
        except OSError:
            return {"ok": False, "hub": False}

    def wait(self, what="ok"):
        end = time.monotonic() + 60
        while not self.health()[what]:
            assert time.monotonic() < end
            time.sleep(0.1)
        return self

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=30)
        return errors


@contextmanager
def running(env, what="ok"):
    program = Program(env)
    try:
        yield program.wait(what)
    finally:
        if program.process.poll() is None:
            program.process.kill()
        program.process.communicate()


def check_in(sequence):
    return {
        "user": "alice",
        "server": "",
        "run": "run-number-1",
        "sequence": sequence,
        "version": "1",
    }


def test_a_report_outlives_a_restart_and_a_kill(hub_url, tmp_path):
    env = environment(hub_url, tmp_path)
    with running(env) as program:
        status, answer = program.ask("agents/checkin", "alices", check_in(1))
        assert status == 200, answer
        log = program.end()
        assert program.process.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert lines[-1]["message"] == "Ended."
    assert {"at", "level", "logger", "message"} == set(lines[-1])
    for secret in ("token-of-the-service", "alices", answer["token"], "ab" * 32):
        assert secret not in log
    with running(env) as program:
        # The key is the same, so that its token still is one.
        assert program.ask("agents/checkin", answer["token"], check_in(2))[0] == 200
        assert program.ask("agents/checkin", "nobodys", check_in(3))[0] == 401
        program.end(signal.SIGKILL)
    with running(env) as program:
        assert program.ask("agents/checkin", answer["token"], check_in(4))[0] == 200


@pytest.fixture
def postgres_away(postgres):
    """An empty database, and a server that is not there until the test starts it."""
    database = PostgresDatabase(postgres)
    postgres.stop()
    yield database
    postgres.stop()
    postgres.start()


def test_it_waits_for_a_database_that_is_not_there_yet(hub_url, tmp_path, postgres_away):
    env = environment(hub_url, tmp_path, HUB_ADMIN_LAB_DB_URL=postgres_away.url)
    with running(env, "hub") as program:
        status, health = program.ask("health")
        assert (status, health["ok"], health["database"]) == (503, False, False)
        status, answer = program.ask("agents/checkin", "alices", check_in(1))
        assert (status, answer["code"]) == (503, "store_unavailable")
        postgres_away.server.start()
        program.wait()
        status, answer = program.ask("agents/checkin", "alices", check_in(2))
        assert status == 200, answer
        log = program.end()
        assert program.process.returncode == 0
    messages = [json.loads(line)["message"] for line in log.splitlines()]
    assert len([m for m in messages if m.startswith("Until the database answers")]) == 1
    assert "The database answers again." in messages
    assert len(postgres_away.execute("SELECT * FROM hub_admin_lab_reports")) == 1


def test_it_ends_when_it_is_told_to_while_it_waits(hub_url, tmp_path, postgres_away):
    env = environment(hub_url, tmp_path, HUB_ADMIN_LAB_DB_URL=postgres_away.url)
    with running(env, "hub") as program:
        log = program.end()
        assert program.process.returncode == 0
    assert json.loads(log.splitlines()[-1])["message"] == "Ended."


def test_it_does_not_wait_for_a_database_of_a_newer_version(hub_url, tmp_path):
    env = environment(hub_url, tmp_path)
    with running(env) as program:
        program.end()
    database = SqliteDatabase(tmp_path / "service.sqlite")
    database.execute("UPDATE hub_admin_lab_alembic_version SET version_num = '9999'")
    done = subprocess.run(COMMAND, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "made by a newer version" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JUPYTERHUB_API_TOKEN", "", "JUPYTERHUB_API_TOKEN is not set"),
        ("HUB_ADMIN_LAB_CHECKIN", "x", "HUB_ADMIN_LAB_CHECKIN takes a number of seconds"),
        ("HUB_ADMIN_LAB_DB_URL", "sqlite:////nowhere/at/all.sqlite", "The folder of the hub"),
        ("HUB_ADMIN_LAB_DB_URL", "odd:secret", "database cannot be read"),
        ("JUPYTERHUB_SERVICE_URL", "http://192.0.2.1:80", "it cannot listen"),
    ],
)
def test_it_ends_with_a_sentence(hub_url, tmp_path, name, value, said):
    env = environment(hub_url, tmp_path, **{name: value})
    done = subprocess.run(COMMAND, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("hub_admin_lab.service: ")
    assert said in last
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_it_ends_with_the_hub_that_started_it(hub_url, tmp_path):
    env = environment(hub_url, tmp_path, JUPYTERHUB_CLIENT_ID="service-hub-admin-lab")
    # A program between us that starts the service, says which it is, and ends at once.
    starter = (
        "import subprocess, sys; "
        f"print(subprocess.Popen({COMMAND!r}).pid, flush=True); sys.stdin.read()"
    )
    hub = subprocess.Popen(
        [sys.executable, "-c", starter],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    pid = int(hub.stdout.readline())
    program = Program.__new__(Program)
    program.url = env["JUPYTERHUB_SERVICE_URL"] + "/services/hub-admin-lab/api/"
    program.process = hub
    program.wait()
    hub.kill()
    hub.communicate()
    end = time.monotonic() + 30
    while _lives(pid):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_it_ends_when_the_hub_was_killed_before_it_could_look(hub_url, tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    more = {"JUPYTERHUB_CLIENT_ID": "service-hub-admin-lab", "HUB_ADMIN_LAB_HUB_PID": str(gone.pid)}
    done = subprocess.run(
        COMMAND,
        env=environment(hub_url, tmp_path, **more),
        stderr=subprocess.PIPE,
        timeout=60,
    )
    assert done.returncode == 0
    assert b"The hub that started this service is gone." in done.stderr


def _lives(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_loads_nothing_that_a_hub_image_does_not_have():
    code = (
        "import sys, hub_admin_lab.service.__main__\n"
        "print([m for m in ('httpx', 'jupyter_server', 'jupyterlab', 'psycopg', 'psycopg2') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
