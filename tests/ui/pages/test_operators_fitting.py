"""Operators & devices in small windows and with large text; every word of it is translated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.identity import Me, Person
from lmchat_desktop.contract.operators import Grant, Operator
from lmchat_desktop.domain.scopes import Role, scopes_of
from lmchat_desktop.sandbox.routes.operators import ROLE_TABLE
from lmchat_desktop.ui.pages.acting.fitted_dialog import HIGHEST_PX
from lmchat_desktop.ui.pages.operators.ending_dialogs import (
    DecideDialog,
    RemoveDialog,
    RevokeDialog,
)
from lmchat_desktop.ui.pages.operators.roles_dialogs import InviteDialog, RolesDialog
from lmchat_desktop.ui.pages.operators.view import OperatorsPage
from lmchat_desktop.ui.theme.manager import current_theme
from tests.ui.keyboard import check_keyboard
from tests.ui.pages.conftest import NOW
from tests.ui.pages.desk import Desk, device
from tests.ui.pages.fitting import cut, misfits, settle_layout
from tests.ui.pages.test_fitting import (
    LARGE,
    RAIL_FOLDED,
    RAIL_OPEN,
    RAIL_OPEN_LARGE_TEXT,
    resized,
)

ME = Me(
    person=Person(id="person_1", name="Ada Lovelace", email="ada@b.test", created_at=NOW),
    device=device(NOW),
    memberships=[],
    operator_roles=[Role.ADMIN],
    scopes=[scope.value for scope in scopes_of([Role.ADMIN])],
    capabilities=[],
    backend="b",
    server_time=NOW,
)
LONG = "Maximilian-Konstantin Freiherr von Größenwahn <b>"


def operator(number: int, name: str, *roles: Role, waiting: tuple[Role, ...] = ()) -> Operator:
    return Operator(
        id=f"person_{number}",
        name=name,
        email=f"{number}.with.a.long.address@operators.lmchat.example",
        roles=list(roles),
        waiting=list(waiting),
        state="active",
        since=NOW - timedelta(days=300),
        joined_at=NOW - timedelta(days=300),
        etag='"v1"',
    )


def grant(name: str, gains: int, **more: object) -> Grant:
    fields = {
        "id": name,
        "person_id": f"person_{gains}",
        "person_name": LONG,
        "roles": ["admin", "legal"],
        "reason": "Because of " + "a long story, " * 12,
        "state": "pending",
        "asked_by": "person_2",
        "asked_by_name": LONG,
        "asked_at": NOW - timedelta(days=2),
        "etag": '"v1"',
    }
    return Grant.model_validate(fields | more)


@pytest.fixture(params=[1.0, 2.0], ids=["usual text", "twice as large"])
def scale(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    """The size of all text."""
    theme = current_theme()
    theme.set_text_scale(request.param)
    yield request.param
    theme.set_text_scale(None)


@pytest.fixture
def page(qtbot: QtBot, make_desk: Callable[..., Desk]) -> OperatorsPage:
    """The page of an administrator, with long names and long reasons."""
    desk = make_desk()
    desk.session.me = ME
    desk.session.answers["/v1/roles"] = ROLE_TABLE.model_dump(mode="json")
    decided = {"decided_by": "person_1", "decided_by_name": LONG, "decided_at": NOW}
    desk.session.put(
        operator(1, "Ada Lovelace", Role.ADMIN),
        operator(2, LONG, Role.SUPPORT, Role.LEGAL, Role.ADMIN),
        operator(3, "Sam", Role.SUPPORT, waiting=(Role.ADMIN, Role.LEGAL)),
        grant("grant_1", 3),
        *(
            grant(f"grant_{state}", 3, state=state, decision_reason="No. " * 40, **decided)
            for state in ("approved", "rejected", "withdrawn", "lapsed")
        ),
        device(NOW),
        device(NOW, id="dev_2", person_id="person_2", name="the desk in " + "the hall " * 9),
        device(NOW, id="dev_3", person_id="person_3", revoked_at=NOW),
    )
    page = OperatorsPage(desk.context)
    qtbot.addWidget(page)
    resized(page, LARGE)
    page.show()
    page.enter({})
    qtbot.waitUntil(lambda: page.model.picture is not None and page.model.roles is not None)
    return page


@pytest.fixture
def shown_at(scale: float, page: OperatorsPage) -> OperatorsPage:
    """The page at a size of text."""
    return page


def test_the_page_fits_every_window(shown_at: OperatorsPage) -> None:
    page = shown_at
    for size in (LARGE, RAIL_OPEN, RAIL_FOLDED, RAIL_OPEN_LARGE_TEXT, RAIL_OPEN, LARGE):
        resized(page, size)
        assert misfits(page.scroller) == [], size


def test_the_dialogs_cut_nothing(shown_at: OperatorsPage, qtbot: QtBot) -> None:
    page = shown_at
    picture = page.model.picture
    assert picture is not None
    sam = picture.operator("person_3")
    assert sam is not None
    for dialog in (
        InviteDialog(page.context, picture, page),
        RolesDialog(page.context, picture, sam, page),
        RemoveDialog(page.context, picture, sam, page),
        *(RevokeDialog(page.context, one, "Sam", page) for one in picture.devices),
        *(
            DecideDialog(page.context, picture.waiting[0], how, page)
            for how in ("approve", "reject", "withdraw")
        ),
    ):
        dialog.open()
        settle_layout()
        assert cut(dialog, frozenset()) == [], dialog
        assert dialog.width() <= 1024
        assert dialog.height() <= max(HIGHEST_PX, page.window().height())
        if isinstance(dialog, RolesDialog | InviteDialog):
            for box in dialog.boxes.values():
                box.click()
                settle_layout()
                assert cut(dialog, frozenset()) == [], dialog
        dialog.reject()
        dialog.deleteLater()


@pytest.mark.full
def test_everything_is_reached_by_the_keyboard(page: OperatorsPage, qtbot: QtBot) -> None:
    way = check_keyboard(qtbot, page)
    assert {page.operators, page.devices} <= set(way)
    page.operators.select_key("person_3")
    page.change.setFocus()
    QTest.keyClick(page.change, "\r")
    dialog = page.findChild(RolesDialog)
    assert dialog is not None
    check_keyboard(qtbot, dialog)
    dialog.reject()
