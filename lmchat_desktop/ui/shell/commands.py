"""What the palette offers in a workspace: its pages, actions, accounts and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.settings.preferences import LOCAL_ZONE
from lmchat_desktop.ui.shell.palette_model import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.ui.pages.registry import PageEntry
    from lmchat_desktop.ui.shell.context import ScopeChoice

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the workspace can do.

    Attributes:
        title: what the palette calls it.
        icon: its icon.
        run: does it.
        hint: its shortcut or more words to find it by.
    """

    title: str
    icon: str
    run: Callable[[], None]
    hint: str = ""


def shell_actions(
    *,
    sync: Callable[[], None],
    show_theme: Callable[[str], None],
    show_zone: Callable[[str], None],
    fold_rail: Callable[[], None],
    switch: tuple[str, Callable[[], None]],
    sign_out: Callable[[], None],
    about: Callable[[], None],
    signed_in: bool,
) -> list[Action]:
    """What a workspace can do.

    `switch` is the title and the act of changing the person; where nobody is signed in there is
    nothing to sync and nobody to sign out.
    """
    if signed_in:
        here = [Action(translate("Commands", "Sync now"), "refresh", sync, "F5")]
        end = [Action(translate("Commands", "Sign out…"), "sign_out", sign_out)]
    else:
        here, end = [], []
    return [
        *here,
        Action(translate("Commands", "Theme: light"), "light", lambda: show_theme("light")),
        Action(translate("Commands", "Theme: dark"), "dark", lambda: show_theme("dark")),
        Action(translate("Commands", "Theme: system"), "system", lambda: show_theme("system")),
        Action(
            translate("Commands", "Times in local time"), "clock", lambda: show_zone(LOCAL_ZONE)
        ),
        Action(translate("Commands", "Times in UTC"), "clock", lambda: show_zone("UTC")),
        Action(
            translate("Commands", "Collapse or expand the rail"), "collapse", fold_rail, "Ctrl+B"
        ),
        Action(switch[0], "person", switch[1]),
        *end,
        Action(translate("Commands", "About lmchat desktop"), "info", about),
    ]


def palette_entries(
    pages: Sequence[PageEntry],
    actions: Iterable[Action],
    choices: Sequence[ScopeChoice],
    keys: Iterable[ApiKey],
    *,
    go: Callable[[str], None],
    choose: Callable[[ScopeChoice], None],
    show_key: Callable[[ApiKey], None],
) -> list[Entry]:
    """All entries of the palette."""
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
        Entry(Kind.ACTION, action.title, action.hint, action.run, action.icon) for action in actions
    ]
    if len(choices) > 1:
        one = translate("Commands", "Show its data")
        whole = translate("Commands", "Show all data")
        entries += [
            Entry(
                Kind.ACCOUNT,
                choice.name,
                whole if choice.is_service else one,
                lambda choice=choice: choose(choice),  # type: ignore[misc]
                "service" if choice.is_service else "account",
                choice.id,
            )
            for choice in choices
        ]
    names: Mapping[str, str] = {choice.id: choice.name for choice in choices}
    entries += [
        Entry(
            Kind.KEY,
            key.name,
            " · ".join(part for part in (names.get(key.account_id, ""), key.hint) if part),
            lambda key=key: show_key(key),  # type: ignore[misc]
            "keys",
            key.id,
        )
        for key in keys
    ]
    return entries
