"""`rules`: who may set what, within which ceilings, and what is kept."""

from __future__ import annotations

import pytest

from hub_admin_lab.models.rules import KernelRule, Rule, ServerRule

SHORT = {"server": {"idle_timeout": 600}}
CEILINGS = {"ceilings": {"server": {"idle_timeout": 7200}, "exempt": 86400}}
HUB = ("hub", "")


@pytest.mark.parametrize("token", ["admin", "admin-api", "grader"])
@pytest.mark.parametrize(
    "key",
    [HUB, ("group", "class-b"), ("user", "carol"), ("server", "carol/"), ("server", "bob/gpu")],
)
async def test_admins_and_holders_of_the_whole_scope_edit_everything(case, token, key):
    answer = await case.put_rule(token, key, SHORT)
    assert answer.status == 200, answer.body
    assert (answer.json["level"], answer.json["name"]) == key
    assert answer.json["rule"]["server"]["idle_timeout"] == 600
    who = "service grader" if token == "grader" else "admin"
    assert answer.json["changed_by"] == who
    entry = (await case.log())[0]
    assert (entry["actor"], entry["action"], entry["outcome"]) == (who, "change-rule", "done")


@pytest.mark.parametrize(
    "key", [("group", "class-a"), ("user", "alice"), ("server", "alice/"), ("server", "bob/gpu")]
)
async def test_an_assistant_edits_the_rules_of_their_group(case, key):
    assert (await case.put_rule("assistant", key, SHORT)).status == 200
    path = f"rules/{key[0]}/{key[1]}"
    assert (await case.api("DELETE", path, "assistant")).status == 204
    assert (await case.api("DELETE", path, "assistant")).status == 204


@pytest.mark.parametrize("token", ["admin-small", "admin-narrow"])
@pytest.mark.parametrize("key", [HUB, ("group", "class-a"), ("user", "alice")])
async def test_a_token_that_an_admin_made_for_something_small_edits_nothing(case, token, key):
    answer = await case.put_rule(token, key, SHORT)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert (await case.api("GET", "rules", "admin")).json["rules"] == []


async def test_an_assistant_edits_the_rules_of_a_member_without_a_server(case):
    assert (await case.put_rule("assistant", ("user", "dan"), SHORT)).status == 200


@pytest.mark.parametrize(
    "key",
    [
        HUB,
        ("group", "class-b"),
        ("user", "carol"),
        ("server", "carol/"),
        ("user", "admin"),
        ("user", "assistant"),
        ("user", "nobody"),
    ],
)
async def test_and_no_further(case, key):
    answer = await case.put_rule("assistant", key, SHORT)
    assert (answer.status, answer.code) == (403, "forbidden")
    path = f"rules/{key[0]}/{key[1]}".rstrip("/")
    assert (await case.api("DELETE", path, "assistant")).status == 403
    assert (await case.api("GET", "rules", "admin")).json["rules"] == []
    assert await case.log() == []


@pytest.mark.parametrize(
    "token",
    [
        "alice",  # not even of their own server
        "bob",
        "watcher",
        "stopper",  # `delete:servers` gives it to nobody
        "nosy",
        "admin-at-alices",  # rule 2: what an admin leaves on a student's server is worth nothing
        "alices-server",
        "admins-server",
    ],
)
@pytest.mark.parametrize("key", [HUB, ("group", "class-a"), ("server", "alice/")])
async def test_nobody_else_edits_anything(case, token, key):
    answer = await case.put_rule(token, key, SHORT)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert await case.parts.store.rules() == []


async def test_the_hubs_ceilings_bind_an_assistant(case):
    assert (await case.put_rule("admin", HUB, CEILINGS)).status == 200
    beyond = {"server": {"idle_timeout": 7201}}
    answer = await case.put_rule("assistant", ("group", "class-a"), beyond)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [field["field"] for field in answer.json["detail"]] == ["rule.server.idle_timeout"]
    never = {"server": {"idle_timeout": "never"}}
    assert (await case.put_rule("assistant", ("user", "alice"), never)).status == 400
    until = case.clock.after(days=2).isoformat()
    exempt = {"exempt": {"reason": "a long run", "until": until}}
    answer = await case.put_rule("assistant", ("server", "alice/"), exempt)
    assert [field["field"] for field in answer.json["detail"]] == ["rule.exempt.until"]
    at_most = {"server": {"idle_timeout": 7200}}
    assert (await case.put_rule("assistant", ("group", "class-a"), at_most)).status == 200


async def test_an_assistant_sets_no_ceilings(case):
    answer = await case.put_rule("assistant", ("group", "class-a"), CEILINGS)
    assert [field["field"] for field in answer.json["detail"]] == ["rule.ceilings"]


async def test_two_who_change_one_rule(case):
    first = (await case.put_rule("admin", HUB, SHORT, version=0)).json["version"]
    answer = await case.put_rule("admin", HUB, CEILINGS, version=0)
    assert (answer.status, answer.code) == (409, "rule_changed")
    assert answer.json["detail"]["version"] == first
    assert answer.json["detail"]["changed_by"] == "admin"
    assert (await case.api("DELETE", "rules/hub?version=0", "admin")).status == 409
    assert (await case.api("DELETE", f"rules/hub?version={first}", "admin")).status == 204


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("rules/server/bob/gpu", "bob/gpu"),
        ("rules/server/bob%2Fgpu", "bob/gpu"),
        ("rules/server/alice/", "alice/"),
        ("rules/server/alice%2F", "alice/"),
        ("rules/server/alice", "alice/"),
        ("rules/user/%C3%A9lodie", "élodie"),
        ("rules/group/a%20b%2Fc", "a b/c"),
    ],
)
async def test_names_in_paths(case, path, name):
    answer = await case.api("PUT", path, "admin", {"rule": SHORT})
    assert answer.json["name"] == name


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rule": {"server": {"idle_timeout": 0}}},
        {"rule": {"server": {"idle_timeout": "now"}}},
        {"rule": {"server": {"idle": 5}}},
        {"rule": SHORT, "by": "root"},
        {"rule": None},
        [],
    ],
)
async def test_nonsense_is_refused_with_the_field(case, body):
    answer = await case.api("PUT", "rules/hub", "admin", body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.json["detail"][0].keys() == {"field", "message"}


async def test_a_name_that_no_database_takes(case):
    for name in ("a%00b", "x" * 600):
        answer = await case.api("PUT", f"rules/user/{name}", "admin", {"rule": SHORT})
        assert answer.status == 404


SET = [HUB, ("group", "class-a"), ("group", "class-b"), ("user", "alice"), ("server", "carol/")]


@pytest.mark.parametrize(
    ("token", "seen", "editable"),
    [
        ("admin", SET, SET),
        ("grader", SET, SET),
        ("assistant", [HUB, SET[1], SET[3]], [SET[1], SET[3]]),
        ("alice", [HUB, SET[1], SET[3]], []),
        ("carol", [HUB, SET[2], SET[4]], []),
        ("alice-at-bobs", [HUB], []),
        ("nosy", [HUB], []),
    ],
)
async def test_everybody_sees_the_rules_that_concern_them(case, token, seen, editable):
    for key in SET:
        assert (await case.put_rule("admin", key, SHORT)).status == 200
    view = (await case.api("GET", "rules", token)).json
    assert [(rule["level"], rule["name"]) for rule in view["rules"]] == seen
    may = [(rule["level"], rule["name"]) for rule in view["rules"] if rule["may_edit"]]
    assert may == editable
    assert view["as_of"].endswith("Z")


async def test_the_defaults_are_complete_whatever_the_operator_said_of_them(make_case):
    said = Rule(server=ServerRule(idle_timeout=60), kernels=KernelRule(cull_connected=False))
    case = await make_case(defaults=said)
    defaults = (await case.api("GET", "rules", "alice")).json["defaults"]
    assert defaults["server"] == {"idle_timeout": 60, "max_age": "never", "warn_before": 600}
    assert defaults["kernels"] == {
        "idle_timeout": 3600,
        "interval": 300,
        "cull_connected": False,
        "cull_busy": False,
    }
    assert defaults["terminals"] == {"idle_timeout": "never", "interval": 300}
    assert defaults["bounds"] == {"min": None, "max": None}
    assert (defaults["exempt"], defaults["ceilings"]) == (None, None)


async def test_rules_outlive_a_restart(case):
    await case.put_rule("admin", HUB, SHORT)
    before = (await case.api("GET", "rules", "admin")).json["rules"]
    await case.restart()
    assert (await case.api("GET", "rules", "admin")).json["rules"] == before


async def test_a_scope_that_was_taken_away_changes_nothing_any_more(case):
    assert (await case.put_rule("assistant", ("group", "class-a"), SHORT)).status == 200
    scopes = [s for s in case.hub.tokens["assistant"]["scopes"] if not s.startswith("custom:")]
    case.hub.tokens["assistant"] = {**case.hub.tokens["assistant"], "scopes": scopes}
    assert (await case.put_rule("assistant", ("group", "class-a"), SHORT)).status == 403


async def test_what_another_process_changed_is_read(case):
    await case.store.put_rule(HUB, _rule(60), version=None, by="another process")
    await case.service.reload()
    rules = (await case.api("GET", "rules", "alice")).json["rules"]
    assert rules[0]["changed_by"] == "another process"


def _rule(seconds):
    return Rule(server=ServerRule(idle_timeout=seconds))
