"""What a server reports to the hub service, and what it gets back: `POST agents/checkin`.

Times in a report are ages in seconds: the clock of a server may be wrong, and the service knows
when the report came. A report is the word of that server, bounded here, and trusted for no other.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from hub_admin_lab.models.base import Answer, Request, UtcDatetime
from hub_admin_lab.models.decision import DecisionView
from hub_admin_lab.models.rules import EffectiveRules

Age = Annotated[float, Field(ge=0, le=10 * 365 * 86400, allow_inf_nan=False)]
"""Seconds ago."""
Name = Annotated[str, Field(max_length=255)]
UserName = Annotated[str, Field(min_length=1, max_length=255)]


class Reported(Request):
    """A part of a report.

    Servers and the service are updated each in their own time: what a newer server says besides is
    left out, where `Request` would refuse it, and with it every report of that server.
    """

    model_config = ConfigDict(extra="ignore")


MOST_KERNELS = 100
MOST_TERMINALS = 100


class KernelReport(Reported):
    """One kernel."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    name: Name = Field(description="The kernelspec's.")
    path: Annotated[str, Field(max_length=1000)] | None = None
    state: Annotated[str, Field(max_length=30)]
    idle_seconds: Age | None = Field(
        description="Since its last activity, which output is too; null: not known."
    )
    busy_seconds: Age | None = Field(description="Since it became busy; null unless it is.")
    connections: int = Field(ge=0, le=1_000_000)


class TerminalReport(Reported):
    """One terminal."""

    name: Name
    idle_seconds: Age | None


class ReportedStop(Reported):
    """A kernel or a terminal that the server itself stopped by its rules since the last report."""

    id: str = Field(
        default="", max_length=64, description="Made up by it: the same one is written down once."
    )
    kind: Literal["kernel", "terminal"]
    name: Annotated[str, Field(max_length=1000)] = Field(description="Its notebook, else its id.")
    reason: Annotated[str, Field(max_length=500)]
    outcome: Literal["done", "failed"]


class DoneRequest(Reported):
    """How something ended that the service had asked for."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    ok: bool
    message: Annotated[str, Field(max_length=500)] = ""


class CheckIn(Reported):
    """The body of `POST agents/checkin`."""

    user: UserName
    server: Name = Field(description="Empty for the default server.")
    run: Annotated[str, Field(min_length=8, max_length=64)] = Field(
        description="Of this run of the server, made up by it: another one is another run."
    )
    sequence: int = Field(
        ge=0, le=2**53, description="Counts the reports of a run: an older one is void."
    )
    version: Annotated[str, Field(max_length=50)]
    kernels: list[KernelReport] = Field(default=[], max_length=MOST_KERNELS)
    terminals: list[TerminalReport] = Field(default=[], max_length=MOST_TERMINALS)
    left_out: int = Field(
        default=0, ge=0, le=1_000_000, description="Kernels and terminals beyond the bounds."
    )
    left_out_busy: bool = Field(default=False, description="One of those is busy.")
    presence_seconds: Age | None = Field(
        default=None, description="Since somebody last typed or clicked in the page."
    )
    work_seconds: Age | None = Field(
        default=None, description="Since another extension last said that it is at work."
    )
    tabs: int = Field(default=0, ge=0, le=10_000, description="Open pages; they do not count.")
    protects_work: bool = Field(
        default=True, description="A busy kernel keeps the server, by its own settings."
    )
    stops: list[ReportedStop] = Field(default=[], max_length=100)
    done: list[DoneRequest] = Field(default=[], max_length=100)
    seen_notices: list[Annotated[str, Field(max_length=64)]] = Field(default=[], max_length=100)


class ServerRequest(Answer):
    """Something that the server is asked to do."""

    id: str
    kind: Literal["shutdown_kernel"]
    kernel_id: str
    by: str = Field(description="Whoever asked.")


class NoticeView(Answer):
    """A message for whoever uses the server: text, never markup."""

    id: str
    kind: Literal["message", "stopped"] = Field(
        description="`stopped`: the last run of this server was stopped by its rules."
    )
    text: str
    by: str
    at: UtcDatetime
    until: UtcDatetime | None


class NoticeTold(NoticeView):
    """A message as the service tells it to the server."""

    personal: bool = Field(
        default=True, description="Not to everybody on the hub: for the owner's eyes alone."
    )


class CheckInAnswer(Answer):
    """What the server gets back."""

    now: UtcDatetime = Field(description="The clock of the service.")
    next_checkin_seconds: float
    token: str | None = Field(
        description="For the next reports of this run, after one with the server's own token."
    )
    rules: EffectiveRules
    decision: DecisionView
    keep_until_most: UtcDatetime | None = Field(
        description="Until when the owner may keep it at most, asked now; null: not at all."
    )
    notices: list[NoticeTold]
    requests: list[ServerRequest]
