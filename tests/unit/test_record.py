"""The record that every action leaves."""

from __future__ import annotations

import logging

import pytest

from hub_admin_lab.record import ActionRecorder


class Events:
    def __init__(self):
        self.emitted = []

    def register_event_schema(self, schema):
        pass

    def emit(self, *, schema_id, data):
        self.emitted.append(data)


@pytest.fixture
def recorder():
    return ActionRecorder(Events(), logging.getLogger("test"))


def test_a_name_does_not_begin_a_line_of_its_own(recorder, caplog):
    caplog.set_level(logging.INFO, "test")
    name = "x\nadmin: delete-user bob: done\x1b[2K"
    recorder.record(actor="admin", action="create-group", target=name, outcome="done", reason="é\r")
    assert caplog.messages == [
        "admin: create-group x admin: delete-user bob: done [2K: done (é )",
    ]
    assert recorder._events.emitted[0]["target"] == name
