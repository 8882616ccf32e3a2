"""`kernels`: this server's kernels, what becomes of each, and what a person does to them."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from jupyter_server.auth import Authorizer
from tornado import web

from tests.support import until


@pytest.fixture
def at_home(call):
    """Calls the API of a server that belongs to no Hub, as whoever has its token."""
    return partial(call, headers={})


async def test_none(at_home):
    assert await at_home("GET", "kernels") == (200, [])


async def test_each_says_what_becomes_of_it(at_home, start_kernel, extension, jp_serverapp):
    extension.culling.start()
    idle, busy = await start_kernel(), await start_kernel()
    sessions = jp_serverapp.session_manager
    await sessions.create_session(
        path="dir/a.ipynb", name="a.ipynb", type="notebook", kernel_id=idle.id
    )
    await sessions.create_session(
        path="console-1-uuid", name="Console 1", type="console", kernel_id=busy.id
    )
    await busy.busy()
    await at_home("PUT", "idle", body={"kernels": {"idle_timeout": 3600}})
    idle.unused_for(600)
    status, kernels = await at_home("GET", "kernels")
    assert status == 200
    kernels = {kernel["id"]: kernel for kernel in kernels}
    assert 600 <= kernels[idle.id].pop("idle_seconds") < 700
    last_activity = kernels[idle.id].pop("last_activity")
    cull_at = kernels[idle.id].pop("cull_at")
    assert last_activity.endswith("Z")
    assert cull_at.endswith("Z")
    assert cull_at > last_activity
    assert kernels[idle.id] == {
        "id": idle.id,
        "name": "python3",
        "path": "dir/a.ipynb",
        "execution_state": "idle",
        "connections": 0,
        "busy_seconds": None,
        "reason": "Stops unless it is used.",
        "reason_code": "idle",
    }
    view = kernels[busy.id]
    assert view["path"] == "Console 1"
    assert (view["reason_code"], view["reason"]) == ("busy", "Stays: it is running code.")
    assert (view["idle_seconds"], view["cull_at"]) == (None, None)
    assert view["busy_seconds"] >= 0


async def test_stop_leaves_no_activity_but_a_record(at_home, start_kernel, jp_serverapp, records):
    kernel = await start_kernel()
    before = jp_serverapp.web_app.last_activity()
    assert await at_home("DELETE", "kernels", kernel.id) == (204, None)
    assert not kernel.alive
    assert jp_serverapp.web_app.last_activity() == before
    await until(lambda: records)
    assert (records[0]["action"], records[0]["outcome"]) == ("stop-kernel", "done")


async def test_interrupt(at_home, start_kernel, records):
    kernel = await start_kernel()
    await kernel.busy()
    assert await at_home("POST", "kernels", kernel.id, "interrupt") == (204, None)
    await until(lambda: kernel.state == "idle")
    assert kernel.alive
    await until(lambda: records)
    assert records[0]["action"] == "interrupt-kernel"


async def test_restart(at_home, start_kernel, records):
    kernel = await start_kernel()
    process = kernel.kernel.provisioner.pid
    assert await at_home("POST", "kernels", kernel.id, "restart") == (204, None)
    assert kernel.alive
    assert kernel.kernel.provisioner.pid != process
    await until(lambda: records)
    assert (records[0]["action"], records[0]["outcome"]) == ("restart-kernel", "done")


ACTIONS = [("DELETE", ()), ("POST", ("interrupt",)), ("POST", ("restart",))]


@pytest.mark.parametrize(("method", "action"), ACTIONS)
async def test_an_unknown_kernel_is_404_and_no_record(at_home, method, action, records):
    status, body = await at_home(method, "kernels", str(uuid4()), *action)
    assert (status, body["code"]) == (404, "not_found")
    assert records == []


@pytest.mark.parametrize(("method", "action"), [("GET", None), *ACTIONS])
async def test_without_a_token_403(call, jp_serverapp, method, action):
    path = ("kernels",) if action is None else ("kernels", str(uuid4()), *action)
    status, body = await call(method, *path, who=None)
    assert (status, body["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("method", "action", "verb"),
    [("POST", "interrupt", "interrupt_kernel"), ("POST", "restart", "restart_kernel")],
)
async def test_a_kernel_that_is_just_starting_is_a_conflict(
    at_home, start_kernel, jp_serverapp, monkeypatch, records, method, action, verb
):
    kernel = await start_kernel()

    async def pending(kernel_id):
        raise RuntimeError("Kernel is in a pending state.")

    monkeypatch.setattr(jp_serverapp.kernel_manager, verb, pending)
    status, body = await at_home(method, "kernels", kernel.id, action)
    assert (status, body["code"]) == (409, "conflict")
    await until(lambda: records)
    assert records[0]["outcome"] == "failed"


async def test_a_kernel_that_does_not_stop_is_an_error(
    at_home, start_kernel, jp_serverapp, monkeypatch, records
):
    kernel = await start_kernel()

    async def nothing(kernel_id):
        return None

    monkeypatch.setattr(jp_serverapp.kernel_manager, "shutdown_kernel", nothing)
    status, body = await at_home("DELETE", "kernels", kernel.id)
    assert (status, body["code"]) == (500, "internal")
    assert "did not stop" in body["message"]
    await until(lambda: records)
    assert records[0]["outcome"] == "failed"


class TestOperatorsAuthorizer:
    """Who may not touch kernels in Jupyter's own API may not here either."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config.ServerApp.authorizer_class = LooksOnly
        return jp_server_config

    @pytest.mark.parametrize(("method", "action"), ACTIONS)
    async def test_holds_here_too(self, at_home, start_kernel, records, method, action):
        kernel = await start_kernel()
        assert (await at_home("GET", "kernels"))[0] == 200
        status, body = await at_home(method, "kernels", kernel.id, *action)
        assert (status, body["code"]) == (403, "forbidden")
        assert kernel.alive
        assert records == []


class LooksOnly(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return resource != "kernels" or action == "read"


# --- a gateway ----------------------------------------------------------------------------


class TestGateway:
    """Kernels that run elsewhere are listed and can be acted on; their limits are not ours."""

    SENTENCE = (
        "The kernels of this server run elsewhere (gateway); their idle limits are set there."
    )

    @pytest.fixture
    def jp_argv(self):
        return ["--GatewayClient.url=http://127.0.0.1:1"]

    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch):
        monkeypatch.setenv("HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT", "60")

    @pytest.fixture(autouse=True)
    def gateway(self, monkeypatch):
        """A gateway with one kernel, which was used last in 2020; its requests."""
        from jupyter_server.gateway.gateway_client import GatewayClient
        from jupyter_server.gateway.managers import GatewayMappingKernelManager

        GatewayClient.clear_instance()
        GatewayMappingKernelManager._kernels = {}
        asked = []
        state = {"execution_state": "idle", "answers": True}

        class Answer:
            code = 200
            reason = "OK"

            def __init__(self, body):
                self.body = body

        async def gateway_request(url, **options):
            import json

            asked.append((options.get("method"), url.rpartition("/kernels")[2]))
            if not state["answers"]:
                raise web.HTTPError(503, "gone")
            model = {
                "id": "11111111-1111-1111-1111-111111111111",
                "name": "python3",
                "last_activity": "2020-01-01T00:00:00.000000Z",
                "execution_state": state["execution_state"],
                "connections": 0,
            }
            one = options.get("method") == "POST" or url.endswith(model["id"])
            return Answer(json.dumps(model if one else [model]))

        monkeypatch.setattr("jupyter_server.gateway.managers.gateway_request", gateway_request)
        state["asked"] = asked
        yield state
        GatewayClient.clear_instance()
        GatewayMappingKernelManager._kernels = {}

    async def test_is_listed_and_left_alone(self, at_home, extension, gateway, jp_serverapp):
        kernel_id = await jp_serverapp.kernel_manager.start_kernel(kernel_name="python3")
        extension.culling.start()
        await extension.culling.sweep_kernels()
        status, [kernel] = await at_home("GET", "kernels")
        assert (status, kernel["id"], kernel["cull_at"]) == (200, kernel_id, None)
        assert (kernel["reason_code"], kernel["reason"]) == ("not_adjustable", self.SENTENCE)
        assert kernel["idle_seconds"] > 86400
        body = (await at_home("GET", "idle"))[1]
        assert body["not_adjustable"] == {"kernels": self.SENTENCE}
        assert body["kernels"]["idle_timeout"]["value"] is None
        status, body = await at_home(
            "PUT", "idle", params={"dry_run": "1"}, body={"kernels": {"idle_timeout": 60}}
        )
        assert (status, body["code"], body["message"]) == (409, "not_adjustable", self.SENTENCE)
        assert ("DELETE", f"/{kernel_id}") not in gateway["asked"]

    async def test_can_be_acted_on(self, at_home, gateway, jp_serverapp):
        kernel_id = await jp_serverapp.kernel_manager.start_kernel(kernel_name="python3")
        assert (await at_home("POST", "kernels", kernel_id, "interrupt"))[0] == 204
        assert (await at_home("POST", "kernels", kernel_id, "restart"))[0] == 204
        assert (await at_home("DELETE", "kernels", kernel_id))[0] == 204
        assert [path for _, path in gateway["asked"]][-3:] == [
            f"/{kernel_id}/interrupt",
            f"/{kernel_id}/restart",
            f"/{kernel_id}",
        ]

    async def test_work_there_keeps_the_server_too(self, extension, gateway, jp_serverapp):
        await jp_serverapp.kernel_manager.start_kernel(kernel_name="python3")
        reported = jp_serverapp.web_app.settings["last_activity_times"]
        extension.culling.start()
        work = extension.culling._work
        await work.check()
        assert "hub_admin_lab" not in reported
        gateway["execution_state"] = "busy"
        await work.check()
        first = reported["hub_admin_lab"]
        gateway["answers"] = False  # not to know is no reason to stop it
        await work.check()
        assert reported["hub_admin_lab"] > first
