"""Where the service listens, and how many may come at once."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub_admin_lab.service.listen import sockets
from hub_admin_lab.service.settings import ServiceSettings

MANY = 300  # more than two seconds of 10,000 servers


def _most_of_this_machine():
    file = Path("/proc/sys/net/core/somaxconn")
    return int(file.read_text()) if file.exists() else 0


@pytest.mark.skipif(_most_of_this_machine() < MANY, reason="this machine lets fewer wait")
async def test_many_may_come_while_it_does_something_else():
    settings = ServiceSettings(api_url="http://hub.test/hub/api", api_token="secret")
    with ExitStack() as stack:
        bound = [stack.enter_context(each) for each in await sockets(settings)]
        for _ in range(MANY):
            # Nobody takes it: beyond the backlog this would wait until the time is over.
            stack.enter_context(socket.create_connection(bound[0].getsockname(), timeout=10))
