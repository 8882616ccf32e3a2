"""What ``hub_admin_lab.check`` finds of the hub service, from a single-user server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub_admin_lab import __version__
from hub_admin_lab.check.finding import Finding

URL = "HUB_ADMIN_LAB_SERVICE_URL"


def health_address(environ: Mapping[str, str]) -> str | None:
    """Return where the service tells how it is; None: this hub has none."""
    url = environ.get(URL)
    return f"{url.rstrip('/')}/api/health" if url else None


def check_service(address: str, status: int, body: Any) -> Iterator[Finding]:
    """Yield what there is to say of the service.

    Parameters
    ----------
    status, body
        What it answered; status 0 and a reason if it did not.
    """
    health = body if isinstance(body, dict) else {}
    if status not in (200, 503) or "database" not in health:
        what = body if status == 0 else f"status {status}"
        yield Finding(
            "PROBLEM",
            f"The hub service does not answer at {address} ({what}).",
            "at the Hub, look into its log; or give configure(service_url=…) an address that"
            " servers reach",
        )
        return
    if health.get("version") != __version__:
        yield Finding(
            "PROBLEM",
            f"The hub service has Hub Admin Lab {health.get('version')}, this server"
            f" {__version__}.",
            "install the same version in both",
        )
    away = [
        name for name, key in (("its database", "database"), ("the Hub", "hub")) if not health[key]
    ]
    if away:
        yield Finding(
            "PROBLEM",
            f"The hub service runs, and does not reach {' and '.join(away)}: it stops nothing.",
            "look into the Hub's log",
        )
    elif health.get("last_pass"):
        yield Finding("ok", f"The hub service last looked for idle servers {health['last_pass']}.")
    else:
        yield Finding("note", "The hub service runs, and has not looked for idle servers yet.")
