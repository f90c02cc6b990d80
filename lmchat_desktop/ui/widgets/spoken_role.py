"""Tells screen readers what a widget is, where its class does not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QAccessibleInterface

_PROPERTY = "spokenRole"


def speak_as(widget: QWidget, role: QAccessible.Role) -> None:
    """Give a widget a role; to be called before it is shown."""
    _install()
    widget.setProperty(_PROPERTY, role.value)


@cache
def _install() -> None:
    QAccessible.installFactory(_interface)


def _interface(_class_name: str, described: QObject) -> QAccessibleInterface | None:
    if isinstance(described, QWidget):
        role = described.property(_PROPERTY)
        if role is not None:
            return QAccessibleWidget(described, QAccessible.Role(role))
    return None
