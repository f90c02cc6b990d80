"""The controls and the theme are on the way to the first frame: nothing heavy comes with them."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import lmchat_desktop.ui.theme
import lmchat_desktop.ui.widgets

HEAVY = frozenset({"httpx", "numpy", "pydantic", "pyqtgraph", "qtawesome", "sqlalchemy"})


def test_no_control_and_nothing_of_the_theme_loads_anything_heavy() -> None:
    names = [
        module.name
        for package in (lmchat_desktop.ui.theme, lmchat_desktop.ui.widgets)
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ]
    assert len(names) > 25
    code = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert HEAVY.isdisjoint(done.stdout.split())


def test_an_icon_is_drawn_without_its_library() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from lmchat_desktop.ui.theme.icons import glyph_character; glyph_character('usage')\n"
        "sys.exit('qtawesome' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
