"""The hub service's own API, under `/services/hub-admin-lab/api/`, but for rules and reports."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hub_admin_lab.models.base import Answer, Query, Request, SentDatetime, UtcDatetime
from hub_admin_lab.models.decision import DecisionView
from hub_admin_lab.models.rules import EffectiveRules, Level, LevelName, Rule

Outcome = Literal["begun", "done", "pending", "failed", "unknown"]
"""How an act stands; ``unknown``: the panel told that it began, and nobody how it ended."""


class ReportedKernel(Answer):
    """A kernel as its server reported it."""

    id: str
    name: str
    path: str | None
    state: str
    last_activity: UtcDatetime | None
    busy_since: UtcDatetime | None
    connections: int


class ReportedTerminal(Answer):
    """A terminal as its server reported it."""

    name: str
    last_activity: UtcDatetime | None


class ReportView(Answer):
    """The last report of a server: that server's own word."""

    at: UtcDatetime
    next_expected: UtcDatetime
    kernels: list[ReportedKernel]
    terminals: list[ReportedTerminal]
    left_out: int = Field(default=0, description="Kernels and terminals that are not shown.")
    presence: UtcDatetime | None
    tabs: int


class KeptUntil(Answer):
    """Somebody keeps this server."""

    until: UtcDatetime
    by: str
    at: UtcDatetime


class ServiceServer(Answer):
    """One active server: what is known of it, what holds for it, and what becomes of it."""

    user: str
    name: str = Field(description="Empty for the default server.")
    groups: list[str]
    state: Literal["starting", "running", "stopping"]
    started: UtcDatetime | None
    hub_last_activity: UtcDatetime | None
    report: ReportView | None
    kept: KeptUntil | None
    rules: EffectiveRules
    decision: DecisionView
    may_manage: bool = Field(description="The caller may shut its kernels down and keep it.")


class ServiceServers(Answer):
    """`GET servers`."""

    items: list[ServiceServer]
    as_of: UtcDatetime = Field(description="When the Hub was last asked for them.")
    now: UtcDatetime = Field(description="The service's clock, by which all times here are.")


class ServiceServersQuery(Query):
    """The query of `GET servers`."""

    user: str = Field(default="", max_length=255, description="Of this user only.")
    busy: bool = Field(
        default=False, description="Only those in which a kernel ran code at the last report."
    )


class RuleChange(Request):
    """The body of `PUT rules/{level}/{name}`."""

    rule: Rule
    version: int | None = Field(
        default=None,
        description="Of the rule that was changed (0: there was none): 409 if it is another by"
        " now. Null: whatever it is.",
    )


class RuleVersionQuery(Query):
    """The query of `DELETE rules/{level}/{name}`."""

    version: int | None = Field(default=None, description="As in `RuleChange`.")


class RuleDraft(Request):
    """One rule of a draft; a `rule` of null takes it away."""

    level: Level
    name: LevelName = ""
    rule: Rule | None


class PreviewRequest(Request):
    """The body of `POST preview`."""

    drafts: list[RuleDraft] = Field(min_length=1, max_length=100)


class PreviewItem(Answer):
    """What would become of one server."""

    user: str
    server: str
    decision: DecisionView


class Preview(Answer):
    """What rules as drafted would stop now, and what they would keep, the nearest end first."""

    stops: list[PreviewItem] = Field(description="At most 50.")
    stops_total: int
    keeps: list[PreviewItem] = Field(description="At most 50.")
    keeps_total: int
    as_of: UtcDatetime


class ExtendRequest(Request):
    """The body of `POST servers/{user}/{server}/extend`; null ends what was granted."""

    until: SentDatetime | None


class Extended(Answer):
    """Until when a server is kept; less than asked where the rules allow no more."""

    until: UtcDatetime | None
    asked: UtcDatetime | None


class KernelShutdown(Answer):
    """`POST servers/{user}/{server}/kernels/{id}/shutdown`: asked, not done yet."""

    id: str


class NoticeAudience(Request):
    """To whom a notice goes."""

    kind: Literal["everybody", "group", "user", "server"]
    name: LevelName = ""


class NoticeRequest(Request):
    """The body of `POST notices`."""

    to: NoticeAudience
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    until: SentDatetime


class NoticeCreated(Answer):
    """The answer to `POST notices`."""

    id: str


class AuditQuery(Query):
    """The query of `GET audit`."""

    actor: str = Field(default="", max_length=255)
    action: str = Field(default="", max_length=50)
    user: str = Field(default="", max_length=255, description="On whose server.")
    outcome: Outcome | None = None
    since: SentDatetime | None = None
    before: int | None = Field(
        default=None, ge=0, description="After the entry with this id, in their order."
    )
    limit: int = Field(default=50, ge=1, le=200)


class AuditEntry(Answer):
    """Who did what, on whom, why, and how it ended."""

    id: int
    at: UtcDatetime
    actor: str
    action: str
    user: str
    server: str | None
    target: str = Field(description="On whom or what, as it is shown.")
    reason: str
    rule: str = Field(description="The rule by which it was done, such as `group class-a`.")
    outcome: Outcome
    message: str = Field(description="How it ended, where that needs words.")
    ended_at: UtcDatetime | None
    told: bool = Field(
        default=False,
        description="Done by the actor in the panel, which told it; else done by the service.",
    )


class AuditPage(Answer):
    """`GET audit`: newest first, by the time at which each began."""

    items: list[AuditEntry]
    next: int | None = Field(description="`before` of the page that follows; null: the end.")


class Health(Answer):
    """`GET health`."""

    ok: bool
    database: bool
    hub: bool
    last_pass: UtcDatetime | None = Field(description="When the culler last ended a pass.")
    version: str


class ServiceInfo(Answer):
    """`GET info`: what the caller is to the service."""

    version: str
    name: str
    may_edit_hub: bool
    may_edit_groups: list[str] | None = Field(description="Null: all.")
    may_see_audit: bool
