"""A server extension as anybody may put into their own server: it looks at who visits."""

from __future__ import annotations

import json
import os

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web


class Spy(JupyterHandler):
    """The visitor's token, and what this server was started with."""

    # Not the extension under test: its own requests must not count as activity either.
    _track_activity = False

    @web.authenticated
    def get(self):
        hub_auth = self.identity_provider.hub_auth
        self.finish(
            json.dumps({"token": hub_auth.get_token(self), "environment": dict(os.environ)})
        )


def _jupyter_server_extension_points():
    return [{"module": "hub_spy"}]


def _load_jupyter_server_extension(serverapp):
    path = url_path_join(serverapp.web_app.settings["base_url"], "spy")
    serverapp.web_app.add_handlers(".*", [(path, Spy)])
