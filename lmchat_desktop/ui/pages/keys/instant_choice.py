"""Chooses an instant by how far it is away or by date, and previews it before it is committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, QTimer, QTimeZone, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.wall_time import Resolved, WallTime, resolve
from lmchat_desktop.ui.pages.acting.act_words import UTC_ZONE, in_zone
from lmchat_desktop.ui.pages.figures.times import offset_text
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.date_field import DateTimeField
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import QShowEvent

LOOK_MS = 5_000
"""So often a preview that moves with the present is brought up to date."""
UNTIL = "until"
"""The choice of a date and time of its own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which instants a choice lies; functions, because they move with the present.

    Attributes:
        now: the present; what is chosen lies after it, or is it.
        start: what spans are counted from.
        latest: up to when; None for no limit.
        why: what stands against a later instant, in words.
    """

    now: Callable[[], datetime]
    start: Callable[[], datetime]
    latest: Callable[[], datetime] | None = None
    why: str = ""


class InstantChoice(QWidget):
    """A row of spans and a date of one's own, above a preview of the instant that is meant.

    A span that leads beyond the latest instant means the latest; a date beyond it is refused.

    Args:
        name: what is chosen, for screen readers.
        spans: value, title and length of each choice.
        heading: what happens at the instant, above the preview.
        zone: the zone of the date and of the preview, which also shows UTC.
        limits: between which instants it has to be.
        current: the span that is chosen at first.
        remark_of: what to know about an instant, in words, and the tone; by the chosen value.

    Attributes:
        segments: the row of choices.
        field: the date and time of one's own.
        changed: another instant is meant.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        spans: Sequence[tuple[str, str, timedelta]],
        heading: str,
        zone: ZoneInfo,
        limits: Limits,
        parent: QWidget | None = None,
        *,
        current: str = "",
        remark_of: Callable[[str, datetime], tuple[str, str]] | None = None,
    ) -> None:
        super().__init__(parent)
        self._zone, self._limits = zone, limits
        self._spans = {value: length for value, _title, length in spans}
        self._remark_of = remark_of
        titles = [(value, title) for value, title, _length in spans]
        self.segments = SegmentedControl(
            [*titles, (UNTIL, self.tr("Until…"))], current or None, self, name=name
        )
        self.field = DateTimeField(f"{name} ({zone.key})", self)
        self.field.setMinimumWidth(typography().px(210))
        self._zone_note = PlainLabel(zone.key, self, role="label", tone="muted")
        self._lines = {
            part: PlainLabel("", self, role="strong" if part == "local" else "text")
            for part in ("local", "utc")
        }
        self._remark = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self._remark.setObjectName("instant-remark")
        self._lay_out(heading)
        self._put(limits.start() + timedelta(days=1))
        self.segments.current_changed.connect(self._chosen)
        self.field.dateTimeChanged.connect(self._show)
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_MS)
        self._looks.timeout.connect(self._look)
        self._heading = heading
        self._chosen()

    @property
    def value(self) -> str:
        """The chosen span's value, or `UNTIL`."""
        return self.segments.current

    def take_focus(self) -> None:
        """Bring the keyboard to the choice that is on."""
        for button in self.segments.findChildren(Button):
            if button.isChecked():
                button.setFocus(Qt.FocusReason.TabFocusReason)

    def at(self) -> datetime | None:
        """The instant that is meant now; None where the date is past or too late."""
        return self._meant()[0]

    def _meant(self) -> tuple[datetime | None, bool]:
        """The instant, and whether it is the latest possible one in the place of a later one."""
        length = self._spans.get(self.value)
        latest = self._limits.latest() if self._limits.latest is not None else None
        if length is not None:
            at = self._limits.start() + length
            return (at, False) if latest is None or at <= latest else (latest, True)
        at = self._typed().at
        if at <= self._limits.now() or (latest is not None and at > latest):
            return None, False
        return at, False

    def why_not(self) -> str:
        """Why no instant is meant, in words; empty where one is."""
        if self.at() is not None:
            return ""
        if self._typed().at <= self._limits.now():
            return self.tr("That time is past. Choose a later one.")
        latest = self._limits.latest
        assert latest is not None
        return self.tr("{why} The latest is {time}.").format(
            why=self._limits.why, time=in_zone(latest(), self._zone)
        )

    def text_of(self, part: str) -> str:
        """What the preview says: `local`, `utc` or `remark`."""
        return (self._remark if part == "remark" else self._lines[part]).whole_text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()
        self._looks.start()

    def _lay_out(self, heading: str) -> None:
        when = QGridLayout()
        when.setHorizontalSpacing(8)
        when.addWidget(self.field, 0, 0)
        when.addWidget(self._zone_note, 0, 1)
        when.setColumnStretch(2, 1)
        choices = QGridLayout()
        choices.addWidget(self.segments, 0, 0)
        choices.setColumnStretch(1, 1)
        card = Card(parent=self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(PlainLabel(heading, self, role="label", tone="muted"), 0, 0, 1, 2)
        for row, (part, zone) in enumerate((("local", self._zone), ("utc", UTC_ZONE)), start=1):
            label = PlainLabel(zone.key, self, role="label", tone="muted")
            self._lines[part].setObjectName(f"instant-{part}")
            grid.addWidget(label, row, 0)
            grid.addWidget(self._lines[part], row, 1)
            if part == "utc" and self._zone.key == "UTC":
                label.hide()
                self._lines[part].hide()
        card.body.addLayout(grid)
        card.body.addWidget(self._remark)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(choices)
        column.addLayout(when)
        column.addWidget(card)

    def _put(self, at: datetime) -> None:
        local = at.astimezone(self._zone)
        self.field.setDateTime(
            QDateTime(
                QDate(local.year, local.month, local.day),
                QTime(local.hour, local.minute),
                QTimeZone.utc(),
            )
        )

    def _typed(self) -> Resolved:
        shown = self.field.dateTime()
        day, time = shown.date(), shown.time()
        local = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute())
        return resolve(local, self._zone)

    def _chosen(self) -> None:
        own = self.value == UNTIL
        self.field.setVisible(own)
        self._zone_note.setVisible(own)
        self._show()

    def _look(self) -> None:
        # By itself rather than at a hide event, which also comes to what is being destroyed.
        if self.isVisible():
            self._show()
        else:
            self._looks.stop()

    def _show(self) -> None:
        at, capped = self._meant()
        if at is None:
            texts, remark, tone = {}, self.why_not(), "bad"
        else:
            texts = {"local": offset_text(at, self._zone), "utc": offset_text(at, UTC_ZONE)}
            remark, tone = self._what_to_know(at, capped)
        for part, line in self._lines.items():
            line.setText(texts.get(part, formatting.UNKNOWN))
        self._remark.setText(remark)
        self._remark.set_tone(tone)
        self._remark.setVisible(bool(remark))
        told = " · ".join((*texts.values(), remark))
        self.segments.setAccessibleDescription(f"{self._heading}: {told}")
        self.changed.emit()

    def _what_to_know(self, at: datetime, capped: bool) -> tuple[str, str]:
        kind = self._typed().kind if self.value == UNTIL else WallTime.ONCE
        if kind is WallTime.NEVER:
            return self.tr(
                "Clocks are put forward over that time, so it does not exist on that day. The "
                "instant above is taken."
            ), "warn"
        if kind is WallTime.TWICE:
            return self.tr(
                "Clocks are put back over that time, so it happens twice on that day. The first "
                "of the two is taken."
            ), "warn"
        if capped:
            return self._limits.why, "warn"
        if self._remark_of is not None:
            return self._remark_of(self.value, at)
        return "", "muted"
