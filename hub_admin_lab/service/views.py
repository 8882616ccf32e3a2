"""What is known inside, as the models that are sent."""

from __future__ import annotations

from typing import Literal

from hub_admin_lab.idle.activity import HubFacts, Report
from hub_admin_lab.models.service import (
    KeptUntil,
    PreviewItem,
    ReportedKernel,
    ReportedTerminal,
    ReportView,
    ServiceServer,
)
from hub_admin_lab.service.judge import Verdict

State = Literal["starting", "running", "stopping"]


def server_view(verdict: Verdict, *, may_manage: bool) -> ServiceServer:
    """Return one server with all that is known of it."""
    facts, kept = verdict.facts, verdict.kept
    return ServiceServer(
        user=facts.user,
        name=facts.server,
        groups=sorted(facts.groups),
        state=state_of(facts),
        started=facts.started,
        hub_last_activity=facts.last_activity,
        report=None if verdict.report is None else report_view(verdict.report),
        kept=None if kept is None else KeptUntil(until=kept.until, by=kept.by, at=kept.at),
        rules=verdict.rules,
        decision=verdict.decision,
        may_manage=may_manage,
    )


def preview_item(verdict: Verdict) -> PreviewItem:
    """Return what would become of one server."""
    return PreviewItem(
        user=verdict.facts.user, server=verdict.facts.server, decision=verdict.decision
    )


def report_view(report: Report) -> ReportView:
    """Return a report as it is shown."""
    return ReportView(
        at=report.at,
        next_expected=report.next_expected,
        kernels=[
            ReportedKernel(
                id=kernel.id,
                name=kernel.name,
                path=kernel.path,
                state=kernel.state,
                last_activity=kernel.last_activity,
                busy_since=kernel.busy_since,
                connections=kernel.connections,
            )
            for kernel in report.kernels
        ],
        terminals=[
            ReportedTerminal(name=terminal.name, last_activity=terminal.last_activity)
            for terminal in report.terminals
        ],
        presence=report.presence,
        tabs=report.tabs,
    )


def state_of(facts: HubFacts) -> State:
    """Return the state of an active server in one word."""
    if facts.pending == "stop":
        return "stopping"
    return "running" if facts.ready else "starting"
