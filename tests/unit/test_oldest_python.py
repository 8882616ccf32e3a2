"""What only newer versions of Python can do, and neither ruff nor mypy finds."""

from __future__ import annotations

import subprocess
import sys

LOAD = """
import logging
if hasattr(logging.LoggerAdapter, "__class_getitem__"):
    del logging.LoggerAdapter.__class_getitem__
import hub_admin_lab.extension, hub_admin_lab.hub.parts, hub_admin_lab.hub_config
"""


def test_nothing_that_is_loaded_takes_an_adapter_for_a_generic_class():
    """On Python 3.10 it is none."""
    subprocess.run([sys.executable, "-c", LOAD], check=True)
