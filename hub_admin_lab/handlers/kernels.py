"""`kernels`: the kernels of this server, and what becomes of each."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.handlers.base import HubAdminHandler
from hub_admin_lab.handlers.person import person
from hub_admin_lab.hub.connection import HubConnection
from hub_admin_lab.server.culling import ServerCulling


class _KernelsBase(HubAdminHandler):
    """Open to whoever may use this server, as Jupyter's own kernel API is."""

    # As that API has it: an operator's Authorizer decides for both alike.
    auth_resource = "kernels"

    def initialize(self, hub: HubConnection | None, culling: ServerCulling) -> None:
        """Take the parts; ``hub`` is None where this server belongs to no Hub."""
        self.hub = hub
        self.culling = culling

    @property
    def actor(self) -> str:
        """The visitor's name, for the record."""
        return person(self.current_user, self.hub).name


class KernelsHandler(_KernelsBase):
    """`kernels`."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """200 with a list of `KernelView`."""
        self.expect_nothing()
        self.reply(await self.culling.kernels())


class KernelHandler(_KernelsBase):
    """`kernels/{id}`."""

    @web.authenticated
    @authorized
    async def delete(self, kernel_id: str) -> None:
        """204: it is stopped, without that counting as activity of this server."""
        self.expect_nothing()
        await self.culling.actions.stop_kernel(kernel_id, self.actor)
        self.done()


class KernelInterruptHandler(_KernelsBase):
    """`kernels/{id}/interrupt`."""

    @web.authenticated
    @authorized
    async def post(self, kernel_id: str) -> None:
        """204: what it runs is interrupted."""
        self.expect_nothing()
        await self.culling.actions.interrupt_kernel(kernel_id, self.actor)
        self.done()


class KernelRestartHandler(_KernelsBase):
    """`kernels/{id}/restart`."""

    @web.authenticated
    @authorized
    async def post(self, kernel_id: str) -> None:
        """204: it is back, with nothing in its memory."""
        self.expect_nothing()
        await self.culling.actions.restart_kernel(kernel_id, self.actor)
        self.done()
