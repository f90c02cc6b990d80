"""The card around a main chart: what it counts in the title, the time it is of beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, HEAD_GAP, Card
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.title_choice import TitleChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

CHART_HEIGHT_PX = 344
DRAG_GAP_PX = 16


class ChartCard(Card):
    """A chart below a title row that chooses what it counts.

    Args:
        chart: what is drawn.
        measures: what it can count: (value, title) each.

    Attributes:
        measures: the choice.
    """

    def __init__(
        self, chart: QWidget, measures: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        translate = QCoreApplication.translate
        self.measures = TitleChoice(
            measures, self, name=translate("UsagePage", "What the chart counts")
        )
        self.measures.setObjectName("usage-measure")
        self._drag = PlainLabel(
            translate("UsagePage", "drag to zoom"), self, role="label", tone="muted"
        )
        self.add_leading(self.measures)
        self.add_trailing(self._drag)
        self.body.addWidget(chart, 1)
        self.setMinimumHeight(typography().px(CHART_HEIGHT_PX))

    def put_head(self, hint: str, name: str) -> None:
        """Say what is shown.

        Args:
            hint: the step and the time, beside the title.
            name: what a screen reader calls it.
        """
        self.hint.setText(hint)
        self.hint.show()
        self._make_room()
        self.setAccessibleName(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the hint out where it would cut what the chart is of."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        parts = [widget.sizeHint().width() for widget in (self.measures, self.hint, self._drag)]
        room = self.contentsRect().width() - 2 * CARD_MARGIN
        self._drag.setVisible(sum(parts) + 2 * HEAD_GAP + DRAG_GAP_PX <= room)
