"""Hypothesis strategies: any server, any report, any rules."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from hub_admin_lab.idle.activity import HubFacts, Kept, KernelSeen, Report, TerminalSeen
from hub_admin_lab.models.rules import Ceilings, Exemption, Rule

from .idle_cases import DAY, HOUR, NOW, ago

GROUPS = ("a", "b", "c")
SERVERS = ("", "gpu")
MOST = 10 * 365 * DAY

# Few values, so that many are equal, and any.
seconds = st.sampled_from([60, 600, HOUR, 2 * HOUR, DAY, 3 * DAY]) | st.integers(1, MOST)
durations = seconds | st.just("never")
switches = st.booleans()
ages = st.sampled_from([-HOUR, -61, -60, 0, 60, HOUR, DAY, 2 * DAY]) | st.floats(-DAY, 4 * DAY)
reported_ages = st.sampled_from([0, 60, HOUR, DAY, 2 * DAY]) | st.floats(0, MOST)

VALUES = {
    "server": {"idle_timeout": durations, "max_age": durations, "warn_before": durations},
    "kernels": {
        "idle_timeout": durations,
        "interval": seconds,
        "cull_connected": switches,
        "cull_busy": switches,
    },
    "terminals": {"idle_timeout": durations, "interval": seconds},
    "bounds": {"min": seconds, "max": durations},
}


def times(of=ages):
    return st.none() | of.map(ago)


def some(fields):
    """Any of the fields of a part of a rule."""
    return st.fixed_dictionaries({}, optional=fields)


exemptions = st.builds(
    Exemption, reason=st.just("long run"), until=st.integers(-DAY, DAY).map(lambda s: ago(-s))
)
ceilings = st.builds(
    Ceilings.model_validate,
    some({part: some(VALUES[part]) for part in ("server", "kernels", "terminals")})
    | some({"exempt": durations, "bounds_max": durations}),
)


@st.composite
def rules(draw, *, hub=False):
    parts = draw(some({part: some(fields) for part, fields in VALUES.items()}))
    parts["exempt"] = draw(st.none() | st.none() | exemptions)
    parts["ceilings"] = draw(st.none() | ceilings) if hub else None
    return Rule.model_validate(parts)


LOWER = (
    *(("group", group) for group in GROUPS),
    *(("user", user) for user in ("alice", "bob")),
    *(("server", f"alice/{server}") for server in SERVERS),
)
books = st.fixed_dictionaries(
    {}, optional={("hub", ""): rules(hub=True), **{key: rules() for key in LOWER}}
)

hubs = st.builds(
    HubFacts,
    user=st.just("alice"),
    server=st.sampled_from(SERVERS),
    groups=st.frozensets(st.sampled_from(GROUPS)),
    ready=st.sampled_from([True, True, True, False]),
    pending=st.sampled_from([None, None, None, "spawn", "stop", "check"]),
    started=times(),
    last_activity=times(),
)
kernels = st.builds(
    KernelSeen,
    id=st.text(min_size=1, max_size=3),
    name=st.just("python3"),
    path=st.none() | st.text(max_size=3),
    state=st.sampled_from(["idle", "busy", "starting", "dead", "what?"]),
    last_activity=times(reported_ages),
    busy_since=times(reported_ages),
    connections=st.integers(0, 3),
)
terminals = st.builds(TerminalSeen, name=st.just("1"), last_activity=times(reported_ages))


@st.composite
def reports(draw):
    at = draw(ages.map(ago))
    return Report(
        at=at,
        next_expected=at + timedelta(seconds=draw(st.sampled_from([0, 5, 60, HOUR]))),
        run="run-of-alice",
        kernels=tuple(draw(st.lists(kernels, max_size=3))),
        terminals=tuple(draw(st.lists(terminals, max_size=2))),
        presence=draw(times(reported_ages)),
        work=draw(times(reported_ages)),
        tabs=draw(st.integers(0, 3)),
        protects_work=draw(switches),
        left_out_busy=draw(st.sampled_from([False, False, True])),
    )


keeps = st.builds(
    Kept,
    until=st.integers(-HOUR, 2 * DAY).map(lambda s: ago(-s)),
    by=st.just("alice"),
    at=st.just(NOW),
)
# What `decide` takes, but for the rules and the clock.
cases = st.fixed_dictionaries(
    {
        "hub": hubs,
        "report": st.none() | reports(),
        "kept": st.none() | st.none() | keeps,
        "busy_max": st.none() | seconds,
        "settled_at": st.none() | st.none() | times(),
    }
)
