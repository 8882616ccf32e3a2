"""Fixtures of Jupyter Server for all tests; they run plain `async def` tests too."""

pytest_plugins = ("pytest_jupyter.jupyter_server",)
