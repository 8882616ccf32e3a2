"""What the panel does with named servers that do not run."""

from __future__ import annotations

import pytest

from hub_admin_lab import errors
from hub_admin_lab.models import CreateServer, EditServer, Failure

from .failing_hub import NOW
from .managed_hub import ADMIN, ASSISTANT, Case, refusal, server


@pytest.fixture
def case():
    return Case()


async def test_create_a_named_server(case):
    new = CreateServer(display_name="My GPU", user_options={"profile": "gpu"})
    view = await case.named.create(ASSISTANT, "alice", "gpu", new)
    assert (view.name, view.state) == ("gpu", "stopped")
    body = {"display_name": "My GPU", "user_options": {"profile": "gpu"}}
    assert case.hub.asked == [("PUT", "/users/alice/servers/gpu", body)]
    assert case.recorded == [("create-server", "alice/gpu", "done", "")]


@pytest.mark.parametrize("new", [CreateServer(), CreateServer(display_name="")])
async def test_create_a_named_server_without_more(case, new):
    await case.named.create(ASSISTANT, "alice", "gpu", new)
    # Never without a field of the Hub's: it would take the body for options.
    assert case.hub.asked[0][2] == {"user_options": None}


@pytest.mark.parametrize(
    ("displayed", "edit", "body", "actions"),
    [
        ("gpu", {"name": "cpu"}, {"name": "cpu", "display_name": "cpu"}, ["rename-server"]),
        ("Mine", {"name": "cpu"}, {"name": "cpu", "display_name": "Mine"}, ["rename-server"]),
        ("gpu", {"display_name": "Mine"}, {"display_name": "Mine"}, ["edit-server"]),
        ("Mine", {"display_name": ""}, {"display_name": "gpu"}, ["edit-server"]),
        (
            "Mine",
            {"name": "cpu", "display_name": ""},
            {"name": "cpu", "display_name": "cpu"},
            ["edit-server", "rename-server"],
        ),
        ("gpu", {"name": "gpu"}, {"display_name": "gpu"}, ["edit-server"]),
        ("gpu", {"user_options": {"a": 1}}, {"user_options": {"a": 1}}, ["edit-server"]),
        ("gpu", {"user_options": {}}, {"user_options": {}}, ["edit-server"]),
    ],
)
async def test_edit_a_named_server(case, displayed, edit, body, actions):
    case.hub.users["alice"]["servers"]["gpu"] = server("gpu", display_name=displayed)
    view = await case.named.edit(ASSISTANT, "alice", "gpu", EditServer(**edit))
    assert case.hub.asked == [("PATCH", "/users/alice/servers/gpu", body)]
    assert [record[0] for record in case.recorded] == actions
    assert all(record[1:3] == ("alice/gpu", "done") for record in case.recorded)
    assert view.name == edit.get("name", "gpu")
    assert view.display_name == body.get("display_name", displayed)
    assert view.user_options == body.get("user_options", {})


@pytest.mark.parametrize("edit", [{}, {"name": ""}, {"name": None, "display_name": None}])
async def test_a_named_server_is_not_edited_to_nothing(case, edit):
    with pytest.raises(errors.InvalidRequest):
        await case.named.edit(ASSISTANT, "alice", "gpu", EditServer(**edit))
    assert case.hub.asked == []


async def test_why_a_start_failed_is_forgotten_with_the_old_name(case):
    case.hub.users["alice"]["servers"]["gpu"] = server("gpu")
    failures = case.servers.follower.failures
    failures["alice", "gpu"] = failures["alice", ""] = Failure(message="no GPU", at=NOW)
    await case.named.edit(ADMIN, "alice", "gpu", EditServer(name="cpu"))
    assert set(failures) == {("alice", "")}


async def test_jupyterhub_5_says_what_it_lacks(case):
    case.hub.users["alice"]["servers"]["gpu"] = server("gpu")
    too_old = refusal(405, "Method Not Allowed")
    case.hub.answers["PUT", "/users/alice/servers/new"] = too_old
    case.hub.answers["PATCH", "/users/alice/servers/gpu"] = too_old
    for asking in (
        case.named.create(ADMIN, "alice", "new", CreateServer()),
        case.named.edit(ADMIN, "alice", "gpu", EditServer(name="cpu")),
    ):
        with pytest.raises(errors.HubTooOld, match="needs JupyterHub 6"):
            await asking
    assert [record[:3] for record in case.recorded] == [
        ("create-server", "alice/new", "failed"),
        ("rename-server", "alice/gpu", "failed"),
    ]


async def test_another_refusal_of_a_named_server_is_the_hubs(case):
    case.hub.answers["PUT", "/users/alice/servers/X"] = refusal(400, "Invalid server_name: 'X'")
    with pytest.raises(errors.HubRefused, match="Invalid server_name"):
        await case.named.create(ADMIN, "alice", "X", CreateServer())
