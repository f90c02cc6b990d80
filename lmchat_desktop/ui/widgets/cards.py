"""The card: a surface with a title row and something on its far side."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line, plain_tooltip, shown

PAGE_MARGIN = 24
CARD_MARGIN = 16
CARD_GAP = 16
HEAD_PX = 30
"""The height of a card's title row, whatever stands in it: titles of neighbours are level."""
HEAD_TOP = 12
HEAD_GAP = 8


class Card(QFrame):
    """A surface that holds one thing.

    Attributes:
        body: the layout below the title row.
        heading: the title's label.
        hint: a muted continuation of the title, such as "per 3 hours".
    """

    def __init__(
        self,
        title: str = "",
        parent: QWidget | None = None,
        *,
        hint: str = "",
        margin: int = CARD_MARGIN,
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(margin, min(HEAD_TOP, margin), margin, margin)
        outer.setSpacing(HEAD_GAP)
        self._header = QWidget(self)
        self._header.setMinimumHeight(typography().px(HEAD_PX))
        self._row = QHBoxLayout(self._header)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(HEAD_GAP)
        self.heading = PlainLabel(title, role="strong", elide=Qt.TextElideMode.ElideRight)
        self.hint = PlainLabel(hint, tone="muted", elide=Qt.TextElideMode.ElideRight)
        self._row.addWidget(self.heading)
        self._row.addWidget(self.hint)
        self._row.addStretch(1)
        outer.addWidget(self._header)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)
        self.set_title(title, hint)

    def set_title(self, title: str, hint: str = "", *, tooltip: str = "") -> None:
        """Name the card; an empty title without a trailing widget hides the title row.

        `tooltip` explains title and hint where they are not cut.
        """
        self.heading.setText(title)
        self.hint.setText(hint)
        self.heading.setVisible(bool(title))
        self.hint.setVisible(bool(hint))
        self._header.setVisible(bool(title) or self._row.count() > 3)
        self._header.setToolTip(plain_tooltip(tooltip))
        self.setAccessibleName(one_line(f"{title} {hint}".strip()))
        self.setAccessibleDescription(shown(tooltip))

    def take_frame_away(self) -> None:
        """Be a part of the card around it: without a surface, an edge or margins of its own."""
        self.setProperty("look", "")
        outer = self.layout()
        assert outer is not None
        outer.setContentsMargins(0, 0, 0, 0)

    def add_leading(self, widget: QWidget) -> None:
        """Put a control in the place of the title, before the hint."""
        self._row.insertWidget(0, widget)
        self._header.setVisible(True)

    def add_trailing(self, widget: QWidget) -> None:
        """Put a control or a note at the far side of the title row."""
        self._row.addWidget(widget)
        self._header.setVisible(True)


class Hairline(QFrame):
    """A line of one pixel between two areas."""

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("look", "hairline")
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
