"""Every setting stands in docs/settings.md."""

from __future__ import annotations

import json
from pathlib import Path

from jupyter_server.extension.application import ExtensionApp

from hub_admin_lab.extension import HubAdminLab
from hub_admin_lab.hub_config import configure

ROOT = Path(__file__).parents[2]
SETTINGS = (ROOT / "docs" / "settings.md").read_text()


def test_every_trait_is_documented_and_has_a_help_text():
    ours = set(HubAdminLab.class_traits(config=True)) - set(ExtensionApp.class_traits(config=True))
    assert len(ours) >= 19
    for name in ours:
        assert f"`{name}`" in SETTINGS
        assert getattr(HubAdminLab, name).help


def test_every_setting_of_the_panel_is_documented():
    schema = json.loads((ROOT / "schema" / "panel.json").read_text())
    for name in schema["properties"]:
        assert f"`{name}`" in SETTINGS


def test_every_parameter_of_configure_is_documented():
    install = (ROOT / "docs" / "install.md").read_text()
    for name, default in configure.__kwdefaults__.items():
        assert f"`{name}={default}`" in install
