"""The form's dialogs over a real backend: what it refuses, loses or has changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from lmchat_desktop.client import identity, keys
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.pages import pages
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.contract.catalog import Model
from lmchat_desktop.contract.keys import ApiKey, KeyCreate, KeyCreated, KeyUpdate
from lmchat_desktop.domain.keys.secret import is_wellformed
from lmchat_desktop.services.keys import KeyService
from lmchat_desktop.ui.pages.keys.create_dialog import CreateDialog
from lmchat_desktop.ui.pages.keys.edit_dialog import EditDialog
from lmchat_desktop.ui.pages.keys.form_dialog import FormDialog
from lmchat_desktop.ui.shell.context import ScopeChoice
from tests.support.fault_proxy import FaultProxy, Relay
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.desk import Desk

PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Backend:
    """An owner at a sandbox: as the dialogs reach it, and beside them."""

    proxy: FaultProxy
    service: KeyService
    direct: ApiClient
    account_id: str

    def named(self, name: str) -> list[ApiKey]:
        every = pages(
            lambda cursor: keys.list_keys(self.direct, account_id=self.account_id, cursor=cursor)
        )
        return [key for key in every if key.name == name]


@pytest.fixture
def backend(sandbox: RunningSandbox) -> Iterator[Backend]:
    tokens = OAuthTokens(sandbox.sign_in("owner"), None)
    with (
        FaultProxy(backend=sandbox.url) as proxy,
        ApiClient(sandbox.url, tokens) as direct,
        ApiClient(proxy.url, tokens, retry=RetryPolicy(attempts=1)) as api,
    ):
        account_id = identity.me(direct).memberships[0].account_id
        yield Backend(proxy, KeyService(api, "profile"), direct, account_id)


@pytest.fixture
def desk(make_desk: Callable[..., Desk], backend: Backend) -> Desk:
    made = make_desk(scope=ScopeChoice(backend.account_id, "Mine"))
    made.session.put(Model(id="of-nobody", name="Of nobody", prices=[]))
    return made


def shown(qtbot: QtBot, desk: Desk, dialog: FormDialog) -> None:
    qtbot.addWidget(dialog)
    dialog.show()
    settle(qtbot, desk)


def settle(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=PATIENCE_MS)


def press(button: QAbstractButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def lose(relay: Relay) -> None:
    """The backend does it, and nobody hears of it."""
    relay.ask()


def test_a_lost_answer_leaves_one_key_and_brings_its_secret(
    qtbot: QtBot, desk: Desk, backend: Backend
) -> None:
    dialog = CreateDialog(desk.context, backend.service)
    made: list[KeyCreated] = []
    dialog.created.connect(made.append)
    shown(qtbot, desk, dialog)
    QTest.keyClicks(dialog.form.name.input, "made once by the form")
    QTest.keyClicks(dialog.form.budget.input, "12.50")
    dialog.form.networks.put({"addresses": ["2001:db8::/32"]})
    backend.proxy.on("/v1/keys", lose, method="POST", times=2)
    for _ in range(2):
        press(dialog.primary)
        settle(qtbot, desk)
        assert "cannot make a second key" in dialog.banner.text()
    press(dialog.primary)
    settle(qtbot, desk)
    found = backend.named("made once by the form")
    assert [key.id for key in found] == [each.key.id for each in made]
    assert is_wellformed(made[0].secret)
    assert found[0].budget_nanos == 12_500_000_000
    assert found[0].addresses == ["2001:db8::/32"]


def test_what_the_backend_refuses_lands_at_the_field(
    qtbot: QtBot, desk: Desk, backend: Backend
) -> None:
    dialog = CreateDialog(desk.context, backend.service)
    shown(qtbot, desk, dialog)
    QTest.keyClicks(dialog.form.name.input, "refused by the backend")
    dialog.form.models.put({"models": ["of-nobody"]})
    press(dialog.primary)
    settle(qtbot, desk)
    assert dialog.form.models.problem().startswith("Of nobody: ")
    assert dialog.form.isEnabled()
    assert backend.named("refused by the backend") == []
    dialog.form.models.put({"models": None})
    press(dialog.primary)
    settle(qtbot, desk)
    assert len(backend.named("refused by the backend")) == 1


def test_two_people_edit_one_key(qtbot: QtBot, desk: Desk, backend: Backend) -> None:
    wanted = KeyCreate(account_id=backend.account_id, name="edited by two", notes="first")
    key = keys.create_key(backend.direct, wanted).key
    dialog = EditDialog(desk.context, backend.service, key)
    updated: list[ApiKey] = []
    dialog.updated.connect(updated.append)
    shown(qtbot, desk, dialog)
    dialog.form.name.input.selectAll()
    QTest.keyClicks(dialog.form.name.input, "edited by the first")
    dialog.form.limits[0].input.setText("60")
    other = KeyUpdate(name="edited by the second", notes="second")
    keys.update_key(backend.direct, key.id, other, key.etag)
    press(dialog.primary)
    settle(qtbot, desk)
    assert dialog.conflict is not None
    choice = dialog.conflict.choices["name"]
    press(choice.findChildren(QAbstractButton)[0])
    backend.proxy.on(f"/v1/keys/{key.id}", lose, method="PATCH", times=1)
    press(dialog.primary)
    settle(qtbot, desk)
    assert "not known whether" in dialog.banner.text()
    press(dialog.primary)
    settle(qtbot, desk)
    assert not dialog.isVisible()
    present = keys.get_key(backend.direct, key.id)
    assert updated == [present]
    assert (present.name, present.notes) == ("edited by the first", "second")
    assert present.requests_per_minute == 60
