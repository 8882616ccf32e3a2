"""``python -m hub_admin_lab.service``: started by the Hub, see ``configure(c, service=True)``."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from hub_admin_lab.errors import HubAdminLabError
from hub_admin_lab.service.app import Service
from hub_admin_lab.service.hub import ServiceHub, ssl_context
from hub_admin_lab.service.log import set_up
from hub_admin_lab.service.settings import ServiceSettings, SettingsError
from hub_admin_lab.service.store import Store
from hub_admin_lab.service.whoami import HubAsked

log = logging.getLogger("hub_admin_lab.service")

# Seconds between two looks whether the Hub that started this process is still there.
_PARENT = 2.0


def main() -> None:
    """Run the service until it is told to end, or the Hub that started it is gone."""
    try:
        settings = ServiceSettings.from_environment(os.environ)
        set_up(settings.log_level)
        asyncio.run(_run(settings))
    except SettingsError as error:
        sys.exit(f"hub_admin_lab.service: {error}")
    except HubAdminLabError as error:
        sys.exit(f"hub_admin_lab.service: {error.message}")
    except OSError as error:
        sys.exit(f"hub_admin_lab.service: it cannot listen: {error.strerror or error}")


async def _run(settings: ServiceSettings) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    store = Store(settings.database, connect_args=settings.connect_args)
    hub = ServiceHub(
        api_url=settings.api_url, token=settings.api_token, ssl_context=ssl_context(os.environ)
    )
    ask = HubAsked(settings.api_url, settings.api_token)
    service = Service(settings, store=store, hub=hub, ask=ask)
    try:
        await service.start()
        await _work(service, told)
    finally:
        try:
            await service.close()
        finally:
            hub.close()
            await ask.close()
            await store.close()
    log.info("Ended.")


async def _work(service: Service, told: asyncio.Event) -> None:
    """Open the database, however long that takes, and work until it is time to end.

    Raises
    ------
    StoreUnusable
        Waiting for the database does not help.
    """
    end, opening = asyncio.ensure_future(_until_told(told)), asyncio.ensure_future(service.open())
    try:
        await asyncio.wait({end, opening}, return_when=asyncio.FIRST_COMPLETED)
        if opening.done():
            opening.result()
            await end
    finally:
        for task in (end, opening):
            task.cancel()
        await asyncio.gather(end, opening, return_exceptions=True)


async def _until_told(told: asyncio.Event) -> None:
    """Wait for a signal, or for the end of the Hub that started this process.

    A Hub that was killed ends no services, and the next one starts its own: this one would hold its
    address and cull beside it.
    """
    # What the Hub gives to those that it starts itself.
    managed = "JUPYTERHUB_CLIENT_ID" in os.environ
    # It may have been killed before this process got as far as here, and have another parent now.
    hub, parent = os.environ.get("HUB_ADMIN_LAB_HUB_PID", ""), os.getppid()
    while not told.is_set():
        try:
            await asyncio.wait_for(told.wait(), _PARENT)
        except asyncio.TimeoutError:
            if managed and (os.getppid() != parent or _has_ended(hub)):
                log.warning("The hub that started this service is gone.")
                return


def _has_ended(pid: str) -> bool:
    """Return whether a process has ended; one that is not named has not."""
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # it runs, and is somebody else's
    return False


if __name__ == "__main__":
    main()
