"""What the Hub saw of this project's services, request by request: ``GET /hub/bench/seen``."""

from __future__ import annotations

import time
from typing import Any

from jupyterhub.log import log_request
from tornado.web import HTTPError, RequestHandler

# As `configure()` calls the services that it adds.
OURS = "hub-admin-lab"

SEEN: list[dict[str, Any]] = []

WORK: dict[str, list[float]] = {}
"""By handler, how many requests there were of anybody, and the seconds that they took the Hub."""


def note(handler: RequestHandler) -> None:
    """Log a request as the Hub does, and remember it if it is one of theirs."""
    log_request(handler)
    work = WORK.setdefault(type(handler).__name__, [0, 0.0])
    work[0] += 1
    work[1] += handler.request.request_time()
    try:
        who = getattr(handler.current_user, "name", "")
    except (HTTPError, RuntimeError):  # refused before that was known
        return
    if who.startswith(OURS):
        end = time.time()
        SEEN.append(
            {
                "method": handler.request.method,
                "path": handler.request.path,
                "first_page": handler.get_argument("offset", "0") == "0",
                "status": handler.get_status(),
                "begin": end - handler.request.request_time(),
                "end": end,
            }
        )


class SeenHandler(RequestHandler):
    """Open to whoever is on this machine: it tells what was asked, and when."""

    def get(self) -> None:
        """200 with the requests in the order of their ends, without the first ``after`` ones."""
        after = int(self.get_argument("after", "0"))
        self.write({"requests": SEEN[after:], "work": WORK})
