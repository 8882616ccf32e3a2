"""The hub service as a process of its own, and what it uses."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.hub.run import ROOT, BenchHub, end

CULL_EVERY = 300  # seconds, as `configure()` has it
START_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Use:
    """What a process has used.

    Attributes
    ----------
    cpu, no_core
        Seconds since its start: at work, and ready for it while others had the cores.
    memory, most_memory
        Megabytes, now and at most so far.
    """

    cpu: float
    no_core: float
    memory: float
    most_memory: float


@dataclass
class HubService:
    """A service that can be started again.

    Attributes
    ----------
    url
        Where servers and people reach it.
    """

    hub: BenchHub
    database: str
    log: Path
    port: int = field(default_factory=lambda: _free_port())
    # The same after a restart, as `configure()` has it: servers are known still.
    key: str = "0b" * 32

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/hub-admin-lab"

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it until the block ends."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hub_admin_lab.service"],
                env=self._environment(),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait(process)
            yield process
        finally:
            end(process)

    def _environment(self) -> dict[str, str]:
        unset = ("JUPYTER", "HUB_ADMIN_LAB")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(unset)}
        return {
            **environ,
            "PYTHONPATH": str(ROOT),
            "JUPYTERHUB_API_URL": self.hub.api_url,
            "JUPYTERHUB_API_TOKEN": self.hub.service_token,
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{self.port}",
            "HUB_ADMIN_LAB_DB_URL": self.database,
            "HUB_ADMIN_LAB_AGENT_KEY": self.key,
            "HUB_ADMIN_LAB_CULL_EVERY": str(CULL_EVERY),
            "HUB_ADMIN_LAB_LOG_LEVEL": "WARNING",
        }

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(self.url + "/api/health", timeout=10).json().get("database"):
                    return
            time.sleep(0.1)
        raise RuntimeError("The service did not start:\n" + self.log.read_text()[-3000:])


def use_of(process: int) -> Use:
    """Return what a process has used so far."""
    folder = Path("/proc") / str(process)
    # Behind the name, which may hold anything.
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    status = dict(
        line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line
    )
    return Use(
        cpu=(int(fields[11]) + int(fields[12])) / _TICKS,
        no_core=int((folder / "schedstat").read_text().split()[1]) / 1e9,
        memory=int(status["VmRSS"].split()[0]) / 1024,
        most_memory=int(status["VmHWM"].split()[0]) / 1024,
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
