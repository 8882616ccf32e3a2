"""Everything that asks the Hub, put together."""

from __future__ import annotations

from dataclasses import dataclass

from hub_admin_lab.hub.actions.follow import Log
from hub_admin_lab.hub.actions.server_actions import ServerActions
from hub_admin_lab.hub.bulk.at_work import AtWork
from hub_admin_lab.hub.bulk.bulks import Bulks
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import HubConnection
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.live.broadcast import Broadcast
from hub_admin_lab.hub.live.news import News
from hub_admin_lab.hub.live.shared import SharedLooks
from hub_admin_lab.hub.live.watcher import Watcher
from hub_admin_lab.hub.manage.add_users import UserAdder
from hub_admin_lab.hub.manage.groups import HubGroups
from hub_admin_lab.hub.manage.manager import HubManager
from hub_admin_lab.hub.manage.named_servers import NamedServers
from hub_admin_lab.hub.records import Recorder, Records
from hub_admin_lab.hub.relay import ServiceRelay
from hub_admin_lab.hub.telling import Telling


@dataclass(frozen=True)
class HubParts:
    """What the handlers of the Hub's routes work with; one for the server extension.

    Attributes
    ----------
    connection, client
        The Hub.
    servers
        How its users and servers are.
    actions
        What can be done with them.
    broadcast, watcher
        What happens, told to all open streams of events; and who finds out.
    bulks
        The same with many at once.
    named
        Named servers that do not run.
    manager, adder, groups
        What ``configure(c, manage_users=True)`` adds.
    service
        The hub service; None where there is none.
    telling
        Who tells its log what is done here.
    """

    connection: HubConnection
    client: HubClient
    servers: HubServers
    actions: ServerActions
    bulks: Bulks
    broadcast: Broadcast
    watcher: Watcher
    named: NamedServers
    manager: HubManager
    adder: UserAdder
    groups: HubGroups
    service: ServiceRelay | None
    telling: Telling | None

    async def close(self) -> None:
        """Stop what runs in the background and close the connections to the Hub."""
        await self.watcher.close()  # first: what is broken off now is no news
        await self.servers.close()
        await self.client.close()
        try:
            if self.telling is not None:
                await self.telling.close()  # after all that may be told
        finally:
            if self.service is not None:
                await self.service.close()


def build(
    connection: HubConnection,
    recorder: Recorder,
    log: Log,
    *,
    concurrency: int,
    timeout: float,
    live_period: float,
) -> HubParts:
    """Put the parts together; nothing is asked yet.

    Parameters
    ----------
    concurrency
        Reads under way at once.
    timeout
        Seconds for an answer of the Hub.
    live_period
        Seconds between two looks at what is in view, at least.
    """
    client = HubClient(
        connection.api_url,
        verify=connection.ssl_context,
        concurrency=concurrency,
        timeout=timeout,
        on_refused=connection.forget_visitors,
    )
    broadcast = Broadcast()
    servers = HubServers(client, connection, log=log, news=News(broadcast))
    service = _service(connection, timeout)
    telling = None if service is None else Telling(service.ask, log)
    records = Records(recorder, telling)
    actions = ServerActions(client, connection, servers, records)
    at_work = AtWork(None if service is None else service.ask)
    return HubParts(
        connection=connection,
        client=client,
        servers=servers,
        actions=actions,
        bulks=Bulks(client, connection, servers, actions.asking, records, broadcast, at_work),
        broadcast=broadcast,
        watcher=Watcher(
            client,
            servers,
            broadcast,
            log=log,
            shared=SharedLooks(None if service is None else service.ask),
            period=live_period,
        ),
        named=NamedServers(client, servers, records),
        manager=HubManager(client, servers, actions.asking, records),
        adder=UserAdder(client, servers, records),
        groups=HubGroups(client, records),
        service=service,
        telling=telling,
    )


def _service(connection: HubConnection, timeout: float) -> ServiceRelay | None:
    if not connection.service_url:
        return None
    return ServiceRelay(
        connection.service_url, timeout=timeout, on_refused=connection.forget_visitors
    )
