"""Chooses a range of time by hand and shows, before it is taken, which instants it means."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, QTimeZone
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.timebasis import Period, choose_step
from lmchat_desktop.domain.wall_time import Resolved, WallTime, resolve
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.usage_segments import MAX_BUCKETS
from lmchat_desktop.ui.pages.figures.instants import Quick, quick_range
from lmchat_desktop.ui.pages.figures.times import offset_text, step_text
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.date_field import DateTimeField
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.wording import translated


class RangeDialog(QDialog):
    """Asks for the first instant and the end of a range, as wall-clock times of one zone.

    Attributes:
        zone: the zone that the fields are in.
        first, last: the fields; the range ends just before what `last` says.
        of_charts: whether what is chosen is for charts, of which there is more to be known.
    """

    def __init__(
        self,
        period: Period,
        zone: ZoneInfo,
        now: datetime,
        first_data: datetime | None,
        parent: QWidget | None = None,
        *,
        of_charts: bool = True,
    ) -> None:
        super().__init__(parent)
        self.zone = zone
        self.of_charts = of_charts
        self._now = now
        self._first_data = first_data
        self.setObjectName("range-dialog")
        self.setWindowTitle(self.tr("Choose a range"))
        self.first = self._field(self.tr("From"))
        self.last = self._field(self.tr("Until, not included"))
        self._lines = {
            name: PlainLabel("", self)
            for name in ("first-local", "first-utc", "last-local", "last-utc", "length")
        }
        self._remark = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self._remark.setObjectName("remark")
        self._cancel = Button(self.tr("Cancel"), self)
        self._cancel.clicked.connect(self.reject)
        self._accept = Button(self.tr("Show this range"), self, look="primary")
        self._accept.setObjectName("accept-range")
        self._accept.setDefault(True)
        self._accept.clicked.connect(self.accept)
        self._lay_out()
        self.put(period)
        self.first.dateTimeChanged.connect(self._preview)
        self.last.dateTimeChanged.connect(self._preview)
        self._preview()

    @property
    def period(self) -> Period | None:
        """The range as it stands; None while its end is not after its start."""
        start, end = self._resolved(self.first).at, self._resolved(self.last).at
        return Period(start, end) if start < end else None

    def put(self, period: Period) -> None:
        """Fill the fields in."""
        for field, at in ((self.first, period.start), (self.last, period.end)):
            local = at.astimezone(self.zone)
            field.setDateTime(
                QDateTime(
                    QDate(local.year, local.month, local.day),
                    QTime(local.hour, local.minute),
                    QTimeZone.utc(),
                )
            )

    def _field(self, name: str) -> DateTimeField:
        field = DateTimeField(f"{name} ({self.zone.key})", self)
        field.setMinimumWidth(typography().px(210))
        return field

    def _lay_out(self) -> None:
        fields = QGridLayout()
        fields.setHorizontalSpacing(16)
        fields.setVerticalSpacing(6)
        for column, (name, field) in enumerate(
            ((self.tr("From"), self.first), (self.tr("Until, not included"), self.last))
        ):
            label = self._muted(name)
            label.setBuddy(field)
            fields.addWidget(label, 0, column)
            fields.addWidget(field, 1, column)

        quick = QHBoxLayout()
        quick.setSpacing(4)
        for choice, text in self._quick_names().items():
            button = Button(text, self, small=True)
            button.setObjectName(f"quick-{choice.value}")
            button.clicked.connect(lambda _checked=False, choice=choice: self._take(choice))
            quick.addWidget(button)
        quick.addStretch(1)

        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._accept)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addLayout(fields)
        layout.addLayout(quick)
        layout.addWidget(self._preview_card())
        layout.addLayout(buttons)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)

    def _preview_card(self) -> QWidget:
        card = Card(parent=self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        heads = ("", self.zone.key, "UTC") if self.zone.key != "UTC" else ("", "UTC")
        for column, head in enumerate(heads):
            grid.addWidget(self._muted(head), 0, column)
        for row, (name, side) in enumerate(
            ((self.tr("From"), "first"), (self.tr("Until"), "last")), start=1
        ):
            grid.addWidget(self._muted(name), row, 0)
            for column, kind in enumerate(("local", "utc")[: len(heads) - 1], start=1):
                line = self._lines[f"{side}-{kind}"]
                line.setObjectName(f"{side}-{kind}")
                grid.addWidget(line, row, column)
        for unused in ("first-utc", "last-utc") if len(heads) == 2 else ():
            self._lines[unused].hide()
        grid.setColumnStretch(len(heads), 1)
        grid.addWidget(self._muted(self.tr("Length")), 3, 0)
        grid.addWidget(self._lines["length"], 3, 1, 1, 3)
        self._remark.setMinimumHeight(self._remark.fontMetrics().height() * 2 + 2)
        self._remark.setAlignment(Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(grid)
        card.body.addWidget(self._remark)
        return card

    def _muted(self, text: str) -> PlainLabel:
        return PlainLabel(text, self, role="label", tone="muted")

    def _quick_names(self) -> dict[Quick, str]:
        return {
            Quick.TODAY: self.tr("Today"),
            Quick.YESTERDAY: self.tr("Yesterday"),
            Quick.THIS_WEEK: self.tr("This week"),
            Quick.LAST_WEEK: self.tr("Last week"),
            Quick.THIS_MONTH: self.tr("This month"),
            Quick.LAST_MONTH: self.tr("Last month"),
        }

    def _take(self, quick: Quick) -> None:
        self.put(quick_range(quick, self._now, self.zone))

    def _resolved(self, field: DateTimeField) -> Resolved:
        shown = field.dateTime()
        day, time = shown.date(), shown.time()
        local = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute())
        return resolve(local, self.zone)

    def _preview(self) -> None:
        first, last = self._resolved(self.first), self._resolved(self.last)
        for side, resolved in (("first", first), ("last", last)):
            self._lines[f"{side}-local"].setText(offset_text(resolved.at, self.zone))
            self._lines[f"{side}-utc"].setText(offset_text(resolved.at, ZoneInfo("UTC")))
        period = self.period
        self._lines["length"].setText(_length(period) if period is not None else formatting.UNKNOWN)
        remark, tone = self._what_to_know(first, last, period)
        self._remark.setText(remark)
        self._remark.set_tone(tone)
        self._accept.setEnabled(period is not None)
        self._accept.setToolTip("" if period is not None else remark)

    def _what_to_know(
        self, first: Resolved, last: Resolved, period: Period | None
    ) -> tuple[str, str]:
        if period is None:
            return self.tr("The end has to be after the start."), "bad"
        kinds = {first.kind, last.kind}
        if WallTime.NEVER in kinds:
            return (
                self.tr(
                    "Clocks are put forward over that time, so it does not exist on that day. "
                    "The instant above is taken."
                ),
                "warn",
            )
        if WallTime.TWICE in kinds:
            return (
                self.tr(
                    "Clocks are put back over that time, so it happens twice on that day. "
                    "The first of the two is taken."
                ),
                "warn",
            )
        if period.start >= self._now:
            return self.tr("This range lies in the future: there is no data yet."), "warn"
        if not self.of_charts:
            return "", "muted"
        if self._first_data is not None and period.start < self._first_data:
            at = translated(formatting.moment(self._first_data, self.zone))
            return (
                self.tr("The first data is of {at}; before it the charts show no data.").format(
                    at=at
                ),
                "muted",
            )
        step = step_text(choose_step(period.start, period.end, MAX_BUCKETS))
        return self.tr("Charts show this range {step}.").format(step=step), "muted"


def _length(period: Period) -> str:
    seconds = round((period.end.astimezone(UTC) - period.start.astimezone(UTC)).total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    parts = [
        said("Ages", "{count} d", count=f"{days:,}") if days else None,
        said("Ages", "{count} h", count=hours) if hours else None,
        said("Ages", "{count} min", count=rest // 60) if rest >= 60 or seconds < 60 else None,
    ]
    return " ".join(translated(part) for part in parts if part is not None)
