"""The same servers are stopped as by jupyterhub-idle-culler, 1.4 and 2.0, at equal settings.

Its own ``cull_idle`` runs against a hub made up here and at a clock made up here; what it stops is
compared with what ``decide`` says of the same servers. They never reported: of reports it knows
nothing.

On purpose ours differs from it in this, and in nothing else:

- A server whose start lies ahead of the clock by more than a minute is kept. One of the clocks is
  wrong; the idle-culler stops it if its last activity is old all the same.
- An exempt server is kept, and one that somebody keeps, also beyond its maximum age. The
  idle-culler knows neither.
- A limit of 0 seconds cannot be set, "never" is a word of its own. The idle-culler's timeout of 0
  stops everything, its maximum age of 0 is never.
- It can leave out default servers, or named ones, or admins, and delete users: options that rules
  for single servers, users and groups take the place of, or that are no matter of idleness.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from unittest import mock
from urllib.parse import parse_qs, unquote, urlsplit

import jupyterhub_idle_culler
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_admin_lab.hub.models import HubUser
from hub_admin_lab.idle.activity import HubFacts, Kept
from hub_admin_lab.idle.decide import decide
from hub_admin_lab.idle.rules import resolve
from hub_admin_lab.models.rules import Rule

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
URL = "http://hub/hub/api"
HOUR, DAY = 3600, 86400


class Hub:
    """As much of a Hub as the idle-culler asks, in place of its HTTP client."""

    PAGE = 5

    def __init__(self, users):
        self.users = [user for user in users if any(s["ready"] for s in user["servers"].values())]
        self.stopped = set()

    def configure(self, *_, **__):
        pass

    def __call__(self):
        return self

    async def fetch(self, request):
        await asyncio.sleep(0)
        address = urlsplit(request.url)
        path = address.path.removeprefix(urlsplit(URL).path)
        if request.method == "DELETE":
            _, user, _, *server = (unquote(part) for part in path.strip("/").split("/"))
            self.stopped.add((user, *server) if server else (user, ""))
            return SimpleNamespace(code=204, body=b"")
        answer = {"version": "6.1.1"} if path == "/" else self.page(parse_qs(address.query))
        return SimpleNamespace(code=200, body=json.dumps(answer).encode())

    def page(self, query):
        assert query["state"] == ["ready"]
        offset = int(query.get("offset", ["0"])[0])
        end = offset + self.PAGE
        more = {"url": f"{URL}/users?state=ready&offset={end}"} if end < len(self.users) else None
        return {"items": self.users[offset:end], "_pagination": {"next": more}}


async def culled(users, idle_timeout, max_age):
    """The servers that the idle-culler stops, as (user, server)."""
    hub, options = Hub(users), {}
    if "logger" in inspect.signature(jupyterhub_idle_culler.cull_idle).parameters:  # since 2.0
        logger = options["logger"] = logging.getLogger("idle-culler")
        logger.setLevel(logging.CRITICAL + 1)
    with (
        mock.patch.object(jupyterhub_idle_culler, "AsyncHTTPClient", hub),
        mock.patch.object(jupyterhub_idle_culler, "utcnow", return_value=NOW),
    ):
        await jupyterhub_idle_culler.cull_idle(
            URL, "token", inactive_limit=idle_timeout, max_age=max_age, **options
        )
        # 2.0 trips over a server without any time, and leaves that user's others to themselves.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
    return hub.stopped


def stopped_by_idle_culler(users, idle_timeout, max_age):
    return asyncio.run(culled(users, idle_timeout, max_age))


def facts(users):
    """What our reading of the Hub makes of the same answers."""
    for sent in users:
        user = HubUser.model_validate_json(json.dumps(sent))
        for name, server in user.servers.items():
            yield HubFacts(
                user=user.name,
                server=name,
                groups=frozenset(user.groups),
                ready=server.ready,
                pending=server.pending,
                started=server.started,
                last_activity=server.last_activity,
            )


def decided(hub, idle_timeout, max_age, kept=None, **more):
    server = {"idle_timeout": idle_timeout, "max_age": max_age or "never"}
    book = {("hub", ""): Rule.model_validate({"server": server, **more})}
    rules = resolve(book, user=hub.user, server=hub.server, groups=hub.groups, now=NOW)
    return decide(hub, None, kept, rules, NOW, busy_max=DAY).verdict


def differs_on_purpose(hub):
    return hub.started is not None and hub.started > NOW + timedelta(minutes=1)


# --- any servers --------------------------------------------------------------------------

# Those around which something changes, and any.
AGES = [-2 * DAY, -61, -60.000001, -60, -1, 0, 1e-6, 59.999999, 60, HOUR - 1e-6, HOUR, HOUR + 1e-6]
ages = st.sampled_from([*AGES, DAY - 1, DAY, 2 * DAY]) | st.floats(-DAY, 3 * DAY)
moments = st.none() | ages.map(
    lambda age: (NOW - timedelta(seconds=age)).isoformat().replace("+00:00", "Z")
)
servers = st.fixed_dictionaries(
    {
        "url": st.just("/user/somebody/"),
        "ready": st.sampled_from([True, True, True, False]),
        "pending": st.sampled_from([None, None, None, None, "spawn", "stop", "check"]),
        "started": moments,
        "last_activity": moments,
    }
)
NAMES = [
    "alice",
    "élodie",
    "o'brien+x@example.org",
    "with space",
    *(f"user-{n}" for n in range(12)),
]


@st.composite
def hubs(draw):
    users = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)):
        theirs = draw(st.dictionaries(st.sampled_from(["", "gpu", "é +"]), servers, max_size=3))
        theirs = {key: {**server, "name": key} for key, server in theirs.items()}
        users.append({"name": name, "admin": draw(st.booleans()), "groups": [], "servers": theirs})
    return users


limits = st.sampled_from([1, 60, HOUR, DAY]) | st.integers(1, 3 * DAY)


@given(hubs(), limits, st.just(0) | limits)
def test_stops_what_the_idle_culler_stops(users, idle_timeout, max_age):
    theirs = stopped_by_idle_culler(users, idle_timeout, max_age)
    for hub in facts(users):
        cull = decided(hub, idle_timeout, max_age) == "cull"
        assert cull == ((hub.user, hub.server) in theirs and not differs_on_purpose(hub)), hub


@pytest.mark.parametrize("age", AGES)
def test_at_the_default_rules(age):
    """The same, where hypothesis may not look: around the default limit."""
    moment = (NOW - timedelta(seconds=age)).isoformat()
    users = [user(started=moment, last_activity=None), user("bob", last_activity=moment)]
    ours = {(hub.user, "") for hub in facts(users) if decided(hub, HOUR, 0) == "cull"}
    assert ours == stopped_by_idle_culler(users, HOUR, 0)
    assert bool(ours) == (age >= HOUR)


# --- where ours differs -------------------------------------------------------------------


def user(name="alice", started="2026-11-20T12:00:00Z", last_activity="2026-11-20T12:00:00Z"):
    server = {
        "name": "",
        "url": "/user/x/",
        "ready": True,
        "pending": None,
        "started": started,
        "last_activity": last_activity,
    }
    return {"name": name, "admin": False, "groups": [], "servers": {"": server}}


def test_differs_where_a_server_starts_in_the_future():
    users = [user(started="2026-11-24T12:00:00Z")]
    assert stopped_by_idle_culler(users, HOUR, 0)
    assert decided(*facts(users), HOUR, 0) == "keep"


@pytest.mark.parametrize("max_age", [0, DAY])
def test_differs_where_a_server_is_exempt_or_kept(max_age):
    users, until = [user()], NOW + timedelta(seconds=60)
    assert stopped_by_idle_culler(users, HOUR, max_age)
    (hub,) = facts(users)
    assert decided(hub, HOUR, max_age) == "cull"
    assert decided(hub, HOUR, max_age, exempt={"reason": "exam", "until": until}) == "keep"
    assert decided(hub, HOUR, max_age, kept=Kept(until, "alice", NOW)) == "keep"
