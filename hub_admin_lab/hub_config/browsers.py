"""What keeps the pages of different servers apart in a browser: rule 2 of the design."""

from __future__ import annotations

from traitlets.config import Application

from hub_admin_lab.hub_config.sections import Sections

OPENER_POLICY_HEADER = "Cross-Origin-Opener-Policy"
# `same-origin` would also close the windows that notebooks open on purpose.
OPENER_POLICY = "noopener-allow-popups"


def add_opener_policy(config: Sections) -> None:
    """Have the Hub send the header, unless the operator has it send one already."""
    headers = dict(config.get("JupyterHub", "tornado_settings", {}).get("headers") or {})
    if OPENER_POLICY_HEADER.lower() not in {str(name).lower() for name in headers}:
        headers[OPENER_POLICY_HEADER] = OPENER_POLICY
        config.put_items("JupyterHub", "tornado_settings", {"headers": headers})


def has_subdomains(config: Sections) -> bool:
    """Return whether each user has a host name of their own."""
    if config.get("JupyterHub", "subdomain_host", ""):
        return True
    # Given on the command line, it is in the application, not in the file's config.
    app = Application.instance() if Application.initialized() else None
    return bool(getattr(app, "subdomain_host", ""))
