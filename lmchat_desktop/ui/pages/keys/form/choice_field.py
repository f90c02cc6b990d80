"""A field for which things of a catalogue a key may use: all, or only those that are ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lmchat_desktop.ui.pages.keys.form.choice_list import Choice, ChoiceList
from lmchat_desktop.ui.pages.keys.form.form_field import FormField
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALL, ONLY = "all", "only"
_CHIPS = 12


class ChoiceField(FormField):
    """All, or only these: a list to tick, and a chip for each thing that is chosen.

    What is chosen and is not in the catalogue stays chosen, under its identifier.

    Args:
        title: what is chosen among, such as "Models".
        name: the field of the body.
        all_title: the offer of no restriction, such as "Any model".
        hint: what should be known about it.

    Attributes:
        choice: all or only these.
        list: what can be ticked.
    """

    def __init__(
        self,
        title: str,
        name: str,
        all_title: str,
        parent: QWidget | None = None,
        *,
        hint: str = "",
    ) -> None:
        super().__init__(title, (name,), parent)
        self._hint_text = hint
        self._known: dict[str, Choice] = {}
        self._as_put: Sequence[str] | None = None
        self.choice = SegmentedControl(
            [(ALL, all_title), (ONLY, self.tr("Only these"))], ALL, self, name=title
        )
        self.choice.setObjectName(f"{name}-choice")
        self.choice.current_changed.connect(self._chosen)
        self.list = ChoiceList(title, self)
        self.list.setObjectName(name)
        self.list.ticked.connect(self._ticked)
        self._chips = QWidget(self)
        self._flow = FlowLayout(self._chips, gap=6)
        self.body.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._chips)
        self.body.addWidget(self.list)
        self.takes_input_in(self.list.view, self.choice)
        self.list.fill((), ())
        self._preview()

    def offer(self, choices: Sequence[Choice]) -> None:
        """Take the catalogue; what is chosen stays so."""
        chosen = self.list.chosen()
        self._known = {choice.value: choice for choice in choices}
        self._refill(chosen)

    def state(self) -> object:
        return self.choice.current, self.list.chosen()

    def wish(self) -> dict[str, Any]:
        if self.choice.current == ALL:
            return {self.names[0]: None}
        chosen = self.list.chosen()
        if self._as_put is not None and sorted(self._as_put) == sorted(chosen):
            return {self.names[0]: list(self._as_put)}
        return {self.names[0]: chosen}

    def trouble(self) -> str:
        if self.choice.current == ONLY and not self.list.chosen():
            return self.tr("Tick at least one, or allow all.")
        return ""

    def put(self, values: Mapping[str, Any]) -> None:
        self._as_put = values.get(self.names[0])
        self.choice.set_current(ALL if self._as_put is None else ONLY)
        self._refill(self._as_put or ())
        self.changed.emit()

    def show_item_problem(self, place: int, text: str) -> None:
        chosen = self.wish()[self.names[0]] or ()
        if place < len(chosen):
            text = self.tr("{name}: {what}").format(name=self._name_of(chosen[place]), what=text)
        self.show_problem(text)

    def _refill(self, chosen: Sequence[str]) -> None:
        unknown = [Choice(value, value) for value in chosen if value not in self._known]
        self.list.fill([*self._known.values(), *unknown], frozenset(chosen))
        self._preview()

    def _name_of(self, value: str) -> str:
        return self._known[value].name if value in self._known else value

    def _chosen(self, value: str) -> None:
        self._preview()
        self.edited()
        if value == ONLY and not self.list.search.isHidden():
            self.list.search.setFocus()

    def _ticked(self) -> None:
        self._preview()
        self.edited()

    def _untick(self, value: str) -> None:
        self.list.set_chosen([each for each in self.list.chosen() if each != value])
        self.list.view.setFocus()
        self._ticked()

    def _preview(self) -> None:
        only = self.choice.current == ONLY
        chosen = self.list.chosen() if only else []
        self.list.setVisible(only)
        self._show_chips(chosen)
        if not only:
            self.set_hint(self._hint_text)
            return
        count = self.tr("{count} of {total} chosen").format(
            count=f"{len(chosen):,}", total=f"{len(self._known):,}"
        )
        self.set_hint(f"{count}. {self._hint_text}".strip() if self._hint_text else count)

    def _show_chips(self, chosen: Sequence[str]) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for value in chosen[:_CHIPS]:
            chip = Chip(self._name_of(value), self._chips)
            chip.removed.connect(lambda value=value: self._untick(value))
            chip.clicked.connect(lambda _checked=False, value=value: self._untick(value))
            self._flow.addWidget(chip)
            chip.show()
        if len(chosen) > _CHIPS:
            more = self.tr("and {count} more").format(count=f"{len(chosen) - _CHIPS:,}")
            label = PlainLabel(more, self._chips, role="label", tone="muted")
            self._flow.addWidget(label)
            label.show()
        self._chips.setVisible(bool(chosen))
        self._chips.updateGeometry()
