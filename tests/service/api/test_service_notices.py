"""Messages in memory: found by whom they are for, and read once."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from hub_admin_lab.models.service import NoticeAudience
from hub_admin_lab.service import notices as module
from hub_admin_lab.service.notices import SWEEP, Notices
from hub_admin_lab.service.store import StoredNotice

EVERYBODY = NoticeAudience(kind="everybody")


class Kept:
    """A store that tells what it was asked for."""

    def __init__(self, clock):
        self.clock = clock
        self.kept = []
        self.asked = []
        self.seen = []

    def put(self, to, *, kind="message", until=None, seen=()):
        notice = StoredNotice(
            f"n{len(self.kept)}", to, kind, "x", "admin", self.clock(), until, frozenset(seen)
        )
        self.kept.append(notice)
        return notice.id

    async def notices(self, since=None):
        self.asked.append(since)
        return [each for each in self.kept if since is None or each.at >= since]

    async def notice_seen(self, ids, user, server):
        self.seen.append((tuple(ids), user, server))


@pytest.fixture
def kept(clock):
    return Kept(clock)


@pytest.fixture
def notices(kept, clock):
    return Notices(kept, clock)


def ids(notices, user="alice", server="", groups=()):
    return [notice.id for notice in notices.for_server(user, server, groups)]


async def test_only_what_is_new_is_read_again(notices, kept, clock):
    kept.put(EVERYBODY)
    await notices.load()
    first = clock.now
    clock.forward(minutes=10)
    kept.put(EVERYBODY)
    await notices.load()
    assert kept.asked == [None, first - module.AGAIN]
    assert ids(notices) == ["n0", "n1"]
    # The clock is set back: what comes now is older than what was read.
    clock.forward(hours=-1)
    kept.put(EVERYBODY)
    await notices.load()
    assert set(ids(notices)) == {"n0", "n1", "n2"}


async def test_those_of_others_are_not_gone_through(notices, kept, clock, monkeypatch):
    for number in range(500):
        kept.put(NoticeAudience(kind="server", name=f"user-{number}/"))
    mine = [
        kept.put(NoticeAudience(kind="group", name="class-a")),
        kept.put(EVERYBODY),
        kept.put(NoticeAudience(kind="user", name="alice")),
        kept.put(NoticeAudience(kind="server", name="alice/gpu")),
    ]
    await notices.load()

    looked_at = []

    for id_, notice in list(notices._by_id.items()):
        until = Until(2026, 3, 2, tzinfo=timezone.utc)
        until.looked_at, until.id = looked_at, id_
        object.__setattr__(notice, "until", until)
    assert set(ids(notices, "alice", "gpu", ["class-a"])) == set(mine)
    assert set(looked_at) == set(mine)


class Until(datetime):
    """The end of a message; tells that it was looked at."""

    looked_at: list[str]
    id: str

    def __gt__(self, now):
        self.looked_at.append(self.id)
        return super().__gt__(now)


async def test_what_has_ended_is_forgotten_and_who_saw_it(notices, kept, clock):
    short = kept.put(EVERYBODY, until=clock.after(minutes=1), seen=[("bob", "")])
    long_ = kept.put(EVERYBODY, seen=[("bob", "")])
    await notices.load()
    assert (ids(notices), ids(notices, "bob")) == ([short, long_], [])
    clock.forward(minutes=2)
    assert ids(notices) == [long_]
    clock.now += SWEEP
    kept.kept = []
    await notices.load()
    assert set(notices._by_id) == {long_}
    assert notices._seen == {("bob", ""): {long_}}


async def test_that_a_server_was_stopped_is_forgotten_once_it_has_shown_it(notices, kept, clock):
    alices = NoticeAudience(kind="server", name="alice/")
    stopped, message = kept.put(alices, kind="stopped"), kept.put(alices)
    await notices.load()
    await notices.seen([stopped, message], "bob", "")
    assert ids(notices) == [stopped, message]
    await notices.seen([stopped, message, "unknown"], "alice", "")
    await notices.seen([stopped, message], "alice", "")
    assert ids(notices) == []
    assert set(notices._by_id) == {message}
    assert kept.seen[1:] == [((stopped, message), "alice", "")]
