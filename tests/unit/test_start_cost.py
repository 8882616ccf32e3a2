"""What the start of a server does not load: DESIGN.md, section 7."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("pydantic", "httpx", "hub_admin_lab.models", "hub_admin_lab.hub.client")


def loaded_by(code):
    look = (
        "import jupyter_server.serverapp, sys; before = set(sys.modules);"
        f"{code};"
        "print(*sorted(set(sys.modules) - before))"
    )
    return subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    ).stdout.split()


def test_the_extension_loads_what_is_heavy_only_with_its_first_request():
    loaded = loaded_by("import hub_admin_lab.extension")
    assert "hub_admin_lab.routes" in loaded
    assert not set(HEAVY) & set(loaded)
    assert not [module for module in loaded if module.startswith("hub_admin_lab.agent")]


def test_a_server_that_reports_never_loads_what_is_heavy():
    loaded = loaded_by(
        "import hub_admin_lab.extension, hub_admin_lab.agent.agent, hub_admin_lab.agent.connection"
    )
    assert "hub_admin_lab.agent.report" in loaded
    assert not set(HEAVY) & set(loaded)
