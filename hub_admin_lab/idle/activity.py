"""What is known of a server's activity: what the Hub says, what it reported, who keeps it.

All times are aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub_admin_lab.models.report import CheckIn


@dataclass(frozen=True)
class HubFacts:
    """What the Hub says of an active server.

    Attributes
    ----------
    server
        Its name; empty for the default server.
    pending
        What the Hub has under way with it: ``spawn``, ``stop``, ...; None: nothing.
    """

    user: str
    server: str
    groups: frozenset[str]
    ready: bool
    pending: str | None
    started: datetime | None
    last_activity: datetime | None


@dataclass(frozen=True)
class KernelSeen:
    """A kernel as its server reported it; a time of None is not known."""

    id: str
    name: str
    path: str | None
    state: str
    last_activity: datetime | None
    busy_since: datetime | None
    connections: int


@dataclass(frozen=True)
class TerminalSeen:
    """A terminal as its server reported it; a time of None is not known."""

    name: str
    last_activity: datetime | None


@dataclass(frozen=True)
class Report:
    """The last report of a server, its ages turned into times.

    Attributes
    ----------
    at
        When it came.
    next_expected
        When the next one should come.
    run
        Of the run of the server that sent it.
    presence
        When somebody last typed or clicked in the page; None: never.
    work
        When another extension last said that it is at work; None: never.
    protects_work
        A busy kernel counts as activity, by the server's own settings.
    left_out_busy
        There are more kernels than a report holds, and one of those is busy.
    """

    at: datetime
    next_expected: datetime
    run: str
    kernels: tuple[KernelSeen, ...]
    terminals: tuple[TerminalSeen, ...]
    presence: datetime | None
    work: datetime | None
    tabs: int
    protects_work: bool
    left_out_busy: bool


@dataclass(frozen=True)
class Kept:
    """Somebody keeps a server until then."""

    until: datetime
    by: str
    at: datetime


def report_of(check_in: CheckIn, at: datetime, next_expected: datetime) -> Report:
    """Return the report that came at ``at`` with its ages as times of the service's clock."""

    def ago(seconds: float | None) -> datetime | None:
        return None if seconds is None else at - timedelta(seconds=seconds)

    return Report(
        at=at,
        next_expected=next_expected,
        run=check_in.run,
        kernels=tuple(
            KernelSeen(
                id=_plain(kernel.id),
                name=_plain(kernel.name),
                path=None if kernel.path is None else _plain(kernel.path),
                state=_plain(kernel.state),
                last_activity=ago(kernel.idle_seconds),
                busy_since=ago(kernel.busy_seconds),
                connections=kernel.connections,
            )
            for kernel in check_in.kernels
        ),
        terminals=tuple(
            TerminalSeen(_plain(terminal.name), ago(terminal.idle_seconds))
            for terminal in check_in.terminals
        ),
        presence=ago(check_in.presence_seconds),
        work=ago(check_in.work_seconds),
        tabs=check_in.tabs,
        protects_work=check_in.protects_work,
        left_out_busy=check_in.left_out_busy,
    )


def _plain(text: str) -> str:
    """Return ``text`` without control characters: no database and no log line takes them well."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)
