"""What ``configure()`` takes: each parameter as it should be, or one clear sentence."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

_TEN_YEARS = 10 * 365 * 86400


def seconds(name: str, value: Any, zero: str = "") -> int:
    """Return a parameter that is a time; ``zero`` says what 0 means, if it may be 0.

    Raises
    ------
    TypeError, ValueError
        It is something else.
    """
    return _whole(name, value, "seconds", _TEN_YEARS, zero)


def days(name: str, value: Any, zero: str = "") -> int:
    """Return a parameter that is a number of days; otherwise as ``seconds``."""
    return _whole(name, value, "days", _TEN_YEARS // 86400, zero)


def switch(name: str, value: Any) -> bool:
    """Return a parameter that is True or False.

    Raises
    ------
    TypeError
        It is something else.
    """
    if not isinstance(value, bool):
        raise TypeError(f"configure({name}=…) takes True or False, not {value!r}.")
    return value


def http_address(name: str, value: Any, example: str, *, port_only: bool = False) -> str | None:
    """Return a parameter that is an address of the web, or None; without a slash at its end.

    ``port_only``: it has a port and no path.

    Raises
    ------
    TypeError, ValueError
        It is something else. The address may hold a password: it is not repeated.
    """
    if value is None:
        return None
    wanted = f"configure({name}=…) takes an address such as {example}"
    if not isinstance(value, str):
        raise TypeError(f"{wanted}, not {value!r}.")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError(f"{wanted}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"{wanted}.")
    if port_only and (port is None or parts.path.strip("/")):
        raise ValueError(f"{wanted}.")
    return value.rstrip("/")


def database_address(name: str, value: Any) -> str | None:
    """Return a parameter that is a database's address, or None.

    Raises
    ------
    TypeError, ValueError
        It is something else. It may hold a password: it is not repeated.
    """
    if value is None:
        return None
    wanted = f"configure({name}=…) takes an address such as sqlite:////srv/hub-admin-lab.sqlite"
    if not isinstance(value, str):
        raise TypeError(f"{wanted}, not {type(value).__name__}.")
    if "://" not in value:
        raise ValueError(f"{wanted}.")
    return value


def _whole(name: str, value: Any, unit: str, most: int, zero: str) -> int:
    lowest = 0 if zero else 1
    wanted = f"a whole number of {unit}, {lowest} or more" + (f" (0: {zero})" if zero else "")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"configure({name}=…) takes {wanted}, not {value!r}.")
    if not lowest <= value <= most or value != int(value):
        raise ValueError(f"configure({name}=…) takes {wanted}, not {value!r}.")
    return int(value)
