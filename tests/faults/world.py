"""A whole hub that things can be done to: its processes, and its two APIs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
from real_hub import RealHub, free_ports, proxy_command

from tests.support import until

from .agents import ROOT, Agents
from .known import Life, Troubles
from .service import PID_FILE

LIMIT, BUSY_MAX = 20, 3600

PATIENCE = 180.0
"""Seconds that a Hub and its service may take to be back, on a machine that is busy."""

CONFIG = """
sys.path.insert(0, {root!r})
from jupyterhub.services import service as of_the_hub
from tests.faults.spawner import FileSpawner


class Often(of_the_hub._ServiceSpawner):
    # The Hub looks every 30 s whether its services still run.
    @default("poll_interval")
    def _default_poll_interval(self):
        return 1


of_the_hub._ServiceSpawner = Often
c.JupyterHub.log_level = "INFO"
c.JupyterHub.spawner_class = FileSpawner
c.JupyterHub.cleanup_servers = False
c.FileSpawner.folder = {folder!r}
c.FileSpawner.stub_port = {stub_port}
c.JupyterHub.load_roles.append(
    {{"name": "rules", "scopes": ["custom:hub-admin-lab:rules"], "services": ["arranger"]}}
)
configure(
    c,
    service=True,
    service_address="http://127.0.0.1:{port}",
    idle_timeout={limit},
    cull_every=1,
    busy_max={busy_max},
    db_url={db_url!r},
)
for service in c.JupyterHub.services:
    if service["name"] == "hub-admin-lab":
        service["command"] = [sys.executable, "-m", "tests.faults.service"]
        service["environment"] |= {{
            "HUB_ADMIN_LAB_CHECKIN": "1",
            "PYTHONPATH": {root!r},
            {pid_variable!r}: {pid_file!r},
        }}
"""


class World:
    """The hub with its proxy and its service, the servers, and who uses them.

    Parameters
    ----------
    state
        An empty folder.
    lives
        The servers.
    database
        Of the service: see ``tests.faults.outages``.
    """

    def __init__(self, state: Path, lives: list[Life], groups, database) -> None:
        assert proxy_command(), "configurable-http-proxy is missing: run `jlpm install`."
        self.lives = lives
        self.database = database
        self.troubles = Troubles()
        self.agents = Agents(state / "servers", lives, state / "servers.log")
        self.spawner_file = state / "servers" / "spawner.jsonl"
        self._pid_file = state / "service.pid"
        port, stub_port = free_ports(2)
        self._stub = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.hub.stub", str(stub_port)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.hub = RealHub(
            state,
            users=["admin", *(life.user for life in lives)],
            groups=groups,
            config=CONFIG.format(
                root=str(ROOT),
                folder=str(state / "servers"),
                stub_port=stub_port,
                port=port,
                limit=LIMIT,
                busy_max=BUSY_MAX,
                db_url=database.url,
                pid_variable=PID_FILE,
                pid_file=str(self._pid_file),
            ),
            own_proxy=True,
        )
        # As patient as the service is with its database, and more.
        self.client = httpx.AsyncClient(
            base_url=self.hub.url,
            headers={"Authorization": f"token {self.hub.token}"},
            timeout=45,
        )

    async def close(self) -> None:
        """End everything."""
        await self.client.aclose()
        self.agents.close()
        self.hold_service(signal.SIGCONT)
        await asyncio.to_thread(self.hub.stop)
        for pid in filter(_runs, self._service_pids()):
            os.kill(pid, signal.SIGKILL)
        self._stub.kill()
        self._stub.wait()

    # --- its APIs -------------------------------------------------------------------------

    async def ask_hub(self, method, path, **more):
        """Return what the Hub's API answers; None: nothing came back."""
        return await self._ask(method, f"/hub/api/{path}", **more)

    async def ask(self, method, path, **more):
        """Return what the service's API answers; None: nothing came back."""
        return await self._ask(method, f"/services/hub-admin-lab/api/{path}", **more)

    async def _ask(self, method, url, **more):
        with contextlib.suppress(httpx.HTTPError):
            return await self.client.request(method, url, **more)
        return None

    async def get(self, path, **params):
        """Return what the service answers, as soon as it does."""
        while True:
            answer = await self.ask("GET", path, params=params)
            if answer is not None and answer.is_success:
                return answer.json()
            await asyncio.sleep(0.5)

    # --- the service's process --------------------------------------------------------------

    @property
    def service_pid(self) -> int | None:
        """Return the process of the service that was started last; None: it does not run."""
        pid = next(reversed(self._service_pids()), None)
        return pid if pid is not None and _runs(pid) else None

    def _service_pids(self) -> list[int]:
        if not self._pid_file.exists():
            return []
        return [int(line) for line in self._pid_file.read_text().split("\n")[:-1]]

    def kill_service(self) -> None:
        """Kill it, if it runs."""
        pid = self.service_pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self.troubles.service_ends.append(time.time())

    def hold_service(self, how: signal.Signals) -> None:
        """Have it stand still, or go on."""
        pid = self.service_pid
        if pid is not None:
            os.kill(pid, how)

    async def service_is_another_than(self, pid: int | None) -> None:
        """Wait until the one with ``pid`` has ended, and another one runs."""
        await until(lambda: pid is None or not _runs(pid), PATIENCE)
        self.troubles.service_ends.append(time.time())
        end = time.monotonic() + PATIENCE
        while self.service_pid in (None, pid):
            assert time.monotonic() < end, self.hub.log()[-4000:]
            if self.hub.process.poll() is not None:
                # It waits for its services when it starts, and ends if one of them dies then:
                # whatever runs the Hub starts it again.
                await asyncio.to_thread(self.hub.run_again)
            await asyncio.sleep(0.05)


def _runs(pid: int) -> bool:
    """Return whether a process is of a service that runs; one that waits to be buried does not."""
    with contextlib.suppress(OSError):
        of_ours = b"tests.faults.service" in Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return of_ours and state not in "ZX"
    return False
