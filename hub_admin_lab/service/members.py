"""The members of groups, as the Hub told them not long ago."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from hub_admin_lab.errors import HubNotFound

FOR = 60.0
"""Seconds for which an answer of the Hub holds: who edits a group's rules asks again and again."""

_MOST = 1000


class Members:
    """Asks the Hub for the members of a group, and remembers what it said.

    Parameters
    ----------
    ask
        Asks the Hub.
    clock
        Seconds that only go up.
    """

    def __init__(
        self, ask: Callable[[str], Awaitable[list[str]]], clock: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, frozenset[str]]] = OrderedDict()
        # Whoever comes while the Hub is asked for a group waits for the same answer.
        self._lock = asyncio.Lock()

    async def of(self, group: str) -> frozenset[str]:
        """Return the names of the members as they were a minute ago at most.

        A group that the Hub does not know has none: a scope may name one that is gone.

        Raises
        ------
        HubError
            The Hub did not tell.
        """
        async with self._lock:
            known = self._known.get(group)
            if known is not None and self._clock() < known[0] + FOR:
                return known[1]
            try:
                members = frozenset(await self._ask(group))
            except HubNotFound:
                members = frozenset()
            self._known[group] = (self._clock(), members)
            self._known.move_to_end(group)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
            return members
