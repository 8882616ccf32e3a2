"""The file with the saved settings: whole, private, and damaged."""

from __future__ import annotations

import json
import logging
import os
import stat
from pathlib import Path

import pytest

from hub_admin_lab.errors import NotSaved
from hub_admin_lab.idle.settings import Saved
from hub_admin_lab.server.settings import SettingsFile

SAVED = {
    "kernels.idle_timeout": Saved(None, "owner"),
    "kernels.interval": Saved(60, "admin"),
    "protect_running_work": Saved(False, "owner"),
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "settings.json"


@pytest.fixture
def file(path):
    return SettingsFile(path, logging.getLogger("settings"))


def test_what_was_saved_is_there_again(file, path):
    assert file.load() == {}
    file.save(SAVED)
    assert file.load() == SAVED
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]


def test_deleted_is_gone_and_twice_is_no_error(file, path):
    file.save(SAVED)
    file.delete()
    file.delete()
    assert file.load() == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 2, "idle": {}}',
        '{"version": 1}',
        '{"version": 1, "idle": {"kernels.idle_timeout": {"value": 0, "by": "owner"}}}',
        '{"version": 1, "idle": {"kernels.idle_timeout": {"value": -5, "by": "owner"}}}',
        '{"version": 1, "idle": {"kernels.idle_timeout": {"value": true, "by": "owner"}}}',
        '{"version": 1, "idle": {"kernels.idle_timeout": {"value": "60", "by": "owner"}}}',
        '{"version": 1, "idle": {"kernels.idle_timeout": {"value": 60, "by": "me"}}}',
        '{"version": 1, "idle": {"kernels.interval": {"value": null, "by": "owner"}}}',
        '{"version": 1, "idle": {"kernels.cull_busy": {"value": 1, "by": "owner"}}}',
        '{"version": 1, "idle": {"protect_running_work": {"value": null, "by": "owner"}}}',
        '{"version": 1, "idle": {"hub.idle_timeout": {"value": 60, "by": "owner"}}}',
        '{"version": 1, "idle": {"kernels.colour": {"value": 60, "by": "owner"}}}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_file_is_put_aside_with_one_warning(file, path, caplog, text):
    path.parent.mkdir()
    content = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(content)
    assert file.load() == {}
    assert len(caplog.records) == 1
    assert str(path) in caplog.text
    assert path.with_name("settings.json.unreadable").read_bytes() == content
    assert file.load() == {}
    assert len(caplog.records) == 1  # once, not at every start
    file.save(SAVED)
    assert file.load() == SAVED


def fail(*args, **options):
    raise OSError(30, "Read-only file system")


@pytest.fixture
def unreadable(monkeypatch):
    """No file can be read until `unreadable.undo()`."""

    def fail(self):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", fail)
    return monkeypatch


def test_a_file_that_cannot_be_read_now_stays_for_later(file, path, caplog, unreadable):
    file.save(SAVED)
    assert file.load() == {}
    assert file.load() == {}
    assert len(caplog.records) == 1
    assert "cannot be read (Input/output error)" in caplog.text
    unreadable.undo()
    assert file.load() == SAVED
    assert file.unread is None
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]


def test_what_could_not_be_read_is_not_written_over(file, unreadable):
    file.save(SAVED)
    file.load()
    with pytest.raises(NotSaved, match=r"nothing was changed: Input/output error\. The log"):
        file.save({})
    unreadable.undo()
    assert file.load() == SAVED
    file.save({})
    assert file.load() == {}


def test_what_could_not_be_read_can_be_forgotten(file, unreadable):
    file.save(SAVED)
    file.load()
    file.delete()
    unreadable.undo()
    file.save(SAVED)
    assert file.load() == SAVED


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_disk_that_cannot_be_written_keeps_the_old_file(file, path, monkeypatch, step):
    file.save(SAVED)
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(NotSaved, match=r"nothing was changed: Read-only file system\."):
        file.save({})
    assert file.load() == SAVED
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]


def test_a_disk_that_fails_altogether_is_the_same_error(file, monkeypatch):
    monkeypatch.setattr(os, "replace", fail)
    monkeypatch.setattr(os, "unlink", fail)
    with pytest.raises(NotSaved):
        file.save(SAVED)


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    file = SettingsFile(tmp_path / "file" / "settings.json", logging.getLogger("settings"))
    with pytest.raises(NotSaved):
        file.save(SAVED)


def test_a_file_that_cannot_be_put_aside_stays(file, path, monkeypatch, caplog):
    path.parent.mkdir()
    path.write_text("{")
    monkeypatch.setattr(os, "replace", fail)
    assert file.load() == {}
    assert "left where it is" in caplog.text
    assert path.read_text() == "{"


def test_the_file_says_its_version(file, path):
    file.save(SAVED)
    assert json.loads(path.read_text())["version"] == 1
