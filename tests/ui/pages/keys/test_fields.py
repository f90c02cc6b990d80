"""The form's fields: what is typed is what is wished, or it is said beside it what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QDate, QDateTime, Qt, QTime, QTimeZone
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.base import FieldProblem
from lmchat_desktop.contract.keys import BudgetPeriod
from lmchat_desktop.ui.pages.keys.form.account_field import AccountField
from lmchat_desktop.ui.pages.keys.form.budget_field import BudgetField, reset_text
from lmchat_desktop.ui.pages.keys.form.catalogue import AccountChoice, Catalogue
from lmchat_desktop.ui.pages.keys.form.choice_field import ChoiceField
from lmchat_desktop.ui.pages.keys.form.choice_list import Choice
from lmchat_desktop.ui.pages.keys.form.expiry_field import Expiry, ExpiryField
from lmchat_desktop.ui.pages.keys.form.form_field import FormField
from lmchat_desktop.ui.pages.keys.form.key_form import KeyForm
from lmchat_desktop.ui.pages.keys.form.limit_field import LimitField
from lmchat_desktop.ui.pages.keys.form.network_field import NetworkField
from lmchat_desktop.ui.pages.keys.form.text_field import TextField
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from tests.ui.keyboard import focus_in

BERLIN = ZoneInfo("Europe/Berlin")
UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 11, 24, 13, 47, 20, tzinfo=UTC)
MODELS = [Choice(f"m{number}", f"Model {number}") for number in range(20)]


W = TypeVar("W", bound=QWidget)


def shown(qtbot: QtBot, widget: W) -> W:
    qtbot.addWidget(widget)
    widget.show()
    return widget


def choose(control: SegmentedControl, value: str) -> None:
    names = dict(zip(control._values, control.findChildren(QAbstractButton), strict=True))
    QTest.mouseClick(names[value], Qt.MouseButton.LeftButton)


def says(field: FormField) -> str:
    return " | ".join(
        label.whole_text() for label in field.findChildren(PlainLabel) if label.isVisible()
    )


def put_at(field: ExpiryField, *at: int) -> None:
    field.at.setDateTime(QDateTime(QDate(*at[:3]), QTime(*at[3:]), QTimeZone.utc()))


def test_an_end_in_days_is_previewed_in_both_zones(qtbot: QtBot) -> None:
    field = shown(qtbot, ExpiryField(NOW, BERLIN))
    choose(field.choice, Expiry.MONTH)
    assert "24 Dec 2026, 14:47 (UTC+01:00)" in says(field)
    assert "24 Dec 2026, 13:47 UTC · in 30 days" in says(field)
    assert field.wish() == {"expires_at": datetime(2026, 12, 24, 13, 47, tzinfo=UTC)}


def test_an_end_across_a_clock_change_keeps_the_time_of_day(qtbot: QtBot) -> None:
    field = shown(qtbot, ExpiryField(NOW + timedelta(days=60), BERLIN))
    choose(field.choice, Expiry.QUARTER)
    assert "23 Apr 2027, 14:47 (UTC+02:00)" in says(field)
    assert "12:47 UTC · in 90 days" in says(field)
    choose(field.choice, Expiry.YEAR)
    assert "23 Jan 2028, 14:47 (UTC+01:00)" in says(field)


def test_never_is_said_with_what_it_means(qtbot: QtBot) -> None:
    field = shown(qtbot, ExpiryField(NOW, BERLIN))
    choose(field.choice, Expiry.NEVER)
    assert field.wish() == {"expires_at": None}
    assert "until it is revoked" in says(field)
    assert not field.at.isVisible()


def test_an_instant_is_typed_and_its_oddities_are_said(qtbot: QtBot) -> None:
    field = shown(qtbot, ExpiryField(NOW, BERLIN))
    choose(field.choice, Expiry.AT)
    put_at(field, 2027, 3, 28, 2, 30)
    assert "does not exist" in says(field)
    put_at(field, 2027, 10, 31, 2, 30)
    assert "twice" in says(field)
    assert field.wish() == {"expires_at": datetime(2027, 10, 31, 0, 30, tzinfo=UTC)}
    put_at(field, 2026, 11, 24, 12, 0)
    assert "past" in field.problem()
    put_at(field, 2026, 11, 24, 20, 0)
    assert field.problem() == ""
    assert "in 5 h" in says(field)


def test_a_known_end_stays_to_the_second_and_to_the_right_one_of_two_hours(qtbot: QtBot) -> None:
    field = shown(qtbot, ExpiryField(NOW, BERLIN))
    second_hour = datetime(2027, 10, 31, 1, 30, 17, tzinfo=UTC)
    field.put({"expires_at": second_hour})
    assert field.wish() == {"expires_at": second_hour}
    past = NOW - timedelta(days=3)
    field.put({"expires_at": past})
    assert field.wish() == {"expires_at": past}
    assert field.check()


def test_in_utc_no_second_zone_is_said(qtbot: QtBot) -> None:
    field = shown(qtbot, ExpiryField(NOW, UTC_ZONE))
    assert says(field) == "Expires | in 90 days | 22 Feb 2027, 13:47"


def models(qtbot: QtBot) -> ChoiceField:
    field = shown(qtbot, ChoiceField("Models", "models", "Any model"))
    field.offer(MODELS)
    return field


def test_models_are_found_and_ticked_by_the_keyboard(qtbot: QtBot) -> None:
    field = models(qtbot)
    assert field.wish() == {"models": None}
    choose(field.choice, "only")
    assert not field.check()
    assert "Tick at least one" in field.problem()
    QTest.keyClicks(field.list.search, "model 1")
    QTest.keyClick(field.list.search, Qt.Key.Key_Down)
    QTest.keyClick(field.list.search, Qt.Key.Key_Return)
    assert field.wish() == {"models": ["m10"]}
    assert field.problem() == ""
    QTest.keyClick(field.list.view, Qt.Key.Key_Up)
    QTest.keyClick(field.list.view, Qt.Key.Key_Space)
    assert field.wish() == {"models": ["m1", "m10"]}
    assert "2 of 20 chosen" in says(field)
    choose(field.choice, "all")
    assert field.wish() == {"models": None}


def test_a_chip_takes_away_what_was_chosen(qtbot: QtBot) -> None:
    field = models(qtbot)
    field.put({"models": ["m3", "m4"]})
    chips = [chip for chip in field.findChildren(Chip) if chip.isVisible()]
    assert [chip.caption() for chip in chips] == ["Model 3", "Model 4"]
    QTest.keyClick(chips[0], Qt.Key.Key_Delete)
    assert field.wish() == {"models": ["m4"]}


def test_what_left_the_catalogue_stays_chosen_and_in_its_order(qtbot: QtBot) -> None:
    field = shown(qtbot, ChoiceField("Models", "models", "Any model"))
    field.put({"models": ["retired", "m2", "m1"]})
    field.offer(MODELS)
    assert field.wish() == {"models": ["retired", "m2", "m1"]}
    assert "retired" in [chip.caption() for chip in field.findChildren(Chip)]


def test_many_chosen_do_not_fill_the_form_with_chips(qtbot: QtBot) -> None:
    field = models(qtbot)
    field.put({"models": [model.value for model in MODELS]})
    assert len([chip for chip in field.findChildren(Chip) if chip.isVisible()]) == 12
    assert "and 8 more" in says(field)


def networks(qtbot: QtBot, text: str) -> NetworkField:
    field = shown(qtbot, NetworkField())
    choose(field.choice, "only")
    for number, line in enumerate(text.split("\n")):
        if number:
            QTest.keyClick(field.input, Qt.Key.Key_Return)
        QTest.keyClicks(field.input, line)
    return field


def test_networks_are_checked_as_typed(qtbot: QtBot) -> None:
    field = networks(qtbot, "192.0.2.0/24\n2001:DB8::/32\n\nnonsense")
    assert field.problem().startswith("Line 4: This is no address")
    assert "2 networks: 192.0.2.0/24 · 2001:db8::/32" in says(field)
    QTest.keyClick(field.input, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(field.input, "192.0.2.0/24")
    assert field.problem() == ""
    assert field.wish() == {"addresses": ["192.0.2.0/24", "2001:db8::/32"]}


def test_host_bits_are_asked_about_and_put_right(qtbot: QtBot) -> None:
    field = networks(qtbot, "192.0.2.7\n10.1.2.3/8\n198.51.100.0/24")
    assert field.problem().startswith("Line 2: ")
    assert field.correct.text() == "Did you mean 10.0.0.0/8? Put it there"
    QTest.mouseClick(field.correct, Qt.MouseButton.LeftButton)
    assert field.input.toPlainText() == "192.0.2.7\n10.0.0.0/8\n198.51.100.0/24"
    assert not field.correct.isVisible()
    assert field.wish() == {"addresses": ["192.0.2.7", "10.0.0.0/8", "198.51.100.0/24"]}


def test_no_network_at_all_is_no_wish(qtbot: QtBot) -> None:
    field = shown(qtbot, NetworkField())
    assert field.wish() == {"addresses": None}
    choose(field.choice, "only")
    assert not field.check()
    field.show_item_problem(0, "no")
    assert field.problem() == "no"


def test_a_key_s_networks_stay_as_they_are_written_there(qtbot: QtBot) -> None:
    field = shown(qtbot, NetworkField())
    field.put({"addresses": ["192.0.2.7/32", "2001:DB8::/32"]})
    assert field.wish() == {"addresses": ["192.0.2.7/32", "2001:DB8::/32"]}
    field.show_item_problem(1, "refused")
    assert field.problem() == "Line 2: refused"


@pytest.mark.parametrize(
    ("period", "zone", "text"),
    [
        (BudgetPeriod.MONTH, BERLIN, "Begins anew on 1 Dec 2026, 00:00 UTC (01:00 your time)."),
        (BudgetPeriod.WEEK, BERLIN, "Begins anew on 30 Nov 2026, 00:00 UTC (01:00 your time)."),
        (
            BudgetPeriod.DAY,
            ZoneInfo("America/New_York"),
            "Begins anew on 25 Nov 2026, 00:00 UTC (24 Nov 2026, 19:00 your time).",
        ),
        (BudgetPeriod.DAY, UTC_ZONE, "Begins anew on 25 Nov 2026, 00:00 UTC."),
        (
            BudgetPeriod.TOTAL,
            BERLIN,
            "It never begins anew: once it is spent, requests are refused.",
        ),
    ],
)
def test_the_next_reset_is_said(period: BudgetPeriod, zone: ZoneInfo, text: str) -> None:
    assert reset_text(period, NOW, zone) == text


def test_a_budget_is_exact_to_the_nano(qtbot: QtBot) -> None:
    field = shown(qtbot, BudgetField(NOW, BERLIN))
    assert field.wish() == {"budget_nanos": None, "budget_period": None}
    QTest.keyClicks(field.input, "1234.56")
    QTest.keyClick(field.input, Qt.Key.Key_Return)
    assert field.input.text() == "1,234.56"
    assert "1 Dec 2026, 00:00 UTC (01:00 your time)" in says(field)
    choose(field.period, "week")
    assert field.wish() == {
        "budget_nanos": 1_234_560_000_000,
        "budget_period": BudgetPeriod.WEEK,
    }
    assert "30 Nov 2026" in says(field)


def test_an_amount_that_can_be_read_in_two_ways_is_refused(qtbot: QtBot) -> None:
    field = shown(qtbot, BudgetField(NOW, BERLIN))
    QTest.keyClicks(field.input, "1,50")
    assert field.problem() == ""
    QTest.keyClick(field.input, Qt.Key.Key_Return)
    assert "such as 1,234.56" in field.problem()
    assert field.input.property("invalid") is True
    assert "such as 1,234.56" in field.input.accessibleDescription()
    QTest.keyClick(field.input, Qt.Key.Key_Backspace)
    assert field.problem() == ""
    assert field.input.property("invalid") is False


def test_a_limit_is_grouped_once_it_is_typed(qtbot: QtBot) -> None:
    field = shown(qtbot, LimitField("Requests a day", "requests_per_day"))
    assert field.wish() == {"requests_per_day": None}
    QTest.keyClicks(field.input, "10000")
    QTest.keyClick(field.input, Qt.Key.Key_Return)
    assert field.input.text() == "10,000"
    assert field.wish() == {"requests_per_day": 10_000}
    field.input.setText("0")
    assert not field.check()
    assert "1 at least" in field.problem()


def test_a_text_has_a_bounded_length(qtbot: QtBot) -> None:
    field = shown(qtbot, TextField("Notes", "notes", 20, lines=True))
    QTest.keyClicks(field.input, "nineteen characters")
    assert "Characters left: 1" in says(field)
    QTest.keyClicks(field.input, " and more")
    assert field.problem() == "20 characters at most; it has 28."


def test_an_account_is_found_by_a_part_of_its_name(qtbot: QtBot) -> None:
    field = shown(qtbot, AccountField())
    assert not field.check()
    field.offer(
        [
            AccountChoice("acct_1", "Acme Robotics", False),
            AccountChoice("acct_2", "Kiln", False),
            AccountChoice("acct_3", "Kiln", True),
        ]
    )
    field.input.setFocus()
    focus_in(qtbot, field)
    QTest.keyClicks(field.input, "robo")
    assert field.completer.currentCompletion() == "Acme Robotics"
    popup = field.completer.popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert field.wish() == {"account_id": "acct_1"}
    field.input.setText("kiln")
    assert not field.check()
    field.input.setText("Kiln · acct_3 · suspended")
    assert field.wish() == {"account_id": "acct_3"}
    field.input.setText("acct_2")
    assert field.check()


def form(qtbot: QtBot) -> KeyForm:
    made = shown(qtbot, KeyForm(NOW, BERLIN))
    made.offer(Catalogue(MODELS, [Choice("p1", "Alpha")], {"DE": ["Frankfurt"]}, []))
    return made


def test_refusals_land_at_their_fields(qtbot: QtBot) -> None:
    filled = form(qtbot)
    filled.put({"name": "a", "models": ["m1", "m2"], "addresses": ["10.0.0.0/8", "192.0.2.0/24"]})
    marked, others = filled.refuse(
        [
            FieldProblem(pointer="/addresses/1", detail="not allowed"),
            FieldProblem(pointer="/models/0", detail="not in the plan"),
            FieldProblem(pointer="#/name", detail="taken"),
            FieldProblem(pointer="/budget_period", detail="missing"),
            FieldProblem(pointer="/somewhere", detail="odd"),
        ]
    )
    assert [field.title for field in marked] == [
        "Name",
        "Models",
        "Networks",
        "Amount in US dollars",
    ]
    assert [field.problem() for field in marked] == [
        "taken",
        "Model 1: not in the plan",
        "Line 2: not allowed",
        "missing",
    ]
    assert [each.pointer for each in others] == ["/somewhere"]


def test_what_is_put_in_is_what_is_wished(qtbot: QtBot) -> None:
    filled = form(qtbot)
    values: dict[str, Any] = {
        "name": " name ",
        "notes": "two\nlines ",
        "expires_at": NOW + timedelta(days=9, seconds=3),
        "models": ["m9", "gone"],
        "providers": ["p1"],
        "countries": ["DE", "CH"],
        "addresses": ["10.0.0.0/8"],
        "budget_nanos": 1,
        "budget_period": BudgetPeriod.TOTAL,
        "requests_per_minute": 1,
        "requests_per_day": 2_000,
        "tokens_per_minute": None,
        "tokens_per_day": 2**53 - 1,
    }
    filled.put(values)
    assert filled.check() == []
    assert filled.wish() == values
