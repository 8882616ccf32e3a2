"""Handlers that are loaded with their first request.

They bring pydantic and httpx along, which take several times as long to load as all the rest of
this extension, and most servers of a hub never need them: their owners see no panel.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler

Arguments = Callable[[], dict[str, Any]]


class LazyHandler(RequestHandler):
    """Stands in a route for the handler that ``load`` gives."""

    module: str
    name: str

    def __new__(  # type: ignore[misc]
        cls, application: Application, request: HTTPServerRequest, arguments: Arguments
    ) -> RequestHandler:
        """Return the handler itself, of another class: this one is never made."""
        return cls.load()(application, request, **arguments())

    @classmethod
    def load(cls) -> type[RequestHandler]:
        """Return the class of the handler."""
        handler: type[RequestHandler] = getattr(import_module(cls.module), cls.name)
        return handler


def lazy(module: str, name: str) -> type[LazyHandler]:
    """Return what stands for a handler of ``hub_admin_lab.handlers``."""
    attributes = {"module": f"hub_admin_lab.handlers.{module}", "name": name}
    return type(f"Lazy{name}", (LazyHandler,), attributes)
