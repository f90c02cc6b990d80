"""Operators & devices in the real window on a real sandbox: invited, given roles, removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit

from lmchat_desktop.contract.identity import Device
from lmchat_desktop.domain.operators import Refusal
from lmchat_desktop.domain.scope_words import SCOPE_WORDS
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.services.operators import NEEDS_WRITE
from lmchat_desktop.ui.pages.operators.ending_dialogs import (
    DecideDialog,
    RemoveDialog,
    RevokeDialog,
)
from lmchat_desktop.ui.pages.operators.operator_dialog import OperatorDialog
from lmchat_desktop.ui.pages.operators.roles_dialogs import InviteDialog, RolesDialog
from lmchat_desktop.ui.pages.operators.view import OperatorsPage
from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office, office

__all__ = ["office"]

D = TypeVar("D", bound=OperatorDialog)
Enter = Callable[[str], OperatorsPage]


@pytest.fixture
def enter(office: Office, own_sandbox: RunningSandbox) -> Enter:
    """Opens the page as somebody."""
    desk = office.desk(sandbox=AttachedSandbox(own_sandbox))

    def opened(who: str) -> OperatorsPage:
        workspace: Workspace = office.workspace(office.window(desk, who))
        workspace.navigate("operators")
        page = workspace.page("operators")
        assert isinstance(page, OperatorsPage)
        office.until(lambda: page.model.picture is not None and page.model.roles is not None)
        return page

    return opened


def names(page: OperatorsPage) -> dict[str, tuple[Any, ...]]:
    rows = page.operators.rows
    return {str(rows.row(place)[0]): rows.row(place) or () for place in range(rows.rowCount())}  # type: ignore[index]


def choose(page: OperatorsPage, name: str) -> None:
    assert page.model.picture is not None
    (one,) = (each for each in page.model.picture.operators if each.name == name)
    page.operators.select_key(one.id)


def press(office: Office, button: Button) -> None:
    office.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def opened(office: Office, page: OperatorsPage, kind: type[D]) -> D:
    office.until(lambda: page.findChild(kind) is not None)
    dialog = page.findChild(kind)
    assert isinstance(dialog, kind)
    office.until(dialog.isVisible)
    return dialog


def fill(office: Office, dialog: QDialog, **texts: str) -> None:
    for name, text in texts.items():
        field: Any = dialog.findChild(object, name.replace("_", "-"))
        field.clear()
        office.bot.keyClicks(field, text)


def send(office: Office, page: OperatorsPage, dialog: OperatorDialog) -> None:
    assert dialog.confirm.isEnabled(), dialog.confirm.toolTip()
    press(office, dialog.confirm)
    office.until(lambda: page.findChild(type(dialog)) is None)


def test_an_operator_is_invited_given_roles_by_two_and_removed(
    office: Office, enter: Enter
) -> None:
    page = enter("Martin Kovač")
    press(office, page.invite)
    dialog = opened(office, page, InviteDialog)
    assert not dialog.confirm.isEnabled()
    fill(office, dialog, invite_name="Vera <b>", invite_email="vera@lmchat.example")
    assert dialog.confirm.toolTip() == "A reason is missing."
    fill(office, dialog, act_reason="New in the team.")
    assert str(SCOPE_WORDS[next(iter(SCOPE_WORDS))]) in dialog.gives.text()
    assert not dialog.waits.isVisible()
    send(office, page, dialog)
    office.until(lambda: "Vera <b>" in names(page))
    assert names(page)["Vera <b>"][2:5] == ("Support", None, "Invited")

    choose(page, "Vera <b>")
    press(office, page.change)
    roles = opened(office, page, RolesDialog)
    assert not roles.confirm.isEnabled()
    roles.boxes[Role.LEGAL].click()
    assert "Legal waits for a second person" in roles.waits.text()
    fill(office, roles, act_reason="Counsel.")
    send(office, page, roles)
    office.until(lambda: names(page)["Vera <b>"][3] == "Legal")
    (row,) = (each for each in page.waiting_card.rows if each.grant.person_name == "Vera <b>")
    assert not row.approve.isEnabled()
    assert row.approve.toolTip() == str(Refusal.ASKED.value)
    assert row.withdraw.isEnabled()

    second = enter("Ruth Feldstein")
    assert not second.invite.isEnabled()
    assert second.invite.toolTip() == str(NEEDS_WRITE)
    (row,) = (each for each in second.waiting_card.rows if each.grant.person_name == "Vera <b>")
    press(office, row.approve)
    approval = opened(office, second, DecideDialog)
    fill(office, approval, act_reason="As agreed.")
    send(office, second, approval)
    office.until(lambda: names(page)["Vera <b>"][2] == "Support, Legal")
    assert "Vera <b>: Legal, approved by Ruth Feldstein" in " ".join(
        label.text() for label in page.waiting_card.findChildren(PlainLabel)
    )

    choose(page, "Vera <b>")
    press(office, page.remove)
    removal = opened(office, page, RemoveDialog)
    fill(office, removal, confirmation="vera", act_reason="Left.")
    assert not removal.confirm.isEnabled()
    fill(office, removal, confirmation="Vera <b>")
    send(office, page, removal)
    office.until(lambda: "Vera <b>" not in names(page))
    assert page.toast.text() == "Vera <b> is no operator any more."


def test_nobody_ticks_more_for_themselves_and_the_last_administrator_stays(
    office: Office, enter: Enter
) -> None:
    page = enter("Martin Kovač")
    choose(page, "Priya Raghunathan")
    press(office, page.remove)
    removal = opened(office, page, RemoveDialog)
    fill(office, removal, confirmation="Priya Raghunathan", act_reason="Sabbatical.")
    send(office, page, removal)
    office.until(lambda: "Priya Raghunathan" not in names(page))
    choose(page, "Martin Kovač")
    assert not page.remove.isEnabled()
    assert page.remove.toolTip() == str(Refusal.LAST_ADMIN.value)
    press(office, page.change)
    dialog = opened(office, page, RolesDialog)
    assert not dialog.boxes[Role.LEGAL].isEnabled()
    assert dialog.boxes[Role.LEGAL].toolTip() == str(Refusal.OWN_RIGHTS.value)
    dialog.boxes[Role.ADMIN].click()
    fill(office, dialog, act_reason="Tired.")
    assert dialog.confirm.toolTip() == str(Refusal.LAST_ADMIN.value)
    dialog.reject()


def test_a_device_is_revoked_after_its_name_was_typed(
    office: Office, enter: Enter, own_sandbox: RunningSandbox
) -> None:
    token = own_sandbox.sign_in("Aoife Brennan", device="lost laptop")
    page = enter("Martin Kovač")

    def lost() -> list[str]:
        picture = page.model.picture
        return [one.id for one in picture.devices if one.name == "lost laptop"] if picture else []

    office.until(lost)
    assert not page.revoke.isEnabled()
    page.devices.select_key(lost()[0])
    press(office, page.revoke)
    dialog = opened(office, page, RevokeDialog)
    fill(office, dialog, confirmation="lost laptop")
    assert dialog.confirm.toolTip() == "A reason is missing."
    assert not dialog.confirm.isEnabled()
    fill(office, dialog, act_reason="Left in a taxi.")
    send(office, page, dialog)
    office.until(lambda: page.devices.rows.row_of(lost()[0]) is None)
    assert own_sandbox.call("GET", "/v1/me", token).status_code == 401
    admin = own_sandbox.sign_in("admin", device="second")
    entries = own_sandbox.call("GET", "/v1/audit", admin).json()["data"]
    (revoked,) = [one for one in entries if one["action"] == "device.revoke"]
    assert (revoked["entity_id"], revoked["reason"]) == (lost()[0], "Left in a taxi.")
    page.which.activated.emit("all")
    page.which.set_current("all")
    page.which.current_changed.emit("all")
    row = page.devices.rows.row_of(lost()[0])
    assert row is not None
    assert page.devices.rows.text(row, 6).startswith("Revoked ")
    page.devices.select_key(lost()[0])
    assert not page.revoke.isEnabled()


def test_ones_own_device_is_revoked_without_a_reason(
    office: Office, enter: Enter, own_sandbox: RunningSandbox
) -> None:
    token = own_sandbox.sign_in("Martin Kovač", device="old laptop")
    page = enter("Martin Kovač")

    def old() -> list[str]:
        picture = page.model.picture
        return [one.id for one in picture.devices if one.name == "old laptop"] if picture else []

    office.until(old)
    page.devices.select_key(old()[0])
    press(office, page.revoke)
    dialog = opened(office, page, RevokeDialog)
    assert dialog.findChild(QLineEdit, "act-reason") is None
    fill(office, dialog, confirmation="old laptop")
    send(office, page, dialog)
    office.until(lambda: page.devices.rows.row_of(old()[0]) is None)
    assert own_sandbox.call("GET", "/v1/me", token).status_code == 401


def test_what_the_backend_refuses_leaves_what_was_typed(
    office: Office, enter: Enter, own_sandbox: RunningSandbox
) -> None:
    page = enter("Martin Kovač")
    choose(page, "Kwame Asante")
    press(office, page.change)
    dialog = opened(office, page, RolesDialog)
    dialog.boxes[Role.SUPPORT].click()
    fill(office, dialog, act_reason="Other tasks.")
    kwame = page.chosen_operator
    assert kwame is not None
    body = {"roles": ["support"], "reason": "Meanwhile."}
    headers = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    own_sandbox.call(
        "PATCH",
        f"/v1/operators/{kwame.id}",
        own_sandbox.sign_in("Priya Raghunathan"),
        json=body,
        headers=headers,
    ).raise_for_status()
    press(office, dialog.confirm)
    office.until(dialog.banner.isVisible)
    assert dialog.isVisible()
    assert "no longer what it was" in dialog.banner.text()
    assert dialog.reason.text() == "Other tasks."
    dialog.reject()


def test_who_waits_for_a_role_does_not_tick_it_for_themselves(
    office: Office, enter: Enter, own_sandbox: RunningSandbox
) -> None:
    person_id = own_sandbox.person("Martin Kovač")["person"]["id"]
    own_sandbox.call(
        "PATCH",
        f"/v1/operators/{person_id}",
        own_sandbox.sign_in("Priya Raghunathan"),
        json={"roles": ["admin", "legal"], "reason": "Stands in for counsel."},
        headers={"If-Match": "*", "Content-Type": "application/merge-patch+json"},
    ).raise_for_status()
    page = enter("Martin Kovač")
    choose(page, "Martin Kovač")
    press(office, page.change)
    dialog = opened(office, page, RolesDialog)
    legal = dialog.boxes[Role.LEGAL]
    assert (legal.isChecked(), legal.isEnabled()) == (False, False)
    assert legal.toolTip() == str(Refusal.OWN_RIGHTS.value)
    dialog.reject()


@pytest.mark.parametrize("name", ["   ", "d" * 121])
def test_a_device_whose_name_nobody_could_type_is_confirmed_by_its_id(
    office: Office, enter: Enter, own_sandbox: RunningSandbox, name: str
) -> None:
    own_sandbox.sign_in("Dana Whitfield", device=name)
    page = enter("Martin Kovač")
    office.until(lambda: page.model.picture and any(one.name == name for one in devices(page)))
    (device,) = (one for one in devices(page) if one.name == name)
    page.devices.select_key(device.id)
    press(office, page.revoke)
    dialog = opened(office, page, RevokeDialog)
    fill(office, dialog, confirmation=name, act_reason="Lost.")
    assert not dialog.confirm.isEnabled()
    fill(office, dialog, confirmation=device.id)
    send(office, page, dialog)
    office.until(lambda: any(one.id == device.id and one.revoked_at for one in devices(page)))


def devices(page: OperatorsPage) -> tuple[Device, ...]:
    assert page.model.picture is not None
    return page.model.picture.devices


def test_the_table_of_roles_is_the_backends(office: Office, enter: Enter) -> None:
    page = enter("Ruth Feldstein")
    labels = {
        label.accessibleName()
        for label in page.roles_card.findChildren(PlainLabel)
        if label.accessibleName()
    }
    assert "Release legal disclosures: Legal" in labels
    assert "Approve deletion requests: Legal, Admin" in labels
    assert page.model.roles is not None
    assert len(labels) >= len(page.model.roles.scopes)
