"""What is done by way of this server, told to the hub service with the token of whoever did it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from hub_admin_lab.hub import telling
from tests.support import until

from .faulty_hub import FaultyHub, HubIdentity, page, user

AUDIT = "/services/hub-admin-lab/api/audit"


@pytest.fixture
def service(jp_asyncio_loop):
    service = FaultyHub()
    service.told = []

    def answer(request):
        service.told += json.loads(request.body)["entries"]
        return 204, ""

    service.answer = answer
    yield service
    service.stop()


@pytest.fixture
def jp_serverapp(monkeypatch, faulty_hub, service, jp_server_config, jp_configurable_serverapp):
    monkeypatch.setenv("JUPYTERHUB_USER", "admin")
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    address = f"http://127.0.0.1:{service.port}/services/hub-admin-lab"
    monkeypatch.setenv("HUB_ADMIN_LAB_SERVICE_URL", address)
    monkeypatch.setattr(HubIdentity, "hub_auth", faulty_hub.auth())
    monkeypatch.setattr(telling, "GATHER", 0.05)
    monkeypatch.setattr(telling, "LAST", 0.1)
    jp_server_config.ServerApp.identity_provider_class = HubIdentity
    # Longer than `call` waits for an answer: who waits for the service fails.
    jp_server_config.HubAdminLab.hub_timeout = 60
    return jp_configurable_serverapp(config=jp_server_config)


def stopping(request):
    """A Hub that stops alice's server, and nobody else's."""
    if request.method != "DELETE":
        return 200, user()
    if "/alice/" in request.path:
        return 204, ""
    return 403, {"status": 403, "message": "Not this one."}


async def test_a_stop_is_told_once_with_the_token_of_whoever_asked(call, faulty_hub, service):
    faulty_hub.answer = stopping
    assert (await call("DELETE", "users/alice/server"))[0] == 200
    assert (await call("DELETE", "users/bob/server"))[0] == 403
    await until(lambda: len(service.told) == 2)
    assert {(method, path) for method, path, _ in service.asked} == {("POST", AUDIT)}
    assert {token for *_, token in service.asked} == {"token admin-t0ken"}
    done, failed = service.told
    assert (done["action"], done["user"], done["server"]) == ("stop-server", "alice", "")
    assert (done["outcome"], done["message"]) == ("done", "")
    assert (failed["user"], failed["outcome"]) == ("bob", "failed")
    assert "Not this one." in failed["message"]


async def test_many_are_told_of_together(call, faulty_hub, service, monkeypatch):
    monkeypatch.setattr(telling, "GATHER", 0.5)
    faulty_hub.answer = stopping
    targets = [{"user": "alice", "server": str(number)} for number in range(20)]
    await call("POST", "bulk", body={"action": "stop", "targets": targets})
    await until(
        lambda: any((e["action"], e["outcome"]) == ("bulk-stop", "done") for e in service.told)
    )
    ends = {e["server"] for e in service.told if e["outcome"] == "done"} - {None}
    assert ends == {str(number) for number in range(20)}
    assert len(service.asked) <= 5


@pytest.mark.parametrize("answer", [(503, {"message": "", "code": ""}), (500, "broken"), (403, {})])
async def test_no_action_fails_because_of_it(call, faulty_hub, service, answer):
    service.answer = answer
    faulty_hub.answer = stopping
    assert (await call("DELETE", "users/alice/server"))[0] == 200
    await until(lambda: service.asked)
    assert (await call("DELETE", "users/alice/server"))[0] == 200


async def test_no_action_waits_for_it(call, faulty_hub, service):
    service.answer = never = asyncio.Event()
    faulty_hub.answer = stopping
    assert (await call("DELETE", "users/alice/server"))[0] == 200
    await until(lambda: service.asked)
    assert (await call("DELETE", "users/alice/server"))[0] == 200
    assert (len(service.asked), service.given_up) == (1, 0)  # which is still being asked
    never.set()


async def test_whatever_happens_at_its_end_the_connections_are_closed(extension):
    class Broken:
        async def close(self):
            raise LookupError

    parts = replace(extension.hub_parts(), telling=Broken())
    with pytest.raises(LookupError):
        await parts.close()
    assert parts.service._http.is_closed


async def test_what_only_looks_is_not_told(call, faulty_hub, service, extension):
    faulty_hub.answer = (200, page(user()))
    await call("GET", "users")
    assert extension.hub_parts().telling._working is None


async def test_the_browser_tells_nothing_itself(call, service):
    entry = {"id": "0" * 16, "action": "stop-server", "target": "alice", "outcome": "done"}
    status, _ = await call("POST", "service/audit", body={"entries": [entry]})
    assert (status, service.asked) == (405, [])
