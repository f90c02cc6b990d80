"""Faults on the wire as a person meets them: told, nothing taken away, nothing frozen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.domain.clock import SystemClock
from lmchat_desktop.services.private_sandbox import SandboxDoor
from lmchat_desktop.services.sandbox_process import Progress
from lmchat_desktop.settings.profiles import Profile
from lmchat_desktop.ui.shell.main_window import MainWindow
from tests.support import faults
from tests.support.fault_proxy import Fault, FaultProxy
from tests.support.fault_server import WAIT_S
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

YEAR = timedelta(days=365)
LONG = pytest.mark.full


class PastFaults(AttachedSandbox):
    """The way into a sandbox through a proxy."""

    def __init__(self, running: RunningSandbox, proxy: FaultProxy) -> None:
        super().__init__(running)
        self._proxy = proxy

    def open(
        self, on_progress: Progress | None = None, cancel: CancelToken | None = None
    ) -> SandboxDoor:
        door = super().open(on_progress, cancel)
        profile = Profile(id="sandbox", name="Sandbox", base_url=self._proxy.url)
        return SandboxDoor(profile, door.token, door.people)


@pytest.fixture
def proxy(sandbox: RunningSandbox) -> Iterator[FaultProxy]:
    with FaultProxy(backend=sandbox.url) as made:
        yield made


@pytest.fixture
def window(office: Office, sandbox: RunningSandbox, proxy: FaultProxy) -> MainWindow:
    return office.window(office.desk(sandbox=PastFaults(sandbox, proxy)), "admin")


def words(window: MainWindow) -> set[str]:
    """All that the page says in numbers, but for how long ago something was."""
    assert window.workspace is not None
    labels = window.workspace.stack.findChildren(QLabel)
    shown = {label.text() for label in labels if label.isVisible()}
    return {text for text in shown if any(sign.isdigit() for sign in text) and "ago" not in text}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        pytest.param(faults.log_in_page, "not of the agreed kind", id="log-in page"),
        pytest.param(faults.cut(body=0.5), "ended in the middle", id="cut", marks=LONG),
        pytest.param(faults.refuses(500), "a fault of its own", id="500", marks=LONG),
    ],
)
@pytest.mark.usefixtures("plain_pages")
def test_a_fault_is_told_and_ends_with_a_click(
    office: Office, window: MainWindow, proxy: FaultProxy, fault: Fault, says: str
) -> None:
    workspace = office.workspace(window)
    known = workspace.session.accounts()
    proxy.on("/v1/changes", fault)
    office.until(lambda: workspace.top.dot.state == "offline")
    assert workspace.banner.isVisible()
    assert "What you see was last synced at" in workspace.banner.text()
    state = workspace.context.connection.state
    assert state is not None
    assert says in state.detail
    assert "What you see is what was known before." in state.detail
    assert workspace.session.accounts() == known
    proxy.heal()
    office.bot.mouseClick(workspace.banner.action_button, Qt.MouseButton.LeftButton)
    office.until(lambda: workspace.top.dot.state == "live")
    assert not workspace.banner.isVisible()


@LONG
def test_what_is_shown_stays_shown(office: Office, window: MainWindow, proxy: FaultProxy) -> None:
    workspace = office.workspace(window)
    office.until(lambda: words(window))
    proxy.on("/v1/*", faults.refuses(500))
    office.until(lambda: workspace.top.dot.state == "offline")
    office.until(lambda: not workspace.context.tasks.busy)
    before = words(window)
    workspace.navigate("usage")
    office.until(lambda: not workspace.context.tasks.busy)
    assert words(window)
    workspace.navigate("overview")
    office.until(lambda: not workspace.context.tasks.busy)
    assert words(window) == before


@pytest.mark.usefixtures("plain_pages")
def test_a_window_closes_at_once_in_the_middle_of_a_hanging_call(
    office: Office, window: MainWindow, proxy: FaultProxy
) -> None:
    workspace = office.workspace(window)
    proxy.on("/v1/changes", faults.hangs_after_effect)
    workspace.session.wake()
    assert proxy.stalled.wait(WAIT_S)
    workspace.navigate("usage")
    assert workspace.page_id == "usage"
    window.close()
    assert not window.isVisible()
    office.close()
    assert workspace.session.closed


@pytest.mark.usefixtures("plain_pages")
@pytest.mark.parametrize("wrong", [YEAR, pytest.param(-YEAR, marks=LONG)])
def test_clocks_in_dispute_are_told_until_they_agree(
    office: Office,
    sandbox: RunningSandbox,
    proxy: FaultProxy,
    monkeypatch: pytest.MonkeyPatch,
    wrong: timedelta,
) -> None:
    proxy.on("*", faults.skewed(timedelta(0)))
    right = SystemClock.now
    with monkeypatch.context() as patch:
        patch.setattr(SystemClock, "now", lambda clock: right(clock) + wrong)
        window = office.window(office.desk(sandbox=PastFaults(sandbox, proxy)), "admin")
        workspace = office.workspace(window)
        assert workspace.banner.isVisible()
        told = workspace.banner.text()
        assert told.startswith("This computer's clock says ")
        assert "Figures go by the backend's; nothing was deleted." in told
        assert str((right(SystemClock()) + wrong).year) in told
        assert workspace.session.accounts()
    workspace.session.wake()
    office.until(lambda: not workspace.banner.isVisible())
    assert workspace.top.dot.state == "live"
