"""HTTP to the hub service, and to whatever else may be at its address."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from hub_admin_lab.agent.connection import PATH, ServiceConnection
from hub_admin_lab.errors import ServiceUnreachable

TOKEN = "the-server-s-own"


def response(status="200 OK", body=b"{}", *headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def answering(raw):
    """Serve these bytes to whatever is asked; yield (url, requests, connection)."""
    requests = []

    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        requests.append(head)
        writer.write(raw)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = ServiceConnection(f"http://127.0.0.1:{port}/services/x/", version="1.2")
    try:
        yield f"http://127.0.0.1:{port}", requests, connection
    finally:
        connection.close()
        server.close()


async def ask(raw):
    async with answering(raw) as (_, _, connection):
        return await connection.send({"user": "alice"}, TOKEN)


async def test_what_is_sent():
    async with answering(response()) as (_, requests, connection):
        reply = await connection.send({"user": "élodie"}, TOKEN)
    assert (reply.status, reply.body, reply.retry_after) == (200, {}, None)
    head = requests[0].decode()
    assert head.startswith(f"POST /services/x{PATH} HTTP/1.1\r\n")
    assert f"Authorization: token {TOKEN}\r\n" in head
    assert "User-Agent: hub-admin-lab/1.2\r\n" in head


@pytest.mark.parametrize("body", [b"", b"<h1>Hub</h1>", b"\xff", b"[" * 100_000])
async def test_what_is_no_json_is_none(body):
    assert (await ask(response(body=body))).body is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("40", 40),
        ("0", 0),
        ("99999", 3600),
        ("9" * 400, None),
        ("-1", None),
        ("soon", None),
        ("Mon, 23 Nov 2026 14:02:00 GMT", None),
    ],
)
async def test_how_long_to_wait(header, seconds):
    reply = await ask(response("429 Too Many", b"{}", f"Retry-After: {header}"))
    assert (reply.status, reply.retry_after) == (429, seconds)


async def test_nobody_else_gets_the_token():
    async with answering(response()) as (elsewhere, stolen, _):
        reply = await ask(response("307 Moved", b"", f"Location: {elsewhere}/"))
    assert reply.status == 307
    assert stolen == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",
        response(body=b" " * (1024 * 1024 + 1)),
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 100_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_answer_is_none(raw):
    with pytest.raises(ServiceUnreachable) as error:
        await ask(raw)
    assert TOKEN not in str(error.value)


async def test_nobody_is_there():
    async with answering(b"") as (_, _, connection):
        pass
    with pytest.raises(ServiceUnreachable):
        await connection.send({}, TOKEN)
    connection.close()


@pytest.mark.parametrize("url", ["", "hub", "ftp://hub/x", "http://", "/services/x", "file:///x"])
def test_what_is_no_address(url):
    with pytest.raises(ValueError, match="not an address"):
        ServiceConnection(url, version="1.2")
