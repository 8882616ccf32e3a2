"""What the environment says, and the sentence with which the program ends otherwise."""

from __future__ import annotations

import pytest

from hub_admin_lab.models.rules import Rule, ServerRule
from hub_admin_lab.service.listen import tls_context
from hub_admin_lab.service.settings import ServiceSettings, SettingsError

NEEDED = {
    "JUPYTERHUB_API_URL": "http://127.0.0.1:8081/hub/api/",
    "JUPYTERHUB_API_TOKEN": "secret-of-the-service",
    "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:10101",
}


def settings(**more):
    return ServiceSettings.from_environment({**NEEDED, **more})


def test_what_the_hub_alone_says():
    found = settings()
    assert found.api_url == "http://127.0.0.1:8081/hub/api"
    assert (found.host, found.port, found.socket, found.tls) == ("127.0.0.1", 10101, None, False)
    assert found.prefix == "/services/hub-admin-lab/"
    assert (found.cull_every, found.busy_max, found.checkin) == (60, 86400, 5)
    assert found.defaults == Rule()
    assert len(found.agent_key) == 32
    assert found.agent_key != settings().agent_key
    assert not found.metrics_open
    assert found.log_days == 365
    assert settings(HUB_ADMIN_LAB_LOG_DAYS="0").log_days is None


def test_all_of_it():
    found = settings(
        JUPYTERHUB_SERVICE_URL="https://[::1]:8443/x",
        JUPYTERHUB_SERVICE_PREFIX="/base/services/idle",
        HUB_ADMIN_LAB_DB_URL="postgresql://u:p@db/x",
        HUB_ADMIN_LAB_DB_CONNECT_ARGS='{"sslmode": "require"}',
        HUB_ADMIN_LAB_AGENT_KEY="ab" * 16,
        HUB_ADMIN_LAB_CULL_EVERY="2.5",
        HUB_ADMIN_LAB_BUSY_MAX="0",
        HUB_ADMIN_LAB_DEFAULTS='{"server": {"idle_timeout": 60}}',
        HUB_ADMIN_LAB_CHECKIN="1",
        HUB_ADMIN_LAB_METRICS_OPEN="1",
        HUB_ADMIN_LAB_LOG_DAYS="30",
        HUB_ADMIN_LAB_LOG_LEVEL="debug",
    )
    assert (found.host, found.port, found.tls) == ("::1", 8443, True)
    assert found.prefix == "/base/services/idle/"
    assert found.database == "postgresql://u:p@db/x"
    assert found.connect_args == {"sslmode": "require"}
    assert found.agent_key == bytes.fromhex("ab" * 16)
    assert (found.cull_every, found.busy_max, found.checkin) == (2.5, None, 1)
    assert found.defaults == Rule(server=ServerRule(idle_timeout=60))
    assert (found.metrics_open, found.log_level) == (True, "DEBUG")
    assert found.log_days == 30


def test_no_culler_and_a_unix_socket():
    found = settings(HUB_ADMIN_LAB_CULL_EVERY="0", JUPYTERHUB_SERVICE_URL="http+unix://%2Frun%2Fs")
    assert found.cull_every is None
    assert found.socket == "/run/s"


def test_an_empty_variable_is_none():
    assert settings(HUB_ADMIN_LAB_CHECKIN="", HUB_ADMIN_LAB_DEFAULTS="").checkin == 5


def test_it_shows_no_secret():
    connect_args = '{"password": "pass"}'
    text = repr(
        settings(
            HUB_ADMIN_LAB_DB_URL="postgresql://u:pass@db/x",
            HUB_ADMIN_LAB_DB_CONNECT_ARGS=connect_args,
        )
    )
    for secret in ("secret-of-the-service", "pass", "agent_key"):
        assert secret not in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUPYTERHUB_API_URL", ""),
        ("JUPYTERHUB_API_TOKEN", ""),
        ("JUPYTERHUB_SERVICE_URL", ""),
        ("JUPYTERHUB_SERVICE_URL", "127.0.0.1:10101"),
        ("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1"),
        ("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:x"),
        ("HUB_ADMIN_LAB_AGENT_KEY", "not hexadecimal"),
        ("HUB_ADMIN_LAB_AGENT_KEY", "ab" * 15),
        ("HUB_ADMIN_LAB_CULL_EVERY", "often"),
        ("HUB_ADMIN_LAB_CULL_EVERY", "-1"),
        ("HUB_ADMIN_LAB_CULL_EVERY", "0.5"),
        ("HUB_ADMIN_LAB_CULL_EVERY", "nan"),
        ("HUB_ADMIN_LAB_CULL_EVERY", "1e12"),
        ("HUB_ADMIN_LAB_BUSY_MAX", "inf"),
        ("HUB_ADMIN_LAB_CHECKIN", "0"),
        ("HUB_ADMIN_LAB_DEFAULTS", "{"),
        ("HUB_ADMIN_LAB_DEFAULTS", '{"server": {"idle_timeout": 0}}'),
        ("HUB_ADMIN_LAB_DEFAULTS", '{"ceilings": {}}'),
        ("HUB_ADMIN_LAB_DB_CONNECT_ARGS", '{"password": "secret'),
        ("HUB_ADMIN_LAB_DB_CONNECT_ARGS", '["secret"]'),
        ("HUB_ADMIN_LAB_LOG_DAYS", "4000"),
        ("HUB_ADMIN_LAB_METRICS_OPEN", "yes"),
        ("HUB_ADMIN_LAB_LOG_LEVEL", "loud"),
    ],
)
def test_nonsense_ends_with_a_sentence(name, value):
    with pytest.raises(SettingsError) as error:
        settings(**{name: value})
    assert str(error.value).startswith(name)
    assert str(error.value).endswith((".", ")."))
    assert "secret" not in str(error.value)


def test_tls_without_certificates_of_the_hub(monkeypatch):
    for name in ("JUPYTERHUB_SSL_CERTFILE", "JUPYTERHUB_SSL_KEYFILE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="internal_ssl"):
        tls_context()
