"""Text that wraps, however its layout measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class Paragraph(PlainLabel):
    """Text that wraps and is never less high than it needs in its width, however long it is."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that the text has in this width."""
        super().resizeEvent(event)
        needed = self.heightForWidth(self.width())
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)
