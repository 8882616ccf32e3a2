"""What all handlers of the service share: whose request it is, JSON in and out, errors as answers.

A token is taken from the ``Authorization`` header and from nowhere else. A page of another site can
have a browser send cookies, but not that header, so that there is no request to forge.
"""

from __future__ import annotations

import hashlib
import logging
import math
import re
from typing import Any

from pydantic import BaseModel
from tornado import web

from hub_admin_lab.errors import (
    Forbidden,
    HubAdminLabError,
    IntroduceYourself,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unauthorized,
)
from hub_admin_lab.models.base import ErrorBody, Nothing
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.parts import ServiceParts
from hub_admin_lab.service.whoami import ACT, LOOK
from hub_admin_lab.wire import Model, body_of, plain, read_body, read_query

log = logging.getLogger(__name__)

LARGEST_BODY = 256 * 1024
_LONGEST_NAME = 511

_TOKEN = re.compile(r"(?:token|bearer) +([\x21-\x7e]{1,2000})", re.IGNORECASE)

# What tornado refuses by itself, before our own errors.
_CODES = {400: "invalid_request", 404: "not_found", 405: "method_not_allowed"}
_SENTENCES = {
    400: "That is not understood.",
    404: "The hub service has nothing at this address.",
    405: "That cannot be done at this address.",
}


class ServiceHandler(web.RequestHandler):
    """Base of every handler."""

    route = "unknown"
    """What the metrics call it; never a name of anybody."""

    def initialize(self, parts: ServiceParts) -> None:
        """Take the parts."""
        self.parts = parts

    def set_default_headers(self) -> None:
        """Answer with data that nobody keeps, shows as a page, or takes for something else."""
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse what is too long to be a request of ours."""
        if len(self.request.body) > LARGEST_BODY:
            raise TooLarge("That is too long: a request has at most 256 kB.")

    # --- whose request it is --------------------------------------------------------------

    def token(self) -> str:
        """Return the token of the request.

        Raises
        ------
        Unauthorized
            There is none, or more than one.
        """
        headers = self.request.headers.get_list("Authorization")
        found = _TOKEN.fullmatch(headers[0].strip()) if len(headers) == 1 else None
        if found is None:
            raise Unauthorized("Send a token of the hub, as `Authorization: token …`.")
        return found[1]

    async def access(self, *, acts: bool = False) -> Access:
        """Return what the caller may do: a person, or another service of the Hub.

        Parameters
        ----------
        acts
            It changes something: the Hub is asked now, so that what it took away counts.

        Raises
        ------
        Unauthorized, Forbidden, HubError
            It is nobody, a server, or the Hub did not say.
        TooManyRequests
            It asks too often.
        StoreUnavailable
            The database has not answered since the start.
        """
        token = self.token()
        wait = self.parts.callers.take(hashlib.sha256(token.encode()).digest())
        if wait:
            raise TooManyRequests("That is too often. Wait a little.", wait)
        caller = await self.parts.whoami.caller(token, max_age=ACT if acts else LOOK)
        if caller.is_server:
            raise Forbidden("A server's own token is for its reports only.")
        self.parts.opening.expect_done()
        return Access(caller)

    # --- requests and answers -------------------------------------------------------------

    def parse_body(self, model: type[Model]) -> Model:
        """Return the JSON body; see ``wire.read_body``."""
        return read_body(model, self.request.body)

    def parse_query(self, model: type[Model]) -> Model:
        """Return the query; see ``wire.read_query``."""
        names = self.request.query_arguments
        return read_query(model, {name: self.get_query_arguments(name) for name in names})

    def expect_nothing(self) -> None:
        """Refuse a query and a body where none are taken: one may be mistyped."""
        self.expect_no_query()
        self.expect_no_body()

    def expect_no_query(self) -> None:
        """Refuse a query where none is taken."""
        self.parse_query(Nothing)

    def expect_no_body(self) -> None:
        """Refuse a body where none is taken."""
        self.parse_body(Nothing)

    def reply(self, answer: BaseModel, status: int = 200) -> None:
        """Finish with a model as JSON."""
        self.set_status(status)
        self.finish(answer.model_dump_json())

    def done(self) -> None:
        """Finish without a body."""
        self.clear_header("Content-Type")
        self.set_status(204)
        self.finish()

    # --- errors ---------------------------------------------------------------------------

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer one of our own errors with its own status."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, HubAdminLabError):
            status_code = error.status
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write any error as `{"message", "code", "detail"}`; never a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, (IntroduceYourself, TooManyRequests)):
            self.set_header("Retry-After", str(max(1, math.ceil(error.retry_after))))
        if isinstance(error, Unauthorized):
            self.set_header("WWW-Authenticate", 'Bearer realm="hub-admin-lab"')
        if isinstance(error, HubAdminLabError):
            body = body_of(error)
        else:
            sentence = _SENTENCES.get(status_code, "The hub service failed. Its log says more.")
            body = ErrorBody(message=sentence, code=_CODES.get(status_code, "internal"))
        self.finish(body.model_dump_json())

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log an error that we expect as one line, and only a bug with its traceback."""
        if isinstance(value, HubAdminLabError):
            log.info("%s: %s %s", self._said(), value.code, plain(value.message))
        elif isinstance(value, web.HTTPError):
            log.info("%s: %s", self._said(), value.status_code)
        else:
            log.error("%s failed", self._said(), exc_info=(typ, value, tb))

    def _said(self) -> str:
        # The path alone: somebody may have put a token behind the `?`.
        return f"{self.request.method} {plain(self.request.path)[:500]}"


class UnknownHandler(ServiceHandler):
    """Every path that no other handler takes."""

    def get(self) -> None:
        """404."""
        raise NotFound("The hub service has nothing at this address.")

    post = put = patch = delete = get


def named(text: str) -> str:
    """Return a name out of a path.

    Raises
    ------
    NotFound
        There is nothing by such a name.
    """
    if len(text) > _LONGEST_NAME or not text.isprintable():
        raise NotFound("There is nothing by that name.")
    return text
