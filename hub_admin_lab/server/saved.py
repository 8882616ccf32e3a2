"""What a file of saved settings may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hub_admin_lab.idle.settings import FIELDS, PARTS, Saved, Value
from hub_admin_lab.models import IdleSettingsUpdate


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    value: bool | int | None
    by: Literal["owner", "admin"]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    version: Literal[1]
    idle: dict[str, _Entry]


def read_saved(content: bytes) -> dict[str, Saved]:
    """Return the saved settings, by field.

    Raises
    ------
    ValueError
        It is not such a file, or holds a value that a request could not have set.
    """
    entries = _File.model_validate_json(content.decode("utf-8")).idle
    _check({name: entry.value for name, entry in entries.items()})
    return {name: Saved(entry.value, entry.by) for name, entry in entries.items()}


def _check(values: Mapping[str, Value]) -> None:
    """Raise ValueError unless each is a setting, with a value that a request could have set."""
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    body: dict[str, object] = {name: value for name, value in values.items() if "." not in name}
    for part in PARTS:
        fields = {
            name.partition(".")[2]: value
            for name, value in values.items()
            if name.startswith(f"{part}.")
        }
        if fields:
            body[part] = fields
    IdleSettingsUpdate.model_validate(body)
