"""A real JupyterHub with its real proxy, as a process of the tests."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import httpx
from browser import PASSWORD, Browser

HERE = Path(__file__).parent

BASE_CONFIG = """
import json, os, sys
from urllib.parse import quote

P = json.loads({parameters!r})
c = get_config()
c.JupyterHub.bind_url = P["url"]
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.hub_port = P["hub_port"]
c.JupyterHub.db_url = "sqlite:///" + P["state"] + "/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = P["state"] + "/cookie_secret"
c.JupyterHub.log_level = "DEBUG"
c.JupyterHub.allow_named_servers = True
c.ConfigurableHTTPProxy.command = [P["proxy"]]
c.ConfigurableHTTPProxy.api_url = P["proxy_api_url"]
c.ConfigurableHTTPProxy.pid_file = P["state"] + "/proxy.pid"
c.ConfigurableHTTPProxy.debug = True
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = P["password"]
c.Authenticator.allowed_users = set(P["users"])
c.Authenticator.admin_users = {{"admin"}}
c.JupyterHub.load_groups = {{name: {{"users": users}} for name, users in P["groups"].items()}}
c.JupyterHub.services = [{{"name": "arranger", "api_token": P["token"]}}]
c.JupyterHub.load_roles = [
    {{
        "name": "arranger",
        "services": ["arranger"],
        "scopes": [
            "admin:users",
            "admin:servers",
            "access:servers",
            "tokens",
            "list:services",
            "read:services",
        ],
    }},
    {{
        "name": "assistant",
        "users": ["assistant"],
        "scopes": [
            "list:users!group=class-a",
            "read:users!group=class-a",
            "servers!group=class-a",
            "access:servers!group=class-a",
        ],
    }},
]


from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets import default


class Spawner(SimpleLocalProcessSpawner):
    @default("home_dir")
    def _default_home_dir(self):
        return P["state"] + "/homes/" + quote(self.user.name, safe="")


c.JupyterHub.spawner_class = Spawner
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.debug = True
c.Spawner.environment = {{
    "PYTHONPATH": P["spy"],
    "JUPYTER_CONFIG_PATH": P["spy"] + "/config",
    # The browser of these tests is the only one who works here.
    "JUPYTERHUB_ACTIVITY_INTERVAL": "1",
}}
c.JupyterHub.last_activity_interval = 1
c.JupyterHub.activity_resolution = 1

from hub_admin_lab.hub_config import configure

"""


def proxy_command() -> str | None:
    """Return configurable-http-proxy from npm, or None."""
    beside = HERE.parents[1] / "node_modules" / ".bin" / "configurable-http-proxy"
    return os.environ.get("HUB_ADMIN_LAB_CHP") or (str(beside) if beside.exists() else None)


def wait_for(condition, seconds=30.0, what="it"):
    """Return the first true value of ``condition()``."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.1)


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class RealHub:
    """One JupyterHub as a process.

    Parameters
    ----------
    state
        An empty folder for all that it writes.
    users, groups
        Who there is; ``admin`` is one.
    config
        The end of its config file, with the call of ``configure()``.
    own_proxy
        The proxy is a process of its own, as in a cluster: it outlives the Hub.
    """

    def __init__(self, state, *, users, groups, config, own_proxy=False):
        port, hub_port, api_port = free_ports(3)
        self.url = f"http://127.0.0.1:{port}"
        self.token = secrets.token_hex(16)
        self.secrets = {self.token, PASSWORD}
        self.log_file = state / "hub.log"
        self.people: dict[str, Browser] = {}
        parameters = {
            "url": self.url,
            "hub_port": hub_port,
            "proxy_api_url": f"http://127.0.0.1:{api_port}",
            "state": str(state),
            "proxy": proxy_command(),
            "password": PASSWORD,
            "users": users,
            "groups": groups,
            "token": self.token,
            "spy": str(HERE / "spy"),
        }
        config_file = state / "jupyterhub_config.py"
        if own_proxy:
            config = "c.ConfigurableHTTPProxy.should_start = False\n" + config
        config_file.write_text(BASE_CONFIG.format(parameters=json.dumps(parameters)) + config)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        # Without the demo's or another hub's variables.
        environ = {
            k: v for k, v in os.environ.items() if not k.startswith(("HUB_ADMIN", "JUPYTER"))
        }
        self.auth_token = secrets.token_hex(32)
        self.secrets.add(self.auth_token)
        self._state = state
        self._environ = {**environ, "PATH": path, "CONFIGPROXY_AUTH_TOKEN": self.auth_token}
        self._command = [sys.executable, "-m", "jupyterhub", "-f", str(config_file)]
        self._proxy = None
        if own_proxy:
            where = f"--ip 127.0.0.1 --port {port} --api-ip 127.0.0.1 --api-port {api_port}"
            self._proxy = self._run([proxy_command(), *where.split()])
        self.process = self._run(self._command)
        self._client = httpx.Client(base_url=self.url, timeout=30)

    def _run(self, command):
        with self.log_file.open("a") as log:
            return subprocess.Popen(
                command,
                cwd=self._state,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # Under a shell's background job it is ignored, and the Hub ends servers with it.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def crash(self):
        """End the Hub alone, at once: its servers go on, and its proxy if that is its own."""
        self.process.kill()
        self.process.wait()

    def run_again(self):
        """Run the Hub again after a crash."""
        self.process = self._run(self._command)
        return self.wait()

    def wait(self):
        wait_for(self._answers, 60, "the hub's answer")
        return self

    def _answers(self):
        assert self.process.poll() is None, self.log()[-4000:]
        with contextlib.suppress(httpx.TransportError):
            return self._client.get("/hub/api/").status_code == 200

    def stop(self):
        """End it; return how many seconds that took."""
        begin = time.monotonic()
        for person in self.people.values():
            person.close()
        self._client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            finally:
                if self.process.poll() is None:
                    self.process.kill()
                    self.process.wait()
        if self._proxy is not None:
            self._proxy.terminate()
            self._proxy.wait()
        seconds = time.monotonic() - begin
        # What a Hub that was killed, or that ended alone, has left to its next run.
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        wait_for(lambda: not self.processes(), 30, "the end of what the hub left running")
        return seconds

    def processes(self):
        """Return the ids of the processes that it started; none where there is no /proc."""
        state = f"{self._state}/".encode()  # not that of hub10 for hub1
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
                where = f"{os.readlink(process / 'cwd')}/".encode()
                ended = "\nState:\tZ" in (process / "status").read_text()
                if state in words + where and int(process.name) != os.getpid() and not ended:
                    found.add(int(process.name))
        return found

    def log(self):
        return self.log_file.read_text(errors="replace")

    # --- the Hub's API ------------------------------------------------------------------------

    def api(self, method, path, token=None, **more):
        """Ask the Hub's API, as whoever holds the token; by default as the tests' own service."""
        headers = {"Authorization": f"token {token or self.token}"}
        return self._client.request(method, f"/hub/api{path}", headers=headers, **more)

    def whoami(self, token):
        return self.api("GET", "/user", token).raise_for_status().json()

    def arrange_token(self, user, scopes):
        """Return a token of this person, to look at what the Hub keeps."""
        answer = self.api("POST", f"/users/{quote(user, safe='')}/tokens", json={"scopes": scopes})
        token = answer.raise_for_status().json()["token"]
        self.secrets.add(token)
        return token

    def server(self, user, name=""):
        """Return a server's model, or None if it does not run."""
        model = self.api("GET", f"/users/{quote(user, safe='')}").raise_for_status().json()
        return model["servers"].get(name)

    def start(self, *users):
        """Start default servers, all at once, and wait for them."""
        for user in users:
            answer = self.api("POST", f"/users/{quote(user, safe='')}/server")
            assert answer.status_code in {201, 202, 400}, answer.text
        for user in users:
            wait_for(lambda user=user: self._ready(user), 60, f"{user}'s server")

    def _ready(self, user):
        server = self.server(user)
        return server and server["ready"]

    def stop_server(self, user):
        self.api("DELETE", f"/users/{quote(user, safe='')}/server")
        wait_for(lambda: self.server(user) is None, 30, f"the end of {user}'s server")

    # --- people -------------------------------------------------------------------------------

    def person(self, name):
        """Return a logged-in browser of this person."""
        if name not in self.people:
            self.people[name] = Browser(self.url, name, secrets_seen=self.secrets)
        return self.people[name]
