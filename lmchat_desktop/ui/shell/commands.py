"""What the palette offers in a workspace: its pages, actions, accounts and keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.settings.preferences import LOCAL_ZONE
from lmchat_desktop.ui.shell.palette_model import Entry, Kind
from lmchat_desktop.ui.widgets.buttons import MenuButton

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.pages.registry import PageEntry
    from lmchat_desktop.ui.shell.context import ScopeChoice
    from lmchat_desktop.ui.shell.known import KeyName, Known

translate = QCoreApplication.translate

LOCK_KEYS = "Ctrl+Alt+L"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the workspace can do.

    Attributes:
        title: what the palette calls it.
        icon: its icon.
        run: does it.
        hint: its shortcut or more words to find it by.
        id: a stable name, by which it is remembered; empty for what is not.
        words: further words to find it by, which are not shown.
    """

    title: str
    icon: str
    run: Callable[[], None]
    hint: str = ""
    id: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ShellDeeds:
    """What a workspace can do, as functions without arguments unless said otherwise.

    Attributes:
        sync, fold_rail, lock, another_window, copy_diagnostics, show_reports, sign_out, about: as
            their actions are called.
        show_theme: with "light", "dark" or "system".
        show_zone: with a preference for the zone of times.
        look_for_leaks: opens the dialog of leaked keys; None for whoever may not.
        switch: the title and the act of changing the person.
    """

    sync: Callable[[], None]
    show_theme: Callable[[str], None]
    show_zone: Callable[[str], None]
    fold_rail: Callable[[], None]
    lock: Callable[[], None]
    another_window: Callable[[], None]
    copy_diagnostics: Callable[[], None]
    show_reports: Callable[[], None]
    look_for_leaks: Callable[[], None] | None
    switch: tuple[str, Callable[[], None]]
    sign_out: Callable[[], None]
    about: Callable[[], None]


def shell_actions(deeds: ShellDeeds, *, signed_in: bool) -> list[Action]:
    """What a workspace can do; without a sign-in nothing is synced and nobody signed out."""
    here = [Action(translate("Commands", "Sync now"), "refresh", deeds.sync, "F5", "sync")]
    end = [Action(translate("Commands", "Sign out…"), "sign_out", deeds.sign_out, id="sign-out")]
    leaks: list[Action] = []
    if deeds.look_for_leaks is not None:
        title = translate("Commands", "Leaked keys…")
        hint = translate("Commands", "look for keys in a text, and revoke them")
        leaks = [Action(title, "warn", deeds.look_for_leaks, hint, "leaked-keys")]
    locking = translate("Commands", "Lock now")
    themes = [
        ("light", translate("Commands", "Theme: light")),
        ("dark", translate("Commands", "Theme: dark")),
        ("system", translate("Commands", "Theme: system")),
    ]
    zones = [
        (LOCAL_ZONE, translate("Commands", "Times in local time")),
        ("UTC", translate("Commands", "Times in UTC")),
    ]
    return [
        *(here if signed_in else ()),
        *leaks,
        Action(locking, "lock", deeds.lock, LOCK_KEYS, "lock"),
        *(
            Action(title, mode, lambda mode=mode: deeds.show_theme(mode), id=f"theme-{mode}")  # type: ignore[misc]
            for mode, title in themes
        ),
        *(
            Action(title, "clock", lambda zone=zone: deeds.show_zone(zone), id=f"zone-{zone}")  # type: ignore[misc]
            for zone, title in zones
        ),
        Action(
            translate("Commands", "Collapse or expand the rail"),
            "collapse",
            deeds.fold_rail,
            "Ctrl+B",
            "rail",
        ),
        Action(
            translate("Commands", "New window"),
            "add",
            deeds.another_window,
            "Ctrl+Shift+N",
            "window",
        ),
        Action(
            translate("Commands", "Copy diagnostics"),
            "copy",
            deeds.copy_diagnostics,
            translate("Commands", "for a report, without names or figures"),
            "diagnostics",
        ),
        Action(
            translate("Commands", "Crash reports…"), "warn", deeds.show_reports, id="crash-reports"
        ),
        Action(deeds.switch[0], "person", deeds.switch[1], id="switch"),
        *(end if signed_in else ()),
        Action(translate("Commands", "About lmchat desktop"), "info", deeds.about, id="about"),
    ]


def page_actions(page: QWidget, page_id: str) -> Iterator[Action]:
    """What the menus of a page's buttons offer now, such as what it exports."""
    for button in page.findChildren(MenuButton):
        if not button.isEnabled() or button.isHidden():
            continue
        menu_name = button.text().replace("&&", "&")
        for action in button.drop_menu.actions():
            wanted = action.isEnabled() and action.isVisible() and not action.isCheckable()
            if wanted and not action.isSeparator() and action.menu() is None and action.text():
                title = f"{menu_name}: {action.text().replace('&&', '&')}"
                yield Action(title, "more", action.trigger, words=page_id)


def key_entry(
    key: KeyName, account_names: Mapping[str, str], show_key: Callable[[KeyName], None]
) -> Entry:
    """A key as an entry of the palette."""
    parts = (account_names.get(key.account_id, ""), key.hint)
    return Entry(
        Kind.KEY,
        key.name,
        " · ".join(part for part in parts if part),
        lambda: show_key(key),
        "keys",
        key.id,
    )


def account_entries(
    choices: Sequence[ScopeChoice],
    known: Known,
    *,
    choose: Callable[[ScopeChoice], None],
    open_account: Callable[[str], None] | None,
) -> list[Entry]:
    """Accounts and the whole service, where there is a choice.

    Where accounts have a page, their figures are entries of their own, behind all accounts.
    """
    if len(choices) <= 1:
        return []
    one, whole = translate("Commands", "Show its data"), translate("Commands", "Show all data")
    page = translate("Commands", "Open its page")
    figures = translate("Commands", "Show figures of {name}")
    emails = {account.id: account.email for account in known.accounts}
    first: list[Entry] = []
    further: list[Entry] = []
    for choice in choices:
        name, words, show = choice.name, emails.get(choice.id, ""), partial(choose, choice)
        if choice.is_service:
            first.append(Entry(Kind.ACCOUNT, name, whole, show, "service", choice.id))
        elif open_account is None:
            first.append(Entry(Kind.ACCOUNT, name, one, show, "account", choice.id, words))
        else:
            opened = partial(open_account, choice.id)
            first.append(Entry(Kind.ACCOUNT, name, page, opened, "account", choice.id, words))
            title, named = figures.format(name=name), f"figures-{choice.id}"
            further.append(Entry(Kind.ACCOUNT, title, "", show, "usage", named, words))
    return [*first, *further]


def palette_entries(
    pages: Sequence[PageEntry],
    actions: Iterable[Action],
    choices: Sequence[ScopeChoice],
    known: Known,
    *,
    go: Callable[[str], None],
    choose: Callable[[ScopeChoice], None],
    open_account: Callable[[str], None] | None,
    show_key: Callable[[KeyName], None],
) -> list[Entry]:
    """All entries of the palette, but keys that are too many.

    Choosing an account opens its page with `open_account`, and shows its data where that is None.
    """
    entries = [
        Entry(
            Kind.PAGE,
            page.name,
            f"Ctrl+{number}" if number <= 9 else "",
            lambda page=page: go(page.page_id),  # type: ignore[misc]
            page.icon,
            page.page_id,
        )
        for number, page in enumerate(pages, start=1)
    ]
    entries += [
        Entry(
            Kind.ACTION,
            action.title,
            action.hint,
            action.run,
            action.icon,
            action.id,
            action.words,
        )
        for action in actions
    ]
    entries += account_entries(choices, known, choose=choose, open_account=open_account)
    names = {choice.id: choice.name for choice in choices}
    entries += [key_entry(key, names, show_key) for key in known.keys]
    return entries
