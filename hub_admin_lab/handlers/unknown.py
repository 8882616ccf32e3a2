"""Any other path under the API: not found, and as JSON, as a client of an API expects."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.errors import NotFound
from hub_admin_lab.handlers.base import HubAdminHandler


class UnknownHandler(HubAdminHandler):
    """Every path that no other handler takes."""

    @web.authenticated
    @authorized
    def get(self) -> None:
        """404."""
        raise NotFound("Hub Admin Lab has nothing at this address.")

    post = put = patch = delete = get
