"""Facts about one thing, as rows of a label and a value that wraps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL_PX, FACT_GAP = 104, 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what, how it is, and what is to be known about it.

    Attributes:
        label, value: the words; the value can hold foreign text.
        note: a muted continuation.
        tone: of the value.
    """

    label: str
    value: str
    note: str = ""
    tone: str | None = None


class FactGrid(QWidget):
    """Facts as rows of a label and a value that wraps.

    Attributes:
        facts: what is shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(FACT_GAP)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, typography().px(LABEL_PX))
        self._grid.setColumnStretch(1, 1)
        self._shown: list[tuple[PlainLabel, PlainLabel, PlainLabel]] = []
        self.facts: tuple[Fact, ...] = ()

    def put(self, facts: Sequence[Fact]) -> None:
        """Show these facts; the labels that are there already stay."""
        self.facts = tuple(facts)
        for row, fact in enumerate(facts):
            if row == len(self._shown):
                self._shown.append(self._row(row))
            label, value, note = self._shown[row]
            label.setText(fact.label)
            value.setText(fact.value)
            value.set_tone(fact.tone)
            note.setText(fact.note)
            value.setAccessibleName(f"{fact.label}: {fact.value} {fact.note}".strip())
            for part in (label, value):
                part.setVisible(True)
            note.setVisible(bool(fact.note))
        for parts in self._shown[len(facts) :]:
            for part in parts:
                part.setVisible(False)

    def _row(self, row: int) -> tuple[PlainLabel, PlainLabel, PlainLabel]:
        top = Qt.AlignmentFlag.AlignTop
        label = PlainLabel("", self, tone="muted", wrap=True)
        value = PlainLabel("", self, wrap=True, selectable=True)
        note = PlainLabel("", self, role="label", tone="muted", wrap=True)
        for part in (value, note):
            # A word that is longer than the room does not widen the whole grid.
            policy = part.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            part.setSizePolicy(policy)
        cell = QVBoxLayout()
        cell.setSpacing(1)
        cell.addWidget(value)
        cell.addWidget(note)
        self._grid.addWidget(label, row, 0, top)
        self._grid.addLayout(cell, row, 1)
        return label, value, note
