"""What the start of a server does not load: DESIGN.md, section 7."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("pydantic", "httpx", "hub_admin_lab.models", "hub_admin_lab.hub.client")


def test_the_extension_loads_what_is_heavy_only_with_its_first_request():
    look = (
        "import jupyter_server.serverapp, sys; before = set(sys.modules);"
        "import hub_admin_lab.extension;"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "hub_admin_lab.routes" in loaded
    assert not set(HEAVY) & set(loaded)
