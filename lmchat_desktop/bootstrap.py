"""The one place that joins all the parts into an application."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lmchat_desktop.services.log_file import start_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication

    from lmchat_desktop.domain.wording import Sentence
    from lmchat_desktop.services.private_sandbox import PrivateSandbox
    from lmchat_desktop.settings.paths import Paths
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.shell.single import SingleInstance

logger = logging.getLogger(__name__)

AFTER_FIRST_FRAME_MS = 250
"""When that begins for which no first frame should wait."""


def run_application(home: Path | None) -> int:
    """Open the application with the person's profiles; answers the exit code."""
    from lmchat_desktop.settings.paths import application_paths
    from lmchat_desktop.settings.secrets import KeyringSecrets
    from lmchat_desktop.ui.shell.single import SingleInstance

    if not has_display():
        return _no_display()
    paths = application_paths(home)
    paths.prepare()
    trouble = start_log(paths.log)
    app = make_application()
    single = SingleInstance(paths.data, app)
    if not single.take() and single.raise_other():
        return 0
    desk = make_desk(app, paths, secrets=KeyringSecrets())
    return _ended(desk, _run(app, desk, paths.log, trouble=trouble, single=single))


def run_sandbox_application(data: Path | None, traffic: Path | None, home: Path | None) -> int:
    """Open the application on a private sandbox; answers the exit code.

    Args:
        data: the folder of the sandbox's world; None keeps it only as long as the application.
        traffic: a traffic sample in place of the one in the resources.
        home: the application's own folders, in place of the system's.
    """
    from lmchat_desktop.services.private_sandbox import PrivateSandbox
    from lmchat_desktop.settings.paths import application_paths

    if not has_display():
        return _no_display()
    paths = application_paths(home)
    paths.prepare()
    trouble = start_log(paths.log)
    app = make_application()
    with tempfile.TemporaryDirectory(prefix="lmchat-sandbox-", ignore_cleanup_errors=True) as name:
        passing = Path(name)
        sandbox = PrivateSandbox(data if data is not None else passing / "world", traffic)
        with closing_sandbox(sandbox):
            desk = make_desk(app, paths, sandbox=sandbox, passing=passing)
            code = _run(app, desk, paths.log, trouble=trouble)
    return _ended(desk, code)


def make_application() -> QApplication:
    """The QApplication, made once; its fonts and style are the theme's to set.

    From now on cyclic garbage is collected on this thread alone.
    """
    from PySide6.QtWidgets import QApplication

    from lmchat_desktop.ui.language import speak
    from lmchat_desktop.ui.tasks.collecting import InterfaceCollector

    app = QApplication(sys.argv[:1])
    app.setApplicationName("lmchat-desktop")
    app.setApplicationDisplayName("lmchat desktop")
    app.setDesktopFileName("lmchat-desktop")
    InterfaceCollector(app)
    speak(app)
    return app


def make_desk(
    app: QApplication,
    paths: Paths,
    *,
    secrets: object | None = None,
    sandbox: PrivateSandbox | None = None,
    passing: Path | None = None,
    sync_interval_s: float | None = None,
) -> Desk:
    """Everything that windows share.

    Args:
        app: the application.
        paths: where settings and caches lie.
        secrets: a secret store; None keeps secrets in memory, as a private sandbox's are.
        sandbox: the private sandbox to run on.
        passing: a folder for what ends with the application: a private sandbox's caches, which
            are encrypted with keys that live in memory alone.
        sync_interval_s: seconds between two looks at the backend; None for sync's own.
    """
    from concurrent.futures import ThreadPoolExecutor

    from lmchat_desktop.settings.preferences import PreferenceStore
    from lmchat_desktop.settings.profiles import ProfileStore
    from lmchat_desktop.settings.secrets import MemorySecrets
    from lmchat_desktop.ui.shell.browser import BrowserOpener
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.theme.manager import current_theme

    saver = ThreadPoolExecutor(1, thread_name_prefix="preferences")
    preferences = PreferenceStore(paths.config, saver)
    theme = current_theme()
    theme.apply(preferences.value.theme.value)
    return Desk(
        profiles=ProfileStore(paths.config),
        preferences=preferences,
        secrets=secrets if secrets is not None else MemorySecrets(),  # type: ignore[arg-type]
        theme=theme,
        caches=(passing or paths.data) / "caches",
        open_browser=BrowserOpener(app),
        sandbox=sandbox,
        sync_interval_s=sync_interval_s,
    )


@contextmanager
def closing_sandbox(sandbox: PrivateSandbox | None) -> Iterator[None]:
    """End the sandbox's process at the end of the block, whatever happens in it."""
    try:
        yield
    finally:
        if sandbox is not None:
            sandbox.stop()


def _run(
    app: QApplication,
    desk: Desk,
    log: Path,
    *,
    trouble: Sentence | None = None,
    single: SingleInstance | None = None,
) -> int:
    from PySide6.QtCore import QTimer

    from lmchat_desktop.services.crash_reports import FOLDER_NAME, CrashReports
    from lmchat_desktop.ui.shell.closing import CLOSING_S
    from lmchat_desktop.ui.shell.crash.offer import CrashOffer, mark_run
    from lmchat_desktop.ui.shell.faults import FaultReporter
    from lmchat_desktop.ui.shell.windows import Windows
    from lmchat_desktop.ui.wording import translated

    reports = CrashReports(log / FOLDER_NAME)
    mark = mark_run(reports.folder)
    faults = FaultReporter(app, reports)
    faults.install()
    windows = Windows(desk, app)
    offer = CrashOffer(reports, lambda: windows.current, app)
    windows.reports_asked.connect(offer.show_kept)
    app.setQuitOnLastWindowClosed(False)
    windows.ended.connect(app.quit)
    windows.last_closed.connect(lambda: QTimer.singleShot(round(CLOSING_S * 1000), app.quit))
    window = windows.open_window()
    if trouble is not None:
        window.tell(translated(trouble), "warn")
    elif desk.preferences.trouble is not None:
        window.tell(translated(desk.preferences.trouble.message), "warn")
    QTimer.singleShot(AFTER_FIRST_FRAME_MS, offer.begin)
    QTimer.singleShot(AFTER_FIRST_FRAME_MS, windows.desktop.begin)
    if single is not None:
        single.raise_asked.connect(windows.come_forward)
        QTimer.singleShot(AFTER_FIRST_FRAME_MS, single.listen)
    if desk.sandbox is None:
        QTimer.singleShot(0, lambda: _sweep(desk))
    with _quitting_on_signals(app, windows.close_all):
        try:
            return app.exec()
        finally:
            windows.close_all()
            desk.closings.begin(desk.preferences.close)
            desk.closings.wait()
            if single is not None:
                single.close()
            if mark is not None:
                mark.end()


def _sweep(desk: Desk) -> None:
    """Destroy what has outlived its lease, on a thread: the keyring may keep one waiting."""

    def sweep() -> None:
        from lmchat_desktop.services.lease_sweep import sweep_leases

        swept = sweep_leases(desk.profiles, desk.caches, desk.secrets)
        if swept:
            logger.info("%d caches were destroyed, their leases having ended", swept)

    threading.Thread(target=sweep, name="lease-sweep", daemon=True).start()


def _ended(desk: Desk, code: int) -> int:
    """The exit code; a thread that would not end in time does not keep the process."""
    if desk.closings.busy:
        logger.warning("something was still being closed at the end; it is cut off")
        logging.shutdown()
        os._exit(code)
    return code


@contextmanager
def _quitting_on_signals(app: QApplication, close_all: Callable[[], None]) -> Iterator[None]:
    """End the application on SIGINT and SIGTERM by closing its windows; the second time at once.

    Python's handlers run only between two steps of Python, so the signal wakes Qt by a socket.
    """
    from PySide6.QtCore import QSocketNotifier, QTimer

    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read, app)
    notifier.activated.connect(lambda: reader.recv(64))
    asked: list[int] = []

    def take(number: int, _frame: object) -> None:
        if asked:
            app.quit()
        asked.append(number)
        # The windows are closed by the event loop, not amid whatever Python was doing.
        QTimer.singleShot(0, close_all)

    earlier_fd = signal.set_wakeup_fd(writer.fileno())
    earlier = {number: signal.signal(number, take) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(earlier_fd)
        notifier.setEnabled(False)
        reader.close()
        writer.close()


def has_display() -> bool:
    """Whether a window could be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _no_display() -> int:
    print(  # noqa: T201
        "lmchat-desktop: there is no display to open a window on (neither DISPLAY nor "
        "WAYLAND_DISPLAY is set). `lmchat-desktop tour` draws the pages into pictures instead.",
        file=sys.stderr,
    )
    return 2
