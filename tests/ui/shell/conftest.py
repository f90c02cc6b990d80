"""Real windows on a real sandbox."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lmchat_desktop.client import sandbox as sandbox_api
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.services.private_sandbox import PrivateSandbox, SandboxDoor
from lmchat_desktop.services.sandbox_process import Progress
from lmchat_desktop.settings.preferences import PreferenceStore
from lmchat_desktop.settings.profiles import Profile, ProfileStore
from lmchat_desktop.settings.secrets import MemorySecrets, SecretStore
from lmchat_desktop.ui.pages import registry
from lmchat_desktop.ui.shell.context import Page
from lmchat_desktop.ui.shell.desk import Desk
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.windows import Windows
from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.theme.manager import current_theme
from tests.support.browser import Browser
from tests.support.sandbox import RunningSandbox

PATIENCE_MS = 30_000
OURS = ("session-work", "sync", "window-flow", "cache-writer", "closing", "story")


class AttachedSandbox(PrivateSandbox):
    """The way into a sandbox that the tests' fixtures have started."""

    def __init__(self, running: RunningSandbox) -> None:
        super().__init__(running.data)
        self._running = running

    def open(
        self, on_progress: Progress | None = None, cancel: CancelToken | None = None
    ) -> SandboxDoor:
        with ApiClient(self._running.url, None) as api:
            people = tuple(sandbox_api.people(api, self._running.token, cancel).data)
        profile = Profile(id="sandbox", name="Sandbox", base_url=self._running.url)
        return SandboxDoor(profile, self._running.token, people)


@dataclass
class Office:
    """Makes desks that keep their files in one folder, and windows at them."""

    bot: QtBot
    folder: Path
    secrets: SecretStore
    windows: list[Windows]
    desks: list[Desk] = field(default_factory=list)

    def desk(self, **more: Any) -> Desk:
        """A desk as after a start of the application: settings are read from the folder."""
        settings: dict[str, Any] = {
            "profiles": ProfileStore(self.folder / "config"),
            "preferences": PreferenceStore(self.folder / "config"),
            "secrets": self.secrets,
            "theme": current_theme(),
            "caches": self.folder / "caches",
            "open_browser": Browser(None),
            "sync_interval_s": 0.3,
        }
        made = Desk(**(settings | more))
        self.desks.append(made)
        return made

    def window(self, desk: Desk, who: str = "") -> MainWindow:
        """A window at a desk."""
        windows = Windows(desk)
        self.windows.append(windows)
        window = windows.open_window(who)
        self.bot.waitExposed(window)
        return window

    def until(self, condition: Callable[[], object], timeout_ms: int = PATIENCE_MS) -> None:
        """Wait for a condition while the interface goes on."""
        self.bot.waitUntil(lambda: bool(condition()), timeout=timeout_ms)

    def workspace(self, window: MainWindow) -> Workspace:
        """The workspace of a window, once it is live and nothing is being computed."""
        self.until(lambda: window.workspace is not None)
        workspace = window.workspace
        assert workspace is not None
        self.until(lambda: workspace.top.dot.state == "live")
        self.until(lambda: not workspace.context.tasks.busy)
        return workspace

    def close(self) -> None:
        """Close every window, and wait until all that they held is closed."""
        for windows in self.windows:
            windows.close_all()
        self._closed()

    def close_window(self, window: MainWindow) -> None:
        """Close a window, and wait until all that it held is closed."""
        window.close()
        self._closed()

    def _closed(self) -> None:
        self.until(lambda: not any(desk.closings.busy for desk in self.desks))
        for thread in threading.enumerate():
            if thread.name == "closing":
                thread.join()


@pytest.fixture
def office(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Office]:
    """Desks and windows, all closed at the end; no thread of ours is left."""
    theme = current_theme()
    theme.apply("light")
    made = Office(qtbot, tmp_path, MemorySecrets(), [])
    yield made
    made.close()
    left = [t.name for t in threading.enumerate() if t.name.startswith(OURS)]
    assert left == []
    theme.apply("light")


class PlainOverview(Page):
    """A page that shows nothing, so that a test of the shell fails for the shell alone."""

    page_id = "overview"
    title = "Overview"
    icon = "overview"


class PlainUsage(Page):
    """Another, which remembers how it was entered."""

    page_id = "usage"
    title = "Usage"
    icon = "usage"
    entered: Mapping[str, Any] | None = None

    def enter(self, arguments: Mapping[str, Any]) -> None:
        self.entered = dict(arguments)


@pytest.fixture
def plain_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell around pages without content."""
    classes: dict[str, type[Page]] = {"overview": PlainOverview, "usage": PlainUsage}
    monkeypatch.setattr(
        registry,
        "PAGES",
        tuple(
            dataclasses.replace(entry, load=lambda page=classes[entry.page_id]: page)
            for entry in registry.PAGES
            if entry.page_id in classes
        ),
    )


@pytest.fixture
def admin_workspace(office: Office, sandbox: RunningSandbox) -> Workspace:
    """The workspace of the shared sandbox's admin."""
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    return office.workspace(window)
