"""What servers are asked to do: told with the answer to a report, until they say it is done."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub_admin_lab.errors import TooManyRequests
from hub_admin_lab.models.report import DoneRequest, ServerRequest
from hub_admin_lab.service.store import Store

ACTION = "stop-kernel"
PATIENCE = timedelta(minutes=5)
"""A server that has not answered by then is taken not to do it any more."""

# Of one server at a time.
_MOST = 100
_MOST_GIVEN_UP = 10_000
_LATE = "Asked for, and given up after five minutes; the server has answered since."
_NO_ANSWER = "The server did not say within five minutes that it is done."


@dataclass(frozen=True)
class _Waiting:
    entry: int
    kernel: str
    by: str
    asked_at: datetime


class KernelRequests:
    """Kernels that servers are asked to shut down, by (user, server).

    The id of each is that of its entry in the log, which is written before the server is asked.

    Parameters
    ----------
    now
        The clock.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._waiting: dict[tuple[str, str], dict[str, _Waiting]] = {}
        # They may be done all the same.
        self._given_up: OrderedDict[tuple[str, str, str], _Waiting] = OrderedDict()

    async def load(self) -> None:
        """Go on with those that were asked before the service was started."""
        for entry in await self._store.unfinished():
            if entry.action == ACTION and entry.server is not None:
                waiting = _Waiting(entry.id, entry.target, entry.actor, entry.at)
                self._of(entry.user, entry.server)[str(entry.id)] = waiting

    async def ask(self, user: str, server: str, kernel: str, *, by: str, reason: str) -> str:
        """Ask a server to shut down a kernel; return the id.

        Raises
        ------
        TooManyRequests
            The server has more to do than it has answered.
        StoreUnavailable
            It is not asked.
        """
        known = self._waiting.get((user, server), {})
        for id_, waiting in known.items():
            if waiting.kernel == kernel:
                return id_
        if len(known) >= _MOST:
            raise TooManyRequests("This server has been asked for much already. Wait.", 30)
        entry = await self._store.begin(
            actor=by, action=ACTION, user=user, server=server, target=kernel, reason=reason
        )
        self._of(user, server)[str(entry)] = _Waiting(entry, kernel, by, self._now())
        return str(entry)

    def of(self, user: str, server: str) -> list[ServerRequest]:
        """Return what a server is to do."""
        return [
            ServerRequest(id=id_, kind="shutdown_kernel", kernel_id=each.kernel, by=each.by)
            for id_, each in self._waiting.get((user, server), {}).items()
        ]

    async def done(self, user: str, server: str, answers: Iterable[DoneRequest]) -> None:
        """Take a server's word for how those ended that it was asked for."""
        waiting = self._waiting.get((user, server), {})
        for answer in answers:
            each = waiting.get(answer.id)
            if each is None:
                await self._done_late(user, server, answer)
                continue
            await self._store.end(each.entry, "done" if answer.ok else "failed", answer.message)
            waiting.pop(answer.id, None)
        self._tidy(user, server)

    async def give_up(self) -> None:
        """End those that were not answered in time."""
        late = self._now() - PATIENCE
        for (user, server), waiting in list(self._waiting.items()):
            for id_, each in list(waiting.items()):
                if each.asked_at < late:
                    await self._store.end(each.entry, "failed", _NO_ANSWER)
                    waiting.pop(id_, None)
                    self._given_up[user, server, id_] = each
            self._tidy(user, server)
        while len(self._given_up) > _MOST_GIVEN_UP:
            self._given_up.popitem(last=False)

    async def _done_late(self, user: str, server: str, answer: DoneRequest) -> None:
        """Write down how something ended that was given up: its own entry has ended already."""
        each = self._given_up.get((user, server, answer.id))
        if each is None:
            return  # answered before, or another server's
        await self._store.record(
            actor=each.by,
            action=ACTION,
            user=user,
            server=server,
            target=each.kernel,
            reason=_LATE,
            outcome="done" if answer.ok else "failed",
            message=answer.message,
        )
        self._given_up.pop((user, server, answer.id), None)

    def _of(self, user: str, server: str) -> dict[str, _Waiting]:
        return self._waiting.setdefault((user, server), {})

    def _tidy(self, user: str, server: str) -> None:
        if not self._waiting.get((user, server), True):
            del self._waiting[user, server]
