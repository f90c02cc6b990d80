"""Text that wraps, however its layout measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class Paragraph(PlainLabel):
    """Text that wraps and is as high as it needs in its width, however long it is."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that the text has in this width."""
        super().resizeEvent(event)
        # A label never needs less than its minimum: what a narrower one needed has to go first.
        self.setMinimumHeight(0)
        self.setMinimumHeight(self.heightForWidth(self.width()))
