"""A field for when a key stops working: in so many days, at an instant, or never."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, QTime, QTimeZone
from PySide6.QtWidgets import QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.wall_time import (
    Resolved,
    WallTime,
    resolve,
    same_time_in,
    same_time_next_year,
    wall_minute,
)
from lmchat_desktop.ui.pages.figures.times import offset_text
from lmchat_desktop.ui.pages.keys.form.form_field import FormField
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.date_field import DateTimeField
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "expires_at"
_FIELD_PX = 210
_DAY = timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")


class Expiry(StrEnum):
    """What is offered."""

    MONTH = "30-days"
    QUARTER = "90-days"
    YEAR = "year"
    NEVER = "never"
    AT = "at"


class ExpiryField(FormField):
    """Chooses an instant and previews it: what is previewed is what is wished.

    Args:
        now: the present instant, from which days are counted.
        zone: the zone of the wall clock.

    Attributes:
        choice: which of the offers is taken.
        at: the date and time for `Expiry.AT`.
    """

    def __init__(self, now: datetime, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__("", (NAME,), parent)
        self.title = self.tr("Expires")
        self.label.setText(self.title)
        self._now = now
        self._zone = zone
        self._as_put: datetime | None = None
        self.choice = SegmentedControl(
            [
                (Expiry.MONTH.value, self.tr("30 days")),
                (Expiry.QUARTER.value, self.tr("90 days")),
                (Expiry.YEAR.value, self.tr("1 year")),
                (Expiry.NEVER.value, self.tr("Never")),
                (Expiry.AT.value, self.tr("At…")),
            ],
            Expiry.QUARTER.value,
            self,
            name=self.title,
        )
        self.choice.setObjectName("expiry")
        self.choice.current_changed.connect(self._chosen)
        self.at = DateTimeField(f"{self.title} ({zone.key})", self)
        self.at.setObjectName(NAME)
        self.at.setMinimumWidth(typography().px(_FIELD_PX))
        self._fill(same_time_in(90, now, zone))
        self.at.dateTimeChanged.connect(self._typed)
        holder = QWidget(self)
        row = FlowLayout(holder, gap=8)
        row.addWidget(self.choice)
        row.addWidget(self.at)
        self._instant = PlainLabel("", self, wrap=True)
        self._instant.setObjectName("expiry-local")
        self.body.addWidget(holder)
        self.body.addWidget(self._instant)
        self.takes_input_in(self.at, self.choice)
        self._preview()

    def state(self) -> object:
        return self._at()

    def wish(self) -> dict[str, Any]:
        return {NAME: self._at()}

    def trouble(self) -> str:
        at = self._at()
        if at is not None and at != self._as_put and at <= self._now:
            return self.tr("This instant is past. To end a key at once, revoke it.")
        return ""

    def put(self, values: Mapping[str, Any]) -> None:
        self._as_put = values.get(NAME)
        if self._as_put is None:
            self.choice.set_current(Expiry.NEVER.value)
        else:
            self.choice.set_current(Expiry.AT.value)
            self._fill(self._as_put)
        self._preview()
        self.changed.emit()

    def _fill(self, at: datetime) -> None:
        local = wall_minute(at, self._zone)
        self.at.setDateTime(
            QDateTime(
                QDate(local.year, local.month, local.day),
                QTime(local.hour, local.minute),
                QTimeZone.utc(),
            )
        )

    def _at(self) -> datetime | None:
        choice = Expiry(self.choice.current)
        if choice is Expiry.NEVER:
            return None
        if choice is Expiry.AT:
            return self._resolved().at
        if choice is Expiry.YEAR:
            return same_time_next_year(self._now, self._zone)
        return same_time_in(30 if choice is Expiry.MONTH else 90, self._now, self._zone)

    def _resolved(self) -> Resolved:
        shown = self.at.dateTime()
        day, time = shown.date(), shown.time()
        local = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute())
        kept = self._as_put
        if kept is not None and wall_minute(kept, self._zone) == local:
            # The field has no seconds, and cannot tell the second of two equal hours.
            return Resolved(kept, WallTime.ONCE)
        return resolve(local, self._zone)

    def _chosen(self, value: str) -> None:
        if value == Expiry.AT.value:
            self.at.setFocus()
        self._preview()
        self.edited()

    def _typed(self) -> None:
        self._preview()
        self.edited()
        self.check()

    def _preview(self) -> None:
        at = self._at()
        self.at.setVisible(self.choice.current == Expiry.AT.value)
        if at is None:
            self._instant.setText(self.tr("It works until it is revoked."))
            self.set_hint(self.tr("A key that is forgotten goes on working: an end is safer."))
            return
        self._instant.setText(offset_text(at, self._zone))
        parts = []
        if self._zone.key != "UTC":
            parts.append(f"{translated(formatting.moment(at, UTC_ZONE))} UTC")
        parts.append(self._from_now(at))
        self.set_hint(" · ".join(parts) + self._oddity())

    def _from_now(self, at: datetime) -> str:
        left = at - self._now
        if left < timedelta(0):
            return translated(formatting.ago(-left.total_seconds()))
        # Days across a clock change have an hour more or less.
        days = round(left / _DAY)
        if days >= 2:
            return self.tr("in {count} days").format(count=f"{days:,}")
        return self.tr("in {age}").format(age=translated(formatting.age(left.total_seconds())))

    def _oddity(self) -> str:
        if self.choice.current != Expiry.AT.value:
            return ""
        return {
            WallTime.ONCE: "",
            WallTime.NEVER: "\n"
            + self.tr(
                "Clocks are put forward over that time, so it does not exist on that day. "
                "The instant above is taken."
            ),
            WallTime.TWICE: "\n"
            + self.tr(
                "Clocks are put back over that time, so it happens twice on that day. "
                "The first of the two is taken."
            ),
        }[self._resolved().kind]
