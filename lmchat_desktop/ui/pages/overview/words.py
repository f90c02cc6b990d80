"""The overview's own texts, in one context for translators."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Text of the overview in the language of the interface."""
    return QCoreApplication.translate("OverviewPage", text)
