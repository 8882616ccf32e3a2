"""What ``hub_admin_lab.check`` finds at the Hub: in the installed packages and the config."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any

import jupyterhub
from traitlets.config import Config
from traitlets.config.loader import ConfigError, PyFileConfigLoader
from traitlets.log import get_logger

from hub_admin_lab import __version__
from hub_admin_lab.check.finding import Finding
from hub_admin_lab.hub_config import OLDEST_HUB, TOKEN_SECONDS
from hub_admin_lab.hub_config.address import NAME as HUB_SERVICE
from hub_admin_lab.hub_config.browsers import OPENER_POLICY_HEADER
from hub_admin_lab.hub_config.culler import SERVICE, operators_cullers
from hub_admin_lab.hub_config.scopes import LOOK, MANAGE, OwnerCappedScopes
from hub_admin_lab.hub_config.sections import Sections, is_named

CALL = "call configure(c) of hub_admin_lab.hub_config at the end of jupyterhub_config.py"
SCOPES = "oauth_client_allowed_scopes"


def check_hub(file: Path) -> Iterator[Finding]:
    """Yield what there is to say of a Hub with this config file."""
    yield _version()
    with _errors_in_the_log() as errors:
        config = _load(file)
    if isinstance(config, Finding):
        yield config
        return
    for error in errors:
        yield Finding("PROBLEM", error.getMessage())
    sections = Sections(config)
    yield from _scopes(sections)
    yield from _environment(sections)
    yield from _culler(sections)
    yield _opener_policy(sections)
    yield _subdomains(sections)
    yield _tokens(sections)
    if sections.get("JupyterHub", "oauth_no_confirm_list", set()):
        yield Finding(
            "PROBLEM",
            "oauth_no_confirm_list skips the Hub's question before a token reaches a server.",
            "take c.JupyterHub.oauth_no_confirm_list out",
        )


@contextmanager
def _errors_in_the_log() -> Iterator[list[logging.LogRecord]]:
    """Listen to what ``configure()`` calls an error in the Hub's log while it goes on."""
    log = get_logger()
    logger: logging.Logger = log.logger if isinstance(log, logging.LoggerAdapter) else log
    handler = BufferingHandler(capacity=1000)
    handler.setLevel(logging.ERROR)
    handler.addFilter(lambda record: record.getMessage().startswith("Hub Admin Lab: "))
    logger.addHandler(handler)
    try:
        yield handler.buffer
    finally:
        logger.removeHandler(handler)


def _version() -> Finding:
    version = jupyterhub.__version__
    if tuple(jupyterhub.version_info[:2]) < OLDEST_HUB:
        return Finding("PROBLEM", f"JupyterHub {version} is too old.", "upgrade it to 5 or newer")
    return Finding("ok", f"JupyterHub {version}, Hub Admin Lab {__version__}.")


def _load(file: Path) -> Config | Finding:
    """Read the config file as the Hub does: it is a program, and it is run."""
    loader = PyFileConfigLoader(file.name, path=str(file.parent.resolve()))
    here = Path.cwd()
    try:
        # As a Hub that is started in its folder; some config files read others beside them.
        os.chdir(file.parent)
        return loader.load_config()
    except (
        *(ConfigError, ImportError, OSError, NameError, SyntaxError),
        *(TypeError, ValueError, RuntimeError, AttributeError, LookupError),
    ) as error:
        what = f"{type(error).__name__}: {error}"
        return Finding("PROBLEM", f"{file} cannot be read.", f"the Hub would not start ({what})")
    finally:
        os.chdir(here)


def _scopes(sections: Sections) -> Iterator[Finding]:
    for name in sections.of_spawners(SCOPES):
        value: Any = sections.get(name, SCOPES, [])
        if isinstance(value, OwnerCappedScopes):
            yield Finding("ok", f"{name}.{SCOPES} is limited to what each server's owner may do.")
            if value.panel & MANAGE:
                yield Finding(
                    "note", "manage_users=True: every kernel of an admin's server is a superuser."
                )
        elif not callable(value) and LOOK & {str(s).partition("!")[0] for s in value}:
            yield Finding(
                "PROBLEM",
                f"{name}.{SCOPES} gives every server the powers of whoever visits it.",
                CALL,
            )
        else:
            yield Finding(
                "PROBLEM", f"{name}.{SCOPES} does not give the panel its permissions.", CALL
            )
    for name in sections.of_spawners("oauth_roles"):
        if sections.get(name, "oauth_roles", None):
            yield Finding(
                "PROBLEM",
                f"{name}.oauth_roles is not limited to what each server's owner may do.",
                f"list their scopes in {name}.{SCOPES}",
            )


def _environment(sections: Sections) -> Iterator[Finding]:
    for name in sections.of_spawners("environment"):
        if name != "Spawner" and sections.is_lazy(name, "environment"):
            continue  # it adds to c.Spawner's
        environment = sections.get(name, "environment", {}) or {}
        if "HUB_ADMIN_LAB_CONFIGURED" in environment:
            yield Finding("ok", f"{name}.environment tells the servers their settings.")
        else:
            yield Finding(
                "PROBLEM", f"{name}.environment does not tell the servers their settings.", CALL
            )


def _culler(sections: Sections) -> Iterator[Finding]:
    services = sections.get("JupyterHub", "services", [])
    roles = sections.get("JupyterHub", "load_roles", [])
    cullers = operators_cullers(services, roles)
    ours = any(is_named(each, HUB_SERVICE) for each in services)
    if ours:
        cullers.append(HUB_SERVICE)
    if any(is_named(each, SERVICE) for each in services):
        cullers.append(SERVICE)
        if find_spec("jupyterhub_idle_culler") is None:
            yield Finding(
                "PROBLEM",
                f"The service {SERVICE} cannot start.",
                "install jupyterhub-idle-culler beside JupyterHub",
            )
    names = ", ".join(cullers)
    if len(cullers) > 1:
        yield Finding(
            "PROBLEM",
            f"{len(cullers)} services cull idle servers ({names}): the stricter one wins.",
            "keep one; configure(c, service=True) at the end takes the others out"
            if ours
            else "keep one; configure(c, idle_timeout=0) leaves ours out",
        )
    elif ours:
        yield Finding("ok", f"The hub service {HUB_SERVICE} stops idle servers by its rules.")
    elif cullers:
        yield Finding("ok", f"The service {names} culls idle servers.")
    else:
        yield Finding(
            "note",
            "Nothing culls idle servers.",
            "configure(c, idle_timeout=3600) does, with jupyterhub-idle-culler installed",
        )


def _opener_policy(sections: Sections) -> Finding:
    headers = sections.get("JupyterHub", "tornado_settings", {}).get("headers") or {}
    found = {str(name).lower(): value for name, value in headers.items()}
    value = found.get(OPENER_POLICY_HEADER.lower())
    if value in (None, "unsafe-none"):
        return Finding("PROBLEM", f"The Hub's pages have no {OPENER_POLICY_HEADER}.", CALL)
    return Finding("ok", f"The Hub's pages have {OPENER_POLICY_HEADER}: {value}.")


def _subdomains(sections: Sections) -> Finding:
    host = sections.get("JupyterHub", "subdomain_host", "")
    if host:
        return Finding("ok", f"Each user has a subdomain of {host}.")
    return Finding(
        "note",
        "No subdomains: code in a server that an admin opens can act as that admin.",
        "set c.JupyterHub.subdomain_host, or open others' servers in a private window",
    )


def _tokens(sections: Sections) -> Finding:
    seconds = sections.get("JupyterHub", "oauth_token_expires_in", None)
    if isinstance(seconds, int) and 0 < seconds <= TOKEN_SECONDS:
        return Finding("ok", f"Tokens that reach a server expire after {seconds} s.")
    return Finding(
        "note",
        "Tokens that reach a server live longer than a day: a demoted admin's server keeps "
        "its permissions that long.",
        f"set c.JupyterHub.oauth_token_expires_in = {TOKEN_SECONDS}",
    )
