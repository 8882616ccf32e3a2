"""`preview`: what drafted rules would stop, and keep."""

from __future__ import annotations

import pytest

from .people import hub_user

HUB = {"level": "hub", "rule": {"server": {"idle_timeout": 900}}}
CLASS_A = {"level": "group", "name": "class-a", "rule": {"server": {"idle_timeout": 900}}}


async def preview(case, token, *drafts):
    return await case.api("POST", "preview", token, {"drafts": list(drafts)})


def names(items):
    return [(item["user"], item["server"]) for item in items]


async def test_what_a_draft_stops_and_keeps_and_why(case):
    await case.put_rule("admin", ("user", "carol"), {"server": {"idle_timeout": "never"}})
    answer = (await preview(case, "admin", HUB)).json
    assert names(answer["stops"]) == [("admin", ""), ("alice", ""), ("bob", "gpu")]
    assert names(answer["keeps"]) == [("carol", "")]
    assert (answer["stops_total"], answer["keeps_total"]) == (3, 1)
    assert answer["stops"][0]["decision"]["verdict"] == "cull"
    assert answer["stops"][0]["decision"]["origin"]["level"] == "hub"
    assert answer["keeps"][0]["decision"]["reason"]
    # Nothing was changed, and nothing stopped.
    assert [rule["level"] for rule in (await case.api("GET", "rules", "admin")).json["rules"]] == [
        "user"
    ]
    assert case.hub.stopped == []


async def test_a_draft_that_takes_a_rule_away(case):
    await case.put_rule("admin", ("user", "carol"), {"server": {"idle_timeout": 600}})
    nothing = {"level": "user", "name": "carol", "rule": None}
    assert ("carol", "") in names((await preview(case, "admin", CLASS_A)).json["stops"])
    assert ("carol", "") in names((await preview(case, "admin", nothing)).json["keeps"])


async def test_an_assistant_sees_what_becomes_of_their_group(case):
    answer = (await preview(case, "assistant", CLASS_A)).json
    assert names(answer["stops"]) == [("alice", ""), ("bob", "gpu")]
    assert answer["keeps"] == []


async def test_the_nearest_end_comes_first_and_fifty_are_shown(case):
    from .people import PEOPLE

    for number in range(120):
        name = f"user-{number:03}"
        PEOPLE[name] = ([], [""])
        user = hub_user(name, case.clock)
        del PEOPLE[name]
        seen = case.clock.after(minutes=-number)
        server = user.servers[""].model_copy(update={"last_activity": seen})
        case.hub.users[name] = user.model_copy(update={"servers": {"": server}})
    await case.parts.active.refresh(wanted=True)
    answer = (await preview(case, "admin", {"level": "hub", "rule": None})).json
    assert answer["stops_total"] + answer["keeps_total"] == 124
    assert len(answer["stops"]) == len(answer["keeps"]) == 50
    for items in (answer["stops"], answer["keeps"]):
        deadlines = [item["decision"]["deadline"] for item in items]
        assert deadlines == sorted(deadlines)


@pytest.mark.parametrize("token", ["alice", "watcher", "nosy", "admin-at-alices", "alices-server"])
async def test_only_of_rules_that_the_caller_may_edit(case, token):
    for draft in (HUB, CLASS_A, {"level": "user", "name": "alice", "rule": None}):
        assert (await preview(case, token, draft)).status == 403


async def test_an_assistant_drafts_no_others_rules(case):
    carols = {**CLASS_A, "level": "user", "name": "carol"}
    for draft in (HUB, {**CLASS_A, "name": "class-b"}, carols):
        assert (await preview(case, "assistant", CLASS_A, draft)).status == 403


async def test_ceilings_bind_drafts_those_of_the_same_draft_too(case):
    ceiling = {"level": "hub", "rule": {"ceilings": {"server": {"idle_timeout": 600}}}}
    answer = await preview(case, "admin", ceiling, CLASS_A)
    # The hub's own 3600 is more lenient than its ceiling, and that binds nobody below it.
    assert answer.status == 200
    ceiling["rule"]["server"] = {"idle_timeout": 600}
    answer = await preview(case, "admin", ceiling, CLASS_A)
    assert answer.status == 400
    assert [field["field"] for field in answer.json["detail"]] == [
        "drafts.1.rule.server.idle_timeout"
    ]


@pytest.mark.parametrize(
    "drafts", [[], [HUB, HUB], [HUB] * 101, [{"level": "planet", "rule": None}]]
)
async def test_drafts_that_are_not_understood(case, drafts):
    assert (await preview(case, "admin", *drafts)).status == 400
