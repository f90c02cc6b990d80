"""What a story does on the Usage page, through its real controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox

from lmchat_desktop.tour.waiting import turns
from lmchat_desktop.ui.widgets.buttons import ChoiceButton
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from lmchat_desktop.domain.usage.cells import Dimension
    from lmchat_desktop.tour.visitor import Visitor
    from lmchat_desktop.ui.pages.figures.measures import ChartMeasure, ChartStyle
    from lmchat_desktop.ui.pages.usage.model import Shown
    from lmchat_desktop.ui.pages.usage.view import UsagePage

_INSIDE = QPoint(10, 10)


class UsageVisit:
    """A person on the Usage page.

    Attributes:
        visitor: the person.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    @property
    def page(self) -> UsagePage:
        """The page."""
        return cast("UsagePage", self.visitor.workspace.page("usage"))

    @property
    def shown(self) -> Shown:
        """The report that is shown.

        Raises:
            LookupError: nothing is shown yet.
        """
        shown = self.page.model.shown
        if shown is None:
            raise LookupError("the Usage page shows no report yet")
        return shown

    def name_of(self, dimension: Dimension, value: str) -> str:
        """A group's name as the page shows it."""
        return self.shown.names.full(dimension, value)

    def range(self, title: str) -> None:
        """Click a range, such as "7 d"."""
        self._segment("usage-range", title)

    def group(self, dimension: Dimension) -> None:
        """Group by a dimension, by the menu."""
        self.visitor.choose(self._choice("usage-group"), dimension.value)

    def style(self, style: ChartStyle) -> None:
        """Draw stacked or as lines."""
        self.visitor.choose(self._choice("usage-style"), style.value)

    def measure(self, measure: ChartMeasure) -> None:
        """Choose what the main chart counts."""
        self.visitor.choose(self._choice("usage-measure"), measure.value)

    def side(self, title: str) -> None:
        """Choose what the second chart shows."""
        self._segment("usage-side-view", title)

    def compare(self, on: bool) -> None:
        """Compare with the previous period, or not."""
        box = self.page.findChild(QCheckBox, "usage-compare")
        if box is None:
            raise LookupError("there is nothing to compare with")
        if box.isChecked() != on:
            QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().topLeft() + _INSIDE)
            turns()
        self.visitor.settled()

    def click_row(self, row: int) -> str:
        """Click a group of the breakdown; answers its value."""
        table = self.page.breakdown.table.rows
        index = table.model().index(row, 0)
        clicked: list[object] = []
        table.row_clicked.connect(clicked.append)
        place = table.visualRect(index).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        turns()
        table.row_clicked.disconnect(clicked.append)
        self.visitor.settled()
        if not clicked:
            raise LookupError(f"row {row} of the breakdown could not be clicked")
        return str(clicked[0])

    def brush(self, first: float, last: float) -> None:
        """Drag over the main chart, from one share of its width (0 to 1) to another."""
        chart = self.page.measure_card.chart
        if chart.data is None:
            raise LookupError("the chart has no data")
        count = len(chart.data.edges) - 1
        start = chart.point_of_bucket(round(first * (count - 1)))
        end = chart.point_of_bucket(round(last * (count - 1)))
        before = self.page.model.state.range
        QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=start)
        for share in (0.25, 0.5, 0.75, 1.0):
            QTest.mouseMove(chart, start + (end - start) * share)
            turns(1)
        QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=end)
        self.visitor.until(lambda: self.page.model.state.range != before, "the brushed range")
        self.visitor.settled()

    def point_at(self, share: float) -> str:
        """Hold the pointer over the chart; answers what the crosshair says."""
        chart = self.page.measure_card.chart
        if chart.data is None:
            raise LookupError("the chart has no data")
        count = len(chart.data.edges) - 1
        QTest.mouseMove(chart, chart.point_of_bucket(round(share * (count - 1))))
        turns()
        return chart.readout_text()

    def point_away(self) -> None:
        """Take the pointer off the chart."""
        QApplication.sendEvent(self.page.measure_card.chart, QEvent(QEvent.Type.Leave))
        turns()

    def _choice(self, name: str) -> ChoiceButton:
        found = self.page.findChild(ChoiceButton, name)
        if found is None:
            raise LookupError(f"there is no control called {name!r}")
        return found

    def _segment(self, name: str, title: str) -> None:
        control = self.page.findChild(SegmentedControl, name)
        if control is None:
            raise LookupError(f"there is no control called {name!r}")
        for button in control.findChildren(QAbstractButton):
            if button.accessibleName() == title:
                self.visitor.click(button)
                self.visitor.settled()
                return
        raise LookupError(f"{name} offers no {title!r}")
