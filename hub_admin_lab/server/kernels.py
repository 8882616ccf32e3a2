"""This server's kernels: what is known of them, and what can be done to them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_core.utils import ensure_async
from jupyter_server.gateway.managers import GatewayMappingKernelManager
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from traitlets import TraitError

from hub_admin_lab.errors import Conflict, HubAdminLabError, NotFound
from hub_admin_lab.idle.kernels import KernelFacts
from hub_admin_lab.server.theirs import Theirs, park, read
from hub_admin_lab.server.work import BusyKernels

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

# A kernel that is stopped while it restarts never answers, and jupyter_server then waits for ever.
_GRACE = 5.0


class Kernels:
    """The kernels of this server, wherever its manager keeps them.

    Attributes
    ----------
    not_adjustable
        Why their culling cannot be set here, as a sentence; None where it can.
    theirs
        What is set for the manager's own culling, by field.
    busy
        Which of them run code, and since when.
    """

    def __init__(self, serverapp: ServerApp, busy: BusyKernels) -> None:
        self._manager: Any = serverapp.kernel_manager
        self._sessions: Any = serverapp.session_manager
        self.busy = busy
        self.not_adjustable = _not_adjustable(self._manager)
        self.theirs = self._read()
        if self.not_adjustable is None:
            park(self._manager, "cull_idle_timeout")

    def _read(self) -> dict[str, Theirs]:
        traits = {
            "kernels.idle_timeout": "cull_idle_timeout",
            "kernels.interval": "cull_interval",
            "kernels.cull_connected": "cull_connected",
            "kernels.cull_busy": "cull_busy",
        }
        off = {"cull_idle_timeout": 0, "cull_interval": 300}
        return {
            field: read(self._manager, trait)
            if self._manager.has_trait(trait)
            else Theirs(off.get(trait, False), explicit=False)
            for field, trait in traits.items()
        }

    def count(self) -> int:
        """Return how many there are."""
        return len(self._manager.list_kernel_ids())

    def ids(self) -> list[str]:
        """Return their ids."""
        return list(self._manager.list_kernel_ids())

    def facts(self) -> list[KernelFacts]:
        """Return what is known of each, a gateway's as it was last asked for them."""
        self.busy.refresh()
        return [self._facts(kernel_id) for kernel_id in self._manager.list_kernel_ids()]

    def _facts(self, kernel_id: str) -> KernelFacts:
        kernel = self._manager.get_kernel(kernel_id)
        return KernelFacts(
            id=kernel_id,
            name=kernel.kernel_name,
            state=getattr(kernel, "execution_state", None),
            last_activity=_last_activity(kernel),
            # What the manager's own culling looks at; the public model of a kernel cannot be asked
            # for while it starts.
            connections=getattr(self._manager, "_kernel_connections", {}).get(kernel_id, 0),
            busy_since=self.busy.since(kernel_id),
            spec_timeout=_spec_timeout(kernel),
        )

    async def models(self) -> list[dict[str, Any]]:
        """Return the kernels as Jupyter's own API describes them; a gateway is asked for them."""
        return list(await ensure_async(self._manager.list_kernels()))

    async def paths(self) -> dict[str, str]:
        """Return, by kernel id, the notebook that a kernel belongs to, or the console's name."""
        paths: dict[str, str] = {}
        for session in await ensure_async(self._sessions.list_sessions()):
            # A console has a made-up path; its name is what its tab says.
            notebook = session["type"] == "notebook"
            label = session["path"] if notebook else session["name"] or session["path"]
            kernel_id = session["kernel"]["id"]
            if notebook or kernel_id not in paths:
                paths[kernel_id] = label
        return paths

    # --- actions --------------------------------------------------------------------------

    async def stop(self, kernel_id: str) -> bool:
        """Stop a kernel and return whether it is gone already, or about to be.

        In process: that does not count as activity of this server, as a request would.

        Raises
        ------
        NotFound
            There is no such kernel.
        HubAdminLabError
            It is still there.
        """
        self._check(kernel_id)
        await ensure_async(self._manager.shutdown_kernel(kernel_id))
        if kernel_id not in self._manager:
            return True
        if getattr(self._manager, "use_pending_kernels", False):
            return False
        # jupyter_client logs what went wrong and returns as if nothing had.
        raise HubAdminLabError("The kernel did not stop. The log of this server says why.")

    async def interrupt(self, kernel_id: str) -> None:
        """Interrupt what a kernel runs.

        Raises
        ------
        NotFound
            There is no such kernel.
        Conflict
            It is starting or stopping.
        """
        self._check(kernel_id)
        try:
            await ensure_async(self._manager.interrupt_kernel(kernel_id))
        except RuntimeError as error:  # "Kernel is in a pending state. Cannot interrupt."
            raise Conflict(str(error)) from error

    async def restart(self, kernel_id: str) -> None:
        """Restart a kernel and wait until it answers.

        Raises
        ------
        NotFound
            There is no such kernel.
        Conflict
            It is starting or stopping, or it did not come back.
        """
        self._check(kernel_id)
        timeout = float(getattr(self._manager, "kernel_info_timeout", 60.0))
        try:
            answered = await ensure_async(self._manager.restart_kernel(kernel_id))
            if asyncio.isfuture(answered):
                await asyncio.wait_for(answered, timeout + _GRACE)
        except RuntimeError as error:
            raise Conflict(f"The kernel did not restart: {error}") from error
        except (TimeoutError, asyncio.TimeoutError) as error:
            raise Conflict("The kernel restarts, but does not answer yet.") from error

    def _check(self, kernel_id: str) -> None:
        if kernel_id not in self._manager:
            raise NotFound("This server has no such kernel. It may have stopped meanwhile.")


def _not_adjustable(manager: Any) -> str | None:
    if isinstance(manager, GatewayMappingKernelManager):
        return (
            "The kernels of this server run elsewhere (gateway); their idle limits are set there."
        )
    own = ("cull_kernels", "cull_kernel_if_idle", "initialize_culler")
    if not isinstance(manager, MappingKernelManager) or any(
        getattr(type(manager), name) is not getattr(MappingKernelManager, name) for name in own
    ):
        return (
            f"The kernels of this server are managed by {type(manager).__name__}, which stops"
            " idle ones by itself; their idle limits are set there."
        )
    return None


def _last_activity(kernel: Any) -> datetime | None:
    try:
        return getattr(kernel, "last_activity", None)
    except TraitError:  # a kernel that is just being started has the trait, but no value in it
        return None


def _spec_timeout(kernel: Any) -> object:
    try:
        spec = kernel.kernel_spec
    except NoSuchKernel:  # uninstalled while it runs
        return None
    return spec.metadata.get("cull_idle_timeout") if spec is not None else None
