"""configure(c, service=True): where the service listens, and where servers find it."""

from __future__ import annotations

import copy
import logging
import re
import socket
import sys
from types import SimpleNamespace

import pytest
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader

from hub_admin_lab import hub_config
from hub_admin_lab.hub_config import address, configure
from hub_admin_lab.hub_config.address import listen_at

NAME = "hub-admin-lab"
URL = "HUB_ADMIN_LAB_SERVICE_URL"


@pytest.fixture(autouse=True)
def log(monkeypatch):
    monkeypatch.setattr(hub_config, "get_logger", lambda: logging.getLogger("test-hub"))


@pytest.fixture
def running(monkeypatch):
    """The JupyterHub that reads the config, as it is when it starts a server."""
    proxy = SimpleNamespace(should_start=True)
    app = SimpleNamespace(bind_url="http://:8000/", proxy=proxy)
    monkeypatch.setattr(address, "hub", lambda: app)
    return app


def load(tmp_path, text):
    file = tmp_path / "jupyterhub_config.py"
    file.write_text("from hub_admin_lab.hub_config import configure\n" + text)
    return PyFileConfigLoader(file.name, path=str(tmp_path)).load_config()


def value(c, section, key, default):
    found = c[section][key]
    # A copy: a lazy value remembers the first answer that it gives.
    return copy.deepcopy(found).get_value(default) if isinstance(found, LazyConfigValue) else found


def services(c):
    return {service["name"]: service for service in value(c, "JupyterHub", "services", [])}


def configured(**options):
    c = Config()
    configure(c, service=True, **options)
    return c


class Z2jh:
    """The chart's own module."""

    def __init__(self, values):
        self.get_config = values.get

    def get_name(self, name):
        return f"release-{name}"


def spawner(api_url="http://127.0.0.1:8081/hub/api", base_url="/hub/", host="", **more):
    service = SimpleNamespace(host=host)
    settings = {"services": {NAME: service}}
    known = {
        "hub": SimpleNamespace(api_url=api_url, base_url=base_url),
        "hub_connect_url": None,
        "internal_ssl": False,
        "public_hub_url": "",
        "user": SimpleNamespace(settings=settings),
    }
    return SimpleNamespace(**{**known, **more})


def service_url(c, spawner):
    return value(c, "Spawner", "environment", {})[URL](spawner)


def test_where_the_hub_is_on_the_servers_machine_directly():
    c = configured()
    ours = "http://127.0.0.1:10101"
    assert service_url(c, spawner()) == f"{ours}/services/hub-admin-lab"
    assert service_url(c, spawner("http://localhost:8081/x/hub/api", "/x/hub/")) == (
        f"{ours}/x/services/hub-admin-lab"
    )
    assert service_url(c, spawner("http://[::1]:8081/hub/api")).startswith(ours)


@pytest.mark.parametrize(
    ("bind_url", "there", "expected"),
    [
        ("http://:8000/", {"api_url": "http://10.0.0.5:8081/hub/api"}, "http://10.0.0.5:8000"),
        ("https://0.0.0.0:443/", {"api_url": "http://hub:8081/hub/api"}, "https://hub:443"),
        ("http://127.0.0.1:8000/", {"api_url": "http://hub:8081/hub/api"}, "http://hub:8000"),
        ("http://10.0.0.9/", {"api_url": "http://hub:8081/hub/api"}, "http://10.0.0.9"),
        ("http://:8000/", {"api_url": "http://[fd00::5]:8081/hub/api"}, "http://[fd00::5]:8000"),
        ("http://:8000/", {"hub_connect_url": "http://10.0.0.7:8081"}, "http://10.0.0.7:8000"),
        # By its own certificates no server would know the service.
        ("https://:8000/", {"internal_ssl": True}, "https://127.0.0.1:8000"),
        # A name for each service.
        (
            "http://:8000/",
            {"api_url": "http://hub:8081/hub/api", "host": "https://services.hub.example.org"},
            "https://services.hub.example.org",
        ),
    ],
)
def test_else_through_the_proxy(running, bind_url, there, expected):
    running.bind_url = bind_url
    assert service_url(configured(), spawner(**there)) == f"{expected}/services/hub-admin-lab"


def test_through_a_proxy_that_the_hub_does_not_run(running):
    running.proxy.should_start = False
    there = spawner("http://hub:8081/hub/api", public_hub_url="https://hub.example.org/hub/")
    assert service_url(configured(), there) == ("https://hub.example.org/services/hub-admin-lab")


def test_as_the_operator_says():
    c = configured(
        service_url="https://hub.example.org/services/hub-admin-lab/",
        service_address="http://10.0.0.5:9999",
    )
    assert service_url(c, spawner()) == "https://hub.example.org/services/hub-admin-lab"
    assert services(c)[NAME]["url"] == "http://10.0.0.5:9999"
    configure(c, service=True)
    assert service_url(c, spawner()).startswith("http://127.0.0.1:10101")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "http://release-proxy-public"),
        ({"proxy.https.enabled": True}, "http://release-proxy-public"),
        (
            {"proxy.https.enabled": True, "proxy.https.hosts": ["hub.example.org"]},
            "https://hub.example.org",
        ),
        (
            {
                "proxy.https.enabled": True,
                "proxy.https.hosts": ["hub.example.org"],
                "proxy.https.type": "offload",
            },
            "http://release-proxy-public",
        ),
    ],
)
def test_in_zero_to_jupyterhub(monkeypatch, values, expected):
    monkeypatch.setitem(sys.modules, "z2jh", Z2jh(values))
    pod_has(monkeypatch, "fd00::7", "10.42.0.7")
    c = configured()
    # The proxy is in a pod of its own, and finds the service at the address of the Hub's.
    assert services(c)[NAME]["url"] == "http://10.42.0.7:10101"
    there = spawner("http://hub:8081/hub/api")
    assert service_url(c, there) == f"{expected}/services/hub-admin-lab"


def test_the_address_reaches_every_section_of_spawners(tmp_path):
    c = load(tmp_path, "c.KubeSpawner.environment = {'A': '1'}\nconfigure(c, service=True)\n")
    assert service_url(c, spawner()) == c.KubeSpawner.environment[URL](spawner())
    c = load(
        tmp_path,
        "c.KubeSpawner.environment = {'A': '1'}\n"
        "configure(c, service=True)\nconfigure(c, service=False)\n",
    )
    assert URL not in c.KubeSpawner.environment
    assert URL not in value(c, "Spawner", "environment", {})


def test_an_address_in_the_operators_environment_is_kept(tmp_path):
    text = f"c.Spawner.environment = {{'{URL}': 'http://x/'}}\n"
    for calls in ("configure(c, service=True)\n", "configure(c, service=True)\nconfigure(c)\n"):
        assert load(tmp_path, text + calls).Spawner.environment[URL] == "http://x/"


def pod_has(monkeypatch, *addresses):
    """What the pod's name stands for."""

    def found(host, port, **options):
        assert (host, options) == (socket.gethostname(), {"type": socket.SOCK_STREAM})
        if not addresses:
            raise socket.gaierror(-2, "Name or service not known")
        return [
            (
                socket.AF_INET6 if ":" in each else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (each, 0),
            )
            for each in addresses
        ]

    monkeypatch.setattr("socket.getaddrinfo", found)


@pytest.mark.parametrize(
    ("addresses", "listens"),
    [
        (["fd00::7", "10.42.0.7"], "http://10.42.0.7:10101"),
        (["10.42.0.7"], "http://10.42.0.7:10101"),
        (["fd00::7"], "http://[fd00::7]:10101"),
    ],
)
def test_the_address_of_a_pod_of_either_kind(monkeypatch, addresses, listens):
    monkeypatch.setitem(sys.modules, "z2jh", object())
    pod_has(monkeypatch, *addresses)
    assert listen_at() == listens


def test_a_pod_without_an_address_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "z2jh", object())
    pod_has(monkeypatch)
    with pytest.raises(ValueError, match=re.escape("service_address='http://0.0.0.0:10101'")):
        listen_at()
