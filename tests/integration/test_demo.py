"""`python -m hub_admin_lab.demo`: starts, fills itself, ends everything, and starts again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from browser import Browser
from real_hub import free_ports, wait_for

from hub_admin_lab.demo.people import EVERYBODY

pytest.importorskip("jupyterlab", reason="the demo shows JupyterLab")


class Demo:
    def __init__(self, state, **settings):
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.output = state.with_suffix(f".{port}.out")
        settings = {"PORT": port, "STATE": state.name, **settings}
        environ = {f"HUB_ADMIN_LAB_DEMO_{name}": str(value) for name, value in settings.items()}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hub_admin_lab.demo"],
                cwd=state.parent,
                env={**os.environ, **environ},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def says(self, words):
        text = self.output.read_text()
        return words in text or (self.process.poll() is not None and pytest.fail(text))

    def end(self, number):
        """End it; return its exit code and how many seconds that took."""
        begin = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(60), time.monotonic() - begin


@pytest.fixture
def demo(tmp_path):
    demos = []

    def start(**settings):
        demos.append(Demo(tmp_path / "state with a space", **settings))
        return demos[-1]

    yield start
    for each in demos:
        if each.process.poll() is None:
            each.end(signal.SIGTERM)


def processes_of(state):
    """Return the command lines of processes that belong to a demo with this state folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
            if str(state).encode() in environment + command and int(process.name) != os.getpid():
                found.append(command.decode())
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
def test_a_demo_from_start_to_end_and_again(demo, tmp_path):
    state = tmp_path / "state with a space"
    first = demo()
    wait_for(lambda: first.says("Everybody's password is"), 60, "the demo's welcome")
    assert first.url in first.output.read_text()
    wait_for(lambda: first.says("\nReady."), 100, "the sample servers")
    assert "did not start" not in first.output.read_text()

    admin = Browser(first.url, "admin", password="demo")
    admin.get("/hub/spawn")
    config = wait_for(lambda: admin.page_config("admin"), 60, "the admin's JupyterLab")
    page = admin.lab("GET", "users", token=config["token"]).json()
    capabilities = admin.lab("GET", "info", token=config["token"]).json()["capabilities"]
    admin.close()
    states = {
        (user["name"], server["name"]): server["state"]
        for user in page["items"]
        for server in user["servers"]
    }
    assert {user for user, _ in states} == set(EVERYBODY)
    # All that the panel can do is to be seen in a demo, rules too: the service runs.
    assert [name for name, held in capabilities.items() if not held] == []
    assert (state / "hub-admin-lab.sqlite").exists()
    running = {who for who, is_now in states.items() if is_now == "running"}
    assert running == {("admin", ""), ("alice", ""), ("bob", "gpu"), ("grace", "")}

    other = demo()
    assert other.process.wait(30) == 1
    assert "A demo already uses" in other.output.read_text()

    code, seconds = first.end(signal.SIGINT)
    assert code == 0
    assert seconds < 20
    assert processes_of(state) == []

    second = demo(SEED=0)
    wait_for(lambda: second.says("Everybody's password is"), 60, "the second start")
    assert (state / "homes" / "alice" / "Sample.ipynb").exists()
    Browser(second.url, "alice", password="demo").close()
    code, _ = second.end(signal.SIGTERM)
    assert code == 0
    assert processes_of(state) == []


def test_what_is_wrong_is_one_sentence(tmp_path):
    def demo(**settings):
        environ = {f"HUB_ADMIN_LAB_{name}": value for name, value in settings.items()}
        run = subprocess.run(
            [sys.executable, "-m", "hub_admin_lab.demo"],
            cwd=tmp_path,
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert run.returncode == 1
        assert run.stderr.count("\n") == 1
        return run.stderr

    assert "HUB_ADMIN_LAB_DEMO_PORT is a whole number, not 'http'" in demo(DEMO_PORT="http")
    assert "HUB_ADMIN_LAB_CHP=/nowhere does not exist" in demo(CHP="/nowhere")
    assert "Port 70000 cannot be used" in demo(DEMO_PORT="70000")
