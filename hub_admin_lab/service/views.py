"""What is known inside, as the models that are sent."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Literal

from hub_admin_lab.idle.activity import HubFacts, KernelSeen, Report, TerminalSeen
from hub_admin_lab.models.decision import DecisionView
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

SHOWN = 30
"""Kernels of a server that the list shows at most; as many terminals, and sources."""
TEXT = 150
"""Characters of a name or a path; its begin and its end are the most telling."""
REASON = 600
_NAMED = ("kernel", "busy_kernel", "terminal")

_FIRST = datetime.min.replace(tzinfo=timezone.utc)
_LAST = datetime.max.replace(tzinfo=timezone.utc)


def server_view(verdict: Verdict, *, may_manage: bool, brief: bool = False) -> ServiceServer:
    """Return one server with what is known of it.

    What it reported is bounded, and its texts are cut: of many hostile servers the list is read
    still.

    Parameters
    ----------
    brief
        Without its kernels and terminals, and what was looked at.
    """
    facts, kept = verdict.facts, verdict.kept
    most = 0 if brief else SHOWN
    return ServiceServer(
        user=facts.user,
        name=facts.server,
        groups=sorted(facts.groups),
        state=state_of(facts),
        started=facts.started,
        hub_last_activity=facts.last_activity,
        report=None if verdict.report is None else report_view(verdict.report, most),
        kept=None if kept is None else KeptUntil(until=kept.until, by=kept.by, at=kept.at),
        rules=verdict.rules,
        decision=_decision_view(verdict.decision, most),
        may_manage=may_manage,
    )


def preview_item(verdict: Verdict) -> PreviewItem:
    """Return what would become of one server."""
    return PreviewItem(
        user=verdict.facts.user, server=verdict.facts.server, decision=verdict.decision
    )


def report_view(report: Report, most: int) -> ReportView:
    """Return a report as it is shown, with so many kernels and terminals at most."""
    kernels = sorted(report.kernels, key=_when, reverse=True)
    terminals = sorted(report.terminals, key=_when, reverse=True)
    return ReportView(
        at=report.at,
        next_expected=report.next_expected,
        kernels=[
            ReportedKernel(
                id=kernel.id,
                name=_cut(kernel.name),
                path=None if kernel.path is None else _cut(kernel.path),
                state=kernel.state,
                last_activity=kernel.last_activity,
                busy_since=kernel.busy_since,
                connections=kernel.connections,
            )
            for kernel in kernels[:most]
        ],
        terminals=[
            ReportedTerminal(name=_cut(terminal.name), last_activity=terminal.last_activity)
            for terminal in terminals[:most]
        ],
        left_out=max(0, len(kernels) - most) + max(0, len(terminals) - most),
        presence=report.presence,
        tabs=report.tabs,
    )


def _decision_view(decision: DecisionView, most: int) -> DecisionView:
    """Return a decision as the list shows it; of kernels and terminals the newest, busy first."""
    found = [source for source in decision.sources if source.kind in _NAMED]
    if len(found) > most:
        found = sorted(found, key=lambda each: (each.kind == "busy_kernel", each.at or _FIRST))
    left_out = {id(source) for source in found[: max(0, len(found) - most)]}
    shown = (source for source in decision.sources if id(source) not in left_out)
    short = [source.model_copy(update={"name": _cut(source.name)}) for source in shown]
    return decision.model_copy(update={"reason": _cut(decision.reason, REASON), "sources": short})


def _cut(text: str, most: int = TEXT) -> str:
    """Return a text of at most so many characters, without its middle if it is longer."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[: most - half - 1]}…{text[-half:]}"


def _when(seen: KernelSeen | TerminalSeen) -> datetime:
    """Return when it was used: of many, those are shown first."""
    busy = seen.busy_since if isinstance(seen, KernelSeen) else None
    if busy is not None:
        return _LAST
    return seen.last_activity or _FIRST


def state_of(facts: HubFacts) -> State:
    """Return the state of an active server in one word."""
    if facts.pending == "stop":
        return "stopping"
    return "running" if facts.ready else "starting"
