"""People who use a hub with a browser: they log in, visit servers, and call the extension's API."""

from __future__ import annotations

import contextlib
import html
import json
import re
import socket
import threading
import uuid
from urllib.parse import quote

import httpx
import websocket

PASSWORD = "hub-admin-lab-test"


class Browser:
    """Somebody's browser: cookies, redirects, and the Hub's *Authorize* page.

    Parameters
    ----------
    url
        The address of the hub.
    name, password
        Who logs in.
    secrets_seen
        Where the tokens and cookies that come along are noted.
    """

    def __init__(self, url, name, password=PASSWORD, secrets_seen=None):
        self.url = url
        self.name = name
        self._seen = set() if secrets_seen is None else secrets_seen
        self._client = httpx.Client(base_url=url, follow_redirects=True, timeout=30)
        page = self._client.get("/hub/login")
        answer = self._client.post(
            "/hub/login",
            data={"username": name, "password": password, "_xsrf": _field(page.text, "_xsrf")[0]},
            follow_redirects=False,
        )
        assert answer.status_code == 302, answer.text

    def close(self):
        self._seen.update(self.cookies())
        self._client.close()

    def cookies(self):
        """Return the values of the cookies that prove who this is.

        Not `_xsrf`, which proves nothing by itself, and not the session id, which opens nothing:
        JupyterHub writes both to its own log.
        """
        return {
            cookie.value.strip('"')
            for cookie in self._client.cookies.jar
            if cookie.value and cookie.name not in {"_xsrf", "jupyterhub-session-id"}
        }

    def get(self, path, **more):
        """Go to a page, over the Hub's *Authorize* page if it shows."""
        answer = self._client.get(path, **more)
        if answer.url.path.endswith("/oauth2/authorize") and answer.status_code == 200:
            form = {"_xsrf": _field(answer.text, "_xsrf"), "scopes": _field(answer.text, "scopes")}
            answer = self._client.post(str(answer.url), data=form)
        return answer

    def post(self, path, **more):
        return self._client.post(path, **more)

    def spy(self, owner, server=""):
        """Return what the code in somebody's server learns when this person visits it."""
        found = self.get(f"{prefix(owner, server)}spy").raise_for_status().json()
        self._seen.update({found["token"], found["environment"]["JUPYTERHUB_API_TOKEN"]})
        return found

    def token(self, owner, server=""):
        """Return the token that lies on somebody's server once this person visited it."""
        return self.spy(owner, server)["token"]

    def page_config(self, owner):
        """Return what JupyterLab's page in somebody's server tells its scripts."""
        page = self.get(f"{prefix(owner)}lab").text
        found = re.search(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
        return json.loads(found[1]) if found else None

    def lab(self, method, path, owner=None, token=None, **more):
        """Call the extension's API in somebody's server (by default one's own) as the page does."""
        owner = owner or self.name
        headers = {"Authorization": f"token {token or self.token(owner)}"}
        url = f"{prefix(owner)}hub-admin-lab/api/{path}"
        return self._client.request(method, url, headers=headers, **more)

    def progress(self, path):
        """Follow a start in one's own server to its end; return its events."""
        headers = {"Authorization": f"token {self.token(self.name)}"}
        url = f"{prefix(self.name)}hub-admin-lab/api/{path}/progress"
        with self._client.stream("GET", url, headers=headers, timeout=60) as answer:
            assert answer.status_code == 200, answer.read()
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = [line for line in answer.iter_lines() if line.startswith("data:")]
        return [json.loads(line.removeprefix("data:")) for line in lines]

    def live(self):
        """Listen to the events in one's own server, as its page does."""
        return LiveReader(self)

    # --- kernels ------------------------------------------------------------------------------

    def run(self, code, owner=None):
        """Start a kernel in a server, have it run code, and leave it; return the kernel's id."""
        owner = owner or self.name
        headers = {"Authorization": f"token {self.token(owner)}"}
        answer = self._client.post(f"{prefix(owner)}api/kernels", headers=headers, json={})
        kernel = answer.raise_for_status().json()["id"]
        url = self.url.replace("http", "ws", 1)
        channel = websocket.create_connection(
            f"{url}{prefix(owner)}api/kernels/{kernel}/channels",
            header=[f"{name}: {value}" for name, value in headers.items()],
            timeout=30,
        )
        with contextlib.closing(channel):
            channel.send(json.dumps(_execute(code)))
            while json.loads(channel.recv())["msg_type"] != "execute_input":
                pass
        return kernel


class LiveReader:
    """Reads a stream of events in the background, until it is left: ``with person.live()``."""

    def __init__(self, browser):
        self._browser = browser
        self._token = browser.token(browser.name)
        self._client = httpx.Client(base_url=browser.url, timeout=60)
        self._reading = threading.Thread(target=self._read)
        self.answer = None
        self.events = []

    def __enter__(self):
        self._reading.start()
        return self

    def __exit__(self, *_):
        if self.answer is not None:
            connection = self.answer.extensions["network_stream"].get_extra_info("socket")
            with contextlib.suppress(OSError):  # it has ended
                connection.shutdown(socket.SHUT_RDWR)
        self._reading.join()
        self._client.close()

    def _read(self):
        headers = {"Authorization": f"token {self._token}"}
        url = f"{prefix(self._browser.name)}hub-admin-lab/api/events"
        # Leaving breaks the connection off. That others do is seen in the events that are missing.
        with (
            contextlib.suppress(httpx.HTTPError),
            self._client.stream("GET", url, headers=headers) as self.answer,
        ):
            fields = {}
            for line in self.answer.iter_lines():
                field, _, value = line.partition(": ")
                if line == "" and fields:
                    event = (int(fields["id"]), fields["event"], json.loads(fields["data"]))
                    self.events.append(event)
                    fields = {}
                elif field:
                    fields[field] = value

    def named(self, name, since=0):
        """Return what came of this name, after the first ``since`` events."""
        return [data for _, kind, data in self.events[since:] if kind == name]

    def look(self, *users, **window):
        """Tell the server what is in view: these users, who are on this page."""
        stream = self.named("hello")[0]["stream"]
        view = {"users": list(users), "windows": [window]}
        answer = self._browser.lab("PUT", f"events/{stream}", token=self._token, json=view)
        assert answer.status_code == 204, answer.text


def prefix(owner, server=""):
    """Return the path of somebody's server."""
    path = f"/user/{quote(owner, safe='@')}/"
    return f"{path}{quote(server, safe='')}/" if server else path


def _execute(code):
    return {
        "channel": "shell",
        "header": {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "username": "",
            "session": uuid.uuid4().hex,
            "date": "2026-01-01T00:00:00Z",
            "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "content": {"code": code, "silent": False},
    }


def _field(page, name):
    """Return the values of a form's hidden fields of that name."""
    tags = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [html.unescape(re.search(r'value="([^"]*)"', tag)[1]) for tag in tags]
