"""What the Hub's answers mean, whatever carried them: models, and errors."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hub_admin_lab.errors import (
    HubBadAnswer,
    HubFailed,
    HubForbidden,
    HubNotFound,
    HubRefused,
    HubUnavailable,
)
from hub_admin_lab.hub.sent import fit_to_read

Model = TypeVar("Model", bound=BaseModel)

# Only reading is tried again, and only where trying again can help.
RETRY_AFTER = (0.2, 0.6)  # seconds before the second and the third try
RETRY_STATUS = frozenset({502, 503, 504})

NO_ANSWER = (
    "The hub took too long to answer. What was asked may still happen: look again in a moment."
)
NO_CONNECTION = "The hub cannot be reached. It may be restarting: try again in a moment."
UNREADABLE = "What the hub answered cannot be read."

_MAX_MESSAGE = 1000  # characters of the Hub's own words that we pass on


def read_model(content: bytes, model: type[Model]) -> Model:
    """Return the body of an answer as a model.

    Raises
    ------
    HubBadAnswer
        It is something else.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError:
        pass
    try:
        return model.model_validate(fit_to_read(json_of(content)))
    except ValueError as error:
        raise HubBadAnswer(
            "What answers at the hub's address is not a JupyterHub that this version understands."
            " Ask whoever runs the hub to look at it."
        ) from error


def json_of(content: bytes) -> Any:
    """Return the body of an answer as it is.

    Raises
    ------
    ValueError
        It is not JSON.
    """
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("Too deep.") from error


def raise_for_status(status: int, content: bytes) -> None:
    """Raise the error that an answer other than a success stands for."""
    message = _message(status, content)
    if status in RETRY_STATUS:
        raise HubUnavailable(
            "The hub is not available just now. It may be restarting: try again in a moment."
        )
    if message is None:
        raise HubBadAnswer(
            f"What answers at the hub's address ({status}) is not a JupyterHub. Ask whoever runs"
            " the hub to look at it."
        )
    if status in (401, 403):
        raise HubForbidden(message)
    if status == 404:
        raise HubNotFound(message)
    if 400 <= status < 500:
        raise HubRefused(message, status)
    raise HubFailed(message)


def _message(status: int, content: bytes) -> str | None:
    """Return the Hub's own words, or None where it was not the Hub that answered.

    The Hub answers some refusals with a ``message`` of null; those get words of ours.
    """
    try:
        body = json_of(content)
    except ValueError:
        return None
    if not isinstance(body, dict) or "message" not in body:
        return None
    if isinstance(body["message"], str) and body["message"]:
        return body["message"][:_MAX_MESSAGE]
    if status == 404:
        return "The hub knows no such user or server, or does not let you see it."
    return f"The hub refused this and did not say why ({status})."
