"""The key that is looked at is as new as what is known of it."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.ui.pages.keys.model import KeysModel
from tests.ui.pages.desk import Desk

WAIT_S = 10


def test_a_read_that_began_before_an_act_does_not_take_its_answer_back(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.session.me = SimpleNamespace(person=SimpleNamespace(id="person_1", name="Ada"))
    model = KeysModel(desk.context, desk.root)

    def state() -> KeyState | None:
        return model.looked_at.key.state if model.looked_at is not None else None

    model.look_at("key_chat")
    qtbot.waitUntil(lambda: state() is KeyState.ACTIVE)
    assert model.looked_at is not None
    ended = model.looked_at.key.model_copy(update={"state": KeyState.REVOKED})
    reading, go_on = threading.Event(), threading.Event()
    read = desk.session.entities.get

    def slowly(kind: Any, entity_id: str) -> Any:
        found = read(kind, entity_id)
        if kind is ApiKey:
            reading.set()
            assert go_on.wait(WAIT_S)
        return found

    monkeypatch.setattr(desk.session.entities, "get", slowly)
    model.look_at("key_chat")
    qtbot.waitUntil(reading.is_set)
    model.take_changed(ended)
    go_on.set()
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    assert state() is KeyState.REVOKED
    desk.session.put(ended)
    model.read_again({"key"})
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    assert state() is KeyState.REVOKED
