"""One part of a form: its label above, what is filled in, a hint, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

GAP = 4


class FormField(QWidget):
    """Makes the values of one or more fields of a body; subclasses fill `body`.

    Args:
        title: what it is, above it.
        names: the fields of the body that it makes.
        hint: what should be known about it, below it.

    Attributes:
        title, names: as above.
        body: the layout for what is filled in.
        foot: the layout below all else.
        changed: a person changed it, or `put` did.
        reached: the keyboard came to this widget of it.
    """

    changed = Signal()
    reached = Signal(object)

    def __init__(
        self, title: str, names: tuple[str, ...], parent: QWidget | None = None, *, hint: str = ""
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.names = names
        self._inputs: list[QWidget] = []
        self.label = PlainLabel(title, self, role="label_strong")
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self._hint = PlainLabel(hint, self, role="label", tone="muted", wrap=True)
        self._hint.setVisible(bool(hint))
        self._mark = GlyphMark("bad", "bad", 14, self)
        self._problem = PlainLabel("", self, role="label", tone="bad", wrap=True)
        self._problem.setObjectName("problem")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._problem, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.label)
        layout.addLayout(self.body)
        layout.addWidget(self._hint)
        layout.addLayout(row)
        self.foot = QVBoxLayout()
        layout.addLayout(self.foot)
        self._show("")

    def state(self) -> object:
        """What is filled in, right or wrong, only to be compared."""
        raise NotImplementedError

    def wish(self) -> dict[str, Any]:
        """The values by their names; only where `trouble` has nothing to say."""
        raise NotImplementedError

    def trouble(self) -> str:
        """What is wrong with what is filled in, or an empty text."""
        raise NotImplementedError

    def put(self, values: Mapping[str, Any]) -> None:
        """Fill in values; names that are not there are filled in as none."""
        raise NotImplementedError

    def takes_input_in(self, *inputs: QWidget) -> None:
        """Name the widgets that are marked where something is wrong; the first gets the focus."""
        self._inputs = list(inputs)
        for each in inputs:
            each.installEventFilter(self)
        self.label.setBuddy(inputs[0])
        self._describe()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell that the keyboard came to one of the inputs."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.reached.emit(watched)
        return super().eventFilter(watched, event)

    def focus_input(self) -> None:
        """Bring the keyboard to it."""
        shown = next((each for each in self._inputs if each.isVisible()), None)
        if shown is not None:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_hint(self, text: str) -> None:
        """Say something else below it."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._describe()

    def problem(self) -> str:
        """What it says is wrong."""
        return self._problem.whole_text()

    def show_problem(self, text: str) -> None:
        """Say what is wrong; an empty text takes it back."""
        if text != self.problem():
            self._show(text)

    def show_item_problem(self, place: int, text: str) -> None:
        """Say what is wrong with the value at a place of the list it makes."""
        self.show_problem(text)

    def check(self) -> bool:
        """Mark it where something is wrong; whether all is well."""
        self.show_problem(self.trouble())
        return not self.problem()

    def edited(self) -> None:
        """A person changed something: what was said about it is true no more."""
        self.show_problem("")
        self.changed.emit()

    def _show(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self._mark.setVisible(bool(text))
        for each in self._inputs:
            each.setProperty("invalid", bool(text))
            each.style().unpolish(each)
            each.style().polish(each)
        self._describe()

    def _describe(self) -> None:
        hint = self._hint.whole_text()
        parts = [part for part in (self.problem(), hint) if part]
        for each in self._inputs:
            each.setAccessibleDescription(one_line(" ".join(parts)))
