"""Whom a group's rules concern: asked of the Hub once a minute, and never guessed."""

from __future__ import annotations

import pytest

from hub_admin_lab.errors import HubNotFound, HubUnreachable
from hub_admin_lab.service.members import FOR, Members


class Hub:
    def __init__(self):
        self.asked = []
        self.groups = {"class-a": ["alice"]}
        self.away = False

    async def members_of(self, group):
        self.asked.append(group)
        if self.away:
            raise HubUnreachable("The hub cannot be reached.")
        if group not in self.groups:
            raise HubNotFound("There is no such group.")
        return self.groups[group]


async def test_the_hub_is_asked_once_a_minute():
    hub, seconds = Hub(), [0.0]
    members = Members(hub.members_of, lambda: seconds[0])
    for _ in range(3):
        assert await members.of("class-a") == {"alice"}
        assert await members.of("gone") == frozenset()
    assert hub.asked == ["class-a", "gone"]
    hub.groups["class-a"] = ["bob"]
    seconds[0] += FOR
    assert await members.of("class-a") == {"bob"}


async def test_what_the_hub_did_not_tell_is_not_remembered():
    hub = Hub()
    hub.away = True
    members = Members(hub.members_of, lambda: 0.0)
    with pytest.raises(HubUnreachable):
        await members.of("class-a")
    hub.away = False
    assert await members.of("class-a") == {"alice"}


@pytest.mark.parametrize("path", ["rules", "audit"])
async def test_one_call_for_a_group_however_often_somebody_asks(case, monkeypatch, path):
    asked = []
    real = case.parts.members._ask

    async def ask(group):
        asked.append(group)
        return await real(group)

    monkeypatch.setattr(case.parts.members, "_ask", ask)
    for _ in range(3):
        assert (await case.api("GET", path, "assistant")).status == 200
    assert asked == ["class-a"]


async def test_rules_are_not_hidden_where_the_hub_does_not_tell(case, monkeypatch):
    rule = {"server": {"idle_timeout": 60}}
    assert (await case.put_rule("admin", ("user", "alice"), rule)).status == 200

    async def away(group):
        raise HubUnreachable("The hub cannot be reached.")

    with monkeypatch.context() as patch:
        patch.setattr(case.parts.members, "_ask", away)
        answer = await case.api("GET", "rules", "assistant")
        assert (answer.status, answer.code) == (502, "hub_unreachable")
    rules = (await case.api("GET", "rules", "assistant")).json["rules"]
    assert [each["name"] for each in rules] == ["alice"]
