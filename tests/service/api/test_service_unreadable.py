"""Rules that a newer version of this package set: what they say is not known here."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import timedelta

import pytest

from hub_admin_lab.agent.answer import read

HUB, CLASS_A, ALICE = ("hub", ""), ("group", "class-a"), ("user", "alice")
NEWER = '{"server": {"idle_timeout": 60, "of_a_newer_version": true}}'
SHORT = {
    "server": {"idle_timeout": 60, "max_age": 600},
    "kernels": {"idle_timeout": 60, "interval": 60, "cull_busy": True},
    "terminals": {"idle_timeout": 60, "interval": 60},
    "bounds": {"max": 120},
}
TIMEOUTS = ("kernels.idle_timeout", "terminals.idle_timeout", "server.idle_timeout")


async def newer(case, key, level=None):
    """Make what is set at ``key`` the rule of a newer version, perhaps of a level of its own."""
    await case.put_rule("admin", key, SHORT)
    with contextlib.closing(
        sqlite3.connect(case.url.removeprefix("sqlite:///"), isolation_level=None)
    ) as database:
        database.execute(
            "UPDATE hub_admin_lab_rules SET rule = ?, level = ? WHERE level = ? AND name = ?",
            (NEWER, level or key[0], *key),
        )
    await case.parts.rulebook.load()


async def told(case, token="alices-server", *args):
    """What a server gets back, as its agent takes it."""
    answer = await case.check_in(token, *args)
    assert answer.status == 200, answer.body
    return answer.json, read(answer.json).rules


@pytest.mark.parametrize(
    ("key", "level"),
    [(HUB, None), (CLASS_A, None), (ALICE, None), (("server", "alice/"), None), (HUB, "planet")],
)
async def test_nothing_is_stopped_where_one_may_hold(case, key, level):
    await newer(case, key, level)
    await case.put_rule("admin", ("user", "carol"), SHORT)
    if key != HUB or level:
        await case.put_rule("admin", HUB, SHORT)
    answer, rules = await told(case)
    assert [rules.values[name] for name in TIMEOUTS] == [None, None, None]
    assert rules.values["kernels.cull_busy"] is False
    assert rules.bounds.max is None
    decision = answer["decision"]
    assert (decision["verdict"], decision["reason_code"]) == ("keep", "rules_not_readable")
    assert (decision["deadline"], decision["warn_at"]) == (None, None)
    shown = (await case.api("GET", "servers?user=alice", "admin")).json["items"][0]
    assert shown["decision"]["reason_code"] == "rules_not_readable"
    assert shown["rules"] == answer["rules"]


async def test_others_are_not_concerned(case):
    await newer(case, CLASS_A)
    await case.put_rule("admin", HUB, SHORT)
    _, rules = await told(case, "admins-server", "admin")
    assert [rules.values[name] for name in TIMEOUTS] == [60, 60, 60]


async def test_it_holds_again_once_it_is_set_anew(case):
    await newer(case, ALICE)
    await case.put_rule("admin", HUB, SHORT)
    body = {"drafts": [{"level": "user", "name": "alice", "rule": {}}]}
    preview = (await case.api("POST", "preview", "admin", body)).json
    assert "alice" in [item["user"] for item in preview["stops"]]
    assert (await case.put_rule("admin", ALICE, {})).status == 200
    assert (await told(case))[1].values["kernels.idle_timeout"] == 60
    await newer(case, ALICE)
    assert (await told(case))[1].values["kernels.idle_timeout"] is None
    assert (await case.api("DELETE", "rules/user/alice", "admin")).status == 204
    assert (await told(case))[1].values["kernels.idle_timeout"] == 60


async def extend(case, token):
    until = case.clock.after(hours=2).isoformat()
    return await case.api("POST", "servers/alice/extend", token, {"until": until})


@pytest.mark.parametrize("level", [None, "planet"])
async def test_without_the_ceilings_only_who_edits_everything_sets_rules_and_keeps(case, level):
    await newer(case, HUB, level)
    for key in (CLASS_A, ALICE, ("server", "alice/")):
        answer = await case.put_rule("assistant", key, {"server": {"idle_timeout": "never"}})
        assert (answer.status, answer.code) == (403, "forbidden")
        assert "newer version" in answer.json["message"]
    assert (await extend(case, "assistant")).status == 403
    assert (await extend(case, "alice")).status == 403
    assert await case.store.kept() == {}
    assert (await case.put_rule("admin", ALICE, {})).status == 200
    assert (await extend(case, "admin")).status == 200
    # What was granted is kept.
    answer, _ = await told(case)
    assert answer["keep_until_most"] == (case.clock() + timedelta(hours=2)).isoformat().replace(
        "+00:00", "Z"
    )


async def test_with_the_ceilings_known_an_assistant_goes_on(case):
    await newer(case, ALICE)
    assert (await case.put_rule("assistant", CLASS_A, {})).status == 200
    assert (await extend(case, "assistant")).status == 200
    # Its owner's bounds are not known.
    assert (await case.api("POST", "servers/alice/extend", "alice", {"until": None})).status == 200
    assert (await extend(case, "alice")).status == 403
