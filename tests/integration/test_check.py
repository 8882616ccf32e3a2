"""`python -m hub_admin_lab.check` where it is meant to run: a terminal in a single-user server."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hub_admin_lab import __version__


def check(hub, person):
    environment = hub.person(person).spy(person)["environment"]
    command = [sys.executable, "-m", "hub_admin_lab.check"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert not any(secret in run.stdout + run.stderr for secret in hub.secrets)
    assert not run.stderr
    return run.stdout


@pytest.mark.parametrize(
    ("person", "line"),
    [
        ("admin", "ok       The panel may list everybody."),
        ("assistant", "ok       The panel may list users with group=class-a."),
        ("alice", "note     The owner of this server may list nobody: there is no user list."),
    ],
)
def test_in_a_server(hub, person, line):
    lines = check(hub, person).splitlines()
    assert line in lines
    assert f"ok       Hub Admin Lab {__version__} here and at the Hub." in lines
    assert "ok       The server extension is enabled and answers." in lines
    policy = "Cross-Origin-Opener-Policy: noopener-allow-popups"
    assert f"ok       The Hub's pages have {policy}." in lines
