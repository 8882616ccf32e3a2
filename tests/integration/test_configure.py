"""What configure() brings about on a real hub."""

from __future__ import annotations

import httpx
import pytest
from real_hub import prefix

from hub_admin_lab import __version__


def test_the_environment_reaches_the_servers(hub):
    environment = hub.person("alice").spy("alice")["environment"]
    ours = {name: value for name, value in environment.items() if name.startswith("HUB_ADMIN_LAB")}
    scopes = ours.pop("HUB_ADMIN_LAB_SCOPES")
    assert scopes == '{"granted": [], "access": ["access:servers!user=alice"]}'
    assert ours == {
        "HUB_ADMIN_LAB_CONFIGURED": __version__,
        "HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT": "1800",
        "HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL": "300",
        "HUB_ADMIN_LAB_KERNEL_CULL_CONNECTED": "0",
        "HUB_ADMIN_LAB_PROTECT_RUNNING_WORK": "1",
        "HUB_ADMIN_LAB_BUSY_MAX": "86400",
    }


def test_the_servers_take_their_defaults_from_it(hub):
    idle = hub.person("alice").lab("GET", "idle").json()
    assert idle["kernels"]["idle_timeout"]["value"] == 1800
    assert idle["kernels"]["cull_connected"]["value"] is False
    assert idle["protect_running_work"]["value"] is True


@pytest.mark.parametrize("page", ["/hub/login", "/hub/api/", "/hub/no-such-page"])
def test_the_hubs_pages_have_the_opener_policy(hub, page):
    headers = httpx.get(hub.url + page).headers
    assert headers["Cross-Origin-Opener-Policy"] == "noopener-allow-popups"
    # The operator's own header is still there.
    assert headers["X-Operator"] == "yes"


def test_a_servers_pages_have_the_opener_policy(hub):
    answer = hub.person("alice").get(f"{prefix('alice')}api/status")
    assert answer.headers["Cross-Origin-Opener-Policy"] == "noopener-allow-popups"


def test_the_warning_is_seen_at_start(hub):
    assert "Hub Admin Lab: without JupyterHub.subdomain_host" in hub.log()


def test_tokens_live_for_a_day(hub):
    hub.person("alice").token("alice")
    listed = hub.api("GET", "/users/alice").json()
    assert listed["name"] == "alice"
    cookie = hub.person("alice").spy("alice")
    assert hub.whoami(cookie["token"])["name"] == "alice"


def test_the_culler_works(hub):
    """It is a service with its own role, and does not complain."""
    services = hub.api("GET", "/services")
    assert services.status_code in {200, 403}
    log = hub.log()
    assert "hub-admin-lab-idle-culler" in log
    assert "GET /hub/api/users?state=[secret]" in log or "state=ready" in log
    assert "403 GET /hub/api/users?state" not in log
