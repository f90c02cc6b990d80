"""A key's life on the keys page: made, used, rotated, edited by two people, revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QCheckBox

from lmchat_desktop.client import keys as key_calls
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.keys import KeyCreate, KeyState, KeyUpdate
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.tour.keys_page import KeysVisit
from lmchat_desktop.tour.program import ask_model
from lmchat_desktop.tour.stage import LARGE, SMALL, Stage, Story
from lmchat_desktop.ui.pages.keys.query import StateFilter
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from lmchat_desktop.tour.visitor import Visitor
    from lmchat_desktop.ui.pages.keys.leaks.dialog import LeaksDialog

OWNER = "Dana Whitfield"
NAME = "Nightly report"
MODEL = "gpt-3.5-turbo"
TWO_DAYS_S = 2 * 86_400.0


def play(stage: Stage) -> None:
    """Play the story."""
    with stage.step("sign in as an owner and look at the keys"):
        owner = stage.person(OWNER, LARGE)
        owner.go("keys")
        keys = KeysVisit(owner)
        keys.filled()
        stage.both_themes(owner, "an owners keys")
        owner.size(*SMALL)
        stage.picture(owner, "an owners keys small")
        owner.size(*LARGE)
    secret = _make(stage, owner, keys)
    new = _rotate(stage, owner, keys, secret)
    _edit_by_two(stage, owner, keys)
    _revoke(stage, owner, keys, new)
    owner.window.close()
    _staff(stage)


def _asked(stage: Stage, visitor: Visitor, secret: str) -> int:
    base_url = visitor.session.client.base_url
    return stage.aside(lambda: ask_model(base_url, secret, MODEL), "a program's request")


def _expect(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, and not {wanted!r}")


def _make(stage: Stage, owner: Visitor, keys: KeysVisit) -> str:
    with stage.step("make a key"):
        owner.press("new-key")
        dialog = keys.dialog("create-key")
        keys.type(dialog, "name", NAME)
        keys.type(dialog, "notes", "Runs at 02:00 on the report server.")
        networks = keys.within(dialog, SegmentedControl, "networks-choice")
        keys.press_option(networks, "only")
        keys.type(dialog, "addresses", "127.0.0.0/8")
        stage.both_themes(owner, "a new key", dialog)
        keys.press(dialog, "primary")
        handed = keys.secret()
        stage.picture(owner, "its secret", handed)
        keys.press(handed, "reveal")
        secret = handed.secret_card.secret.whole_text()
        keys.press(handed, "reveal")
        keys.press(handed, "copy-secret")
        keys.within(handed, QCheckBox, "stored").click()
        stage.both_themes(owner, "its secret stored", handed)
        keys.press(handed, "close")
        keys.gone("new-secret")
    with stage.step("see it work"):
        _expect(_asked(stage, owner, secret), 200, "a program that uses the new key")
        owner.until(lambda: keys.page.model.looked_at is not None, "the new key")
        stage.picture(owner, "the new key")
    return secret


def _rotate(stage: Stage, owner: Visitor, keys: KeysVisit, old: str) -> str:
    with stage.step("rotate it with an overlap of a day"):
        keys.open_key(NAME)
        owner.press("Rotate…")
        dialog = keys.dialog("rotate-key")
        stage.both_themes(owner, "rotate", dialog)
        keys.press(dialog, "confirm-act")
        handed = keys.secret()
        keys.press(handed, "reveal")
        new = handed.secret_card.secret.whole_text()
        keys.press(handed, "close")
        keys.gone("new-secret")
        _expect(_asked(stage, owner, old), 200, "the old secret within the overlap")
        _expect(_asked(stage, owner, new), 200, "the new secret")
        owner.settled()
        stage.both_themes(owner, "rotation under way")
    with stage.step("after the overlap the old secret fails"):
        stage.clock_forward(TWO_DAYS_S)
        _expect(_asked(stage, owner, old), 401, "the old secret after the overlap")
        _expect(_asked(stage, owner, new), 200, "the new secret after the overlap")
        owner.session.wake()
        owner.until_live()
    return new


def _edit_by_two(stage: Stage, owner: Visitor, keys: KeysVisit) -> None:
    with stage.step("two people edit it, and both versions are seen"):
        key = keys.open_key(NAME)
        owner.press("Edit…")
        dialog = keys.dialog("edit-key")
        keys.type(dialog, "name", " for Europe")
        keys.type(dialog, "requests_per_minute", "60")

        def by_another() -> None:
            cancel = CancelToken()
            api = owner.session.client
            present = key_calls.get_key(api, key.id, cancel)
            change = KeyUpdate(name=f"{NAME} (finance)", notes="Moved to the finance team.")
            key_calls.update_key(api, key.id, change, present.etag, cancel)

        stage.aside(by_another, "another person's change")
        keys.press(dialog, "primary")
        owner.until(lambda: getattr(dialog, "conflict", None) is not None, "both versions")
        owner.settled()
        stage.both_themes(owner, "two versions of a key", dialog)
        keys.press_option(keys.within(dialog, SegmentedControl, "choose-name"), "theirs")
        keys.press(dialog, "primary")
        keys.gone("edit-key")
        owner.until(lambda: keys.looked_at.requests_per_minute == 60, "both changes together")


def _revoke(stage: Stage, owner: Visitor, keys: KeysVisit, secret: str) -> None:
    with stage.step("revoke it, seeing what used it"):
        owner.session.wake()
        owner.until_live()
        key = keys.open_key(NAME)
        owner.press("Revoke…")
        dialog = keys.dialog("revoke-key")
        owner.settled()
        stage.both_themes(owner, "revoke", dialog)
        keys.type(dialog, "confirmation", key.name)
        keys.press(dialog, "confirm-act")
        keys.gone("revoke-key")
        _expect(_asked(stage, owner, secret), 401, "a revoked key")
        owner.until(lambda: keys.looked_at.state is KeyState.REVOKED, "the revoked key")
        stage.picture(owner, "a revoked key")


def _staff(stage: Stage) -> None:
    with stage.step("an admin sees the keys of all accounts"):
        admin = stage.person(Role.ADMIN, LARGE)
        admin.go("keys")
        keys = KeysVisit(admin)
        keys.state(StateFilter.ALL)
        keys.filled()
        stage.both_themes(admin, "all keys")
    with stage.step("look at what is worth a look"):
        admin.press("show-suggestions")
        admin.until(lambda: keys.page.suggesting.model.counts is not None, "the suggestions")
        admin.settled()
        stage.both_themes(admin, "worth a look")
        admin.size(*SMALL)
        stage.picture(admin, "worth a look small")
        admin.size(*LARGE)
        admin.press("show-suggestions")
    _leak(stage, admin, keys)
    with stage.step("choose several and see what can be done"):
        table = keys.page.card.table
        selection = table.selectionModel()
        flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        for row in range(3, 8):
            selection.select(table.rows.index(row, 0), flags)
        admin.settled()
        stage.picture(admin, "several keys")
        admin.click(keys.page.several.revoke)
        dialog = keys.dialog("bulk-revoke")
        admin.settled()
        stage.both_themes(admin, "revoke several", dialog)
        dialog.reject()
        keys.gone("bulk-revoke")
        table.clearSelection()
        table.selectRow(0)
        counts = keys.page.suggesting.model.counts or {}
        stage.say(
            "API keys",
            "  a new key answers requests; with an overlap the old secret does for a day",
            "  after the overlap, and once it is revoked, requests are refused (401)",
            f"  keys of all accounts: {keys.page.card.model.rowCount():,}",
            f"  worth a look: {sum(counts.values()):,}",
            "",
        )
        admin.settled()
        stage.picture(admin, "all keys one of them")
        admin.size(*SMALL)
        stage.picture(admin, "all keys small")


def _leak(stage: Stage, admin: Visitor, keys: KeysVisit) -> None:
    with stage.step("find a key in a text from elsewhere, and end it"):
        api, account = admin.session.client, admin.session.entities.list(Account)[0]
        wanted = KeyCreate(account_id=account.id, name="Pasted into a forum")
        made = stage.aside(lambda: key_calls.create_key(api, wanted), "a key")
        admin.press("leaked-keys-button")
        dialog = cast("LeaksDialog", keys.dialog("leaked-keys"))
        dialog.text.setPlainText(f"Why does this fail?\ncurl -H 'Authorization: {made.secret}' …")
        admin.click(dialog.look)
        admin.until(lambda: len(dialog.working) == 1, "the leaked key")
        admin.settled()
        stage.both_themes(admin, "a leaked key", dialog)
        keys.type(dialog, "leak-place", "a question in a public forum")
        keys.type(dialog, "confirmation", "revoke 1")
        keys.press(dialog, "confirm-act")
        keys.gone("leaked-keys")
        admin.settled()


KEYS = Story(
    "keys",
    "a key's life: made, used, rotated, edited by two people, revoked; and those of all accounts",
    play,
)
