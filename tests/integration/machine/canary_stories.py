"""Sessions of a person whose every secret is a canary, and everything in them that can go wrong."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QApplication, QDialog

from lmchat_desktop.client import accounts as accounts_api
from lmchat_desktop.client import keys as keys_api
from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.keys import KeyCreate
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.shell.dialogs import SignOutDialog
from tests.integration.machine.driver import Story, live, shown, window
from tests.integration.machine.starting import CANARIES
from tests.integration.machine.stories import begin_work, tell


def canaries() -> dict[str, str]:
    """What must not be found, by what it is."""
    return dict(json.loads(os.environ[CANARIES]))


def first_day(url: str, exported: str) -> Story:
    """Sign in, look at everything, export, make a key, and meet every kind of fault."""
    secret = canaries()
    yield from begin_work(url, secret["personal token"])
    session = window().workspace.session  # type: ignore[union-attr]
    known = {account.email: account for account in session.accounts()}
    account = known[secret["e-mail"]]
    assert (account.name, account.phone) == (secret["name"], secret["phone"])
    made: list[Any] = []
    yield from on_a_thread(
        lambda: made.append(
            keys_api.create_key(
                session.client, KeyCreate(account_id=account.id, name=secret["key's name"])
            )
        )
    )
    tell(secret=made[0].secret)
    yield from look_at_everything(secret, Path(exported))
    yield from go_wrong(secret, session.client)
    tell(done=True)


def killed_in_mid_work() -> Story:
    """Come back and end by a fatal signal."""
    yield live
    assert canaries()["name"] in shown_anywhere()
    tell(about_to="crash")
    os.kill(os.getpid(), signal.SIGSEGV)
    yield lambda: False


def last_day() -> Story:
    """Come back after the crash, look at what is offered, and sign out."""
    yield live
    close_dialogs()
    tell(live=True)
    window().workspace.sign_out_asked.emit()  # type: ignore[union-attr]
    yield lambda: window().findChild(SignOutDialog) is not None
    window().findChild(SignOutDialog).accept()
    yield lambda: window().stack.currentWidget() is window().sign_in
    tell(signed_out=True)


def look_at_everything(secret: dict[str, str], exported: Path) -> Story:
    workspace = window().workspace
    assert workspace is not None
    for page in ("overview", "usage"):
        workspace.navigate(page)
        yield live
    workspace.finder.open_palette()
    field = workspace.finder.palette.panel.field
    for typed in ("search text", "name", "e-mail", "secret in a search"):
        field.setText(secret[typed])
        yield lambda: True
    workspace.finder.palette.close_overlay()
    page = workspace.page("usage")
    assert isinstance(page, UsagePage)
    page.export.ask = lambda *_asked: str(exported)
    page.export.save_breakdown()
    page.export.save_figures()
    yield lambda: exported.exists() and live()
    workspace.show_zone("Asia/Kathmandu")
    workspace.show_theme("dark")
    yield live


def go_wrong(secret: dict[str, str], client: Any) -> Story:
    """Errors that repeat what was handled: in the backend's words, in values, on every way out."""
    everything = " ".join(secret.values())
    answer = {"id": "acct_1", "name": secret["name"], "email": [secret["e-mail"]], "x": everything}

    def refused() -> None:
        accounts_api.list_accounts(client, search=secret["search text"], cursor=secret["prompt"])

    def mistaken() -> None:
        Account.model_validate(answer)

    def missing() -> None:
        {}[everything]

    def chained() -> None:
        try:
            missing()
        except KeyError as trouble:
            raise RuntimeError(f"while {everything}") from trouble

    def logged() -> None:
        log = logging.getLogger("lmchat_desktop.services.session")
        try:
            chained()
        except RuntimeError:
            log.exception("a step failed")
        log.warning("a call failed", exc_info=ApiTrouble(everything, everything))

    for fault in (refused, mistaken, missing, chained):
        yield from on_a_thread(fault)
        QTimer.singleShot(0, fault if fault is not refused else mistaken)
        yield lambda: True
        close_dialogs()
    logged()
    logging.getLogger("httpx").info("GET %s", everything)
    qWarning(f"Qt heard of {secret['e-mail']} and {secret['personal token']}")
    sys.unraisablehook(_unraisable(everything))
    yield live
    close_dialogs()


def on_a_thread(act: Callable[[], object]) -> Story:
    """Do something on a thread of its own, as the application's pools do; it may fail there."""
    thread = threading.Thread(target=act)
    thread.start()
    yield lambda: not thread.is_alive()


def close_dialogs() -> None:
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.reject()


def shown_anywhere() -> str:
    """What can be read now, and the names of what can be chosen."""
    workspace = window().workspace
    assert workspace is not None
    return shown() + "".join(account.name for account in workspace.session.accounts())


def _unraisable(text: str) -> Any:
    class Raised:
        exc_type, exc_value, exc_traceback = ValueError, ValueError(text), None
        err_msg, object = None, None

    return Raised()
