"""What is sent to us and what we answer: the same in the server extension and in the service.

Knows neither Jupyter Server nor tornado, so that the service runs where only the Hub is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from hub_admin_lab.errors import HubAdminLabError, InvalidRequest
from hub_admin_lab.models.base import ErrorBody

# Some scripts, and signs made of several, are written with them.
_JOINERS = "\u200c\u200d"

Model = TypeVar("Model", bound=BaseModel)


def read_body(model: type[Model], body: bytes) -> Model:
    """Return a JSON body as a ``model``; an empty body is ``{}``.

    Raises
    ------
    InvalidRequest
        The body is not JSON, or not what ``model`` takes; ``detail`` names the fields.
    """
    with _understood():
        return model.model_validate_json(body or b"{}")


def read_query(model: type[Model], arguments: Mapping[str, Sequence[str]]) -> Model:
    """Return the arguments of a query as a ``model``, each given once.

    Raises
    ------
    InvalidRequest
        An argument is unknown, given twice, or not what ``model`` takes.
    """
    twice = [name for name, values in arguments.items() if len(values) > 1]
    if twice:
        raise InvalidRequest(f"Give {twice[0]!r} only once.", [{"field": twice[0]}])
    with _understood():
        return model.model_validate({name: values[0] for name, values in arguments.items()})


def body_of(error: HubAdminLabError) -> ErrorBody:
    """Return the body that answers one of our own errors."""
    return ErrorBody(message=error.message, code=error.code, detail=error.detail)


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what pydantic says about a request into our own error."""
    try:
        yield
    except ValidationError as error:
        fields = [
            {"field": ".".join(map(str, e["loc"])), "message": e["msg"]}
            for e in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        where = f"{fields[0]['field']}: " if fields[0]["field"] else ""
        raise InvalidRequest(
            f"That is not understood. {where}{fields[0]['message']}.", fields
        ) from None


def plain(text: str, *, lines: bool = False) -> str:
    """Return ``text`` without control characters: no database and no log takes them well.

    Parameters
    ----------
    lines
        Line breaks stay.
    """
    if text.isprintable():
        return text
    kept = _JOINERS + ("\n" if lines else "")
    return "".join(c if c.isprintable() or c in kept else "\ufffd" for c in text)
