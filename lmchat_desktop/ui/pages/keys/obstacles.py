"""Why keys cannot be changed now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.ui.pages.acting.act_words import offline

if TYPE_CHECKING:
    from lmchat_desktop.ui.shell.context import PageContext

translate = QCoreApplication.translate


def obstacle(context: PageContext) -> str:
    """Why keys cannot be changed now, in words; empty where they can."""
    if not context.session.may(Scope.KEYS_WRITE):
        return translate("KeyActs", "Your roles do not allow changing keys.")
    return offline(context)
