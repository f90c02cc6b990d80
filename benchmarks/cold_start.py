"""How long a new process takes to its first window and to its first figures, beside bare windows.

All are started afresh in turn, best of N, so that the ratios do not depend on the machine:
- to the sign-in page, of an application without a profile, beside a bare Qt window;
- to the Overview's figures, painted, out of an encrypted cache that was filled before and with a
  backend that is away, beside a bare Qt window with a bare pyqtgraph plot: in the first picture,
  which shows what was seen last, and in the page itself, over an open session.
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
from pathlib import Path

from benchmarks.rows import Row, peak_mb, tell
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.services.opening import open_session
from lmchat_desktop.services.private_sandbox import PrivateSandbox
from lmchat_desktop.settings.paths import application_paths
from lmchat_desktop.settings.profiles import CacheKeeping, ProfileStore
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
from lmchat_desktop.sync.synchroniser import Synchroniser

SECRETS = "secrets.json"
"""What stands for a keyring here: the cache's key and tokens of a sandbox that is gone."""

FIRST_PAINT = """
from PySide6.QtCore import QEvent, QObject
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWidgetType() and ready(watched):
            app.quit()
        return False
watcher = Painted()
app.installEventFilter(watcher)
"""

BARE = f"""
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
ready = lambda painted: True
{FIRST_PAINT}
window = QLabel("lmchat")
window.resize(1280, 800)
window.show()
app.exec()
"""

BARE_PLOT = f"""
import pyqtgraph
from PySide6.QtWidgets import QApplication
app = QApplication([])
ready = lambda painted: True
{FIRST_PAINT}
window = pyqtgraph.PlotWidget()
window.plot(range(100))
window.resize(1280, 800)
window.show()
app.exec()
"""

OURS = f"""
import json
from pathlib import Path
from lmchat_desktop.bootstrap import make_application, make_desk
from lmchat_desktop.settings.paths import application_paths
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
paths = application_paths(Path(HOME))
paths.prepare()
app = make_application()
secrets = MemorySecrets()
kept = Path(HOME) / "{SECRETS}"
for profile, person, kind, secret in json.loads(kept.read_text()) if kept.exists() else ():
    secrets.set(profile, person, SecretKind(kind), secret)
desk = make_desk(app, paths, secrets=secrets)
from lmchat_desktop.ui.shell.windows import Windows
windows = Windows(desk, app)
window = windows.open_window()
READY
{FIRST_PAINT}
app.exec()
END
"""

SIGN_IN = "ready = lambda painted: True"

FIRST_PICTURE = """
def ready(painted):
    view = window.first_stage.view
    if view is None or painted is not view.page.chart.plot:
        return False
    figures = view.page.figures_text()
    assert figures and "–" not in figures, figures
    return True
"""

PAGE = """
def ready(painted):
    if window.workspace is None or window.stack.currentWidget() is not window.workspace:
        return False
    page = window.workspace.stack.currentWidget()
    return page.model.picture is not None and page.chart_card.chart.isAncestorOf(painted)
"""

CUT = """
import os
os._exit(0)  # tearing down is not measured
"""

LEAVE = """
windows.ended.connect(app.quit)
windows.close_all()
app.exec()
desk.preferences.close()
"""


def ours(ready: str, end: str = CUT) -> str:
    """The application, ended as soon as what is wanted was painted."""
    return OURS.replace("READY", ready).replace("END", end)


def seconds(code: str, home: str) -> float:
    """The wall time of one new process that runs the code."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code.replace("HOME", repr(home))],
        check=True,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=60,
    )
    return time.perf_counter() - started


def fill(home: Path, world: Path) -> None:
    """Leave a home as after a first day: a profile, and a cache with the sample world's usage."""
    paths = application_paths(home)
    paths.prepare()
    sandbox = PrivateSandbox(world)
    try:
        door = sandbox.open()
        entrance = door.enter(door.person(Role.ADMIN).person.id)
        profiles, secrets = ProfileStore(paths.config), MemorySecrets()
        profile = profiles.add("Sandbox", door.profile.base_url)
        session = open_session(profile, entrance, caches=paths.data / "caches", secrets=secrets)
        Synchroniser(
            session.client, session.cache, session.clock, session.watched_scopes
        ).run_once()
        person = entrance.known_person(
            session.clock.now(), CacheKeeping.KEYRING, session.lease_until
        )
        profiles.update(profile.with_person(person))
        profiles.used(profile.id)
        session.close()
        place = (profile.id, person.person_id)
        kept = [(*place, kind.value, secrets.get(*place, kind)) for kind in SecretKind]
        (home / SECRETS).write_text(json.dumps([each for each in kept if each[-1] is not None]))
    finally:
        sandbox.stop()
    seconds(ours(PAGE, LEAVE), str(home))  # seen once, it is there to be seen at once


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        empty, filled = Path(folder, "empty"), Path(folder, "filled")
        fill(filled, Path(folder, "world"))
        codes = {
            "bare": (BARE, empty),
            "sign-in": (ours(SIGN_IN), empty),
            "plot": (BARE_PLOT, empty),
            "picture": (ours(FIRST_PICTURE), filled),
            "page": (ours(PAGE), filled),
        }
        found: dict[str, list[float]] = {name: [] for name in codes}
        for _ in range(times):
            for name, (code, home) in codes.items():
                found[name].append(seconds(code, str(home)))
    best = {name: min(taken) for name, taken in found.items()}
    tell(
        Row(
            "start to the sign-in page",
            best["sign-in"],
            "s",
            "bare Qt window",
            best["bare"],
            state="cold",
        ),
        Row(
            "start to cached figures",
            best["picture"],
            "s",
            "bare Qt and pyqtgraph window",
            best["plot"],
            goal=1.5,
            state="cold",
            note="what the Overview showed last, read from the encrypted cache and painted: tiles, "
            "chart and lists; a file stands in for the system's keyring",
        ),
        Row(
            "start to the complete page",
            best["page"],
            "s",
            "bare Qt and pyqtgraph window",
            best["plot"],
            state="cold",
            peak_mb=peak_mb(children=True),
            note="the session open, the figures worked out anew from the cells and painted; a file "
            "stands in for the system's keyring",
        ),
    )


if __name__ == "__main__":
    main()
