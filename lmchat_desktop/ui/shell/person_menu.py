"""The person's menu: who they are, theme, time zone, and ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget, QWidgetAction

from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.settings.preferences import LOCAL_ZONE, LOCK_AFTER_MIN
from lmchat_desktop.ui.shell.commands import LOCK_KEYS
from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line, plain_caption

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.ui.widgets.buttons import MenuButton

translate = QCoreApplication.translate


def initials(name: str) -> str:
    """The first letters of a name's first and last word."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "–"
    picked = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0].upper() for word in picked)


def role_title(role: Role) -> str:
    """A role's name."""
    return {
        Role.OWNER: translate("Roles", "Owner"),
        Role.MEMBER: translate("Roles", "Member"),
        Role.SUPPORT: translate("Roles", "Support"),
        Role.LEGAL: translate("Roles", "Legal"),
        Role.ADMIN: translate("Roles", "Admin"),
    }[role]


def role_words(me: Me) -> str:
    """A person's roles as a line of text."""
    operator = [role_title(role) for role in me.operator_roles]
    if operator:
        return ", ".join(operator)
    if len(me.memberships) == 1:
        only = me.memberships[0]
        words = translate("Roles", "{role} of {account}").replace("{role}", role_title(only.role))
        return words.replace("{account}", only.account_name)
    if not me.memberships:
        return translate("Roles", "No role")
    words = translate("Roles", "Member of {count} accounts")
    return words.replace("{count}", f"{len(me.memberships):,}")


class PersonMenu:
    """Fills the person's button and keeps its checks as things are.

    Attributes:
        theme_actions: by mode.
        zone_actions: "local" and "UTC".
        lock_actions: by minutes without key or mouse, 0 for never.
        notify: whether the desktop is to show what is due.
        lock, switch, sign_out, about: the actions at the end.
    """

    def __init__(self, button: MenuButton, local_zone_name: str, in_sandbox: bool) -> None:
        self._button = button
        menu = button.drop_menu
        self._who = PlainLabel("", role="strong")
        self._role = PlainLabel("", role="label", tone="muted")
        menu.addAction(_headed(menu, self._who, self._role))
        menu.addSeparator()
        themes = [
            ("system", translate("PersonMenu", "System")),
            ("light", translate("PersonMenu", "Light")),
            ("dark", translate("PersonMenu", "Dark")),
        ]
        self.theme_actions = self._choices(menu, translate("PersonMenu", "Theme"), "system", themes)
        local = translate("PersonMenu", "Local ({zone})").replace("{zone}", local_zone_name)
        zones = [(LOCAL_ZONE, local), ("UTC", translate("PersonMenu", "UTC"))]
        self.zone_actions = self._choices(menu, translate("PersonMenu", "Times"), "clock", zones)
        idle = [(str(minutes), _lock_words(minutes)) for minutes in LOCK_AFTER_MIN]
        choices = self._choices(menu, translate("PersonMenu", "Lock when idle"), "lock", idle)
        self.lock_actions = {int(minutes): action for minutes, action in choices.items()}
        self.notify = button.add_action(
            translate("PersonMenu", "Desktop notifications"), icon_name="notices"
        )
        self.notify.setCheckable(True)
        menu.addSeparator()
        self.lock = button.add_action(translate("PersonMenu", "Lock now"), icon_name="lock")
        # Shown only: the window hears the keys, also while this menu is not open.
        self.lock.setText(f"{self.lock.text()}\t{LOCK_KEYS}")
        if in_sandbox:
            switch = translate("PersonMenu", "Switch person…")
        else:
            switch = translate("PersonMenu", "Switch profile…")
        self.switch = button.add_action(switch, icon_name="person")
        self.sign_out = button.add_action(
            translate("PersonMenu", "Sign out…"), icon_name="sign_out"
        )
        menu.addSeparator()
        self.about = button.add_action(
            translate("PersonMenu", "About lmchat desktop"), icon_name="info"
        )

    def put_person(self, me: Me) -> None:
        """Show who is signed in."""
        self._button.set_caption(initials(me.person.name))
        spoken = translate("PersonMenu", "Signed in as {name}, {role}")
        name = one_line(me.person.name)
        spoken = spoken.replace("{role}", role_words(me)).replace("{name}", name)
        self._button.setAccessibleName(spoken)
        self._who.setText(me.person.name)
        self._role.setText(role_words(me))

    def put_theme(self, mode: str) -> None:
        """Check the theme that is in force."""
        self.theme_actions[mode].setChecked(True)

    def put_zone(self, preference: str) -> None:
        """Check the zone that is in force; another than local and UTC checks neither."""
        for value, action in self.zone_actions.items():
            action.setChecked(value == preference)

    def put_lock_after(self, minutes: int) -> None:
        """Check after how long the windows lock; a time that is not offered checks none."""
        for value, action in self.lock_actions.items():
            action.setChecked(value == minutes)

    def on_theme(self, call: Callable[[str], None]) -> None:
        """Have a choice of theme told."""
        for mode, action in self.theme_actions.items():
            action.triggered.connect(lambda _=False, mode=mode: call(mode))

    def on_zone(self, call: Callable[[str], None]) -> None:
        """Have a choice of zone told."""
        for zone, action in self.zone_actions.items():
            action.triggered.connect(lambda _=False, zone=zone: call(zone))

    def on_lock_after(self, call: Callable[[int], None]) -> None:
        """Have a choice of the time until the lock told, in minutes."""
        for minutes, action in self.lock_actions.items():
            action.triggered.connect(lambda _=False, minutes=minutes: call(minutes))

    def _choices(
        self, menu: QMenu, title: str, icon_name: str, options: list[tuple[str, str]]
    ) -> dict[str, QAction]:
        sub = menu.addMenu(icon(icon_name), title)
        group = QActionGroup(sub)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        actions: dict[str, QAction] = {}
        for value, text in options:
            action = sub.addAction(plain_caption(text))
            action.setCheckable(True)
            group.addAction(action)
            actions[value] = action
        return actions


def _lock_words(minutes: int) -> str:
    if not minutes:
        return translate("PersonMenu", "Never")
    words = translate("PersonMenu", "After {count} minutes without key or mouse")
    return words.replace("{count}", f"{minutes}")


def _headed(menu: QMenu, *labels: PlainLabel) -> QWidgetAction:
    room = QWidget(menu)
    column = QVBoxLayout(room)
    column.setContentsMargins(12, 6, 12, 6)
    column.setSpacing(2)
    for label in labels:
        column.addWidget(label)
    action = QWidgetAction(menu)
    action.setDefaultWidget(room)
    return action
