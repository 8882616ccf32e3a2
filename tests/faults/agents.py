"""The processes in the servers, and what was told by them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from .known import Life, Told

ROOT = Path(__file__).parents[2]
_IS_UP = 2.0
"""Seconds after which a process that was started tells of all that is done."""


class Agents:
    """One process for each server that runs.

    Parameters
    ----------
    folder
        Of the spawner.
    log
        Where they write what they log.
    """

    def __init__(self, folder: Path, lives: Iterable[Life], log: Path) -> None:
        self._folder = folder
        self._lives = {life.user: life for life in lives}
        self._log = log
        self._processes: dict[str, subprocess.Popen] = {}
        self._held: set[str] = set()
        for name in ("up", "used", "told"):
            (folder / name).mkdir(parents=True)

    def __getitem__(self, user: str) -> Life:
        return self._lives[user]

    def is_well(self, user: str) -> bool:
        """Return whether it runs, undisturbed."""
        return user in self._processes and user not in self._held

    def start(self, user: str) -> None:
        """Start the process of a server, in the place of one that may still run."""
        self.kill(user)
        if not (self._folder / "up" / user).exists():
            return
        life = self._lives[user]
        command = [sys.executable, "-m", f"{__package__}.server"]
        with self._log.open("a") as log:
            self._processes[user] = subprocess.Popen(
                [*command, str(self._folder), user, life.kind],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        life.alive.append([time.time() + _IS_UP, None])

    def kill(self, user: str) -> None:
        """Kill it, if it runs."""
        process = self._processes.pop(user, None)
        self._held.discard(user)
        if process is not None:
            process.kill()
            process.wait()
            self._is_disturbed(user)

    def hold(self, user: str) -> bool:
        """Have it stand still; return whether it did not already."""
        if not self.is_well(user):
            return False
        self._held.add(user)
        os.kill(self._processes[user].pid, signal.SIGSTOP)
        self._is_disturbed(user)
        return True

    def let_go(self, user: str) -> None:
        """Have it go on, if it stands still."""
        if user in self._held:
            self._held.discard(user)
            os.kill(self._processes[user].pid, signal.SIGCONT)
            self._lives[user].alive.append([time.time(), None])

    def _is_disturbed(self, user: str) -> None:
        last = self._lives[user].alive[-1]
        if last[1] is None:
            last[1] = time.time()

    def use(self, user: str) -> None:
        """Use a server: somebody types in its page."""
        file = self._folder / "used" / user
        file.touch()
        self._lives[user].used.append(file.stat().st_mtime)

    def told(self, user: str) -> list[Told]:
        """Return what a server told, and that was taken."""
        file = self._folder / "told" / user
        if not file.exists():
            return []
        lines = file.read_text().split("\n")[:-1]  # the last one may be half written
        return [Told(**json.loads(line)) for line in lines]

    def close(self) -> None:
        """Kill all of them."""
        for user in list(self._processes):
            self.kill(user)
