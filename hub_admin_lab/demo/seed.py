"""Start the demo's sample servers and kernels through the Hub's REST API."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from hub_admin_lab.demo.people import RUNNING

START_SECONDS = 60
NOTEBOOK = "Sample.ipynb"


async def seed(url: str, token: str) -> list[str]:
    """Start what is to run from the start; return a line on each.

    Parameters
    ----------
    url
        The address of the hub.
    token
        A token that may start everybody's servers and use them.
    """
    headers = {"Authorization": f"token {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
        return await asyncio.gather(*(_sample(client, *sample) for sample in RUNNING))


async def _sample(client: httpx.AsyncClient, user: str, server: str, code: str) -> str:
    who = f"{user}/{server}" if server else user
    try:
        prefix = await _start(client, user, server)
        if code:
            kernel = await _start_kernel(client, prefix)
            await _execute(client, prefix, kernel, code)
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        return f"{who}: did not start ({error})"
    return f"{who} runs" + (", with a kernel" if code else "")


async def _start(client: httpx.AsyncClient, user: str, server: str) -> str:
    """Start a server and return its path once it is ready."""
    model = f"/hub/api/users/{quote(user, safe='')}"
    await client.post(f"{model}/servers/{quote(server, safe='')}")
    for _ in range(START_SECONDS * 5):
        servers = (await client.get(model)).raise_for_status().json()["servers"]
        if servers.get(server, {}).get("ready"):
            return str(servers[server]["url"])
        await asyncio.sleep(0.2)
    raise TimeoutError(f"not ready within {START_SECONDS} s")


async def _start_kernel(client: httpx.AsyncClient, prefix: str) -> str:
    """Start a kernel for a notebook, as JupyterLab does, and return its id."""
    notebook: dict[str, Any] = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = f"{prefix}api/contents/{NOTEBOOK}"
    if (await client.get(path)).status_code == 404:
        await client.put(path, json={"type": "notebook", "content": notebook})
    session = await client.post(
        f"{prefix}api/sessions",
        json={
            "path": NOTEBOOK,
            "name": NOTEBOOK,
            "type": "notebook",
            "kernel": {"name": "python3"},
        },
    )
    return str(session.raise_for_status().json()["kernel"]["id"])


async def _execute(client: httpx.AsyncClient, prefix: str, kernel: str, code: str) -> None:
    """Have a kernel run code, and leave it running.

    A kernel to which nobody ever connects stays `starting`, which counts as idle.
    """
    url = str(client.base_url).rstrip("/") + f"{prefix}api/kernels/{kernel}/channels"
    request = HTTPRequest(
        url.replace("http", "ws", 1), headers={"Authorization": client.headers["Authorization"]}
    )
    socket = await websocket_connect(request)
    await socket.write_message(
        json.dumps(
            {
                "channel": "shell",
                "header": {
                    "msg_id": uuid.uuid4().hex,
                    "msg_type": "execute_request",
                    "username": "demo",
                    "session": uuid.uuid4().hex,
                    "date": datetime.now(timezone.utc).isoformat(),
                    "version": "5.3",
                },
                "parent_header": {},
                "metadata": {},
                "content": {"code": code, "silent": False, "store_history": True},
                "buffers": [],
            }
        )
    )
    # It has begun once the kernel says what it executes.
    for _ in range(100):
        message = await asyncio.wait_for(socket.read_message(), timeout=30)
        if message is None or json.loads(message)["msg_type"] == "execute_input":
            break
    socket.close()
