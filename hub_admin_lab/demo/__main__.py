"""Start the demo hub, fill it, say how to log in, and end all of it again."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import httpx

from hub_admin_lab.demo.people import (
    ADMIN,
    ASSISTANT,
    BROKEN,
    EVERYBODY,
    PASSWORD,
    SLOW,
)
from hub_admin_lab.demo.seed import seed
from hub_admin_lab.demo.settings import (
    DemoError,
    DemoSettings,
    check_port,
    proxy_command,
    search_path,
)

START_SECONDS = 60
# More than the Hub waits for a server that does not want to end (see jupyterhub_config.py).
STOP_SECONDS = 30


def main() -> int:
    """Run the demo until it is interrupted; return the exit code."""
    try:
        settings = DemoSettings.from_environment()
        proxy_command()
        check_port(settings.port)
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _lock(settings.state) as lock:
            return asyncio.run(_run(settings, lock))
    except DemoError as error:
        print(f"hub_admin_lab.demo: {error}", file=sys.stderr)
        return 1


@contextlib.contextmanager
def _lock(state: Path) -> Iterator[IO[str]]:
    """Hold the state folder: its database is for one hub."""
    with (state / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoError(
                f"A demo already uses {state}: end it, or choose another folder with"
                " HUB_ADMIN_LAB_DEMO_STATE and another port with HUB_ADMIN_LAB_DEMO_PORT."
            ) from None
        yield file


async def _run(settings: DemoSettings, lock: IO[str]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # A shell starts a background job with SIGINT ignored, and what it starts inherits that: the
    # Hub, which ends its servers with SIGINT, then takes half a minute. Handlers are not inherited.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    token = secrets.token_hex(32)
    log_file = settings.state / "hub.log"
    environ = {
        **os.environ,
        "PATH": search_path(),
        "HUB_ADMIN_LAB_DEMO_TOKEN": token,
        # It runs in that folder, where a path that is relative to ours would lead elsewhere.
        "HUB_ADMIN_LAB_DEMO_STATE": str(settings.state),
    }
    with log_file.open("w") as log:
        hub = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "jupyterhub",
            "-f",
            str(Path(__file__).with_name("jupyterhub_config.py")),
            env=environ,
            cwd=settings.state,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for us alone: the hub then ends what it started, in order.
            start_new_session=True,
            # The hub holds the lock too, should we be killed.
            pass_fds=[lock.fileno()],
        )
    ended = asyncio.create_task(hub.wait())
    stopped = asyncio.create_task(stop.wait())
    work = asyncio.create_task(_welcome(settings, token))
    try:
        await asyncio.wait({ended, stopped, work}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            raise DemoError(f"The hub ended by itself; why is in {log_file}.{_tail(log_file)}")
    finally:
        work.cancel()
        stopped.cancel()
        await _end(hub, ended)
    print("\nThe demo has ended. Its users and files are kept in", settings.state)
    return 0


async def _welcome(settings: DemoSettings, token: str) -> None:
    """Wait for the hub, say how to log in, and start the sample servers."""
    await _answers(settings.url + "/hub/api/")
    others = ", ".join(name for name in EVERYBODY if name not in {ADMIN, ASSISTANT})
    print(
        f"""
Hub Admin Lab demo: {settings.url}

  Everybody's password is  {PASSWORD}

  {ADMIN:10} administers the hub
  {ASSISTANT:10} looks after the servers of the group class-a, and their idle rules
  or         {others}

  {SLOW}'s server is slow to start, {BROKEN}'s never does.
  Log: {settings.state / "hub.log"}
  Ctrl-C ends it all; the users and their files are kept.
""",
        flush=True,
    )
    if settings.seed:
        print("Starting sample servers ...", flush=True)
        for line in await seed(settings.url, token):
            print(f"  {line}", flush=True)
        print("Ready.", flush=True)


async def _answers(url: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(START_SECONDS * 5):
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(0.2)
    raise DemoError(f"The hub did not answer at {url} within {START_SECONDS} s.")


async def _end(hub: asyncio.subprocess.Process, ended: asyncio.Task[int]) -> None:
    """End the hub, which ends its proxy, its services and everybody's server."""
    if ended.done():
        return
    hub.terminate()
    await asyncio.wait({ended}, timeout=STOP_SECONDS)
    if not ended.done():
        print(
            f"The hub did not end within {STOP_SECONDS} s and was killed: servers may be left.",
            file=sys.stderr,
        )
        hub.kill()
        await ended


def _tail(file: Path, lines: int = 15) -> str:
    text = file.read_text(errors="replace").splitlines()[-lines:]
    return "\n\n  " + "\n  ".join(text) if text else ""


if __name__ == "__main__":
    sys.exit(main())
