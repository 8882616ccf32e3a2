"""`idle`: what holds, who may change it, what a change does, and what is refused."""

from __future__ import annotations

import json
from functools import partial

import pytest
from tornado.httpclient import HTTPClientError

from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.record import EVENT_SCHEMA_ID
from tests.api.faulty_hub import HubIdentity
from tests.support import until


@pytest.fixture
def at_home(call):
    """Calls the API of a server that belongs to no Hub, as whoever has its token."""
    return partial(call, headers={})


@pytest.fixture
def saved(tmp_path):
    return tmp_path / "saved" / "settings.json"


async def test_off_a_hub_nothing_changes_by_itself(at_home):
    status, body = await at_home("GET", "idle")
    assert status == 200
    assert body["kernels"]["idle_timeout"] == {
        "value": None,
        "source": "config",
        "default": None,
        "min": None,
        "max": None,
    }
    assert body["kernels"]["interval"]["value"] == 300
    assert body["kernels"]["cull_connected"] == {
        "value": False,
        "source": "config",
        "default": False,
    }
    assert body["terminals"]["idle_timeout"]["value"] is None
    assert body["server"]["idle_timeout"]["value"] is None
    assert body["protect_running_work"]["value"] is True
    assert body["not_adjustable"] == {}
    assert body["would_cull"] is None


async def test_a_change_from_off_to_short(at_home, start_kernel, extension, saved):
    extension.culling.start()
    idle, busy = await start_kernel(), await start_kernel()
    await busy.busy()
    idle.unused_for(120)
    busy.unused_for(120)
    change = {"kernels": {"idle_timeout": 60, "interval": 10}}
    status, told = await at_home("PUT", "idle", params={"dry_run": "1"}, body=change)
    assert (status, told["would_cull"]) == (200, {"kernels": [idle.id], "terminals": []})
    assert told["kernels"]["idle_timeout"]["value"] == 60
    assert not saved.exists()
    assert idle.alive
    assert (await at_home("GET", "idle"))[1]["kernels"]["idle_timeout"]["value"] is None

    status, body = await at_home("PUT", "idle", body=change)
    assert (status, body["would_cull"]) == (200, {"kernels": [idle.id], "terminals": []})
    assert body["kernels"]["interval"]["source"] == "saved"
    assert body["kernels"]["cull_busy"]["source"] == "config"
    assert not idle.alive
    assert busy.alive
    assert saved.exists()


async def test_from_on_to_off_nothing_dies(at_home, start_kernel, extension):
    extension.culling.start()
    await at_home("PUT", "idle", body={"kernels": {"idle_timeout": 3600, "interval": 1}})
    kernel = await start_kernel()
    kernel.unused_for(3000)
    status, body = await at_home("PUT", "idle", body={"kernels": {"idle_timeout": None}})
    assert (status, body["would_cull"]["kernels"]) == (200, [])
    kernel.unused_for(30000)
    await extension.culling.sweep_kernels()
    assert kernel.alive


async def test_a_second_server_with_the_same_file_goes_on_as_before(
    at_home, extension, jp_server_config, jp_configurable_serverapp
):
    await at_home("PUT", "idle", body={"kernels": {"idle_timeout": 1234}})
    extension.culling.stop()
    second = type(extension)(config=jp_server_config)
    second._link_jupyter_server_extension(_without_our_schema(extension.serverapp))
    second.initialize()
    setting = second.culling.settings().kernels.idle_timeout
    assert (setting.value, setting.source) == (1234, "saved")


def _without_our_schema(serverapp):
    """A server in which the extension was never loaded: its event schema is not registered."""
    serverapp.event_logger.schemas.remove(EVENT_SCHEMA_ID)
    return serverapp


async def test_back_to_the_default(at_home, saved):
    await at_home("PUT", "idle", body={"kernels": {"idle_timeout": 1234}})
    status, body = await at_home("DELETE", "idle")
    assert (status, body["kernels"]["idle_timeout"]["source"]) == (200, "config")
    assert not saved.exists()


async def test_an_empty_change_changes_nothing(at_home, saved):
    status, body = await at_home("PUT", "idle", body={})
    assert (status, body["would_cull"]) == (200, {"kernels": [], "terminals": []})
    assert not saved.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"kernels": {"idle_timeout": 0}},
        {"kernels": {"idle_timeout": -1}},
        {"kernels": {"idle_timeout": "60"}},
        {"kernels": {"idle_timeout": 60.5}},
        {"kernels": {"idle_timeout": True}},
        {"kernels": {"idle_timeout": 10**12}},
        {"kernels": {"interval": None}},
        {"kernels": {"interval": 0}},
        {"kernels": {"cull_busy": 1}},
        {"kernels": {"cull_busy": None}},
        {"kernels": {"colour": "red"}},
        {"kernels": None},
        {"protect_running_work": None},
        {"hub": {"idle_timeout": 60}},
        [],
        "{",
    ],
)
async def test_what_cannot_be_meant_is_400_and_changes_nothing(at_home, saved, body):
    before = (await at_home("GET", "idle"))[1]
    status, answer = await at_home("PUT", "idle", body=body)
    assert (status, answer["code"]) == (400, "invalid_request")
    assert (await at_home("GET", "idle"))[1] == before
    assert not saved.exists()


async def test_a_disk_that_cannot_be_written(at_home, saved, start_kernel, extension, records):
    extension.culling.start()
    saved.parent.write_text("a file where the folder should be")
    kernel = await start_kernel()
    kernel.unused_for(120)
    status, body = await at_home("PUT", "idle", body={"kernels": {"idle_timeout": 60}})
    assert (status, body["code"]) == (500, "not_saved")
    assert "nothing was changed" in body["message"]
    assert (await at_home("GET", "idle"))[1]["kernels"]["idle_timeout"]["value"] is None
    assert kernel.alive
    assert (await at_home("DELETE", "idle"))[1]["code"] == "not_saved"
    await until(lambda: len(records) == 2)
    assert [record["outcome"] for record in records] == ["failed", "failed"]
    assert records[0]["reason"].startswith("kernels.idle_timeout=60 s: The settings cannot be")
    assert records[1]["reason"].startswith("back to what is configured: The settings cannot be")


class TestDamagedFile:
    @pytest.fixture(autouse=True)
    def _damaged(self, saved):
        saved.parent.mkdir()
        saved.write_text("{")

    async def test_the_server_starts_with_what_is_configured(self, at_home, caplog, saved):
        status, body = await at_home("GET", "idle")
        assert (status, body["kernels"]["idle_timeout"]["source"]) == (200, "config")
        assert saved.with_name("settings.json.unreadable").read_text() == "{"


# --- who may ------------------------------------------------------------------------------

CHANGES = [("PUT", {}), ("PUT", {"params": {"dry_run": "1"}}), ("DELETE", {})]
each_change = pytest.mark.parametrize(("method", "options"), CHANGES)


def body_of(method, value=1800):
    return {"kernels": {"idle_timeout": value}} if method == "PUT" else None


@pytest.mark.parametrize(("method", "options"), [("GET", {}), *CHANGES])
async def test_without_a_token_403(at_home, call, method, options):
    status, body = await call(method, "idle", who=None, body=body_of(method), **options)
    assert (status, body["code"]) == (403, "forbidden")


class TestOnAHub:
    @pytest.fixture
    def jp_serverapp(self, monkeypatch, faulty_hub, jp_server_config, jp_configurable_serverapp):
        monkeypatch.setenv("JUPYTERHUB_USER", "admin")
        monkeypatch.setattr(HubIdentity, "hub_auth", faulty_hub.auth())
        jp_server_config.ServerApp.identity_provider_class = HubIdentity
        jp_server_config.HubAdminLab.kernel_idle_timeout_min = 900
        jp_server_config.HubAdminLab.kernel_idle_timeout_max = 28800
        return jp_configurable_serverapp(config=jp_server_config)

    @each_change
    async def test_somebody_the_server_is_shared_with_sees_and_changes_nothing(
        self, call, method, options
    ):
        assert (await call("GET", "idle", who="guest"))[0] == 200
        status, body = await call(method, "idle", who="guest", body=body_of(method), **options)
        assert (status, body["code"]) == (403, "forbidden")
        assert (await call("GET", "idle"))[1]["kernels"]["idle_timeout"]["source"] == "config"

    @each_change
    async def test_the_owner_may(self, call, method, options):
        status, _ = await call(method, "idle", who="plain", body=body_of(method), **options)
        assert status == 200

    @pytest.mark.parametrize("value", [60, 28801, None])
    @pytest.mark.parametrize("options", [{}, {"params": {"dry_run": "1"}}])
    async def test_the_owner_only_within_the_bounds(self, call, value, options):
        status, body = await call("PUT", "idle", who="plain", body=body_of("PUT", value), **options)
        assert (status, body["code"]) == (400, "invalid_request")
        assert body["message"] == "Your hub allows 15 min to 8 h for idle kernels."
        assert body["detail"][0]["field"] == "kernels.idle_timeout"

    @pytest.mark.parametrize("who", ["visitor", "admin"])
    async def test_an_admin_of_the_hub_without_bounds(self, call, who):
        status, body = await call("PUT", "idle", who=who, body=body_of("PUT", None))
        setting = body["kernels"]["idle_timeout"]
        assert (status, setting["value"], setting["source"]) == (200, None, "saved")
        assert (setting["min"], setting["max"]) == (900, 28800)

    async def test_the_record_names_who_changed_what(self, call, records):
        await call("PUT", "idle", who="visitor", body=body_of("PUT", 60))
        await until(lambda: records)
        assert records == [
            {
                "actor": "boss",
                "action": "change-idle-settings",
                "target": "admin",
                "outcome": "done",
                "reason": "kernels.idle_timeout=60 s",
            }
        ]


class TestCrossSite:
    """What another site can make a browser send: the cookies, but not what they hold."""

    @pytest.fixture
    def send(self, jp_serverapp, http_server_client, jp_base_url):
        async def send(method, path, **headers):
            try:
                response = await http_server_client.fetch(
                    f"{jp_base_url}hub-admin-lab/api/{path}",
                    method=method,
                    headers=headers,
                    body=json.dumps({"kernels": {"idle_timeout": 60}}),
                    allow_nonstandard_methods=True,
                )
            except HTTPClientError as error:
                response = error.response
            return response.code

        return send

    @pytest.fixture
    def cookies(self, jp_serverapp, http_server_client, jp_base_url):
        async def cookies():
            token = jp_serverapp.identity_provider.token
            response = await http_server_client.fetch(f"{jp_base_url}api/status?token={token}")
            return "; ".join(c.partition(";")[0] for c in response.headers.get_list("Set-Cookie"))

        return cookies

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("PUT", "idle"),
            ("DELETE", "idle"),
            ("DELETE", "kernels/{id}"),
            ("POST", "kernels/{id}/interrupt"),
            ("POST", "kernels/{id}/restart"),
        ],
    )
    async def test_is_refused(self, send, cookies, start_kernel, saved, method, path):
        kernel = await start_kernel()
        path = path.format(id=kernel.id)
        cookie = await cookies()
        assert "username" in cookie
        assert await send(method, path, Origin="https://evil.example") in {403, 404}
        assert await send(method, path, Cookie=cookie) == 403
        assert await send(method, path, Cookie=cookie, Origin="https://evil.example") in {403, 404}
        assert kernel.alive
        assert not saved.exists()


# --- what runs elsewhere ------------------------------------------------------------------


class TestWithoutTerminals:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config.ServerApp.terminals_enabled = False
        return jp_server_config

    async def test_says_so(self, at_home):
        body = (await at_home("GET", "idle"))[1]
        assert body["not_adjustable"] == {"terminals": "This server has no terminals."}
        status, body = await at_home("PUT", "idle", body={"terminals": {"idle_timeout": 60}})
        assert (status, body["code"]) == (409, "not_adjustable")
        assert body["message"] == "This server has no terminals."


class TestConfigured:
    """The operator's words, in a real server's config and environment."""

    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch):
        monkeypatch.setenv("HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT", "3600")
        monkeypatch.setenv("HUB_ADMIN_LAB_KERNEL_CULL_CONNECTED", "1")
        monkeypatch.setenv("HUB_ADMIN_LAB_PROTECT_RUNNING_WORK", "0")
        monkeypatch.setenv("HUB_ADMIN_LAB_BUSY_MAX", "a day")

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config.MappingKernelManager.cull_interval = 77
        jp_server_config.TerminalManager.cull_inactive_timeout = 500
        jp_server_config.ServerApp.shutdown_no_activity_timeout = 5000
        return jp_server_config

    async def test_holds_and_jupyter_servers_own_culling_is_parked(
        self, at_home, jp_serverapp, extension, caplog
    ):
        body = (await at_home("GET", "idle"))[1]
        assert body["kernels"]["idle_timeout"]["value"] == 3600
        assert body["kernels"]["interval"]["value"] == 77
        assert body["kernels"]["cull_connected"]["value"] is True
        assert body["terminals"]["idle_timeout"]["value"] == 500
        assert body["server"]["idle_timeout"]["value"] == 5000
        assert body["protect_running_work"]["value"] is False
        assert jp_serverapp.shutdown_no_activity_timeout == 0
        assert jp_serverapp.kernel_manager.cull_idle_timeout == 0
        assert jp_serverapp.web_app.settings["terminal_manager"].cull_inactive_timeout == 0


class TestLongerThanAnyServerLives:
    """10**12 seconds are more than a date can hold."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config.MappingKernelManager.cull_idle_timeout = 10**12
        jp_server_config.MappingKernelManager.cull_interval = 10**12
        jp_server_config.TerminalManager.cull_inactive_timeout = 10**12
        jp_server_config.ServerApp.shutdown_no_activity_timeout = 10**12
        jp_server_config.HubAdminLab.busy_max = 10**17
        return jp_server_config

    async def test_is_never(self, at_home, extension, start_kernel):
        extension.culling.start()
        kernel = await start_kernel()
        await kernel.busy()
        status, [view] = await at_home("GET", "kernels")
        assert (status, view["reason_code"], view["cull_at"]) == (200, "off", None)
        status, body = await at_home("PUT", "idle", body={"protect_running_work": True})
        assert status == 200
        for part in ("kernels", "terminals", "server"):
            assert body[part]["idle_timeout"]["value"] is None
        assert body["kernels"]["interval"]["value"] == FOREVER
        assert (await at_home("PUT", "idle", body={"kernels": {"idle_timeout": 60}}))[0] == 200
        assert extension.culling._sweepers["kernels"].period == FOREVER


class TestTheirCulling:
    """jupyter_server's own culling is configured, as on most hubs today."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config.MappingKernelManager.cull_idle_timeout = 900
        jp_server_config.MappingKernelManager.cull_interval = 1
        jp_server_config.MappingKernelManager.cull_connected = True
        return jp_server_config

    async def test_goes_on_here_and_can_be_turned_off(
        self, at_home, jp_serverapp, extension, start_kernel
    ):
        await jp_serverapp._post_start()
        first = await start_kernel()
        assert jp_serverapp.kernel_manager._culler_callback is None
        setting = (await at_home("GET", "idle"))[1]["kernels"]["idle_timeout"]
        assert (setting["value"], setting["source"]) == (900, "config")
        first.unused_for(1000)
        await until(lambda: not first.alive)

        second = await start_kernel()
        await at_home("PUT", "idle", body={"kernels": {"idle_timeout": None}})
        second.unused_for(1000)
        third = await start_kernel()  # takes longer than the interval was
        assert second.alive
        assert third.alive
        await jp_serverapp._cleanup()
        assert extension.culling._sweepers["kernels"].period is None
