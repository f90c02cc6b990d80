"""How long a new process takes to its first painted window, beside a bare Qt window.

Both are started afresh in turn, best of N, so that the ratio does not depend on the machine. The
application has no profile yet, so what is measured is the way to its sign-in page.
Run: python -m benchmarks.cold_start [--times 7]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

FIRST_PAINT = """
from PySide6.QtCore import QEvent, QObject
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWidgetType():
            app.quit()
        return False
watcher = Painted()
app.installEventFilter(watcher)
"""

BARE = f"""
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
{FIRST_PAINT}
window = QLabel("lmchat")
window.resize(1280, 800)
window.show()
app.exec()
"""

OURS = f"""
from pathlib import Path
from lmchat_desktop.bootstrap import make_application, make_desk
from lmchat_desktop.settings.paths import application_paths
paths = application_paths(Path(HOME))
paths.prepare()
app = make_application()
{FIRST_PAINT}
desk = make_desk(app, paths)
from lmchat_desktop.ui.shell.windows import Windows
windows = Windows(desk, app)
windows.open_window()
app.exec()
import os
os._exit(0)  # tearing down is not measured
"""


def seconds(code: str) -> float:
    """The wall time of one new process that runs the code."""
    with tempfile.TemporaryDirectory() as home:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", code.replace("HOME", repr(home))],
            check=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    bare, ours = [], []
    for _ in range(times):
        bare.append(seconds(BARE))
        ours.append(seconds(OURS))
    print(
        json.dumps(
            {
                "bare_window_s": round(min(bare), 3),
                "application_s": round(min(ours), 3),
                "ratio": round(min(ours) / min(bare), 2),
                "best_of": times,
            }
        )
    )


if __name__ == "__main__":
    main()
