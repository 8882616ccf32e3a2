"""configure(c): what it leaves in the config, and what it refuses."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader

from hub_admin_lab import __version__, hub_config
from hub_admin_lab.hub_config import configure, culler
from hub_admin_lab.hub_config.scopes import OwnerCappedScopes

KEY = "oauth_client_allowed_scopes"
OURS = culler.SERVICE


@pytest.fixture(autouse=True)
def log(monkeypatch, caplog):
    """Catch what the Hub would log: without an application, traitlets' logger is silent."""
    caplog.set_level(logging.INFO, logger="test-hub")
    monkeypatch.setattr(hub_config, "get_logger", lambda: logging.getLogger("test-hub"))
    return caplog


def load(tmp_path, text, **more):
    """Load a config file, with others beside it, as JupyterHub does."""
    files = {"jupyterhub_config.py": text, **{f"{name}.py": body for name, body in more.items()}}
    for name, body in files.items():
        (tmp_path / name).write_text("from hub_admin_lab.hub_config import configure\n" + body)
    return PyFileConfigLoader("jupyterhub_config.py", path=str(tmp_path)).load_config()


def value(c, section, key, default):
    found = c[section][key]
    return found.get_value(default) if isinstance(found, LazyConfigValue) else found


def environment(c, section="Spawner"):
    return value(c, section, "environment", {})


def services(c):
    return {service["name"]: service for service in value(c, "JupyterHub", "services", [])}


def roles(c):
    return {role["name"]: role for role in value(c, "JupyterHub", "load_roles", [])}


def test_an_empty_config():
    c = Config()
    configure(c)

    assert isinstance(c.Spawner[KEY], OwnerCappedScopes)
    assert json.dumps(c.Spawner[KEY]) == "[]"
    assert c.Spawner[KEY]
    env = environment(c)
    assert callable(env.pop("HUB_ADMIN_LAB_SCOPES"))
    assert env == {
        "HUB_ADMIN_LAB_CONFIGURED": __version__,
        "HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT": "3600",
        "HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL": "300",
        "HUB_ADMIN_LAB_KERNEL_CULL_CONNECTED": "1",
        "HUB_ADMIN_LAB_PROTECT_RUNNING_WORK": "1",
        "HUB_ADMIN_LAB_BUSY_MAX": "86400",
    }
    assert c.JupyterHub.oauth_token_expires_in == 86400
    headers = value(c, "JupyterHub", "tornado_settings", {})["headers"]
    assert headers == {"Cross-Origin-Opener-Policy": "noopener-allow-popups"}
    assert services(c)[OURS]["command"] == [
        sys.executable,
        "-m",
        "jupyterhub_idle_culler",
        "--timeout=3600",
        "--cull-every=300",
        "--max-age=0",
    ]
    assert roles(c)[OURS] == {
        "name": OURS,
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": [OURS],
    }


def test_twice_is_once_and_the_second_one_counts():
    c = Config()
    configure(c, kernel_idle_timeout=60, idle_timeout=1200, manage_users=True)
    configure(c, kernel_idle_timeout=0, idle_timeout=2400)

    assert len(value(c, "JupyterHub", "services", [])) == 1
    assert len(value(c, "JupyterHub", "load_roles", [])) == 1
    assert "--timeout=2400" in services(c)[OURS]["command"]
    assert environment(c)["HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT"] == "0"
    assert "shutdown" not in c.Spawner[KEY].panel
    assert c.Spawner[KEY].operator == []


def test_twice_without_a_culler_takes_it_out_again():
    c = Config()
    configure(c)
    configure(c, idle_timeout=0)
    assert not services(c)
    assert not roles(c)


@pytest.mark.parametrize(
    "before",
    [
        "c.Spawner.environment = {'A': '1', 'HUB_ADMIN_LAB_BUSY_MAX': '7'}\n",
        "c.Spawner.environment.update({'A': '1', 'HUB_ADMIN_LAB_BUSY_MAX': '7'})\n",
    ],
)
def test_the_operators_environment_is_kept(tmp_path, before):
    env = environment(load(tmp_path, before + "configure(c, kernel_idle_timeout=60)\n"))
    assert env["A"] == "1"
    assert env["HUB_ADMIN_LAB_BUSY_MAX"] == "7"
    assert env["HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT"] == "60"


def test_a_section_that_hides_the_spawners_environment_gets_it_too(tmp_path):
    c = load(
        tmp_path,
        "c.KubeSpawner.environment = {'B': '2', 'HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL': '9'}\n"
        "c.DemoSpawner.environment.update({'C': '3'})\n"
        "configure(c, kernel_idle_timeout=60)\n",
    )
    assert environment(c, "KubeSpawner")["B"] == "2"
    assert environment(c, "KubeSpawner")["HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT"] == "60"
    assert environment(c, "KubeSpawner")["HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL"] == "9"
    # This one adds to c.Spawner's, which has ours.
    assert environment(c, "DemoSpawner") == {"C": "3"}
    assert environment(c)["HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT"] == "60"


def test_a_section_without_values_of_its_own_is_left_alone(tmp_path):
    c = load(tmp_path, "c.KubeSpawner.mem_limit = '1G'\nconfigure(c)\n")
    assert dict(c.KubeSpawner) == {"mem_limit": "1G"}


@pytest.mark.parametrize(
    ("before", "operator"),
    [
        ("c.Spawner.oauth_client_allowed_scopes = ['read:hub']", ["read:hub"]),
        ("c.Spawner.oauth_client_allowed_scopes.append('read:hub')", ["read:hub"]),
        ("c.Spawner.oauth_client_allowed_scopes = ()", ()),
    ],
)
def test_the_operators_scopes_are_kept(tmp_path, before, operator):
    c = load(tmp_path, before + "\nconfigure(c)\n")
    assert c.Spawner[KEY].operator == operator
    assert list(c.Spawner[KEY]) == []


def test_scopes_added_after_configure_are_the_operators():
    c = Config()
    configure(c)
    c.Spawner[KEY].append("read:hub")
    c.Spawner[KEY] += ["proxy"]
    assert c.Spawner[KEY].added == ["read:hub", "proxy"]
    assert json.dumps(c.Spawner[KEY]) == "[]"


def test_scopes_of_a_section_that_hides_the_spawners(tmp_path):
    c = load(
        tmp_path,
        "c.Spawner.oauth_client_allowed_scopes = ['read:hub']\n"
        "c.KubeSpawner.oauth_client_allowed_scopes = ['proxy']\n"
        "c.DemoSpawner.oauth_client_allowed_scopes.append('shares')\n"
        "configure(c)\n",
    )
    assert c.Spawner[KEY].operator == ["read:hub"]
    assert c.KubeSpawner[KEY].operator == ["proxy"]
    assert c.DemoSpawner[KEY].operator == ["read:hub", "shares"]


def test_a_callable_is_kept(tmp_path):
    c = load(tmp_path, f"c.Spawner.{KEY} = lambda spawner: ['read:hub']\nconfigure(c)\n")
    assert c.Spawner[KEY].operator(None) == ["read:hub"]


def test_a_section_of_any_name(tmp_path):
    """A parent class of the spawner, say, whatever it is called."""
    c = load(
        tmp_path,
        "c.JupyterHub.spawner_class = 'pkg.module.Launcher'\n"
        "c.BaseLauncher.oauth_client_allowed_scopes = ['proxy']\n"
        "c.BaseLauncher.environment = {'B': '2'}\n"
        "c.environment = 1\n"
        "configure(c)\n",
    )
    assert c.BaseLauncher[KEY].operator == ["proxy"]
    assert environment(c, "BaseLauncher")["B"] == "2"
    assert environment(c, "BaseLauncher")["HUB_ADMIN_LAB_CONFIGURED"] == __version__


def test_roles_of_a_section_of_any_name(tmp_path):
    with pytest.raises(ValueError, match=r"BaseLauncher\.oauth_roles"):
        load(tmp_path, "c.BaseLauncher.oauth_roles = ['user']\nconfigure(c)\n")


CULL_SERVICE = {"name": "x", "command": ["python3", "-m", "jupyterhub_idle_culler"]}


@pytest.mark.parametrize(
    ("theirs", "name"),
    [
        (f"c.JupyterHub.services = [{CULL_SERVICE!r}]", "x"),
        (f"c.JupyterHub.services.append({CULL_SERVICE!r})", "x"),
        ("c.JupyterHub.services = [{'name': 'cull-idle', 'api_token': 'x'}]", "cull-idle"),
        ("c.JupyterHub.services = [{'name': 'y', 'command': 'python cull_idle_servers.py'}]", "y"),
        (
            "c.JupyterHub.load_roles = [{'name': 'jupyterhub-idle-culler-role',"
            " 'scopes': ['delete:servers'], 'services': ['elsewhere']}]",
            "elsewhere",
        ),
    ],
)
def test_the_operators_culler_is_kept_and_named(tmp_path, log, theirs, name):
    c = load(tmp_path, theirs + "\nconfigure(c)\n")
    assert OURS not in services(c)
    assert OURS not in roles(c)
    assert f"the service {name!r} culls idle servers already" in log.text


def test_other_services_and_roles_are_kept(tmp_path):
    c = load(
        tmp_path,
        "c.JupyterHub.services = [{'name': 'a', 'api_token': 'x'}]\n"
        "c.JupyterHub.load_roles.append({'name': 'r', 'scopes': ['self'], 'users': ['u']})\n"
        "configure(c)\n",
    )
    assert set(services(c)) == {"a", OURS}
    assert set(roles(c)) == {"r", OURS}


def test_without_the_culler_installed_the_log_says_so(monkeypatch, log):
    monkeypatch.setattr(culler, "find_spec", lambda name: None)
    c = Config()
    configure(c)
    assert not services(c)
    assert "idle servers are NOT stopped" in log.text


def test_headers(tmp_path):
    c = load(
        tmp_path,
        "c.JupyterHub.tornado_settings = {'slow_spawn_timeout': 0, 'headers': {'X': 'y'}}\n"
        "configure(c)\n",
    )
    assert c.JupyterHub.tornado_settings == {
        "slow_spawn_timeout": 0,
        "headers": {"X": "y", "Cross-Origin-Opener-Policy": "noopener-allow-popups"},
    }


@pytest.mark.parametrize("name", ["Cross-Origin-Opener-Policy", "cross-origin-opener-policy"])
def test_the_operators_opener_policy_is_kept(tmp_path, name):
    c = load(
        tmp_path,
        f"c.JupyterHub.tornado_settings.update({{'headers': {{{name!r}: 'same-origin'}}}})\n"
        "configure(c)\n",
    )
    headers = value(c, "JupyterHub", "tornado_settings", {})["headers"]
    assert headers == {name: "same-origin"}


def test_the_operators_token_lifetime_is_kept(tmp_path):
    c = load(tmp_path, "c.JupyterHub.oauth_token_expires_in = 60\nconfigure(c)\n")
    assert c.JupyterHub.oauth_token_expires_in == 60


@pytest.mark.parametrize("first", ["main", "sub"])
def test_in_a_file_that_another_one_loads(tmp_path, log, first):
    """The Littlest JupyterHub's own config loads the operator's, as here."""
    main = (
        "c.JupyterHub.services = [{'name': 'cull-idle', 'command': ['cull']}]\n"
        "c.JupyterHub.subdomain_host = 'https://hub.example.org'\n"
        "c.JupyterHub.tornado_settings = {'headers': {'X': 'y'}}\n"
        "c.Spawner.environment = {'A': '1', 'HUB_ADMIN_LAB_BUSY_MAX': '7'}\n"
        "c.Spawner.oauth_client_allowed_scopes = ['read:hub']\n"
    )
    sub = "configure(c)\n"
    load_sub = "load_subconfig('sub.py')\n"
    c = load(tmp_path, main + load_sub if first == "main" else load_sub + main, sub=sub)
    if first == "sub":
        # What comes later wins, whoever wrote it: the docs say to call configure() last.
        assert c.Spawner.environment == {"A": "1", "HUB_ADMIN_LAB_BUSY_MAX": "7"}
        return
    assert set(services(c)) == {"cull-idle"}
    assert c.Spawner.environment["A"] == "1"
    assert c.Spawner.environment["HUB_ADMIN_LAB_BUSY_MAX"] == "7"
    assert c.Spawner.environment["HUB_ADMIN_LAB_CONFIGURED"] == __version__
    assert c.Spawner[KEY].operator == ["read:hub"]
    assert set(c.JupyterHub.tornado_settings["headers"]) == {"X", "Cross-Origin-Opener-Policy"}
    assert "subdomain_host" not in log.text


def test_a_section_that_only_the_loading_file_has(tmp_path):
    c = load(
        tmp_path,
        "c.KubeSpawner.oauth_client_allowed_scopes = ['proxy']\n"
        "c.KubeSpawner.environment = {'B': '2'}\n"
        "load_subconfig('middle.py')\n",
        middle="load_subconfig('sub.py')\n",
        sub="configure(c)\n",
    )
    assert c.KubeSpawner[KEY].operator == ["proxy"]
    assert environment(c, "KubeSpawner")["B"] == "2"
    assert environment(c, "KubeSpawner")["HUB_ADMIN_LAB_CONFIGURED"] == __version__


def test_a_traitlets_that_does_not_show_the_loading_file(tmp_path, log, monkeypatch):
    def load_subconfig(loader, file):
        loader.config.merge(PyFileConfigLoader(file, path=loader.path).load_config())

    monkeypatch.setattr(PyFileConfigLoader, "load_subconfig", load_subconfig)
    load(tmp_path, "load_subconfig('sub.py')\n", sub="configure(c)\n")
    errors = [record.getMessage() for record in log.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert "call configure(c) in that file" in errors[0]


def test_warnings(log):
    configure(Config(), idle_timeout=599, manage_users=True)
    warned = [record.getMessage() for record in log.records if record.levelname == "WARNING"]
    assert len(warned) == 3
    assert "servers in use may be stopped" in warned[0]
    assert "a superuser of this hub" in warned[1]
    assert "subdomain_host" in warned[2]


def test_no_warnings_on_a_hub_with_subdomains(log):
    c = Config()
    c.JupyterHub.subdomain_host = "https://hub.example.org"
    configure(c)
    assert not log.records


def test_roles_cannot_be_capped(tmp_path):
    with pytest.raises(ValueError, match=r"Spawner\.oauth_roles"):
        load(tmp_path, "c.Spawner.oauth_roles = ['user']\nconfigure(c)\n")


def test_scopes_that_are_not_scopes(tmp_path):
    with pytest.raises(TypeError, match=KEY):
        load(tmp_path, "c.Spawner.oauth_client_allowed_scopes = 'list:users'\nconfigure(c)\n")


def test_an_old_hub(monkeypatch):
    monkeypatch.setattr(hub_config.jupyterhub, "version_info", (4, 1, 6))
    with pytest.raises(RuntimeError, match="needs JupyterHub 5"):
        configure(Config())


def test_needs_only_jupyterhub():
    """A hub image has neither of these."""
    code = (
        "import sys\n"
        "for name in ('jupyter_server', 'jupyterlab', 'httpx', 'jupyter_client'):\n"
        "    sys.modules[name] = None\n"
        "from traitlets.config import Config\n"
        "from hub_admin_lab.hub_config import configure\n"
        "configure(Config())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
