"""The hub service, asked through this server: its version, which may change meanwhile."""

from __future__ import annotations

import httpx

from hub_admin_lab.hub.relay import ServiceRelay


class Service:
    def __init__(self):
        self.version = "1.0"
        self.asked = 0
        self.seconds = 1000.0

    def __call__(self, request):
        self.asked += 1
        if self.version is None:
            raise httpx.ConnectError("down")
        return httpx.Response(200, json={"version": self.version})

    def relay(self):
        transport = httpx.MockTransport(self)
        return ServiceRelay("http://s", clock=lambda: self.seconds, transport=transport)


async def test_the_version_is_asked_for_again_after_a_while():
    service = Service()
    relay = service.relay()
    assert await relay.version_within(30) == "1.0"
    service.version = "2.0"
    service.seconds += 59
    assert await relay.version_within(30) == "1.0"
    assert service.asked == 1
    service.seconds += 1
    assert await relay.version_within(30) == "2.0"
    assert service.asked == 2


async def test_a_service_that_went_away_has_no_version():
    service = Service()
    relay = service.relay()
    assert await relay.version_within(30) == "1.0"
    service.version = None
    service.seconds += 60
    assert await relay.version_within(30) is None
    service.version = "2.0"
    assert await relay.version_within(30) == "2.0"
