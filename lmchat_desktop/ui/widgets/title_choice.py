"""A choice that looks like words with a chevron, so that it can stand in a card's title row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt

from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import ChoiceButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

_CHEVRON_PX = 12


class TitleChoice(ChoiceButton):
    """One of several options as the title itself, or less strong as a remark beside it."""

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
        *,
        name: str,
        strong: bool = True,
    ) -> None:
        super().__init__(options, parent=parent, name=name)
        self.setProperty("look", "title")
        self.setProperty("muted", not strong)
        self.setFont(typography().text(strong=strong))
        self.setIcon(icon("down"))
        side = typography().px(_CHEVRON_PX)
        self.setIconSize(QSize(side, side))
        # The chevron stands behind the words.
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
