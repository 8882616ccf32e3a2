"""A server with the extension on a Hub that can be made to fail."""

from __future__ import annotations

import json

import pytest
from tornado.httpclient import HTTPClientError

from .faulty_hub import FaultyHub, HubIdentity


@pytest.fixture
def faulty_hub(jp_asyncio_loop):
    hub = FaultyHub()
    yield hub
    hub.stop()


@pytest.fixture
def on_a_hub(monkeypatch, faulty_hub, jp_configurable_serverapp):
    """A server of `admin` on the faulty Hub."""
    monkeypatch.setenv("JUPYTERHUB_USER", "admin")
    auth = faulty_hub.auth()
    monkeypatch.setattr(HubIdentity, "hub_auth", auth)
    return jp_configurable_serverapp(
        config={
            "ServerApp": {
                "jpserver_extensions": {"hub_admin_lab": True},
                "identity_provider_class": HubIdentity,
                "allow_unauthenticated_access": False,
            },
            "HubAdminLab": {"hub_timeout": 1},
        }
    )


@pytest.fixture
def call(jp_fetch):
    """Call a route of the API; return the status and the answer, errors too."""

    async def call(method, *path, who="admin", body=None, **options):
        options.setdefault("headers", {"Authorization": f"token {who}-t0ken" if who else "none"})
        if body is not None:
            options["body"] = body if isinstance(body, str) else json.dumps(body)
        options.setdefault("allow_nonstandard_methods", True)
        try:
            response = await jp_fetch("hub-admin-lab", "api", *path, method=method, **options)
        except HTTPClientError as error:
            response = error.response
        text = response.body.decode()
        return response.code, json.loads(text) if text else None

    return call
