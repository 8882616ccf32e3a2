"""Who the holder of a token is: by tokens of the service's own, and by what the Hub says."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from hub_admin_lab.errors import HubUnreachable, Unauthorized
from hub_admin_lab.service.identity import caller_of
from hub_admin_lab.service.tokens import CheckInTokens, Ticket, is_check_in_token
from hub_admin_lab.service.whoami import ACT, Whoami

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
KEY = b"k" * 32


def model(name="alice", *scopes, **more):
    return {
        "kind": "user",
        "name": name,
        "admin": False,
        "groups": [],
        "session_id": "x",
        "scopes": list(scopes),
        **more,
    }


# --- tokens of the service's own ----------------------------------------------------------


@pytest.mark.parametrize("user", ["alice", "élodie", 'a"b\\c', "o'brien+x@example.org"])
@pytest.mark.parametrize("server", ["", "gpu", "a b"])
def test_a_token_says_what_was_signed(user, server):
    tokens = CheckInTokens(KEY)
    token = tokens.sign(user, server, "run-1234", NOW)
    assert is_check_in_token(token)
    assert token.isascii()
    assert tokens.read(token, NOW) == Ticket(user, server, "run-1234", NOW)


def test_any_change_of_it_voids_it():
    tokens = CheckInTokens(KEY)
    token = tokens.sign("alice", "", "run-1234", NOW)
    for place in range(len("hal1."), len(token)):
        changed = "A" if token[place] != "A" else "B"
        spoilt = token[:place] + changed + token[place + 1 :]
        assert tokens.read(spoilt, NOW) is None, place
    for spoilt in ("", "hal1.", token + ".x", token.replace(".", "", 1), "hal1.é.é"):
        assert tokens.read(spoilt, NOW) is None


def test_another_key_reads_nothing_and_the_key_is_not_what_signs():
    token = CheckInTokens(KEY).sign("alice", "", "run-1234", NOW)
    assert CheckInTokens(b"j" * 32).read(token, NOW) is None


@pytest.mark.parametrize(
    ("age", "valid"),
    [
        (timedelta(days=7), True),
        (timedelta(days=7, seconds=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-6), False),
    ],
)
def test_how_long_it_holds(age, valid):
    tokens = CheckInTokens(KEY)
    token = tokens.sign("alice", "", "run-1234", NOW)
    assert (tokens.read(token, NOW + age) is not None) == valid


# --- whose home it is ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "at_home"),
    [
        (["access:servers!server=alice/"], True),
        (["access:servers!server=alice/gpu"], True),
        (["access:servers!user=alice"], True),
        (["access:servers"], True),
        (["access:servers!group=class-a"], True),  # she is in it
        (["access:servers!group=class-b"], False),
        (["access:servers!server=bob/"], False),
        (["access:servers!server=alice-2/"], False),
        (["access:servers!user=bob"], False),
        (["read:servers!user=alice", "servers!user=alice"], False),
        ([], False),
    ],
)
def test_a_token_is_from_home_if_it_opens_a_server_of_its_holder(scopes, at_home):
    assert caller_of(model("alice", *scopes, groups=["class-a"])).at_home == at_home
    assert not caller_of(model("alice", *scopes, kind="service")).at_home


def test_a_service_is_no_admin_and_has_no_home():
    caller = caller_of(model("helper", "access:servers", kind="service", admin=True))
    assert (caller.admin, caller.at_home, caller.actor) == (False, False, "service helper")


ACCESS = "access:servers!server=alice/"
SMALL = [
    [ACCESS],
    [ACCESS, "access:servers!server=alice/gpu", "read:users!user=alice"],
    [ACCESS, "users:activity!user=alice", "access:servers"],
]


@pytest.mark.parametrize("scopes", SMALL)
def test_a_token_of_no_login_that_opens_no_more_than_a_server_does_is_one(scopes):
    assert caller_of(model("alice", *scopes, session_id=None)).is_server
    assert not caller_of(model("alice", *scopes)).is_server


@pytest.mark.parametrize("scopes", [[ACCESS, "access:servers!user=alice"], ["access:servers"], []])
def test_one_that_opens_more_or_nothing_is_a_persons(scopes):
    assert not caller_of(model("alice", *scopes, session_id=None)).is_server


@pytest.mark.parametrize(
    ("scopes", "session", "acts"),
    [
        ([ACCESS], "a login", True),
        (["access:servers", "list:users"], None, True),
        ([ACCESS], None, False),
        (["access:servers"], None, False),
        (["access:servers!user=alice", "list:users!group=class-a"], None, False),
        (["access:servers!server=bob/", "list:users"], "a login", False),
    ],
)
def test_not_every_token_of_an_admins_acts_for_all(scopes, session, acts):
    caller = caller_of(model("alice", *scopes, session_id=session, admin=True))
    assert caller.acts_as_admin == acts
    assert not caller_of(model("alice", *scopes, session_id=session)).acts_as_admin


# --- the Hub's answers --------------------------------------------------------------------


class Hub:
    def __init__(self):
        self.answers = {"t": model()}
        self.asked = 0
        self.now = 0.0
        self.gate = None

    async def __call__(self, token):
        self.asked += 1
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.get(token)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def clock(self):
        return self.now


async def test_the_hub_is_asked_once_a_minute_to_look_and_each_time_to_act():
    hub = Hub()
    whoami = Whoami(hub, clock=hub.clock)
    for _ in range(5):
        assert (await whoami.caller("t")).name == "alice"
    assert hub.asked == 1
    hub.now += 60
    await whoami.caller("t")
    assert hub.asked == 2
    await whoami.caller("t", max_age=ACT)
    await whoami.caller("t", max_age=ACT)
    assert hub.asked == 4


async def test_many_at_once_share_one_answer_and_one_who_gives_up_does_not_end_it():
    hub = Hub()
    hub.gate = asyncio.Event()
    whoami = Whoami(hub, clock=hub.clock)
    waiting = [asyncio.ensure_future(whoami.caller("t")) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    hub.gate.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert {caller.name for caller in found[1:]} == {"alice"}
    assert hub.asked == 1


async def test_an_unknown_token_is_not_asked_about_again_and_again():
    hub = Hub()
    whoami = Whoami(hub, clock=hub.clock)
    for _ in range(5):
        with pytest.raises(Unauthorized):
            await whoami.caller("unknown", max_age=ACT)
    assert hub.asked == 1


async def test_a_token_that_the_hub_took_back_is_known_no_more():
    hub = Hub()
    whoami = Whoami(hub, clock=hub.clock)
    await whoami.caller("t")
    del hub.answers["t"]
    with pytest.raises(Unauthorized):
        await whoami.caller("t", max_age=ACT)
    with pytest.raises(Unauthorized):
        await whoami.caller("t")


async def test_a_hub_that_does_not_answer_is_asked_again():
    hub = Hub()
    whoami = Whoami(hub, clock=hub.clock)
    hub.answers["t"] = HubUnreachable("away")
    with pytest.raises(HubUnreachable):
        await whoami.caller("t")
    hub.answers["t"] = model()
    assert (await whoami.caller("t")).name == "alice"


async def test_only_so_many_answers_are_kept():
    hub = Hub()
    hub.answers = {str(number): model(f"user-{number}") for number in range(5)}
    whoami = Whoami(hub, most=3, clock=hub.clock)
    for token in hub.answers:
        await whoami.caller(token)
    await whoami.caller("4")
    await whoami.caller("2")
    assert hub.asked == 5
    await whoami.caller("0")
    assert hub.asked == 6
