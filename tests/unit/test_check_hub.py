"""`python -m hub_admin_lab.check` at the Hub."""

from __future__ import annotations

import pytest

from hub_admin_lab.check import __main__ as command
from hub_admin_lab.check import hub as check_hub
from hub_admin_lab.check.__main__ import CONFIG_NAME, main
from hub_admin_lab.hub_config import culler

CALL = "from hub_admin_lab.hub_config import configure\nconfigure(c)\n"
SUBDOMAINS = "c.JupyterHub.subdomain_host = 'https://hub.example.org'\n"


@pytest.fixture
def run(tmp_path, capsys):
    """Check a config file; return the exit code and the lines."""

    def run(text):
        file = tmp_path / "jupyterhub_config.py"
        file.write_text(text)
        code = main(["--config", str(file)], environ={})
        lines = capsys.readouterr().out.splitlines()
        assert all(line.startswith(("ok   ", "note ", "PROBLEM ")) for line in lines)
        assert code == int(any(line.startswith("PROBLEM") for line in lines))
        return code, lines

    return run


def that_says(lines, words):
    found = [line for line in lines if words in line]
    assert len(found) == 1, lines
    return found[0]


def test_all_in_order(run):
    code, lines = run(SUBDOMAINS + CALL)
    assert code == 0
    assert {line.split()[0] for line in lines} == {"ok"}


def test_nothing_set(run):
    code, lines = run("")
    assert code == 1
    assert that_says(lines, "does not give the panel its permissions").startswith("PROBLEM")
    assert that_says(lines, "does not tell the servers").startswith("PROBLEM")
    assert that_says(lines, "no Cross-Origin-Opener-Policy").startswith("PROBLEM")
    assert that_says(lines, "Nothing culls").startswith("note")
    assert that_says(lines, "No subdomains").startswith("note")
    assert that_says(lines, "live longer than a day").startswith("note")


def test_a_plain_list_of_scopes(run):
    _, lines = run(f"c.Spawner.{check_hub.SCOPES} = ['list:users!group=a', 'servers']\n")
    line = that_says(lines, "gives every server the powers of whoever visits it")
    assert "call configure(c)" in line


def test_set_again_after_the_call(run):
    code, lines = run(CALL + f"c.KubeSpawner.{check_hub.SCOPES} = []\nc.Spawner.environment = {{}}")
    assert code == 1
    assert that_says(lines, f"KubeSpawner.{check_hub.SCOPES}").startswith("PROBLEM")
    assert that_says(lines, "Spawner.environment").startswith("PROBLEM")


def test_two_cullers(run):
    code, lines = run(
        CALL + "c.JupyterHub.services.append({'name': 'cull-idle', 'api_token': 'hush-hush'})\n"
    )
    assert code == 1
    assert f"(cull-idle, {culler.SERVICE})" in that_says(lines, "2 services cull idle servers")
    assert "hush-hush" not in "\n".join(lines)


def test_an_operators_culler(run):
    code, lines = run("c.JupyterHub.services = [{'name': 'cull-idle', 'api_token': 'x'}]\n" + CALL)
    assert code == 0
    assert that_says(lines, "The service cull-idle culls").startswith("ok")


def test_a_culler_that_is_not_installed(run, monkeypatch):
    monkeypatch.setattr(check_hub, "find_spec", lambda name: None)
    _, lines = run(CALL)
    assert that_says(lines, "cannot start").startswith("PROBLEM")


def test_a_culler_that_is_asked_for_and_not_installed(run, monkeypatch):
    monkeypatch.setattr(culler, "find_spec", lambda name: None)
    _, lines = run(CALL)
    line = that_says(lines, "jupyterhub-idle-culler is not installed beside JupyterHub")
    assert line.startswith("PROBLEM")
    _, lines = run(CALL.replace("configure(c)", "configure(c, idle_timeout=0)"))
    assert that_says(lines, "Nothing culls").startswith("note")


def test_a_section_of_any_name(run):
    _, lines = run(
        CALL + f"c.BaseLauncher.{check_hub.SCOPES} = ['list:users']\n"
        "c.BaseLauncher.environment = {}\nc.BaseLauncher.oauth_roles = ['user']\n"
    )
    assert that_says(lines, f"BaseLauncher.{check_hub.SCOPES} gives").startswith("PROBLEM")
    assert that_says(lines, "BaseLauncher.environment").startswith("PROBLEM")
    assert that_says(lines, "BaseLauncher.oauth_roles").startswith("PROBLEM")


def test_an_old_hub(run, monkeypatch):
    monkeypatch.setattr(check_hub.jupyterhub, "version_info", (4, 1, 6))
    _, lines = run("")
    assert that_says(lines, "is too old").startswith("PROBLEM")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CALL + "c.JupyterHub.oauth_no_confirm_list = {'x'}\n", "oauth_no_confirm_list"),
        (CALL + "c.Spawner.oauth_roles = ['user']\n", "Spawner.oauth_roles"),
        (
            CALL + "c.JupyterHub.tornado_settings = {'headers': {}}\n",
            "no Cross-Origin-Opener-Policy",
        ),
        ("c.Spawner.oauth_roles = ['user']\n" + CALL, "ValueError: Spawner.oauth_roles"),
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("this is no Python", "SyntaxError"),
        ("{}['secret']", "KeyError"),
    ],
)
def test_problems(run, text, words):
    code, lines = run(text)
    assert code == 1
    assert that_says(lines, words).startswith("PROBLEM")


def test_managing_users(run):
    _, lines = run(CALL.replace("configure(c)", "configure(c, manage_users=True)"))
    assert that_says(lines, "manage_users=True").startswith("note")


def test_the_config_file_is_found(tmp_path, monkeypatch, capsys):
    (tmp_path / CONFIG_NAME).write_text(CALL)
    monkeypatch.chdir(tmp_path)
    assert main([], environ={}) == 0
    assert "is limited to" in capsys.readouterr().out


def test_no_config_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "CONFIG_FOLDERS", (str(tmp_path),))
    assert main([], environ={}) == 1
    assert "--config" in capsys.readouterr().out


SERVICE = "from hub_admin_lab.hub_config import configure\nconfigure(c, service=True)\n"


def test_the_hub_service(run):
    code, lines = run(SUBDOMAINS + SERVICE)
    assert code == 0
    assert {line.split()[0] for line in lines} == {"ok"}
    that_says(lines, "The hub service hub-admin-lab stops idle servers by its rules")


def test_a_culler_that_comes_after_the_hub_service(run):
    theirs = {"name": "cull-idle", "command": ["cull"]}
    code, lines = run(SUBDOMAINS + SERVICE + f"c.JupyterHub.services.append({theirs!r})\n")
    assert code == 1
    assert "service=True" in that_says(lines, "2 services cull idle servers")
