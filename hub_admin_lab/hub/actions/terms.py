"""On which terms the Hub is asked to act: what becomes of it while the Hub is away, or busy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TypeVar

from hub_admin_lab.errors import HubUnavailable, HubUnreachable
from hub_admin_lab.hub.actions.follow import POLL

Value = TypeVar("Value")


class Patience:
    """How often a Hub that is away is asked again, a second later each time.

    Shared by all who wait for the same Hub: where one gave up, no other begins to wait, until the
    Hub has answered one of them.
    """

    def __init__(self, tries: int) -> None:
        self._tries = tries
        self._over = False

    def left(self, tries: int) -> bool:
        """Return whether to ask again after so many tries."""
        self._over = self._over or tries >= self._tries
        return not self._over

    def answered(self) -> None:
        """Tell that the Hub is there."""
        self._over = False

    def end(self) -> None:
        """Wait no longer, whoever waits."""
        self._tries = 0


def _once() -> Patience:
    return Patience(1)


@dataclass(frozen=True)
class Terms:
    """On which terms the Hub is asked to act.

    Attributes
    ----------
    patience
        What becomes of it while the Hub is away.
    slot
        What is held while the Hub works on the request.
    running_is_fine
        The start of a server that runs already is no mistake.
    """

    patience: Patience = field(default_factory=_once)
    slot: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    running_is_fine: bool = False

    async def patiently(
        self, ask: Callable[[], Awaitable[Value]], sleep: Callable[[float], Awaitable[None]]
    ) -> Value:
        """Return the Hub's answer; asked again while it is away, which does no harm.

        A server that starts already goes on starting, one that has stopped is stopped.
        """
        tries = 0
        while True:
            tries += 1
            try:
                async with self.slot():
                    answer = await ask()
            except (HubUnavailable, HubUnreachable):
                if not self.patience.left(tries):
                    raise
            else:
                self.patience.answered()
                return answer
            await sleep(POLL)
