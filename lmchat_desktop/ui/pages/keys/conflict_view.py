"""Two versions of one key, field by field: what joined by itself, and what is to be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from lmchat_desktop.domain.keys.conflict import TOGETHER, same
from lmchat_desktop.ui.pages.keys.form.field_words import field_title, value_text
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN, Card, Hairline
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from lmchat_desktop.domain.keys.conflict import FieldConflict, Merge

MINE, THEIRS = "mine", "theirs"


class ConflictView(QWidget):
    """Shows what each side changed, and asks for each field that both changed.

    Args:
        merge: what comes of the two changes.
        base: the fields as both had seen them.
        zone: the zone of instants.
        names: what models and providers are called, by id.

    Attributes:
        decided: something was chosen.
        choices: the choice of each field, by the first of its names.
    """

    decided = Signal()

    def __init__(
        self,
        merge: Merge,
        base: Mapping[str, Any],
        zone: ZoneInfo,
        names: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("scrolled")
        self._merge = merge
        self._zone = zone
        self._names = names
        self.choices: dict[str, SegmentedControl] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        layout.setSpacing(CARD_GAP)
        groups = _groups(merge.conflicts)
        if groups:
            layout.addWidget(self._conflicts_card(groups))
        if merge.changes or merge.theirs:
            layout.addWidget(self._joined_card(base))
        layout.addStretch(1)

    @property
    def complete(self) -> bool:
        """Whether everything is decided."""
        return all(choice.current for choice in self.choices.values())

    def mine(self) -> frozenset[str]:
        """The fields, of those that both changed, that stay as this person wants them."""
        return frozenset(
            each.name
            for group in _groups(self._merge.conflicts)
            for each in group
            if self.choices[group[0].name].current == MINE
        )

    def take_focus(self) -> None:
        """Bring the keyboard to the first thing to decide."""
        first = next(iter(self.choices.values()), None)
        if first is not None:
            first.findChildren(Button)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _conflicts_card(self, groups: Sequence[Sequence[FieldConflict]]) -> Card:
        card = Card(self.tr("Changed by both of you"), self)
        card.body.setSpacing(16)
        for place, group in enumerate(groups):
            if place:
                card.body.addWidget(Hairline(self))
            title = field_title(group[0].name)
            card.body.addWidget(PlainLabel(title, self, role="strong"))
            card.body.addLayout(
                self._rows(
                    [
                        (self.tr("It was"), self._text(group, "base")),
                        (self.tr("Yours"), self._text(group, "mine")),
                        (self.tr("Theirs"), self._text(group, "theirs")),
                    ]
                )
            )
            choice = SegmentedControl(
                [(MINE, self.tr("Keep yours")), (THEIRS, self.tr("Take theirs"))],
                "",
                self,
                name=title,
            )
            choice.setObjectName(f"choose-{group[0].name}")
            choice.current_changed.connect(lambda _value: self.decided.emit())
            self.choices[group[0].name] = choice
            card.body.addWidget(choice, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _joined_card(self, base: Mapping[str, Any]) -> Card:
        card = Card(self.tr("Joined by themselves"), self)
        card.body.setSpacing(16)
        for words, values in (
            (self.tr("Changed by you"), self._merge.changes),
            (self.tr("Changed by somebody else"), self._merge.theirs),
        ):
            if values:
                card.body.addWidget(PlainLabel(words, self, role="label", tone="muted"))
                rows = [
                    (
                        field_title(name),
                        self.tr("{before} → {now}").format(
                            before=self._value(name, base[name]), now=self._value(name, value)
                        ),
                    )
                    for name, value in values.items()
                ]
                card.body.addLayout(self._rows(rows))
        return card

    def _rows(self, rows: Sequence[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (name, text) in enumerate(rows):
            label = PlainLabel(name, self, tone="muted")
            value = PlainLabel(text, self, wrap=True)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        return grid

    def _text(self, group: Sequence[FieldConflict], side: str) -> str:
        """The values of fields that mean something together: $100.00 · a month."""
        values = [(each.name, getattr(each, side)) for each in group]
        first = values[0][1]
        told = values if first is not None else values[:1]
        return " · ".join(self._value(name, value) for name, value in told)

    def _value(self, name: str, value: Any) -> str:
        return value_text(name, value, self._zone, self._names)


def _groups(conflicts: Sequence[FieldConflict]) -> list[list[FieldConflict]]:
    """Fields that mean something together are decided together."""
    by_name = {each.name: each for each in conflicts}
    groups: list[list[FieldConflict]] = []
    seen: set[str] = set()
    for each in conflicts:
        if each.name in seen:
            continue
        names = next((names for names in TOGETHER if each.name in names), (each.name,))
        group = [by_name[name] for name in names if name in by_name]
        seen.update(member.name for member in group)
        groups.append(group)
    return groups


def differing(
    fields: Sequence[str], before: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields that say something else now, with what they say."""
    return {name: now[name] for name in fields if not same(name, before[name], now[name])}
