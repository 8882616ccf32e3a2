"""A Jupyter server with Hub Admin Lab and terminals in it, as `jp_serverapp` and `jp_fetch`."""

from __future__ import annotations

import pytest
from traitlets.config import Config


@pytest.fixture
def jp_server_config(tmp_path):
    return Config(
        {
            "ServerApp": {
                "jpserver_extensions": {"hub_admin_lab": True, "jupyter_server_terminals": True},
                # A failure to load is the test's failure, not a line in the log.
                "reraise_server_extension_failures": True,
            },
            "HubAdminLab": {"settings_file": str(tmp_path / "saved" / "settings.json")},
        }
    )


@pytest.fixture
def extension(jp_serverapp):
    """The extension's application inside `jp_serverapp`."""
    return jp_serverapp.extension_manager.extension_points["hub_admin_lab"].app
