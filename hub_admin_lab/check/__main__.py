"""``python -m hub_admin_lab.check``: what is in order and what is not, in one line each.

At the Hub it reads ``jupyterhub_config.py``; in a single-user server it asks the Hub and the
server itself. It changes nothing, and prints no token. Exit code 1 if there is a problem.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hub_admin_lab.check.finding import Finding

CONFIG_NAME = "jupyterhub_config.py"
# Where JupyterHub's own documentation and Zero to JupyterHub's image keep it.
CONFIG_FOLDERS = (".", "/etc/jupyterhub", "/srv/jupyterhub", "/usr/local/etc/jupyterhub")


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Print the findings; return 1 if there is a problem, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m hub_admin_lab.check", description=__doc__.split("\n\n")[1]
    )
    parser.add_argument(
        "--config", type=Path, help=f"the Hub's config file (default: {CONFIG_NAME} of this folder)"
    )
    options = parser.parse_args(arguments)
    problems = 0
    for finding in _findings(options.config, environ):
        print(finding, flush=True)
        problems += finding.level == "PROBLEM"
    return 1 if problems else 0


def _findings(config: Path | None, environ: Mapping[str, str]) -> Iterable[Finding]:
    # Each place has only what belongs to it: a hub has no jupyter_server, and the other way round.
    if config is None and environ.get("JUPYTERHUB_API_URL"):
        from hub_admin_lab.check.server import check_server

        return check_server(environ)
    config = config or find_config()
    if config is None:
        return [
            Finding(
                "PROBLEM",
                "This is no server of a JupyterHub, and no Hub's config file was found.",
                f"at the Hub, say --config /path/to/{CONFIG_NAME}",
            )
        ]
    from hub_admin_lab.check.hub import check_hub

    return check_hub(config)


def find_config() -> Path | None:
    """Return the Hub's config file, or None."""
    for folder in CONFIG_FOLDERS:
        file = Path(folder) / CONFIG_NAME
        if file.is_file():
            return file
    return None


if __name__ == "__main__":
    sys.exit(main())
