"""Sessions of a person whose every secret is a canary, and everything in them that can go wrong."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QApplication, QDialog

from lmchat_desktop.client import accounts as accounts_api
from lmchat_desktop.client import keys as keys_api
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.keys import KeyCreate
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.shell.browser import BrowserOpener
from lmchat_desktop.ui.shell.dialogs import SignOutDialog
from tests.integration.machine.driver import Story, live, shown, window
from tests.integration.machine.keyrings import STORE_VARIABLE
from tests.integration.machine.starting import CANARIES
from tests.integration.machine.stories import begin_work, press, tell
from tests.support.browser import Browser

REFUSALS = (401, 403, 409, 422, 500)


def canaries() -> dict[str, str]:
    """What must not be found, by what it is."""
    return dict(json.loads(os.environ[CANARIES]))


def first_day(url: str, exported: str, person_id: str) -> Story:
    """Sign in both ways, look at everything, export, make a key, and meet every kind of fault."""
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
    tell(secrets={"key's secret": made[0].secret, **kept_secrets("by token")})
    yield from look_at_everything(secret, Path(exported))
    yield from sign_out()
    yield from sign_in_with_browser(person_id)
    tokens = kept_secrets("by browser")
    yield from renew_tokens()
    tokens |= kept_secrets("renewed")
    tell(secrets=tokens)
    session = window().workspace.session  # type: ignore[union-attr]
    yield from be_refused(secret)
    yield from go_wrong(secret | tokens, session.client)
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
    # The reports of the crash are written and offered by a thread, in its own time.
    yield open_dialogs
    close_dialogs()
    tell(live=True)
    yield from sign_out()
    tell(signed_out=True)


def sign_out() -> Story:
    """Ask to be signed out, and confirm it."""
    window().workspace.sign_out_asked.emit()  # type: ignore[union-attr]
    yield lambda: window().findChild(SignOutDialog) is not None
    window().findChild(SignOutDialog).accept()
    yield lambda: window().stack.currentWidget() is window().sign_in


def sign_in_with_browser(person_id: str) -> Story:
    """Sign in at the backend that is chosen, as somebody whose browser needs no hand."""
    browser = Browser(person_id)
    BrowserOpener.__call__ = lambda _self, address: browser(address)  # type: ignore[method-assign]
    view = window().sign_in
    yield view.browser_button.isVisible
    press(view.browser_button)
    yield lambda: window().workspace is not None and live()


def renew_tokens() -> Story:
    """Have the tokens replaced, as after the access token's end."""
    client = window().workspace.session.client  # type: ignore[union-attr]
    credentials = client._credentials
    assert credentials is not None
    before = kept_secrets("")
    yield from on_a_thread(
        lambda: credentials.renew(credentials.token(), client._refresh, None),
    )
    after = kept_secrets("")
    assert {name for name in after if before[name] != after[name]} == {"token ", "refresh "}


def kept_secrets(when: str) -> dict[str, str]:
    """Everything that the keyring holds now, by its kind and `when`."""
    kept = json.loads(Path(os.environ[STORE_VARIABLE]).read_text())
    return {f"{name.rpartition('/')[2]} {when}": secret for name, secret in kept.items()}


class Refusing(BaseHTTPRequestHandler):
    """Answers with the status that the path begins with, and with what is personal in each text."""

    def do_GET(self) -> None:
        secret, status = canaries(), int(self.path.split("/")[1])
        problem = {
            "type": "https://lmchat.net/problems/unheard-of",
            "title": secret["title"],
            "status": status,
            "detail": secret["detail"],
            "errors": [{"pointer": "/name", "detail": secret["field's detail"]}],
        }
        body = json.dumps(problem).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nothing: what this server writes is not the application's."""


def be_refused(secret: dict[str, str]) -> Story:
    """Meet answers whose words repeat what is personal: shown, caught by nobody, and logged."""
    workspace = window().workspace
    assert workspace is not None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    log = logging.getLogger("lmchat_desktop.services.session")
    read = ""
    for status in REFUSALS:
        address = f"http://127.0.0.1:{server.server_port}/{status}"
        with ApiClient(address, StaticToken(secret["personal token"]), retry=NO_RETRY) as client:

            def refused(client: ApiClient = client) -> None:
                accounts_api.list_accounts(client, search=secret["search text"])

            workspace.context.tasks.run(refused)
            yield lambda: not workspace.context.tasks.busy
            read += shown()
            yield from on_a_thread(refused)
            try:
                refused()
            except ApiTrouble as trouble:
                log.warning("a call failed: %s", trouble.code, exc_info=True)
        yield lambda: True
        close_dialogs()
    server.shutdown()
    server.server_close()
    tell(read=read)


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
        yield from on_the_interface(fault if fault is not refused else mistaken)
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


def on_the_interface(act: Callable[[], object]) -> Story:
    """Do something in an event of its own; it may fail there."""
    begun: list[bool] = []

    def do() -> None:
        begun.append(True)
        act()

    QTimer.singleShot(0, do)
    yield lambda: begun


def open_dialogs() -> list[QDialog]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QDialog) and widget.isVisible()
    ]


def close_dialogs() -> None:
    for dialog in open_dialogs():
        dialog.reject()


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
