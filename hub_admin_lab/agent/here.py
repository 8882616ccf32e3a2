"""What the agent needs of the server that it is in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from hub_admin_lab.idle.here import HubRules, Seen, Stop


class Presence(Protocol):
    """Whether somebody is at work in a page."""

    def seconds(self) -> float | None:
        """Return how many seconds ago somebody was; None: never in this run."""

    def pages(self) -> int:
        """Return in how many pages."""


class Stops(Protocol):
    """What the server stopped by itself."""

    def unnoted(self) -> list[tuple[int, Stop]]:
        """Return what was not reported yet, each with its number in this run."""

    def noted(self, number: int) -> None:
        """Forget what was reported, up to this one."""


class StopKernel(Protocol):
    """Stops a kernel in process, with its record."""

    def __call__(self, kernel_id: str, actor: str, reason: str) -> Awaitable[None]:
        """Stop it for ``actor``."""


@dataclass(frozen=True)
class Here:
    """The server.

    Attributes
    ----------
    user, server
        Whose it is, and which of theirs; empty for the default one.
    version
        Of Hub Admin Lab.
    look
        Returns what goes on.
    take_rules
        Lets the hub's rules hold.
    """

    user: str
    server: str
    version: str
    look: Callable[[], Awaitable[Seen]]
    take_rules: Callable[[HubRules], None]
    stop_kernel: StopKernel
    presence: Presence
    stops: Stops
