"""Panes side by side, or one below the other where the width is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QGridLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import CARD_GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent


class Panes(QWidget):
    """Two or more panes side by side, or one below the other where the width is too small.

    Args:
        panes: each pane with its share of the width.
        narrowest: the width at text scale 1 below which the panes are stacked.
    """

    def __init__(
        self,
        panes: Sequence[tuple[QWidget, int]],
        parent: QWidget | None = None,
        *,
        narrowest: int = 860,
    ) -> None:
        super().__init__(parent)
        self._panes = list(panes)
        self._narrowest = narrowest
        self._abreast: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(CARD_GAP)
        self._arrange(True)

    @property
    def abreast(self) -> bool:
        """Whether the panes stand side by side."""
        return bool(self._abreast)

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest pane: the others can go below it."""
        return QSize(max(self._least_widths()), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the panes side by side, or not."""
        super().resizeEvent(event)
        self._arrange(self._fit_abreast())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange(self._fit_abreast())

    def _least_widths(self) -> list[int]:
        return [pane.minimumSizeHint().width() for pane, _share in self._panes]

    def _fit_abreast(self) -> bool:
        together = sum(self._least_widths()) + (len(self._panes) - 1) * CARD_GAP
        return self.width() >= max(typography().px(self._narrowest), together)

    def _arrange(self, abreast: bool) -> None:
        if abreast == self._abreast:
            return
        self._abreast = abreast
        for place, (pane, share) in enumerate(self._panes):
            self._grid.removeWidget(pane)
            self._grid.addWidget(pane, *((0, place) if abreast else (place, 0)))
            self._grid.setColumnStretch(place, share if abreast else int(place == 0))
            self._grid.setColumnMinimumWidth(place, 0)
            self._grid.setRowStretch(place, 1 if place == 0 or not abreast else 0)
        self.updateGeometry()
