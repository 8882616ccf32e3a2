"""What configure() brings about on a real hub."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import httpx
import pytest
from browser import prefix
from real_hub import wait_for

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
    environment = hub.person("alice").spy("alice")["environment"]
    tokens = hub.api("GET", "/users/alice/tokens", environment["JUPYTERHUB_API_TOKEN"])
    assert tokens.status_code == 403  # a server may not even look
    token = hub.arrange_token("alice", ["read:tokens!user"])
    listed = hub.api("GET", "/users/alice/tokens", token).json()["api_tokens"]
    of_the_server = [t for t in listed if t["oauth_client"] == "Server at /user/alice/"]
    assert of_the_server
    for each in of_the_server:
        lifetime = parse(each["expires_at"]) - parse(each["created"])
        assert lifetime.total_seconds() == pytest.approx(86400, abs=5)


def parse(moment):
    return datetime.fromisoformat(moment.replace("Z", "+00:00"))


def test_one_culler_and_it_works(hub):
    services = hub.api("GET", "/services").json()
    assert set(services) == {"arranger", "hub-admin-lab-idle-culler"}
    culler = services["hub-admin-lab-idle-culler"]
    assert culler["command"][1:] == [
        "-m",
        "jupyterhub_idle_culler",
        "--timeout=3600",
        "--cull-every=300",
        "--max-age=0",
    ]
    wait_for(lambda: "(hub-admin-lab-idle-culler@127.0.0.1)" in hub.log(), 20, "a look for idle")
    looks = [line for line in hub.log().splitlines() if "(hub-admin-lab-idle-culler@" in line]
    assert all(" 200 GET /hub/api/" in line for line in looks if " GET " in line)


OPERATORS_CULLER = """
c.JupyterHub.services.append(
    {
        "name": "cull-idle",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=7200"],
    }
)
c.JupyterHub.load_roles.append(
    {
        "name": "cull-idle",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["cull-idle"],
    }
)
configure(c)
"""


def test_an_operators_culler_is_not_doubled(start_hub):
    hub = start_hub(OPERATORS_CULLER)
    assert set(hub.api("GET", "/services").json()) == {"arranger", "cull-idle"}
    assert "Hub Admin Lab: the service 'cull-idle' culls idle servers already" in hub.log()
    hub.stop()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("busy_max=-1", "configure(busy_max=…) takes a whole number of seconds, 0 or more"),
        ("idle_timeout='1h'", "configure(idle_timeout=…) takes a whole number of seconds"),
        ("idle_time=60", "unexpected keyword argument 'idle_time'"),
    ],
)
def test_misuse_stops_the_hub_at_its_start(tmp_path, call, sentence):
    config = tmp_path / "jupyterhub_config.py"
    config.write_text(
        "from hub_admin_lab.hub_config import configure\n"
        f"c.JupyterHub.db_url = 'sqlite:///{tmp_path}/db'\n"
        f"configure(c, {call})\n"
    )
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    hub = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert hub.returncode != 0
    assert sentence in hub.stderr
