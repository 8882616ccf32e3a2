"""The Hub's calls that change users, groups and the hub: what goes over the wire."""

from __future__ import annotations

import json

import httpx
import pytest

from hub_admin_lab import errors

from .test_hub_client import Hub

USER = {"name": "ada", "admin": True, "auth_state": {"token": "s3cret"}, "servers": {}}
GROUP = {"kind": "group", "name": "g", "users": ["alice"], "properties": {"a": 1}, "roles": []}

CALLS = [
    (lambda m: m.create_user("t", "ada"), "POST", "/users", httpx.Response(201, json=[USER])),
    (lambda m: m.edit_user("t", "a b", name="c"), "PATCH", "/users/a%20b", USER),
    (lambda m: m.delete_user("t", "a/b"), "DELETE", "/users/a%2Fb", httpx.Response(204)),
    (lambda m: m.create_server("t", "é", "gpu"), "PUT", "/users/%C3%A9/servers/gpu", {}),
    (lambda m: m.edit_server("t", "a", "b c", name="d"), "PATCH", "/users/a/servers/b%20c", {}),
    (lambda m: m.get_group("t", "50%"), "GET", "/groups/50%25", GROUP),
    (lambda m: m.create_group("t", "a/b?c#d"), "POST", "/groups/a%2Fb%3Fc%23d", GROUP),
    (lambda m: m.delete_group("t", "é f"), "DELETE", "/groups/%C3%A9%20f", httpx.Response(204)),
    (lambda m: m.add_members("t", "g", ["a"]), "POST", "/groups/g/users", GROUP),
    (lambda m: m.remove_members("t", "g", ["a"]), "DELETE", "/groups/g/users", GROUP),
    (lambda m: m.set_properties("t", "g", {}), "PUT", "/groups/g/properties", GROUP),
    (lambda m: m.shutdown("t", servers=False, proxy=True), "POST", "/shutdown", {}),
]


def answer(body):
    return body if isinstance(body, httpx.Response) else httpx.Response(200, json=body)


@pytest.mark.parametrize(("act", "method", "path", "body"), CALLS)
async def test_each_call_has_its_path_and_the_persons_token(act, method, path, body):
    hub = Hub(answer(body))
    await act(hub.client().manage)
    (request,) = hub.requests
    assert request.method == method
    assert request.url.raw_path.decode() == f"/hub/api{path}"
    assert request.headers["Authorization"] == "token t"


async def test_a_name_is_never_a_step_in_a_path():
    hub = Hub(httpx.Response(204))
    manage = hub.client().manage
    for asking in (
        manage.delete_user("t", ".."),
        manage.delete_user("t", ""),
        manage.delete_group("t", ".."),
        manage.edit_server("t", "alice", "..", name="x"),
    ):
        with pytest.raises(errors.HubNotFound):
            await asking
    assert hub.requests == []


async def test_only_what_changes_is_sent():
    hub = Hub(httpx.Response(200, json=USER))
    manage = hub.client().manage
    await manage.edit_user("t", "alice", admin=False)
    assert json.loads(hub.requests[-1].content) == {"admin": False}
    await manage.edit_server("t", "alice", "gpu", user_options={})
    assert json.loads(hub.requests[-1].content) == {"user_options": {}}


async def test_the_name_that_a_user_has_is_never_sent():
    """JupyterHub stores null then: nobody can reach that user any more."""
    hub = Hub(httpx.Response(200, json=USER))
    with pytest.raises(ValueError, match="the name that they have"):
        await hub.client().manage.edit_user("t", "alice", name="alice", admin=True)
    assert hub.requests == []


async def test_secrets_of_a_user_are_not_kept():
    user = (
        await Hub(httpx.Response(200, json=USER))
        .client()
        .manage.edit_user("t", "alice", name="ada")
    )
    assert "s3cret" not in repr(user)


async def test_both_sides_of_a_shutdown_are_always_said():
    hub = Hub(httpx.Response(202, json={"message": "Shutting down Hub"}))
    await hub.client().manage.shutdown("t", servers=False, proxy=False)
    assert json.loads(hub.requests[0].content) == {"servers": False, "proxy": False}


async def test_a_page_of_groups():
    page = {"items": [GROUP], "_pagination": {"total": 3, "next": {"offset": 1, "limit": 1}}}
    hub = Hub(httpx.Response(200, json=page))
    groups = await hub.client().manage.list_groups("t", offset=0, limit=1)
    assert (groups.items[0].name, groups.pagination.total, groups.next_offset) == ("g", 3, 1)
    assert dict(hub.requests[0].url.params) == {"offset": "0", "limit": "1"}


async def test_changes_are_never_tried_again():
    hub = Hub(httpx.ConnectError("x"))
    with pytest.raises(errors.HubUnreachable):
        await hub.client().manage.delete_group("t", "g")
    assert len(hub.requests) == 1
