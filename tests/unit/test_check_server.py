"""`python -m hub_admin_lab.check` in a single-user server, with a Hub and a server that answer."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hub_admin_lab import __version__
from hub_admin_lab.check.__main__ import main

TOKEN = "a-token-that-is-never-printed"
IDLE = {
    "kernels": {
        "idle_timeout": {"value": 3600, "source": "config"},
        "interval": {"value": 300, "source": "config"},
        "cull_connected": {"value": True, "source": "config"},
    }
}


class World:
    """What the Hub and the server answer, by path: status, body, headers."""

    def __init__(self, port):
        coop = {"Cross-Origin-Opener-Policy": "noopener-allow-popups"}
        self.answers = {
            "/hub/api/": (200, {"version": "6.1.1"}, coop),
            "/hub/api/user": (200, {"name": "ann", "admin": True}, {}),
            "/user/ann/hub-admin-lab/api/info": (200, {"version": __version__}, {}),
            "/user/ann/hub-admin-lab/api/idle": (200, IDLE, {}),
        }
        self.environ = {
            "JUPYTERHUB_API_URL": f"http://127.0.0.1:{port}/hub/api",
            "JUPYTERHUB_API_TOKEN": TOKEN,
            "JUPYTERHUB_SERVICE_URL": f"http://0.0.0.0:{port}/user/ann/",
            "JUPYTERHUB_SERVICE_PREFIX": "/user/ann/",
            "JUPYTERHUB_HOST": "https://hub.example.org",
            "HUB_ADMIN_LAB_CONFIGURED": __version__,
            "HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT": "3600",
            "HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL": "300",
            "HUB_ADMIN_LAB_KERNEL_CULL_CONNECTED": "1",
            "HUB_ADMIN_LAB_SCOPES": json.dumps({"granted": ["list:users"], "access": []}),
        }
        self.asked = {}


@pytest.fixture
def world():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            world.asked[self.path] = self.headers.get("Authorization")
            status, body, headers = world.answers.get(self.path, (404, None, {}))
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    world = World(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield world
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Jupyter's folders, with the panel installed and nothing configured."""
    panel = tmp_path / "share" / "labextensions" / "hub-admin-lab"
    panel.mkdir(parents=True)
    (panel / "package.json").write_text(json.dumps({"version": __version__}))
    config = tmp_path / "config"
    (config / "labconfig").mkdir(parents=True)
    (config / "jupyter_server_config.d").mkdir()
    module = "hub_admin_lab.check.server."
    monkeypatch.setattr(module + "jupyter_path", lambda *sub: [str(panel.parent)])
    monkeypatch.setattr(module + "jupyter_config_path", lambda: [str(config)])
    monkeypatch.setattr(module + "jupyter_data_dir", lambda: str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def run(world, folders, capsys):
    def run():
        code = main([], environ=world.environ)
        out = capsys.readouterr().out
        assert TOKEN not in out
        lines = out.splitlines()
        assert code == int(any(line.startswith("PROBLEM") for line in lines))
        return code, lines

    return run


def that_says(lines, words):
    found = [line for line in lines if words in line]
    assert len(found) == 1, lines
    return found[0]


def test_all_in_order(run, world):
    code, lines = run()
    assert code == 0
    assert {line.split()[0] for line in lines} == {"ok"}
    assert len(lines) == 7
    # The Hub's version is nobody's secret; the rest is asked with this server's own token.
    assert world.asked.pop("/hub/api/") is None
    assert set(world.asked.values()) == {f"token {TOKEN}"}


def test_the_token_goes_to_no_web_proxy(world):
    # As a program of its own: Python looks for proxies in the environment once.
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.1)
        url = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        environ = {**world.environ, "PATH": os.environ["PATH"], "http_proxy": url}
        command = [sys.executable, "-m", "hub_admin_lab.check"]
        subprocess.run(command, env=environ, check=False, capture_output=True, timeout=60)
        with pytest.raises(TimeoutError):
            proxy.accept()
    assert world.asked["/hub/api/user"] == f"token {TOKEN}"


def test_the_token_follows_no_redirect(run, world):
    world.answers["/hub/api/user"] = (302, None, {"Location": "/elsewhere"})
    world.answers["/user/ann/hub-admin-lab/api/info"] = (302, None, {"Location": "/elsewhere"})
    _, lines = run()
    assert "/elsewhere" not in world.asked
    assert "status 302" in that_says(lines, "This server's extension does not answer")


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("JUPYTERHUB_SINGLEUSER_EXTENSION", "0", "unset it, and restart"),
        ("JUPYTERHUB_SINGLEUSER_APP", "notebook.notebookapp.NotebookApp", "set it to"),
    ],
)
def test_jupyterhubs_older_kind_of_server(run, world, variable, value, remedy):
    world.environ[variable] = value
    _, lines = run()
    line = that_says(lines, f"{variable}={value} makes this JupyterHub's older kind of server")
    assert line.startswith("PROBLEM")
    assert remedy in line


@pytest.mark.parametrize(
    "variables",
    [
        {"JUPYTERHUB_SINGLEUSER_EXTENSION": "1"},
        {"JUPYTERHUB_SINGLEUSER_APP": "jupyter-server"},
        {"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp"},
        {"JUPYTERHUB_SINGLEUSER_APP": "extension"},
    ],
)
def test_a_server_of_the_kind_that_the_panel_knows(run, world, variables):
    world.environ.update(variables)
    assert run()[0] == 0


def test_not_configured(run, world):
    for name in list(world.environ):
        if name.startswith("HUB_ADMIN_LAB"):
            del world.environ[name]
    _, lines = run()
    assert "have configure(c)" in that_says(lines, "The Hub is not set up")
    assert "restart this server" in that_says(lines, "is an admin, and the panel has no permission")


def test_another_version_at_the_hub(run, world):
    world.environ["HUB_ADMIN_LAB_CONFIGURED"] = "9.9.9"
    _, lines = run()
    assert that_says(lines, "The Hub has Hub Admin Lab 9.9.9").startswith("PROBLEM")


def test_an_old_hub(run, world):
    world.answers["/hub/api/"] = (200, {"version": "4.1.6"}, {})
    _, lines = run()
    assert that_says(lines, "JupyterHub 4.1.6 is too old").startswith("PROBLEM")
    assert that_says(lines, "no Cross-Origin-Opener-Policy").startswith("PROBLEM")


@pytest.mark.parametrize("answer", [(503, None, {}), (200, "<html>", {}), (200, {}, {})])
def test_a_hub_that_does_not_answer(run, world, answer):
    world.answers["/hub/api/"] = answer
    _, lines = run()
    assert that_says(lines, "The Hub does not answer").startswith("PROBLEM")


def test_nobody_listens(run, world):
    world.environ["JUPYTERHUB_API_URL"] = "http://127.0.0.1:1/hub/api"
    world.environ["JUPYTERHUB_SERVICE_URL"] = "http://127.0.0.1:1/"
    code, lines = run()
    assert code == 1
    assert "refused" in that_says(lines, "The Hub does not answer")
    assert "refused" in that_says(lines, "This server's extension does not answer")


def test_no_subdomains(run, world):
    world.environ["JUPYTERHUB_HOST"] = ""
    code, lines = run()
    assert code == 0
    assert that_says(lines, "No subdomains").startswith("note")


def test_the_extension_is_not_enabled(run, world):
    del world.answers["/user/ann/hub-admin-lab/api/info"]
    _, lines = run()
    assert "jupyter server extension enable" in that_says(lines, "server extension is not enabled")


def test_the_server_runs_an_older_version(run, world):
    world.answers["/user/ann/hub-admin-lab/api/info"] = (200, {"version": "0.0.1"}, {})
    _, lines = run()
    assert "restart the server" in that_says(lines, "still runs version 0.0.1")


def test_no_panel(run, folders):
    (folders / "share" / "labextensions" / "hub-admin-lab" / "package.json").unlink()
    _, lines = run()
    assert that_says(lines, "not installed in JupyterLab").startswith("PROBLEM")


def test_another_panel(run, folders):
    file = folders / "share" / "labextensions" / "hub-admin-lab" / "package.json"
    file.write_text('{"version": "0.0.1"}')
    _, lines = run()
    assert that_says(lines, "version 0.0.1 of the panel").startswith("PROBLEM")


@pytest.mark.parametrize("disabled", [{"hub-admin-lab": True}, ["hub-admin-lab"]])
def test_the_panel_is_disabled(run, folders, disabled):
    file = folders / "config" / "labconfig" / "page_config.json"
    file.write_text(json.dumps({"disabledExtensions": disabled}))
    _, lines = run()
    assert that_says(lines, "disabled in JupyterLab").startswith("PROBLEM")


def test_a_group_only(run, world):
    world.environ["HUB_ADMIN_LAB_SCOPES"] = '{"granted": ["list:users!group=class-a"]}'
    _, lines = run()
    assert that_says(lines, "may list users with group=class-a").startswith("ok")


def test_a_plain_user(run, world):
    world.environ["HUB_ADMIN_LAB_SCOPES"] = '{"granted": []}'
    world.answers["/hub/api/user"] = (200, {"name": "ann", "admin": False}, {})
    code, lines = run()
    assert code == 0
    assert that_says(lines, "may list nobody").startswith("note")


def here(world, **kernels):
    idle = {"kernels": {**IDLE["kernels"], **kernels}}
    world.answers["/user/ann/hub-admin-lab/api/idle"] = (200, idle, {})


def test_a_rule_of_the_hub(run, world, folders):
    here(world, idle_timeout={"value": 77, "source": "rules"})
    _, lines = run()
    line = that_says(lines, "Kernels: idle_timeout is 77 s here, 3600 s by the Hub's defaults")
    assert "a rule of the hub" in line


def test_a_saved_setting(run, world, folders):
    here(world, idle_timeout={"value": None, "source": "saved"})
    _, lines = run()
    line = that_says(lines, "Kernels: idle_timeout is off here, 3600 s by the Hub")
    assert str(folders / "data" / "hub_admin_lab") in line


def test_the_hubs_never_is_the_servers_off(run, world):
    here(world, idle_timeout={"value": None, "source": "config"})
    for never in ("0", str(10**12)):
        world.environ["HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT"] = never
        assert not any("idle_timeout" in line for line in run()[1])


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("jupyter_server_config.py", "c.MappingKernelManager.cull_idle_timeout = 77\n"),
        ("jupyter_server_config.json", '{"MappingKernelManager": {"cull_idle_timeout": 77}}'),
        ("jupyter_server_config.d/x.json", '{"HubAdminLab": {"kernel_idle_timeout": 77}}'),
    ],
)
def test_a_setting_of_a_config_file(run, world, folders, file, text):
    here(world, idle_timeout={"value": 77, "source": "config"})
    path = folders / "config" / file
    path.write_text(text)
    _, lines = run()
    line = that_says(lines, "idle_timeout is 77 s here, 3600 s by the Hub")
    assert line.endswith(f"set in {path}.")


def test_a_setting_of_an_argument(run, world, folders):
    here(world, cull_connected={"value": False, "source": "config"})
    (folders / "config" / "jupyter_server_config.py").write_text("# x.cull_connected = False\n")
    _, lines = run()
    line = that_says(lines, "cull_connected is off here, on by the Hub")
    assert "an argument of this server" in line


# --- the hub service ----------------------------------------------------------------------

HEALTHY = {
    "ok": True,
    "database": True,
    "hub": True,
    "last_pass": "2026-11-23T14:02:00Z",
    "version": __version__,
}


@pytest.mark.parametrize(
    ("status", "health", "level", "words"),
    [
        (200, HEALTHY, "ok", "last looked for idle servers 2026-11-23T14:02:00Z"),
        (200, {**HEALTHY, "last_pass": None}, "note", "has not looked for idle servers yet"),
        (503, {**HEALTHY, "database": False}, "PROBLEM", "does not reach its database: it"),
        (503, {**HEALTHY, "hub": False}, "PROBLEM", "does not reach the Hub: it stops nothing"),
        (200, {**HEALTHY, "version": "0.0.1"}, "PROBLEM", "has Hub Admin Lab 0.0.1"),
        (404, None, "PROBLEM", "does not answer at http"),
    ],
)
def test_the_hub_service(world, run, status, health, level, words):
    path = "/services/hub-admin-lab/api/health"
    base = world.environ["JUPYTERHUB_API_URL"].removesuffix("/hub/api")
    world.environ["HUB_ADMIN_LAB_SERVICE_URL"] = f"{base}/services/hub-admin-lab"
    world.answers[path] = (status, health, {})
    _, lines = run()
    assert that_says(lines, words).startswith(level)
    assert world.asked[path] is None
