"""The real application in a process of its own, led by a story on its interface thread.

Usage: python -m tests.integration.machine.driver HOME MODULE:STORY ARGUMENT…
A story is a generator: it yields conditions that are waited for, and prints what its test reads.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget

from lmchat_desktop import bootstrap
from lmchat_desktop.ui.shell.main_window import MainWindow

try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

Story = Iterator[Callable[[], object]]
LOOK_MS = 10
PATIENCE_S = 60.0
FAILED = 70


class Player(QObject):
    """Goes through a story, and then closes the windows as a person would."""

    def __init__(self, app: QApplication, story: Story) -> None:
        super().__init__(app)
        self._story = story
        self._condition: Callable[[], object] = lambda: bool(windows())
        self._until = time.monotonic() + PATIENCE_S
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    def _look(self) -> None:
        try:
            if not self._condition():
                if time.monotonic() > self._until:
                    raise TimeoutError(f"waited in vain; shown: {shown()}")
                return
            self._condition = next(self._story)
            self._until = time.monotonic() + PATIENCE_S
        except StopIteration:
            self._timer.stop()
            for window in windows():
                window.close()
        except BaseException:
            self._timer.stop()
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(FAILED)


def windows() -> list[MainWindow]:
    """The windows that are open."""
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, MainWindow) and widget.isVisible()
    ]


def window() -> MainWindow:
    """The only window."""
    (only,) = windows()
    return only


def shown(root: QWidget | None = None) -> str:
    """Every word that can be read now."""
    texts: list[str] = []
    for top in [root] if root is not None else QApplication.topLevelWidgets():
        for widget in top.findChildren(QWidget):
            if not widget.isVisible():
                continue
            if isinstance(widget, QLabel | QAbstractButton):
                texts.append(widget.text())
            elif isinstance(widget, QPlainTextEdit):
                texts.append(widget.toPlainText())
    return "\n".join(text for text in texts if text)


def live() -> bool:
    """Whether the window shows a workspace that is up to date, with nothing being computed."""
    workspace = window().workspace
    return (
        workspace is not None
        and workspace.top.dot.state == "live"
        and not workspace.context.tasks.busy
    )


def main(home: str, target: str, *arguments: str) -> int:
    """Run the application with a story; answers its exit code."""
    module, name = target.split(":")
    story: Callable[..., Story] = getattr(importlib.import_module(module), name)
    make: Callable[[], Any] = bootstrap.make_application

    def made() -> QApplication:
        app = make()
        Player(app, story(*arguments))
        return app

    bootstrap.make_application = made
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return bootstrap.run_application(Path(home))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
