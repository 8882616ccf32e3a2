"""What all handlers share: identity, reading a request, writing an answer, errors as answers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel, TypeAdapter
from tornado import web

from hub_admin_lab.errors import HubAdminLabError
from hub_admin_lab.models import ErrorBody, Nothing
from hub_admin_lab.wire import Model, body_of, read_body, read_query

Result = TypeVar("Result")

_JSON: TypeAdapter[Any] = TypeAdapter(Any)

# What jupyter_server or tornado refuse by themselves, before or beside our own errors.
_CODES = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
}


class HubAdminHandler(APIHandler):
    """Base of every handler: JSON in, JSON out, and never counted as activity."""

    auth_resource = "hub_admin_lab"
    # A panel that refreshes by itself is not somebody at work (section 5 of the design).
    _track_activity = False
    _looking: asyncio.Future[Any] | None = None
    _given_up = False

    def parse_body(self, model: type[Model]) -> Model:
        """Return the request's JSON body as a ``model``; an empty body is ``{}``.

        Raises
        ------
        InvalidRequest
            The body is not JSON, or not what ``model`` takes; ``detail`` names the fields.
        """
        return read_body(model, self.request.body)

    def parse_query(self, model: type[Model]) -> Model:
        """Return the request's query arguments as a ``model``, each given once.

        Raises
        ------
        InvalidRequest
            An argument is unknown, given twice, or not what ``model`` takes.
        """
        # `token` and `_xsrf` are read by jupyter_server; `no_track_activity` and the time stamp
        # without a name are what clients of Jupyter's API add to any request.
        arguments = {
            name: self.get_query_arguments(name)
            for name in self.request.query_arguments
            if name not in {"token", "_xsrf", "no_track_activity"} and not name.isdigit()
        }
        return read_query(model, arguments)

    def expect_nothing(self) -> None:
        """Refuse arguments and a body where none are taken: one may be mistyped."""
        self.parse_query(Nothing)
        self.parse_body(Nothing)

    async def while_wanted(self, looking: Coroutine[Any, Any, Result]) -> Result:
        """Return what ``looking`` returns; it is cancelled once the browser gives the request up.

        For what only looks: half of an action would be left without its record.
        """
        self._looking = task = asyncio.ensure_future(looking)
        if self._given_up:
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            if self._given_up:
                raise web.Finish from None  # nobody reads an answer
            raise

    def on_connection_close(self) -> None:
        """Stop looking for what nobody waits for any more."""
        super().on_connection_close()
        self._given_up = True
        if self._looking is not None:
            self._looking.cancel()

    def reply(self, answer: BaseModel | list[Any], status: int = 200) -> None:
        """Finish with a model, or a list of models, as JSON."""
        self.set_status(status)
        self.finish(_JSON.dump_json(answer))

    def done(self, status: int = 204) -> None:
        """Finish without a body."""
        self.set_status(status)
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
        if isinstance(error, HubAdminLabError):
            body = body_of(error)
        elif isinstance(error, web.HTTPError):
            message = error.log_message or self._reason
            if error.args:
                message = message % error.args
            body = ErrorBody(message=message, code=_CODES.get(status_code, "internal"))
        else:
            message = "Hub Admin Lab failed. The log of this server says more."
            body = ErrorBody(message=message, code="internal")
        self.finish(body.model_dump_json())

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log an error that we expect as one line, and only a bug with its traceback."""
        if isinstance(value, HubAdminLabError):
            self.log.info(
                "%s %s: %s %s", self.request.method, self.request.path, value.code, value.message
            )
        else:
            super().log_exception(typ, value, tb)
