"""What may be loaded by what, proved in fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lmchat_desktop.settings.paths import application_paths
from lmchat_desktop.settings.preferences import PreferenceStore
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
from tests.support.first_picture import SeenBefore

HEAVY = {"numpy", "httpx", "sqlalchemy", "pydantic", "fastapi", "keyring", "pyqtgraph", "nanoarrow"}


def modules_after(code: str) -> set[str]:
    """The top-level modules that are loaded once the code has run in a new interpreter."""
    script = (
        f"{code}\nimport sys; print('\\n'.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    return set(done.stdout.split())


HEADLESS = [
    "domain",
    "contract",
    "client",
    "cache",
    "evidence",
    "sync",
    "settings",
    "services",
    "sandbox",
]


@pytest.mark.parametrize("package", HEADLESS)
def test_every_module_of_a_headless_package_runs_without_qt(package: str) -> None:
    loaded = modules_after(
        "import importlib, pkgutil\n"
        f"import lmchat_desktop.{package} as package\n"
        "for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    if '.migrations.' not in module.name:\n"
        "        importlib.import_module(module.name)\n"
    )
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "qtawesome"}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_answers_before_anything_heavy_is_loaded(option: str) -> None:
    loaded = modules_after(
        "from lmchat_desktop.__main__ import main\n"
        "try:\n"
        f"    main([{option!r}])\n"
        "except SystemExit as done:\n"
        "    assert done.code == 0\n"
    )
    assert not loaded & {"PySide6", *HEAVY}


FIRST_FRAME = """
import os
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from lmchat_desktop.bootstrap import make_application, make_desk
from lmchat_desktop.services.private_sandbox import PrivateSandbox
from lmchat_desktop.settings.paths import application_paths
from lmchat_desktop.settings.secrets import KeyringSecrets
from lmchat_desktop.ui.shell.windows import Windows

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWidgetType():
            app.quit()
        return False

paths = application_paths(Path({home!r}))
paths.prepare()
app = make_application()
painted = Painted()
app.installEventFilter(painted)
desk = make_desk(app, paths, secrets=KeyringSecrets())
PrivateSandbox(Path({home!r}) / "world")
windows = Windows(desk, app)
windows.open_window()
app.exec()
"""


def test_the_first_frame_waits_for_nothing_heavy(tmp_path: Path) -> None:
    loaded = modules_after(FIRST_FRAME.format(home=str(tmp_path)))
    assert "PySide6" in loaded
    assert not loaded & HEAVY


FIRST_PICTURE = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from lmchat_desktop.bootstrap import make_application, make_desk
from lmchat_desktop.settings.paths import application_paths
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
from lmchat_desktop.ui.shell.windows import Windows

class Painted(QObject):
    def eventFilter(self, watched, event):
        view = window.first_stage.view if window is not None else None
        if event.type() == QEvent.Type.Paint and view is not None:
            if watched is view.page.chart.plot:
                assert view.page.figures_text().startswith("486,903 ")
                # What follows at once loads the rest.
                print(*{{name.split(".")[0] for name in sys.modules}}, flush=True)
                os._exit(0)
        return False

window = None
paths = application_paths(Path({home!r}))
app = make_application()
painted = Painted()
app.installEventFilter(painted)
secrets = MemorySecrets()
for kind, secret in {secrets!r}:
    secrets.set({profile!r}, {person!r}, SecretKind(kind), secret)
windows = Windows(make_desk(app, paths, secrets=secrets), app)
window = windows.open_window()
app.exec()
"""


def test_the_figures_of_the_last_time_wait_for_nothing_heavy(tmp_path: Path) -> None:
    secrets = MemorySecrets()
    application_paths(tmp_path).prepare()
    PreferenceStore(tmp_path / "config").set(zone="UTC")
    seen = SeenBefore.made(tmp_path, secrets, caches=tmp_path / "data" / "caches")
    place = (seen.profile.id, seen.place.person_id)
    kept = [(kind.value, secrets.get(*place, kind)) for kind in SecretKind]
    loaded = modules_after(
        FIRST_PICTURE.format(
            home=str(tmp_path),
            secrets=[each for each in kept if each[1] is not None],
            profile=place[0],
            person=place[1],
        )
    )
    assert "sqlcipher3" in loaded
    assert not loaded & HEAVY
