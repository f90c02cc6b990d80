"""The panel beside the crosshair: the bucket's time and every series' value in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix
from lmchat_desktop.ui.widgets.paint import rounded
from lmchat_desktop.ui.widgets.plain import one_line

if TYPE_CHECKING:
    from lmchat_desktop.domain.formatting import Figure

_PADDING = 10
_SWATCH_PX = 8
_GAP = 8
_COLUMN_GAP = 18
_OFFSET = 14
_LONGEST_NAME_PX = 230


@dataclass(frozen=True, slots=True)
class ReadoutRow:
    """One line of the panel.

    Attributes:
        title: the series.
        figure: its value.
        colour: of its swatch, or None.
        strong: a sum, set apart by weight.
        dashed: the swatch is a dashed line: something compared with.
        note: muted words behind the value, such as a change.
        name: the series' stable name, where it can be chosen by keyboard.
        chosen: it is chosen.
    """

    title: str
    figure: Figure
    colour: str | None = None
    strong: bool = False
    dashed: bool = False
    note: str = ""
    name: str = ""
    chosen: bool = False


class Readout(QWidget):
    """Painted over the plot; never takes the pointer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._head = ""
        self._rows: list[ReadoutRow] = []
        self._foot = ""
        self.hide()

    def show_rows(self, head: str, rows: list[ReadoutRow], foot: str = "") -> None:
        """Fill the panel; `place` puts it somewhere."""
        self._head, self._rows, self._foot = head, rows, foot
        self.resize(self.sizeHint())
        self.update()

    def text(self) -> str:
        """All it says, for screen readers."""
        parts = [self._head]
        parts += [f"{row.title} {row.figure} {row.note}".strip() for row in self._rows]
        return ", ".join(part for part in [*parts, self._foot] if part)

    def chosen_text(self) -> str:
        """What it says of the chosen series, for screen readers."""
        said = (f"{row.title} {row.figure} {row.note}".strip() for row in self._rows if row.chosen)
        return next(said, "")

    def place(self, point: QPoint, area: QRect) -> None:
        """Stand beside a point of the parent, on the side with room, within the area."""
        width, height = self.width(), self.height()
        x = point.x() + _OFFSET
        if x + width > area.right():
            x = point.x() - _OFFSET - width
        x = max(area.left(), min(x, area.right() - width))
        y = max(area.top(), min(point.y() - height // 3, area.bottom() - height))
        self.move(x, y)

    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        type_ = typography()
        return QFontMetrics(type_.label(tabular=True)), QFontMetrics(
            type_.label(strong=True, tabular=True)
        )

    def _row_height(self) -> int:
        return self._metrics()[0].height() + 5

    def _swatch_room(self) -> int:
        coloured = any(row.colour for row in self._rows)
        return typography().px(_SWATCH_PX) + _GAP if coloured else 0

    def _columns(self) -> tuple[int, int, int, int]:
        """Widths of name, number, unit and note."""
        plain, strong = self._metrics()
        limit = typography().px(_LONGEST_NAME_PX)
        names = numbers = units = notes = 0
        for row in self._rows:
            metrics = strong if row.strong else plain
            names = max(names, min(limit, metrics.horizontalAdvance(one_line(row.title)) + 2))
            numbers = max(numbers, metrics.horizontalAdvance(row.figure.number))
            if row.figure.unit:
                units = max(units, plain.horizontalAdvance(row.figure.unit) + 4)
            if row.note:
                notes = max(notes, plain.horizontalAdvance(row.note) + 10)
        return names, numbers, units, notes

    def sizeHint(self) -> QSize:
        plain, strong = self._metrics()
        names, numbers, units, notes = self._columns()
        swatch = self._swatch_room()
        inner = swatch + names + _COLUMN_GAP + numbers + units + notes if self._rows else 0
        inner = max(inner, strong.horizontalAdvance(self._head))
        lines = len(self._rows) + 1
        height = lines * self._row_height() + 2 * _PADDING - 3
        if self._foot:
            inner = max(inner, plain.horizontalAdvance(self._foot))
            height += self._row_height()
        return QSize(inner + 2 * _PADDING, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, type_ = tokens(), typography()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        rounded(painter, rect, 6, fill=colours.raised, border=colours.border_strong)
        plain = type_.label(tabular=True)
        strong = type_.label(strong=True, tabular=True)
        row_height = self._row_height()
        middle = Qt.AlignmentFlag.AlignVCenter
        left = middle | Qt.AlignmentFlag.AlignLeft
        right = middle | Qt.AlignmentFlag.AlignRight
        inner = rect.adjusted(_PADDING, _PADDING - 2, -_PADDING, 0)
        line = QRectF(inner.left(), inner.top(), inner.width(), row_height)
        painter.setFont(strong)
        painter.setPen(QColor(colours.text))
        painter.drawText(line, left, self._head)
        names, _numbers, units, notes = self._columns()
        swatch = self._swatch_room()
        numbers_right = inner.right() - notes - units
        for row in self._rows:
            line.translate(0, row_height)
            if row.chosen:
                tint = mix(colours.raised, colours.accent, 0.16)
                rounded(painter, line.adjusted(-5, 0, 5, 0), 3, fill=tint, border=colours.accent)
            if row.colour is not None:
                self._swatch(painter, line, row)
            painter.setFont(strong if row.strong else plain)
            painter.setPen(QColor(colours.text if row.strong else colours.muted))
            name = painter.fontMetrics().elidedText(
                one_line(row.title), Qt.TextElideMode.ElideMiddle, names
            )
            painter.drawText(line.adjusted(swatch, 0, 0, 0), left, name)
            painter.setPen(QColor(colours.text if row.figure.known else colours.muted))
            box = QRectF(line.left(), line.top(), numbers_right - line.left(), row_height)
            painter.drawText(box, right, row.figure.number)
            painter.setFont(plain)
            painter.setPen(QColor(colours.muted))
            if row.figure.unit:
                painter.drawText(
                    line.adjusted(numbers_right - line.left() + 4, 0, 0, 0), left, row.figure.unit
                )
            if row.note:
                painter.drawText(line, right, row.note)
        if self._foot:
            line.translate(0, row_height)
            painter.setFont(plain)
            painter.setPen(QColor(colours.muted))
            painter.drawText(line, left, self._foot)

    def _swatch(self, painter: QPainter, line: QRectF, row: ReadoutRow) -> None:
        y, side = line.center().y(), typography().px(_SWATCH_PX)
        colour = QColor(row.colour or tokens().muted)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if row.dashed:
            for x in (0.0, 0.6):
                painter.drawRect(QRectF(line.left() + x * side, y - 1, 0.4 * side, 2))
        else:
            box = QRectF(line.left(), y - side / 2, side, side)
            painter.drawRoundedRect(box, 2, 2)
