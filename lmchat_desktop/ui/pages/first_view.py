"""What a page shows at a start, before the session is open: read from what it showed last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QScrollArea, QWidget

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


class FirstView(QWidget):
    """Shows what `Page.record` has told; it is only looked at.

    Args:
        content: of the record.
        now: the effective time.
        zone: of all times.

    Attributes:
        scroller: what scrolls its content.

    Raises:
        ValueError: the content is not what it should be.
    """

    scroller: QScrollArea

    def __init__(
        self, content: bytes, now: datetime, zone: ZoneInfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)

    def figures_text(self) -> str:
        """The figures that it shows, as text."""
        raise NotImplementedError
