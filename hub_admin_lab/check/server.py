"""What ``hub_admin_lab.check`` finds in a single-user server.

It asks the Hub, and this server itself, with this server's own token, which is the one thing
that a terminal in it has. The panel never does.
"""

from __future__ import annotations

import json
import logging
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from jupyter_core.paths import jupyter_config_path, jupyter_data_dir, jupyter_path

from hub_admin_lab import __version__
from hub_admin_lab.check.finding import Finding
from hub_admin_lab.check.service import check_service, health_address
from hub_admin_lab.server.config import environment_values
from hub_admin_lab.server.configured import meant

TIMEOUT = 10
OLDEST_HUB = (5, 0)
SINGLEUSER_EXTENSION = "JUPYTERHUB_SINGLEUSER_EXTENSION"
SINGLEUSER_APP = "JUPYTERHUB_SINGLEUSER_APP"
OPENER_POLICY_HEADER = "Cross-Origin-Opener-Policy"
LAB_EXTENSION = "hub-admin-lab"
CONFIGURE = "have configure(c) of hub_admin_lab.hub_config called in jupyterhub_config.py"

# Setting, and the names of the traits by which this server's own config may set it otherwise than
# the Hub does in the environment.
_SETTINGS = (
    ("idle_timeout", ("cull_idle_timeout", "kernel_idle_timeout")),
    ("interval", ("cull_interval", "kernel_cull_interval")),
    ("cull_connected", ("cull_connected", "kernel_cull_connected")),
)


@dataclass(frozen=True)
class _Answer:
    """What came back: status 0 and a reason if nothing did."""

    status: int
    body: Any
    headers: Any  # by name, in any case


def check_server(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what there is to say of the server that this environment is of."""
    yield from _configured(environ)
    yield from _kind(environ)
    hub = _ask(environ["JUPYTERHUB_API_URL"].rstrip("/") + "/", "")
    yield from _hub(hub)
    yield _subdomains(environ)
    yield _lab_extension()
    token = environ.get("JUPYTERHUB_API_TOKEN", "")
    running = _this_server(environ)
    info = _ask(f"{running}hub-admin-lab/api/info", token)
    yield from _server_extension(info)
    yield from _permissions(environ, token)
    service = health_address(environ)
    if service is not None:
        answer = _ask(service, "")  # a token of this server is none of its business
        yield from check_service(service, answer.status, answer.body)
    if info.status == 200:
        yield from _overrides(environ, _ask(f"{running}hub-admin-lab/api/idle", token))


def _configured(environ: Mapping[str, str]) -> Iterator[Finding]:
    configured = environ.get("HUB_ADMIN_LAB_CONFIGURED")
    if not configured:
        yield Finding("PROBLEM", "The Hub is not set up for Hub Admin Lab.", CONFIGURE)
    elif configured != __version__:
        yield Finding(
            "PROBLEM",
            f"The Hub has Hub Admin Lab {configured}, this server {__version__}.",
            "install the same version in both",
        )
    else:
        yield Finding("ok", f"Hub Admin Lab {__version__} here and at the Hub.")


def _kind(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Tell if this is JupyterHub's older kind of server, by its own rule.

    That one is a subclass of the server's application, not an extension in it.
    """
    app = environ.get(SINGLEUSER_APP, "")
    extension = environ.get(SINGLEUSER_EXTENSION, "")
    if extension == "0":
        name, remedy = SINGLEUSER_EXTENSION, "unset it"
    elif (
        not extension
        and app not in {"", "extension"}
        and "jupyter_server" not in app.replace("-", "_")
    ):
        name, remedy = SINGLEUSER_APP, "unset it, or set it to jupyter-server"
    else:
        return
    yield Finding(
        "PROBLEM",
        f"{name}={environ[name]} makes this JupyterHub's older kind of server, which does not "
        "tell the panel who its visitors are.",
        f"{remedy}, and restart this server",
    )


def _hub(answer: _Answer) -> Iterator[Finding]:
    version = str(answer.body.get("version", "")) if isinstance(answer.body, dict) else ""
    numbers = tuple(int(n) for n in re.findall(r"\d+", version)[:2])
    if answer.status != 200 or not numbers:
        yield Finding(
            "PROBLEM",
            f"The Hub does not answer ({answer.body if answer.status == 0 else answer.status}).",
            "see whether it runs, and whether JUPYTERHUB_API_URL leads to it",
        )
        return
    if numbers < OLDEST_HUB:
        yield Finding("PROBLEM", f"JupyterHub {version} is too old.", "upgrade it to 5 or newer")
    else:
        yield Finding("ok", f"JupyterHub {version} answers.")
    policy = answer.headers.get(OPENER_POLICY_HEADER)
    if policy in (None, "unsafe-none"):
        yield Finding("PROBLEM", f"The Hub's pages have no {OPENER_POLICY_HEADER}.", CONFIGURE)
    else:
        yield Finding("ok", f"The Hub's pages have {OPENER_POLICY_HEADER}: {policy}.")


def _subdomains(environ: Mapping[str, str]) -> Finding:
    if environ.get("JUPYTERHUB_HOST"):
        return Finding("ok", "Each user has a subdomain.")
    return Finding(
        "note",
        "No subdomains: code in a server that an admin opens can act as that admin.",
        "set c.JupyterHub.subdomain_host at the Hub, or open others' servers in a private window",
    )


def _lab_extension() -> Finding:
    for folder in jupyter_path("labextensions"):
        file = Path(folder) / LAB_EXTENSION / "package.json"
        if not file.is_file():
            continue
        version = json.loads(file.read_text()).get("version")
        if version != __version__:
            return Finding(
                "PROBLEM",
                f"JupyterLab has version {version} of the panel, this server {__version__}.",
                f"install hub_admin_lab again; {file.parent} is in the way",
            )
        if _disabled():
            return Finding(
                "PROBLEM",
                "The panel is disabled in JupyterLab.",
                f"jupyter labextension enable {LAB_EXTENSION}",
            )
        return Finding("ok", f"The panel is installed in JupyterLab, version {version}.")
    return Finding(
        "PROBLEM", "The panel is not installed in JupyterLab.", "pip install hub_admin_lab here"
    )


def _disabled() -> bool:
    for folder in jupyter_config_path():
        page_config = _json(Path(folder) / "labconfig" / "page_config.json")
        disabled = page_config.get("disabledExtensions") or {}
        if isinstance(disabled, list):
            disabled = dict.fromkeys(disabled, True)
        if disabled.get(LAB_EXTENSION):
            return True
    return False


def _server_extension(info: _Answer) -> Iterator[Finding]:
    if info.status == 200 and isinstance(info.body, dict):
        version = info.body.get("version")
        if version == __version__:
            yield Finding("ok", "The server extension is enabled and answers.")
        else:
            yield Finding(
                "PROBLEM",
                f"This server still runs version {version}; {__version__} is installed.",
                "restart the server",
            )
    elif info.status == 404:
        yield Finding(
            "PROBLEM",
            "The server extension is not enabled in this server.",
            "jupyter server extension enable hub_admin_lab, and restart the server",
        )
    else:
        what = info.body if info.status == 0 else f"status {info.status}"
        yield Finding("PROBLEM", f"This server's extension does not answer ({what}).")


def _permissions(environ: Mapping[str, str], token: str) -> Iterator[Finding]:
    owner = _ask(environ["JUPYTERHUB_API_URL"].rstrip("/") + "/user", token)
    admin = isinstance(owner.body, dict) and owner.body.get("admin") is True
    try:
        granted = json.loads(environ.get("HUB_ADMIN_LAB_SCOPES") or "{}").get("granted", [])
    except ValueError:
        granted = []
    lists = [scope for scope in granted if scope.partition("!")[0] == "list:users"]
    if "list:users" in lists:
        yield Finding("ok", "The panel may list everybody.")
    elif lists:
        where = ", ".join(sorted(scope.partition("!")[2] for scope in lists))
        yield Finding("ok", f"The panel may list users with {where}.")
    elif admin:
        yield Finding(
            "PROBLEM",
            "The owner of this server is an admin, and the panel has no permission to list users.",
            f"{CONFIGURE}, and restart this server: permissions are taken at its start",
        )
    else:
        yield Finding("note", "The owner of this server may list nobody: there is no user list.")


def _overrides(environ: Mapping[str, str], idle: _Answer) -> Iterator[Finding]:
    """Tell which of the Hub's defaults for kernels do not hold here, and through whom."""
    settings = idle.body.get("kernels", {}) if isinstance(idle.body, dict) else {}
    hubs = environment_values(environ, logging.getLogger(__name__))
    for name, attributes in _SETTINGS:
        field = f"kernels.{name}"
        setting = settings.get(name)
        if field not in hubs or not isinstance(setting, dict):
            continue
        value = setting.get("value")
        hub = meant(field, hubs[field])
        if value == hub:
            continue
        what = f"Kernels: {name} is {_words(value)} here, {_words(hub)} by the Hub"
        if setting.get("source") == "saved":
            folder = Path(jupyter_data_dir()) / "hub_admin_lab"
            yield Finding(
                "note",
                f"{what}: somebody saved that in {folder}.",
                "the panel's form goes back to the configured values",
            )
        elif setting.get("source") == "rules":
            yield Finding("note", f"{what}'s defaults: a rule of the hub sets that.")
        else:
            yield Finding("note", f"{what}: {_who_sets(attributes)}.")


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value} s" if value else "off"


def _who_sets(attributes: tuple[str, ...]) -> str:
    """Say which config file of this server sets a trait; a Python file is searched, not run."""
    pattern = re.compile(rf"^[^#\n]*\b\w+\.({'|'.join(attributes)})\b", re.MULTILINE)
    for folder in jupyter_config_path():
        for file in sorted(Path(folder).glob("jupyter_*config*")):
            files = sorted(file.glob("*.json")) if file.is_dir() else [file]
            for each in files:
                if each.suffix == ".py" and pattern.search(each.read_text(errors="replace")):
                    return f"set in {each}"
                if each.suffix == ".json" and any(
                    attribute in section
                    for section in _json(each).values()
                    if isinstance(section, dict)
                    for attribute in attributes
                ):
                    return f"set in {each}"
    return "set by an argument of this server (Spawner.args, or a profile)"


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _this_server(environ: Mapping[str, str]) -> str:
    """Return this server's address from within, without the proxy."""
    url = urlsplit(environ.get("JUPYTERHUB_SERVICE_URL", ""))
    host = url.hostname or "127.0.0.1"
    if host in {"0.0.0.0", "::"}:  # noqa: S104 (what it listens on, not what we listen on)
        host = "127.0.0.1"
    prefix = environ.get("JUPYTERHUB_SERVICE_PREFIX") or url.path or "/"
    return urlunsplit((url.scheme or "http", f"{host}:{url.port or 8888}", prefix, "", ""))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


# Neither a web proxy of the environment nor an address that the answer names gets the token.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


def _ask(url: str, token: str) -> _Answer:
    request = urllib.request.Request(url)  # noqa: S310 (the Hub's, or this server's own)
    if token:
        request.add_header("Authorization", f"token {token}")
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as answer:
            return _Answer(answer.status, _body(answer.read()), answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return _Answer(error.code, _body(error.read()), error.headers)
    except (urllib.error.URLError, OSError) as error:
        return _Answer(0, str(getattr(error, "reason", error)), {})


def _body(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
