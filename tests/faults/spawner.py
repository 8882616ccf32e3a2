"""Servers that are nothing but a file, and a record of every start and stop, past the product.

As pods are, they are the same whatever becomes of the Hub.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from datetime import timezone
from pathlib import Path

from jupyterhub.spawner import Spawner
from traitlets import Float, Integer, Unicode


class FileSpawner(Spawner):
    """A server runs while its file in ``up`` is there; what it would be given is written in it."""

    folder = Unicode(help="Where all that is.").tag(config=True)
    stub_port = Integer(help="Where one stub answers for all servers.").tag(config=True)
    slowest_stop = Float(3, help="Seconds that a stop takes at most.").tag(config=True)

    @property
    def _file(self) -> Path:
        return Path(self.folder) / "up" / self.user.name

    def _note(self, event: str, at: float) -> None:
        line = json.dumps({"event": event, "user": self.user.name, "at": at})
        with open(f"{self.folder}/spawner.jsonl", "a") as file:
            file.write(line + "\n")

    async def start(self):
        # When the Hub began with it: on a busy one that is earlier.
        at = self.orm_spawner.started.replace(tzinfo=timezone.utc).timestamp()
        new = Path(self.folder) / f"{self.user.name}.new"
        new.write_text(json.dumps({"started": at, "environment": self.get_env()}))
        new.rename(self._file)
        self._note("start", at)
        return ("127.0.0.1", self.stub_port)

    async def stop(self, now=False):
        self._note("stop", time.time())
        await asyncio.sleep(random.uniform(0, self.slowest_stop))  # a Hub may die in the middle
        self._file.unlink(missing_ok=True)
        self._note("stopped", time.time())

    async def poll(self):
        return None if self._file.exists() else 0
