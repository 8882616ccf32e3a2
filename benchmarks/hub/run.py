"""Start such a hub, and end it."""

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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.hub.gate import GO
from benchmarks.hub.seed import Size, seed, seed_running_servers
from benchmarks.hub.spawner import ADMIN, REAL, is_real
from hub_admin_lab.demo.settings import proxy_command, search_path

ROOT = Path(__file__).parents[2]
START_SECONDS = 300
# Nothing is stopped behind the measurement's back.
NOTHING_STOPS = {"idle_timeout": 0, "kernel_idle_timeout": 0}


@dataclass(frozen=True)
class BenchHub:
    """A hub that runs.

    Attributes
    ----------
    url
        Where a browser reaches it, through its proxy.
    api_url
        Its API, without the proxy.
    token, service_token
        Of a service that may do everything, and of one that may do what the hub service needs.
    password
        Everybody's.
    names
        The users, in the order of their numbers.
    """

    url: str
    api_url: str
    token: str
    service_token: str
    password: str
    names: list[str]
    state: Path

    def probe(self, *, reset: bool = False) -> dict[str, float]:
        """Return how much of the Hub's thread was used since the last reset; see ``probe.py``."""
        address = self.api_url.replace("/api", "/bench/probe")
        answer = httpx.get(address, params={"reset": "1"} if reset else {}, timeout=60)
        figures: dict[str, float] = answer.raise_for_status().json()
        return figures

    def begin_services(self) -> None:
        """Let the services begin that `configure` has added."""
        (self.state / GO).touch()

    def seen(self, after: int = 0) -> list[dict[str, Any]]:
        """Return what these services have asked the Hub; see ``seen.py``."""
        address = self.api_url.replace("/api", "/bench/seen")
        answer = httpx.get(address, params={"after": after}, timeout=60)
        requests: list[dict[str, Any]] = answer.raise_for_status().json()["requests"]
        return requests

    def work(self) -> dict[str, tuple[int, float]]:
        """Return, by handler, how often the Hub was asked, and for how many seconds."""
        answer = httpx.get(self.api_url.replace("/api", "/bench/seen"), timeout=60)
        return {
            name: (int(number), seconds)
            for name, (number, seconds) in answer.raise_for_status().json()["work"].items()
        }

    def run_servers(self) -> dict[str, str]:
        """Let everybody's server run, and return their tokens; see ``seed_running_servers``."""
        tokens = seed_running_servers(self.state / "jupyterhub.sqlite")
        last = 0
        while last is not None:
            address = self.api_url.replace("/api", "/bench/wake")
            answer = httpx.get(address, params={"after": last}, timeout=120)
            last = answer.raise_for_status().json()["last"]
        return tokens

    def api(self, method: str, path: str, **options: object) -> httpx.Response:
        """Ask the Hub's API as the service that may do everything."""
        headers = {"Authorization": f"token {self.token}"}
        return httpx.request(method, self.api_url + path, headers=headers, timeout=120, **options)  # type: ignore[arg-type]


@contextlib.contextmanager
def bench_hub(
    state: Path,
    size: Size,
    *,
    start_delay: float = 0,
    stop_delay: float = 0,
    activity_interval: int = 300,
    configure: Mapping[str, object] | None = None,
) -> Iterator[BenchHub]:
    """Run a hub of this size in a new folder.

    Delays are seconds of each start and stop; ``activity_interval`` the seconds after which the Hub
    takes down again what the proxy saw, and a server tells what it did. ``configure`` has what
    `configure()` is given, if not that nothing is stopped; a service that it adds waits for
    `BenchHub.begin_services`.
    """
    state.mkdir(mode=0o700, parents=True)
    port, hub_port, proxy_port, stub_port, service_port = _free_ports(5)
    names = seed(state / "jupyterhub.sqlite", size, stub_port)
    hub = BenchHub(
        url=f"http://127.0.0.1:{port}",
        api_url=f"http://127.0.0.1:{hub_port}/hub/api",
        token=secrets.token_hex(32),
        service_token=secrets.token_hex(32),
        password=secrets.token_hex(8),
        names=names,
        state=state,
    )
    parameters = {
        "url": hub.url,
        "hub_port": hub_port,
        "proxy": proxy_command()[0],
        "proxy_api_url": f"http://127.0.0.1:{proxy_port}",
        "stub_port": stub_port,
        "state": str(state),
        "password": hub.password,
        "token": hub.token,
        "service_token": hub.service_token,
        "service_url": f"http://127.0.0.1:{service_port}",
        "configure": dict(configure or NOTHING_STOPS),
        "start_delay": start_delay,
        "stop_delay": stop_delay,
        "activity_interval": activity_interval,
    }
    environ = {
        **os.environ,
        "PATH": search_path(),
        "PYTHONPATH": str(ROOT),
        "HUB_ADMIN_LAB_BENCH": json.dumps(parameters),
    }
    with (state / "hub.log").open("w") as log, contextlib.ExitStack() as stack:
        for arguments in (
            ["benchmarks.hub.stub", str(stub_port)],
            ["jupyterhub", "-f", str(Path(__file__).with_name("jupyterhub_config.py"))],
        ):
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=environ,
                cwd=state,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            stack.callback(end, process)
        _wait_for(hub, process)
        try:
            yield hub
        finally:
            _stop_real_servers(hub)


def _stop_real_servers(hub: BenchHub) -> None:
    """Stop those that are processes: the Hub leaves all servers to its next run."""
    with contextlib.suppress(httpx.TransportError):  # it may have ended by itself
        for part in (ADMIN, REAL):
            found = hub.api("GET", "/users", params={"name_filter": part, "state": "active"})
            for user in found.raise_for_status().json():
                if is_real(user["name"]):
                    hub.api("DELETE", f"/users/{user['name']}/server")


def _wait_for(hub: BenchHub, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(httpx.TransportError):
            # Through the proxy: the Hub is up only once its routes are.
            if httpx.get(hub.url + "/hub/api/").status_code == httpx.codes.OK:
                return
        time.sleep(0.2)
    log = (hub.state / "hub.log").read_text(errors="replace")
    raise RuntimeError("The hub did not start:\n" + log[-3000:])


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, by force after half a minute."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
