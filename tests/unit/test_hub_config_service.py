"""configure(c, service=True): the service, its role, scope and secrets, and no other culler."""

from __future__ import annotations

import copy
import json
import logging
import os
import sys
from types import SimpleNamespace

import pytest
from jupyterhub.orm import JSONDict
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader

from hub_admin_lab import hub_config
from hub_admin_lab.hub_config import at_start, configure, culler
from hub_admin_lab.hub_config.service import RULES_SCOPE, SCOPES
from hub_admin_lab.models.rules import Rule
from hub_admin_lab.service.settings import ServiceSettings

NAME = "hub-admin-lab"
URL = "HUB_ADMIN_LAB_SERVICE_URL"
TOLD = {
    "JUPYTERHUB_API_URL": "http://127.0.0.1:8081/hub/api",
    "JUPYTERHUB_API_TOKEN": "token",
    "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:10101",
}


@pytest.fixture(autouse=True)
def log(monkeypatch, caplog):
    caplog.set_level(logging.INFO, logger="test-hub")
    monkeypatch.setattr(hub_config, "get_logger", lambda: logging.getLogger("test-hub"))
    return caplog


@pytest.fixture
def running(monkeypatch):
    """The JupyterHub that reads the config, as it is when it starts the service."""
    app = SimpleNamespace(
        db_url="postgresql+psycopg2://hub:secret@db:5432/hub",
        db_kwargs={"pool_recycle": 60, "connect_args": {"sslmode": "verify-full"}},
        cookie_secret=b"0123456789abcdef0123456789abcdef",
        log_level=10,
        authenticate_prometheus=True,
    )
    monkeypatch.setattr(at_start, "hub", lambda: app)
    return app


def load(tmp_path, text, **more):
    files = {"jupyterhub_config.py": text, **{f"{name}.py": body for name, body in more.items()}}
    for name, body in files.items():
        (tmp_path / name).write_text("from hub_admin_lab.hub_config import configure\n" + body)
    return PyFileConfigLoader("jupyterhub_config.py", path=str(tmp_path)).load_config()


def value(c, section, key, default):
    found = c[section][key]
    # A copy: a lazy value remembers the first answer that it gives.
    return copy.deepcopy(found).get_value(default) if isinstance(found, LazyConfigValue) else found


def services(c):
    return {service["name"]: service for service in value(c, "JupyterHub", "services", [])}


def roles(c):
    return {role["name"]: role for role in value(c, "JupyterHub", "load_roles", [])}


def configured(**options):
    c = Config()
    configure(c, service=True, **options)
    return c


def as_started(c):
    """Return the environment that the Hub makes of the service's: it calls what can be called."""
    there = services(c)[NAME]["environment"]
    return {name: v(None) if callable(v) else v for name, v in there.items()}


def test_the_service_and_its_role():
    c = configured()
    assert set(services(c)) == {NAME}
    service = services(c)[NAME]
    assert service["command"] == [sys.executable, "-m", "hub_admin_lab.service"]
    assert service["url"] == "http://127.0.0.1:10101"
    assert service["display"] is False
    assert roles(c) == {NAME: {"name": NAME, "scopes": SCOPES, "services": [NAME]}}
    # Nothing by which it could become somebody, or get into a server.
    assert not [s for s in SCOPES if s.startswith(("admin:", "access:", "tokens", "servers"))]


def test_what_the_service_is_told(running):
    c = configured(
        idle_timeout=1800,
        max_age=0,
        cull_every=60,
        kernel_idle_timeout=0,
        kernel_cull_interval=30,
        kernel_cull_connected=False,
        busy_max=7200,
        log_days=30,
    )
    settings = ServiceSettings.from_environment({**TOLD, **as_started(c)})
    assert settings.cull_every == 60
    assert settings.busy_max == 7200
    assert settings.log_days == 30
    assert settings.database == running.db_url
    assert settings.connect_args == {"sslmode": "verify-full"}
    assert settings.agent_key.hex() == at_start.agent_key(running.cookie_secret)
    assert settings.log_level == "DEBUG"
    assert settings.metrics_open is False
    assert settings.defaults == Rule.model_validate(
        {
            "server": {"idle_timeout": 1800, "max_age": "never"},
            "kernels": {"idle_timeout": "never", "interval": 30, "cull_connected": False},
        }
    )


def test_no_limit_is_no_limit(running):
    c = configured(idle_timeout=0, max_age=86400, busy_max=0, log_days=0)
    settings = ServiceSettings.from_environment({**TOLD, **as_started(c)})
    assert settings.log_days is None
    assert settings.defaults.server.idle_timeout == "never"
    assert settings.defaults.server.max_age == 86400
    assert settings.busy_max is None


def test_metrics_are_open_where_the_hubs_are(running):
    running.authenticate_prometheus = False
    assert as_started(configured())["HUB_ADMIN_LAB_METRICS_OPEN"] == "1"


def test_the_service_knows_which_process_its_hub_is(running):
    assert as_started(configured())["HUB_ADMIN_LAB_HUB_PID"] == str(os.getpid())


# --- secrets ------------------------------------------------------------------------------


def test_no_secret_gets_into_the_hubs_database(running, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "pg-secret")
    monkeypatch.setenv("MYSQL_PWD", "my-secret")
    c = configured(db_url="mysql://hub:url-secret@db/hub")
    environment = as_started(c)
    key = environment["HUB_ADMIN_LAB_AGENT_KEY"]
    assert environment["PGPASSWORD"] == "pg-secret"
    assert environment["MYSQL_PWD"] == "my-secret"
    assert environment["HUB_ADMIN_LAB_DB_URL"] == "mysql://hub:url-secret@db/hub"
    assert len(bytes.fromhex(key)) == 32
    # As the Hub stores it, and as traitlets copies and shows it.
    service = copy.deepcopy(services(c)[NAME])
    stored = JSONDict().process_bind_param(service["environment"], None)
    for shown in (stored, repr(service), str(service), json.dumps(service)):
        assert "secret" not in shown.replace("(set when", "")
        assert key not in shown
    assert {n: v(None) if callable(v) else v for n, v in service["environment"].items()} == (
        environment
    )


def test_the_key_is_the_hubs_own_secret_put_through_a_one_way_street():
    one, same, other = (at_start.agent_key(s) for s in (b"a" * 32, b"a" * 32, b"b" * 32))
    assert one == same != other
    assert (b"a" * 32).hex() not in one


@pytest.mark.parametrize(
    ("hubs", "ours"),
    [
        ("sqlite:///jupyterhub.sqlite", "sqlite:///{cwd}/hub-admin-lab.sqlite"),
        ("jupyterhub.sqlite", "sqlite:///{cwd}/hub-admin-lab.sqlite"),
        ("sqlite:///data/hub.sqlite", "sqlite:///{cwd}/data/hub-admin-lab.sqlite"),
        ("sqlite:////srv/hub/hub.sqlite", "sqlite:////srv/hub/hub-admin-lab.sqlite"),
        ("sqlite+pysqlite:////srv/a.sqlite?timeout=9", "sqlite:////srv/hub-admin-lab.sqlite"),
        ("sqlite://", "sqlite:///{cwd}/hub-admin-lab.sqlite"),
        ("sqlite:///:memory:", "sqlite:///{cwd}/hub-admin-lab.sqlite"),
        ("postgresql://u:p@h/db", "postgresql://u:p@h/db"),
        ("mysql+pymysql://u:p@h/db", "mysql+pymysql://u:p@h/db"),
    ],
)
def test_the_database_beside_the_hubs(tmp_path, monkeypatch, hubs, ours):
    monkeypatch.chdir(tmp_path)
    assert at_start.beside(hubs) == ours.format(cwd=tmp_path)


def test_how_the_hub_connects_is_for_its_own_database_alone(running):
    here = {**TOLD, **as_started(configured(db_url="postgresql://other/db"))}
    assert ServiceSettings.from_environment(here).connect_args == {}
    running.db_url = "sqlite:///jupyterhub.sqlite"
    running.db_kwargs = {"connect_args": {"timeout": 60}}
    here = {**TOLD, **as_started(configured())}
    assert ServiceSettings.from_environment(here).connect_args == {}


@pytest.mark.parametrize(
    "db_kwargs",
    [{"creator": print}, {"connect_args": {"ssl": object(), "password": "secret"}}],
    ids=["creator", "object"],
)
def test_what_cannot_be_told_to_another_program_stops_the_hub_instead(running, db_kwargs):
    running.db_kwargs = db_kwargs
    with pytest.raises(ValueError, match=r"db_kwargs.*configure\(db_url=…\)") as caught:
        as_started(configured())
    assert "secret" not in str(caught.value)
    # And with a database of its own it does not matter.
    assert as_started(configured(db_url="postgresql://other/db"))


@pytest.mark.parametrize("bad", [-1, 0.5, 4000])
def test_the_days_of_the_log_are_days(bad):
    with pytest.raises(ValueError, match=r"log_days=…\) takes a whole number of days, 0 or more"):
        configured(log_days=bad)
    with pytest.raises(TypeError, match="log_days"):
        configured(log_days="a year")


@pytest.mark.parametrize(
    ("hubs", "ours"),
    [(10, "DEBUG"), (30, "WARNING"), (50, "ERROR"), (1, "DEBUG"), ("info", "INFO"), ("x", "INFO")],
)
def test_the_log_level(hubs, ours):
    assert at_start.log_level(hubs) == ours


# --- scopes -------------------------------------------------------------------------------


def test_the_panel_passes_the_scope_of_rules_on():
    c = configured()
    assert RULES_SCOPE in c.Spawner.oauth_client_allowed_scopes.panel
    configure(c, service=False)
    assert RULES_SCOPE not in c.Spawner.oauth_client_allowed_scopes.panel


async def test_it_reaches_only_who_holds_it(monkeypatch):
    c = configured()
    spawner = SimpleNamespace(user=SimpleNamespace(orm_user=None, name="alice"), name="", db=None)
    held = {"list:users!group=class-a", f"{RULES_SCOPE}!group=class-a"}
    monkeypatch.setattr("jupyterhub.scopes.get_scopes_for", lambda owner: held)
    assert set(await c.Spawner.oauth_client_allowed_scopes(spawner)) == held
    held.discard(f"{RULES_SCOPE}!group=class-a")
    assert set(await c.Spawner.oauth_client_allowed_scopes(spawner)) == held


@pytest.mark.parametrize(
    "before",
    [
        "c.JupyterHub.custom_scopes = {'custom:x': {'description': 'X'}}\n",
        "c.JupyterHub.custom_scopes.update({'custom:x': {'description': 'X'}})\n",
    ],
)
def test_the_operators_custom_scopes_are_kept(tmp_path, before):
    c = load(tmp_path, before + "configure(c, service=True)\n")
    defined = value(c, "JupyterHub", "custom_scopes", {})
    assert set(defined) == {"custom:x", RULES_SCOPE}
    c = load(tmp_path, before + "configure(c, service=True)\nconfigure(c)\n")
    assert set(value(c, "JupyterHub", "custom_scopes", {})) == {"custom:x"}


def test_the_operators_own_words_for_the_scope_are_kept(tmp_path):
    own = {RULES_SCOPE: {"description": "Teachers"}}
    text = f"c.JupyterHub.custom_scopes = {own!r}\nconfigure(c, service=True)\n"
    assert load(tmp_path, text).JupyterHub.custom_scopes == own
    assert load(tmp_path, text + "configure(c)\n").JupyterHub.custom_scopes == own


# --- other cullers ------------------------------------------------------------------------

CULLER = {"name": "cull-idle", "command": ["python3", "-m", "jupyterhub_idle_culler"]}
CULLERS_ROLE = {"name": "cull", "scopes": ["delete:servers"], "services": ["cull-idle"]}


def test_ours_is_the_only_one_left():
    c = Config()
    configure(c)
    assert culler.SERVICE in services(c)
    configure(c, service=True)
    assert set(services(c)) == set(roles(c)) == {NAME}
    configure(c)
    assert set(services(c)) == set(roles(c)) == {culler.SERVICE}
    assert URL not in value(c, "Spawner", "environment", {})
    assert not value(c, "JupyterHub", "custom_scopes", {})


@pytest.mark.parametrize("how", ["= [{!r}]", ".append({!r})"])
def test_the_operators_culler_is_taken_out_with_its_role_and_named(tmp_path, log, how):
    text = (
        f"c.JupyterHub.services{how.format(CULLER)}\n"
        "c.JupyterHub.services.append({'name': 'other', 'api_token': 'x'})\n"
        f"c.JupyterHub.load_roles{how.format(CULLERS_ROLE)}\n"
        "configure(c, service=True)\n"
    )
    c = load(tmp_path, text)
    assert set(services(c)) == {"other", NAME}
    assert set(roles(c)) == {NAME}
    assert "the service 'cull-idle' is taken out" in log.text


def test_a_role_that_others_have_too_is_left_to_them(tmp_path):
    role = {**CULLERS_ROLE, "services": ["cull-idle", "other"]}
    c = load(
        tmp_path,
        f"c.JupyterHub.services = [{CULLER!r}]\nc.JupyterHub.load_roles = [{role!r}]\n"
        "configure(c, service=True)\n",
    )
    assert roles(c)["cull"]["services"] == ["other"]


def test_a_culler_of_the_file_that_loads_this_one(tmp_path):
    """The Littlest JupyterHub's."""
    c = load(
        tmp_path,
        f"c.JupyterHub.services = [{CULLER!r}]\nc.JupyterHub.load_roles = [{CULLERS_ROLE!r}]\n"
        "load_subconfig('sub.py')\n",
        sub="configure(c, service=True)\n",
    )
    assert set(services(c)) == set(roles(c)) == {NAME}


def test_zero_to_jupyterhubs_culler_stops_the_hub(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "z2jh", SimpleNamespace())
    theirs = {**CULLER, "name": "jupyterhub-idle-culler"}
    text = f"c.JupyterHub.services = [{theirs!r}]\nconfigure(c, service=True)\n"
    with pytest.raises(ValueError, match=r"cull\.enabled: false"):
        load(tmp_path, text)
    monkeypatch.delitem(sys.modules, "z2jh")
    assert set(services(load(tmp_path, text))) == {NAME}


# --- misuse -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["service_url", "service_address"])
@pytest.mark.parametrize(
    "bad",
    ["hub.example.org", "ftp://hub", "http://", "http://h:x/", "http://h/?a=b", "http://h/#a"],
)
def test_an_address_that_is_none(name, bad):
    with pytest.raises(ValueError, match=rf"configure\({name}=…\) takes an address such as http"):
        configured(**{name: bad})
    with pytest.raises(TypeError, match=name):
        configured(**{name: 8000})


@pytest.mark.parametrize("bad", ["http://127.0.0.1", "http://127.0.0.1:10101/x"])
def test_where_it_listens_is_an_address_and_a_port(bad):
    with pytest.raises(ValueError, match="service_address"):
        configured(service_address=bad)


def test_a_database_that_is_none():
    with pytest.raises(ValueError, match="db_url") as caught:
        configured(db_url="hub:secret@db")
    assert "secret" not in str(caught.value)
    with pytest.raises(TypeError, match="db_url"):
        configured(db_url=b"sqlite://")
    with pytest.raises(TypeError, match="service"):
        configure(Config(), service="yes")
