"""A process that meets a fault: `python -m tests.ui.shell.crashing HOW HOME`.

HOW is slot, pool, segfault, kill or nothing; in a frame and in the errors lie a canary text and an
e-mail address. `offered` says whether the start offers anything, and ends.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QTimer

from lmchat_desktop.bootstrap import make_application
from lmchat_desktop.services.crash_reports import CrashReports
from lmchat_desktop.services.log_file import start_log
from lmchat_desktop.settings.paths import application_paths
from lmchat_desktop.ui.shell.crash.offer import CrashOffer, mark_run
from lmchat_desktop.ui.shell.faults import FaultReporter, tell_fault
from lmchat_desktop.ui.tasks.runner import TaskRunner

CANARY = "Canary-7f3a91-prompt"
MAIL = "canary.person@example.org"


def fail() -> None:
    held = f"{CANARY} {MAIL}"
    try:
        raise KeyError(held)
    except KeyError as error:
        raise ValueError(f"could not read {held!r} at https://a.example/x?q={CANARY}") from error


def segfault() -> None:
    held = f"{CANARY} {MAIL}"
    ctypes.string_at(0)
    raise AssertionError(held)


def main(how: str, home: Path) -> int:
    paths = application_paths(home)
    paths.prepare()
    start_log(paths.log)
    reports = CrashReports(paths.log / "crashes")
    mark = mark_run(reports.folder)
    app = make_application()
    faults = FaultReporter(app, reports)
    faults.install()
    faults.reported.connect(app.quit)
    pool = ThreadPoolExecutor(1)
    runner = TaskRunner(pool)
    runner.task_failed.connect(lambda _task, error: tell_fault(error))
    offer = CrashOffer(reports, lambda: None, app)
    deeds = {
        "slot": lambda: QTimer.singleShot(0, fail),
        "pool": lambda: runner.run(fail),
        "segfault": lambda: QTimer.singleShot(0, segfault),
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "nothing": lambda: QTimer.singleShot(0, app.quit),
        "offered": offer.begin,
    }
    offer.looked.connect(lambda found: sys.stdout.write("offered" if found else "nothing"))
    offer.looked.connect(app.quit)
    logging.getLogger("lmchat_desktop.test").info("for %s", MAIL)
    deeds[how]()
    app.exec()
    pool.shutdown()
    if mark is not None:
        mark.end()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
