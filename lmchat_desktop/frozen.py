"""What differs where the program is a frozen build: its folder, its command line, its children."""

from __future__ import annotations

import os
import sys
from pathlib import Path

LIBRARY_PATH = "LD_LIBRARY_PATH"
LIBRARY_PATH_BEFORE = "LD_LIBRARY_PATH_ORIG"
"""Where PyInstaller's loader leaves what it replaced."""
STARTS_AFRESH = "PYINSTALLER_RESET_ENVIRONMENT"
"""Tells the loader of a child that it is a program of its own, not a part of its parent."""


def is_frozen() -> bool:
    """Whether this is a frozen build."""
    return bool(getattr(sys, "frozen", False))


def bundle_folder() -> Path | None:
    """The folder of the frozen build's own files; None in a checkout or a wheel."""
    folder = getattr(sys, "_MEIPASS", None)
    return Path(folder) if folder is not None else None


def own_command() -> list[str]:
    """How this program starts itself again, from a checkout and from a frozen build."""
    if is_frozen():
        return [sys.executable]
    return [sys.executable, "-m", "lmchat_desktop"]


def free_children() -> None:
    """Let programs that a frozen build starts find their libraries where they would without it.

    The loader has libraries searched for in the build's folder first. This process goes on doing
    so, but a browser must not; and a child that is this program again arranges it for itself.
    """
    if not is_frozen():
        return
    before = os.environ.pop(LIBRARY_PATH_BEFORE, None)
    if before is not None:
        os.environ[LIBRARY_PATH] = before
    else:
        os.environ.pop(LIBRARY_PATH, None)
    os.environ[STARTS_AFRESH] = "1"
