"""What the environment says about the demo: ``HUB_ADMIN_LAB_DEMO_*``."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ADDRESS = "127.0.0.1"


class DemoError(Exception):
    """The demo cannot start, for a reason that is a sentence for the person."""


@dataclass(frozen=True)
class DemoSettings:
    """The demo's settings; the environment variable of each is in ``from_environment``.

    Parameters
    ----------
    port
        Where the browser goes.
    state
        The folder of the database, the cookie secret and the home directories.
    seed
        Whether to start the sample servers and kernels.
    slow_seconds
        How long the slow user's server takes before it starts.
    idle_timeout, cull_every, kernel_idle_timeout, kernel_cull_interval
        Given to ``configure()``, in seconds.
    log_level
        Of the Hub, whose log is ``hub.log`` in the state folder.
    """

    port: int
    state: Path
    seed: bool
    slow_seconds: float
    idle_timeout: int
    cull_every: int
    kernel_idle_timeout: int
    kernel_cull_interval: int
    log_level: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> DemoSettings:
        """Read ``HUB_ADMIN_LAB_DEMO_<NAME>``.

        Raises
        ------
        DemoError
            A value is not a number.
        """

        def text(name: str, default: str) -> str:
            return environ.get(f"HUB_ADMIN_LAB_DEMO_{name}") or default

        def number(name: str, default: int) -> int:
            value = text(name, str(default))
            if not value.isdecimal():
                raise DemoError(f"HUB_ADMIN_LAB_DEMO_{name} is a whole number, not {value!r}.")
            return int(value)

        return cls(
            port=number("PORT", 8000),
            state=Path(text("STATE", ".demo")).resolve(),
            seed=text("SEED", "1") != "0",
            slow_seconds=number("SLOW_SECONDS", 4),
            idle_timeout=number("IDLE_TIMEOUT", 3600),
            cull_every=number("CULL_EVERY", 30),
            kernel_idle_timeout=number("KERNEL_IDLE_TIMEOUT", 3600),
            kernel_cull_interval=number("KERNEL_CULL_INTERVAL", 300),
            log_level=text("LOG_LEVEL", "INFO"),
        )

    @property
    def url(self) -> str:
        """The address of the hub."""
        return f"http://{ADDRESS}:{self.port}"


def proxy_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the command of the npm package configurable-http-proxy.

    The Python package of the same name would do for a start, but holds back event streams until
    they end, so that no progress is ever seen.

    Raises
    ------
    DemoError
        There is none, or no Node to run it.
    """
    given = environ.get("HUB_ADMIN_LAB_CHP", "")
    beside = Path(__file__).parents[2] / "node_modules" / ".bin" / "configurable-http-proxy"
    command = given or (str(beside) if beside.exists() else None)
    command = command or shutil.which("configurable-http-proxy", path=search_path(environ))
    if not command or not Path(command).exists():
        raise DemoError(
            "configurable-http-proxy is missing"
            + (f": HUB_ADMIN_LAB_CHP={given} does not exist." if given else ".")
            + " Install it with `npm install -g configurable-http-proxy`, or run `jlpm install`"
            " in the repository, or name it with HUB_ADMIN_LAB_CHP."
        )
    if shutil.which("node", path=search_path(environ)) is None:
        raise DemoError("Node is missing: configurable-http-proxy needs version 20 or newer.")
    return [command]


def search_path(environ: Mapping[str, str] = os.environ) -> str:
    """Return PATH with this environment's own programs first, whether it is activated or not."""
    return os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)])


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Raise a DemoError when somebody uses this port."""
    with socket.socket() as probe:
        # As the proxy does: a connection that has just ended is in nobody's way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError) as error:
            raise DemoError(
                f"Port {port} cannot be used ({error}): choose another one with"
                " HUB_ADMIN_LAB_DEMO_PORT."
            ) from None
