"""Which servers run code at the moment: a kernel is busy there, as the hub service was told."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ValidationError

from hub_admin_lab.errors import NoService, ServiceBadAnswer, ServiceError, ServiceTimeout
from hub_admin_lab.hub.actions.follow import Key
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.relay import Ask

# Seconds for its answer: somebody waits for the question that names these servers.
PATIENCE = 5.0


class _Server(BaseModel):
    user: str
    name: str


class _Servers(BaseModel):
    """Of `GET servers` what is needed here."""

    items: list[_Server]


class AtWork:
    """Knows where kernels are busy.

    The Hub does not: a kernel that computes for hours without a word is no activity to it.

    Parameters
    ----------
    ask
        Asks the hub service; None where there is none.
    """

    def __init__(self, ask: Ask | None) -> None:
        self._ask = ask

    async def servers(self, actor: Actor) -> frozenset[Key]:
        """Return those of the servers that the actor may see in which a kernel is busy.

        Raises
        ------
        NoService
            There is none.
        ServiceError
            It does not answer, or does not say.
        """
        if self._ask is None:
            raise NoService("Without the hub service nobody knows which kernels run code.")
        try:
            asking = self._ask("GET", "servers", actor.token, query="busy=true")
            answer = await asyncio.wait_for(asking, PATIENCE)
        except asyncio.TimeoutError:
            raise ServiceTimeout(
                "The hub service did not say in time which kernels run code. Try again."
            ) from None
        if answer.status != 200:
            raise ServiceBadAnswer("The hub service does not say which kernels run code.")
        try:
            found = _Servers.model_validate_json(answer.content)
        except ValidationError:
            raise ServiceBadAnswer(
                "What the hub service says of its servers is not understood."
            ) from None
        return frozenset((each.user, each.name) for each in found.items)

    async def servers_if_known(self, actor: Actor) -> frozenset[Key] | None:
        """Return the same; None where nobody knows."""
        try:
            return await self.servers(actor)
        except ServiceError:
            return None
