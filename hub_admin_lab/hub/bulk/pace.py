"""How many servers are acted on at a time, so that the Hub goes on answering everybody else.

The Hub is one thread. How long it takes for something that costs nothing, its API's root, is how
long everybody else waits for it.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from hub_admin_lab.errors import HubError

# Measured: 10 stops in flight delay others by 20 ms (p95), 25 by 78 to 147 ms, and hardly anything
# is won beyond.
FIRST = 10
MOST = 25
# Seconds within which 95 of 100 answers to others must come, for more than ten in flight; and from
# which on, if half of them take longer, the Hub has too much to do for ten.
PROMPT = 0.1
LATE = 0.25
# Seconds between two measurements, and how many are looked at: the last five seconds.
PERIOD = 0.25
WINDOW = 20

_ENOUGH = 4  # measurements that tell something: those of a second


class Pace:
    """How many may be in flight, from how long the Hub takes to answer others.

    One more after each measurement while 95 % of the last are prompt. A quarter less, but not below
    ten, as soon as more than 5 % of a whole window are not: at ten a moment of delay now and then
    is as it should be. Below ten, down to one, while half of them are late, and up again while only
    a quarter of them are.
    """

    def __init__(self) -> None:
        self.limit = FIRST
        self._seconds: deque[float] = deque(maxlen=WINDOW)

    def measured(self, seconds: float) -> None:
        """Take a measurement; `math.inf` where the Hub did not answer."""
        self._seconds.append(seconds)
        known = len(self._seconds)
        late = sum(each > LATE for each in self._seconds)
        not_prompt = sum(each > PROMPT for each in self._seconds)
        if known >= _ENOUGH and late * 2 >= known:
            self._slow_down(at_least=1)
        elif not_prompt * 20 > WINDOW and self.limit > FIRST:
            self._slow_down(at_least=FIRST)
        elif known >= _ENOUGH and self.limit < FIRST and late * 4 <= known:
            self.limit += 1
        elif known >= _ENOUGH and not_prompt * 20 <= known:
            self.limit = min(MOST, self.limit + 1)

    def _slow_down(self, *, at_least: int) -> None:
        self.limit = max(at_least, self.limit * 3 // 4)
        self._seconds.clear()  # they tell nothing of the slower pace


class Slots:
    """Lets in as many at a time as `limit` says now, in the order in which they came."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.taken = 0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold a slot."""
        await self.take()
        try:
            yield
        finally:
            self.give_back()

    async def take(self) -> None:
        """Wait for a slot; whoever takes one gives it back."""
        if not self._waiting and self.taken < self._limit():
            self.taken += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.give_back()  # the slot came when nobody wanted it any more
            raise

    def give_back(self) -> None:
        """Make room for the next."""
        self.taken -= 1
        self.let_in()

    def let_in(self) -> None:
        """Let in whoever waits and has room; to be called when there may be more of it."""
        while self._waiting and self.taken < self._limit():
            turn = self._waiting.popleft()
            if not turn.done():  # cancelled
                self.taken += 1
                turn.set_result(None)


class Pacer:
    """Slots at the pace that the Hub bears, measured for as long as somebody is at work.

    Parameters
    ----------
    measure
        Asks the Hub something that costs nothing; returns the seconds until the answer.
    sleep
        The clock, for tests.
    """

    def __init__(
        self,
        measure: Callable[[], Awaitable[float]],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._measure = measure
        self._sleep = sleep
        self._pace = Pace()
        self._at_work = 0
        self._measuring: asyncio.Task[None] | None = None
        self.slots = Slots(lambda: self._pace.limit)

    @property
    def limit(self) -> int:
        """How many may be in flight now."""
        return self._pace.limit

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Keep the pace right while something is done; whoever comes first begins at ten."""
        self._at_work += 1
        if self._measuring is None:
            self._pace = Pace()
            self._measuring = asyncio.get_running_loop().create_task(self._keep_measuring())
        try:
            yield
        finally:
            self._at_work -= 1
            if self._at_work == 0:
                self._measuring.cancel()
                self._measuring = None

    async def _keep_measuring(self) -> None:
        while True:
            await self._sleep(PERIOD)
            try:
                seconds = await self._measure()
            except HubError:
                seconds = math.inf
            self._pace.measured(seconds)
            self.slots.let_in()
