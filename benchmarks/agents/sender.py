"""The load program as a process of its own: see ``load.py``."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from benchmarks.hub.run import ROOT


class Sender:
    """Reports in the name of all servers, from the beginning of the block until its end.

    Parameters
    ----------
    tokens
        Of the servers, by user.
    within
        Seconds within which they begin.
    """

    def __init__(self, url: str, tokens: Mapping[str, str], within: float) -> None:
        chance = random.Random(5)
        servers = [(user, token, chance.uniform(0, within)) for user, token in tokens.items()]
        self._told = {"url": url, "servers": servers}

    def __enter__(self) -> Sender:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.agents.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._tell(json.dumps(self._told))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def answered(self) -> int:
        """Return how many servers had an answer since the last summary."""
        return int(self._ask("answered"))

    def summary(self) -> dict[str, Any]:
        """Return the figures since the last summary, and begin anew."""
        figures: dict[str, Any] = self._ask("summary")
        return figures

    def _ask(self, what: str) -> Any:
        self._tell(what)
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The load program has ended.")
        return json.loads(line)

    def _tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
