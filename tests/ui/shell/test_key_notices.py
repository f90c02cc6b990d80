"""A window has the desktop say that a key expires, unless the person switched that off."""

from __future__ import annotations

import html
import importlib.util
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from PySide6.QtGui import QAction

from lmchat_desktop.client import keys
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.contract.keys import ApiKey, KeyState, KeyUpdate
from lmchat_desktop.services.notifications import NAME
from lmchat_desktop.ui.shell import key_watch
from lmchat_desktop.ui.shell.desk import Desk
from lmchat_desktop.ui.shell.workspace import Workspace
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

NEEDED = [
    *(program for program in ("dbus-daemon",) if shutil.which(program) is None),
    *(module for module in ("jeepney",) if not importlib.util.find_spec(module)),
    *(() if sys.platform.startswith("linux") else ("Linux",)),
]
pytestmark = pytest.mark.skipif(bool(NEEDED), reason=f"not installed here: {', '.join(NEEDED)}")

Notice = tuple[str, str]
WHO = "Dana Whitfield"


@pytest.fixture
def notices(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Notice]]:
    """What a desktop that shows notifications was told, on a bus of the test's own."""
    import jeepney
    from jeepney.io.blocking import open_dbus_connection

    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    told: list[Notice] = []
    over = threading.Event()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        try:
            assert daemon.stdout is not None
            address = daemon.stdout.readline().strip()
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with open_dbus_connection(address) as bus:
                bus.send_and_get_reply(jeepney.message_bus.RequestName(NAME))

                def serve() -> None:
                    while not over.is_set():
                        with suppress(TimeoutError):
                            call = bus.receive(timeout=0.1)
                            if call.header.message_type is jeepney.MessageType.method_call:
                                told.append((call.body[3], call.body[4]))
                                bus.send(jeepney.new_method_return(call, "u", (len(told),)))

                desktop = threading.Thread(target=serve, name="a-desktop")
                desktop.start()
                try:
                    yield told
                finally:
                    over.set()
                    desktop.join()
        finally:
            daemon.terminate()


@dataclass
class Owner:
    """Somebody who changes keys elsewhere, and has a window.

    Attributes:
        fresh: keys that are used and do not end.
    """

    workspace: Workspace
    api: ApiClient
    fresh: list[ApiKey]

    def let_expire(self) -> str:
        """Let one more key end soon; answers its name."""
        known = self.fresh.pop()
        name = f"<b>{known.name}</b> & more"
        soon = self.workspace.session.clock.now() + timedelta(days=2)
        wanted = KeyUpdate(name=name, expires_at=soon)
        keys.update_key(self.api, known.id, wanted, known.etag)
        return name

    def is_watched(self, name: str) -> bool:
        watched = self.workspace.context.watched_keys.value
        return watched is not None and name in {one.name for one in watched.due}


@pytest.fixture
def enter(office: Office, own_sandbox: RunningSandbox) -> Iterator[Callable[[Desk], Owner]]:
    """Opens a window, once what is due there was told."""
    with ApiClient(own_sandbox.url, StaticToken(own_sandbox.sign_in(WHO))) as api:

        def opened(desk: Desk) -> Owner:
            workspace = office.workspace(office.window(desk, WHO))
            office.until(lambda: workspace.context.watched_keys.value is not None)
            office.until(lambda: not workspace.context.tasks.busy)
            since = workspace.session.clock.now() - timedelta(days=7)
            fresh = [
                one
                for one in keys.list_keys(api).data
                if one.state is KeyState.ACTIVE
                and one.expires_at is None
                and one.last_used_at is not None
                and one.last_used_at > since
            ]
            return Owner(workspace, api, fresh)

        yield opened


def switch(workspace: Workspace) -> QAction:
    (found,) = (
        action
        for action in workspace.top.person.drop_menu.actions()
        if action.text() == "Desktop notifications"
    )
    return found


def said(name: str) -> Notice:
    return "An API key expires soon", html.escape(name, quote=False)


def test_an_expiring_key_is_told_while_that_is_wanted(
    notices: list[Notice],
    office: Office,
    own_sandbox: RunningSandbox,
    enter: Callable[[Desk], Owner],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_watch, "AFTER_CHANGES_MS", 50)
    owner = enter(office.desk(sandbox=AttachedSandbox(own_sandbox)))
    wanted = switch(owner.workspace)
    notices.clear()
    assert wanted.isChecked()
    first = owner.let_expire()
    office.until(lambda: notices)
    assert notices == [said(first)]

    wanted.trigger()
    second = owner.let_expire()
    office.until(lambda: owner.is_watched(second))
    office.until(lambda: not owner.workspace.context.tasks.busy)
    assert notices == [said(first)]

    wanted.trigger()
    third = owner.let_expire()
    office.until(lambda: len(notices) > 1)
    assert notices == [said(first), said(third)]


def test_who_switched_it_off_before_is_told_nothing(
    notices: list[Notice],
    office: Office,
    own_sandbox: RunningSandbox,
    enter: Callable[[Desk], Owner],
) -> None:
    desk = office.desk(sandbox=AttachedSandbox(own_sandbox))
    desk.prefer(notify=False)
    owner = enter(desk)
    name = owner.let_expire()
    office.until(lambda: owner.is_watched(name))
    office.until(lambda: not owner.workspace.context.tasks.busy)
    assert not switch(owner.workspace).isChecked()
    assert notices == []
