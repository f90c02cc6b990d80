"""The filter menu: a dimension, then its values with their requests, searchable and ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.pages.figures.names import dimension_word
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.choice_view import (
    ChoiceView,
    choice_row,
    place_below,
    ticked_values,
)
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS_SEEN = 9
WIDTH_PX = 340


@dataclass(frozen=True, slots=True)
class FilterValue:
    """A value that can be filtered by.

    Attributes:
        value: as the cube has it.
        name: what it is called; it came from outside.
        requests: its requests in the period under the other filters; None while unknown.
    """

    value: str
    name: str
    requests: int | None


class FilterPanel(QFrame):
    """A popup that ticks the values of one dimension; each tick applies at once.

    Typing searches, Up and Down move, Space or Enter tick, Escape closes.

    Attributes:
        dimension: what is filtered.
    """

    values_chosen = Signal(object, object)
    """Emitted with the dimension and the frozenset of its ticked values."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("filter-panel")
        self.setProperty("look", "popup")
        self.dimension = Dimension.MODEL
        self._anchor: QWidget = parent
        self._filling = False
        self._model = QStandardItemModel(0, 2, self)
        self._model.itemChanged.connect(self._ticked)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._field = QLineEdit(self)
        self._field.setObjectName("filter-search")
        self._field.setMaxLength(200)
        self._field.textChanged.connect(self._search)
        self._field.installEventFilter(self)
        self._list = ChoiceView(self._found, self)
        self._list.setObjectName("filter-values")
        self._list.clicked.connect(self._list.tick)
        self._list.installEventFilter(self)
        self._note = PlainLabel("", self, tone="muted", wrap=True)
        self._clear = Button(self.tr("Clear"), self, look="quiet", small=True)
        self._clear.clicked.connect(self._clear_all)
        self._done = Button(self.tr("Done"), self, small=True)
        self._done.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self._clear)
        foot.addStretch(1)
        foot.addWidget(self._done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        layout.addWidget(self._note)
        layout.addLayout(foot)

    def open_at(self, anchor: QWidget, dimension: Dimension, chosen: frozenset[str]) -> None:
        """Show it below a control, with the values that are known so far: those chosen."""
        self.dimension = dimension
        word = dimension_word(dimension)
        self._field.clear()
        self._field.setPlaceholderText(self.tr("Search {what}").format(what=word))
        self._field.setAccessibleName(self._field.placeholderText())
        self._list.setAccessibleName(self.tr("Values of {what}").format(what=word))
        self._note.setText(self.tr("Counting…"))
        self._anchor = anchor
        self._fill((), chosen)
        self.show()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_values(
        self, dimension: Dimension, values: Sequence[FilterValue], chosen: frozenset[str]
    ) -> None:
        """Offer values; ignored if another dimension is shown by now."""
        if dimension is self.dimension and self.isVisible():
            self._note.setText("" if values else self.tr("Nothing to choose in this period."))
            self._fill(values, chosen)

    def fail(self, text: str) -> None:
        """Say why there are no values."""
        self._note.setText(text)
        self._note.setVisible(True)

    def chosen(self) -> frozenset[str]:
        """The ticked values."""
        return frozenset(ticked_values(self._model.item, self._model.rowCount()))

    def _fill(self, values: Sequence[FilterValue], chosen: frozenset[str]) -> None:
        self._filling = True
        self._model.removeRows(0, self._model.rowCount())
        for each in values:
            row = choice_row(
                each.value,
                each.name,
                str(formatting.count(each.requests)),
                ticked=each.value in chosen,
            )
            row[1].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._model.appendRow(row)
        self._filling = False
        self._clear.setEnabled(bool(chosen))
        self._note.setVisible(bool(self._note.text()))
        self._list.setVisible(bool(values))
        self._list.fit_rows(min(MOST_ROWS_SEEN, len(values)))
        self.setFixedWidth(typography().px(WIDTH_PX))
        self.adjustSize()
        place_below(self, self._anchor)
        self._list.select(0)

    def _search(self, text: str) -> None:
        self._found.setFilterFixedString(text)
        self._list.select(0)

    def _ticked(self, _item: QStandardItem) -> None:
        if not self._filling:
            chosen = self.chosen()
            self._clear.setEnabled(bool(chosen))
            self.values_chosen.emit(self.dimension, chosen)

    def _clear_all(self) -> None:
        self._filling = True
        for row in range(self._model.rowCount()):
            self._model.item(row, 0).setCheckState(Qt.CheckState.Unchecked)
        self._filling = False
        self._clear.setEnabled(False)
        self.values_chosen.emit(self.dimension, frozenset())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the list be used from the search field, and tick by Space and Enter."""
        if self._list.ticked_by(watched, event, self._field):
            return True
        return super().eventFilter(watched, event)
