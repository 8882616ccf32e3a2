"""`agents/checkin`: a server's report in, what it has to know out."""

from __future__ import annotations

from hub_admin_lab.models.report import CheckIn
from hub_admin_lab.service.handlers.base import ServiceHandler


class CheckInHandler(ServiceHandler):
    """`agents/checkin`."""

    route = "checkin"

    async def post(self) -> None:
        """200 with a `CheckInAnswer`.

        401 `introduce_yourself`, with `Retry-After`, where the service's own token is not valid
        any more; 429, with `Retry-After`, where it is too early; 503 before the database has
        answered: the server goes on by the rules that it knows.
        """
        token = self.token()
        # Before the Hub is asked whose it is: all servers would have it asked in vain.
        self.parts.opening.expect_done()
        self.expect_no_query()
        check_in = self.parse_body(CheckIn)
        known = await self.parts.introductions.identify(
            token, check_in, self.request.remote_ip or ""
        )
        self.reply(await self.parts.checkins.answer(check_in, known.groups, token=known.token))
