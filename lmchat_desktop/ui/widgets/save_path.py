"""Asks a person where a file is to be saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

AskPath = Callable[["QWidget", str, str, str], str]
"""Asks with a parent, a title, a proposed name and the kinds of files; empty if nowhere."""


def ask_path(parent: QWidget, title: str, name: str, kinds: str) -> str:
    """Ask where to save; empty if the person thinks better of it."""
    return QFileDialog.getSaveFileName(parent, title, name, kinds)[0]
