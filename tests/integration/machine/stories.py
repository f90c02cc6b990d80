"""What a person does in the processes of the tests; each prints what they see."""

from __future__ import annotations

import json
import sys
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lmchat_desktop.ui.shell.trouble.model import Way
from tests.integration.machine.driver import Story, live, shown, window


def tell(**facts: Any) -> None:
    """Print a line that the test reads."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def press(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def add_backend(url: str) -> Story:
    """Type a backend's address where there is none yet."""
    view = window().sign_in
    yield lambda: window().stack.currentWidget() is view and view.address.isVisible()
    view.name.setText("Work")
    view.address.setText(url)
    press(view.save_button)


def sign_in_with_token(token: str) -> Story:
    """Paste a personal token."""
    view = window().sign_in
    yield lambda: view.token.isVisible()
    view.token.setText(token)
    press(view.token_button)


def look_around() -> Story:
    """See what is shown at the start, and leave."""
    yield lambda: window().stack.currentWidget() is not window().starting
    tell(shown=shown(), page=type(window().stack.currentWidget()).__name__)


def add_and_look(url: str) -> Story:
    """Add a backend, and see what is said of it."""
    yield from look_around()
    before = shown()
    yield from add_backend(url)
    yield lambda: shown() != before
    yield lambda: window().stack.currentWidget() is not window().starting
    tell(shown=shown(), page=type(window().stack.currentWidget()).__name__)


def begin_work(url: str, token: str) -> Story:
    """Add a backend, sign in with a personal token, and work until all is there."""
    yield from add_backend(url)
    yield from sign_in_with_token(token)
    yield live
    tell(live=True)


def come_back() -> Story:
    """Start where the last run ended."""
    yield lambda: window().workspace is not None or window().trouble.trouble is not None
    trouble = window().trouble.trouble
    if trouble is None:
        yield live
    tell(live=trouble is None, code="" if trouble is None else trouble.code, shown=shown())


def come_back_and_go_on_in_memory() -> Story:
    """Start where nothing can be kept, and choose to work without keeping anything."""
    yield from come_back()
    button = window().trouble.button(Way.IN_MEMORY)
    assert button is not None
    press(button)
    yield live
    tell(live=True, code="", shown=shown())
