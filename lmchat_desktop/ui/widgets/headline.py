"""A title with controls, and something on the far side or, where it is narrow, below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from lmchat_desktop.ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

GAP = 12


class Headline(QWidget):
    """A title and controls, and something on the far side or, where it is narrow, below.

    Args:
        lead: title and controls, which wrap like words.
        far: a label that wraps, or a control.
    """

    def __init__(
        self, lead: Sequence[QWidget], far: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lead = QWidget(self)
        flow = FlowLayout(self._lead, gap=GAP)
        for widget in lead:
            flow.addWidget(widget)
        self._far = far
        self._beside: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(GAP // 2)
        self._arrange(True)

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest of its parts."""
        parts = (self._lead.minimumSizeHint().width(), self._far.minimumSizeHint().width())
        return QSize(max(parts), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the far part beside or below."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Find the far part's place anew; for when it says something else."""
        wanted = self._lead.sizeHint().width() + GAP + self._far_width()
        self._arrange(self.width() >= wanted)

    def _far_width(self) -> int:
        if self._far.isHidden():
            return 0
        if isinstance(self._far, QLabel):
            return self._far.fontMetrics().horizontalAdvance(self._far.text()) + 2
        return self._far.sizeHint().width()

    def _arrange(self, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        for widget in (self._lead, self._far):
            self._grid.removeWidget(widget)
        side = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        place = (0, 1) if beside else (1, 0)
        self._grid.addWidget(self._lead, 0, 0)
        if isinstance(self._far, QLabel):
            self._far.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(self._far, *place)
        else:
            # Absolute, since a control that puts its icon behind its text reads right to left.
            self._grid.addWidget(self._far, *place, side | Qt.AlignmentFlag.AlignAbsolute)
        self._grid.setColumnStretch(0, int(not beside))
        self._grid.setColumnStretch(1, int(beside))
        self.updateGeometry()
