"""A field for a budget: an amount in US dollars, its period, and when that begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from lmchat_desktop.contract.keys import BudgetPeriod
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.key_wishes import Unreadable, amount_text, nanos_of
from lmchat_desktop.domain.keys.budget import span_at
from lmchat_desktop.ui.pages.keys.form.form_field import FormField
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

AMOUNT, PERIOD = "budget_nanos", "budget_period"
_LONGEST = 40
_AMOUNT_PX = 180
translate = QCoreApplication.translate
UTC_ZONE = ZoneInfo("UTC")


class BudgetField(FormField):
    """An amount that is typed, and how often it begins anew; empty for no budget of its own.

    Args:
        now: the present instant.
        zone: the zone that the next reset is also said in.
    """

    def __init__(self, now: datetime, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__("", (AMOUNT, PERIOD), parent)
        self.title = self.tr("Amount in US dollars")
        self.label.setText(self.title)
        self._now = now
        self._zone = zone
        self.input = QLineEdit(self)
        self.input.setObjectName(AMOUNT)
        self.input.setAccessibleName(self.title)
        self.input.setMaxLength(_LONGEST)
        self.input.setMinimumWidth(typography().px(_AMOUNT_PX))
        self.input.setPlaceholderText(self.tr("No budget"))
        self.input.textChanged.connect(self._amount_changed)
        self.input.editingFinished.connect(self._tidy)
        self.period = SegmentedControl(
            [
                (BudgetPeriod.DAY.value, self.tr("A day")),
                (BudgetPeriod.WEEK.value, self.tr("A week")),
                (BudgetPeriod.MONTH.value, self.tr("A month")),
                (BudgetPeriod.TOTAL.value, self.tr("In all")),
            ],
            BudgetPeriod.MONTH.value,
            self,
            name=self.tr("Period of the budget"),
        )
        self.period.setObjectName(PERIOD)
        self.period.current_changed.connect(self._period_changed)
        holder = QWidget(self)
        row = FlowLayout(holder, gap=8)
        row.addWidget(self.input)
        row.addWidget(self.period)
        self.body.addWidget(holder)
        self.takes_input_in(self.input)
        self._preview()

    def state(self) -> object:
        return self.input.text(), self.period.current

    def wish(self) -> dict[str, Any]:
        text = self.input.text()
        if not text.strip():
            return {AMOUNT: None, PERIOD: None}
        return {AMOUNT: nanos_of(text), PERIOD: BudgetPeriod(self.period.current)}

    def trouble(self) -> str:
        try:
            self.wish()
        except Unreadable as trouble:
            return translated(trouble.reason)
        return ""

    def put(self, values: Mapping[str, Any]) -> None:
        nanos, period = values.get(AMOUNT), values.get(PERIOD)
        self.period.set_current((period or BudgetPeriod.MONTH).value)
        self.input.setText("" if nanos is None else amount_text(nanos))
        self._preview()
        self.changed.emit()

    def _amount_changed(self) -> None:
        self._preview()
        self.edited()

    def _period_changed(self) -> None:
        self._preview()
        self.changed.emit()

    def _tidy(self) -> None:
        if self.check():
            nanos = self.wish()[AMOUNT]
            self.input.setText("" if nanos is None else amount_text(nanos))

    def _preview(self) -> None:
        try:
            nanos = self.wish()[AMOUNT]
        except Unreadable:
            self.set_hint("")
            return
        if nanos is None:
            self.set_hint(self.tr("It spends what the plan and the account allow."))
        elif nanos == 0:
            self.set_hint(self.tr("With a budget of nothing every request is refused."))
        else:
            self.set_hint(reset_text(BudgetPeriod(self.period.current), self._now, self._zone))


def reset_text(period: BudgetPeriod, now: datetime, zone: ZoneInfo) -> str:
    """When a budget of this period begins anew, in UTC and in the zone."""
    at = span_at(period, now).end
    if at is None:
        return translate(
            "BudgetField", "It never begins anew: once it is spent, requests are refused."
        )
    utc = translated(formatting.moment(at, UTC_ZONE))
    if zone.key == "UTC":
        return translate("BudgetField", "Begins anew on {utc} UTC.").format(utc=utc)
    local = at.astimezone(zone)
    same_day = local.date() == at.date()
    yours = formatting.clock(at, zone) if same_day else translated(formatting.moment(at, zone))
    return translate("BudgetField", "Begins anew on {utc} UTC ({local} your time).").format(
        utc=utc, local=yours
    )
