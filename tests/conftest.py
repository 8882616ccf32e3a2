"""A Jupyter server with Hub Admin Lab and terminals in it, as `jp_serverapp` and `jp_fetch`."""

from __future__ import annotations

import hypothesis
import pytest
from traitlets.config import Config

from hub_admin_lab.record import EVENT_SCHEMA_ID
from tests.support import Clock, Kernel

# The same examples in every run; `--hypothesis-profile=search` looks for others. No limit of time
# for one: the machine may be busy.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("search", deadline=None, database=None, max_examples=3000)
hypothesis.settings.load_profile("same")


@pytest.fixture
def jp_server_config(tmp_path):
    return Config(
        {
            "ServerApp": {
                "jpserver_extensions": {"hub_admin_lab": True, "jupyter_server_terminals": True},
                # A failure to load is the test's failure, not a line in the log.
                "reraise_server_extension_failures": True,
            },
            # A busy kernel does not end by itself; tests need not wait for it.
            "KernelManager": {"shutdown_wait_time": 0.5},
            "HubAdminLab": {"settings_file": str(tmp_path / "saved" / "settings.json")},
        }
    )


@pytest.fixture
def extension(jp_serverapp):
    """The extension's application inside `jp_serverapp`."""
    return jp_serverapp.extension_manager.extension_points["hub_admin_lab"].app


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def start_kernel(jp_serverapp):
    """Starts a kernel in `jp_serverapp`: `kernel = await start_kernel()`."""
    kernels = []

    async def start(**options):
        manager = jp_serverapp.kernel_manager
        kernel_id = await manager.start_kernel(kernel_name="python3", **options)
        kernels.append(Kernel(manager, kernel_id))
        await kernels[-1].ready()
        return kernels[-1]

    yield start
    for kernel in kernels:
        kernel.close()


@pytest.fixture
def records(jp_serverapp):
    """What was recorded since, newest last."""
    seen = []

    async def listen(logger, schema_id, data):
        seen.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=EVENT_SCHEMA_ID, listener=listen)
    return seen
