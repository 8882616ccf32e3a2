"""Servers, reports and rules as the tests of the idle rules need them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hub_admin_lab.idle.activity import HubFacts, Kept, KernelSeen, Report, TerminalSeen
from hub_admin_lab.idle.decide import decide
from hub_admin_lab.idle.rules import resolve
from hub_admin_lab.models.rules import Exemption, Rule

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
PERIOD = 60
HOUR, DAY = 3600, 86400


def ago(seconds):
    return None if seconds is None else NOW - timedelta(seconds=seconds)


def ahead(seconds):
    return NOW + timedelta(seconds=seconds)


def rule(exempt=None, ceilings=None, bounds=None, kernels=None, terminals=None, **server):
    """A rule; what is not named is a field of `server`."""
    parts = {
        "server": server,
        "kernels": kernels,
        "terminals": terminals,
        "bounds": bounds,
        "ceilings": ceilings,
        "exempt": exempt,
    }
    return Rule.model_validate({name: part for name, part in parts.items() if part is not None})


def exemption(seconds=HOUR, reason="long training run"):
    return Exemption(reason=reason, until=ahead(seconds))


def book(**levels):
    """`book(hub=rule(...), group_a=..., user_alice=..., server_alice=...)`."""
    keys = {}
    for name, value in levels.items():
        level, _, rest = name.partition("_")
        keys[level, f"{rest}/" if level == "server" else rest] = value
    return keys


def hub(last_activity=DAY, started=2 * DAY, pending=None, ready=True, server=""):
    """What the Hub says; times are ages."""
    return HubFacts(
        user="alice",
        server=server,
        groups=frozenset({"a", "b"}),
        ready=ready,
        pending=pending,
        started=ago(started),
        last_activity=ago(last_activity),
    )


def kernel(idle=DAY, busy=None, state="idle", path="train.ipynb"):
    """A kernel that was last active `idle` seconds ago; None: that is not known."""
    return KernelSeen(
        id="k1",
        name="python3",
        path=path,
        state=state,
        last_activity=ago(idle),
        busy_since=ago(busy),
        connections=1,
    )


def busy_kernel(busy, idle=None, path="train.ipynb"):
    """A kernel that has run code for `busy` seconds; None: since when is not known."""
    return kernel(idle, busy, "busy", path)


def report(*kernels, age=10, terminals=(), presence=None, work=None, tabs=1, **more):
    """A report of `age` seconds ago; times are ages."""
    options = {"protects_work": True, "left_out_busy": False} | more
    return Report(
        at=ago(age),
        next_expected=ago(age - PERIOD),
        run="run-of-alice",
        kernels=kernels,
        terminals=tuple(TerminalSeen(f"t{n}", ago(idle)) for n, idle in enumerate(terminals)),
        presence=ago(presence),
        work=ago(work),
        tabs=tabs,
        **options,
    )


def kept(seconds=HOUR, by="alice"):
    return Kept(until=ahead(seconds), by=by, at=ago(60))


def holding(rules=None, groups=("a", "b"), now=NOW, server=""):
    """What holds for alice by a book of rules."""
    return resolve(rules or {}, user="alice", server=server, groups=groups, now=now)


def decided(facts=None, seen=None, keeps=None, rules=None, busy_max=DAY, now=NOW, **more):
    """What becomes of a server by a book of rules."""
    holds = holding(rules, now=now)
    return decide(facts or hub(), seen, keeps, holds, now, busy_max=busy_max, **more)
