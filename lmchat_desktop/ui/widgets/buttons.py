"""Push buttons in the product's looks, and buttons that open a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.paint import rounded
from lmchat_desktop.ui.widgets.plain import one_line, plain_caption, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence


class Button(QPushButton):
    """A push button.

    Args:
        text: its caption, shown literally.
        look: "primary", "quiet", "danger", "link" or "" for the ordinary one.
        icon_name: an icon of the set before the text.
        small: less high, in the label's size.
    """

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        look: str = "",
        icon_name: str | None = None,
        small: bool = False,
    ) -> None:
        super().__init__(plain_caption(text), parent)
        self.setAccessibleName(one_line(text))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        if look:
            self.setProperty("look", look)
        if small:
            self.setProperty("compact", True)
        if icon_name is not None:
            token = {"primary": "on_accent", "danger": "bad", "link": "accent"}.get(look, "muted")
            self.setIcon(icon(icon_name, token))
            side = typography().px(14 if small else 16)
            self.setIconSize(QSize(side, side))
        if look == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_caption(self, text: str) -> None:
        """Change the caption and the accessible name together."""
        self.setText(plain_caption(text))
        self.setAccessibleName(one_line(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.property("look") == "primary":
            # A border alone does not stand out from the accent's fill (WCAG 2.2, 1.4.11).
            ring = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            rounded(QPainter(self), ring, 4, border=tokens().on_accent, width=2.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)


class IconButton(QToolButton):
    """A quiet button of one icon, with its name as tooltip and for screen readers."""

    def __init__(
        self,
        icon_name: str,
        name: str,
        parent: QWidget | None = None,
        *,
        checkable: bool = False,
        small: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "quiet")
        if small:
            self.setProperty("compact", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCheckable(checkable)
        side = typography().px(14 if small else 18)
        self.setIconSize(QSize(side, side))
        self.setIcon(icon(icon_name, "muted", "accent" if checkable else None))
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """Change what it says it does."""
        self.setToolTip(plain_tooltip(name))
        self.setAccessibleName(one_line(name))

    def set_icon(self, icon_name: str, token: str = "muted") -> None:
        """Change its icon."""
        self.setIcon(icon(icon_name, token))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)


class MenuButton(Button):
    """A button with a chevron that opens its menu.

    Attributes:
        drop_menu: the menu; add actions to it.
    """

    def __init__(
        self, text: str, parent: QWidget | None = None, *, icon_name: str | None = None
    ) -> None:
        super().__init__(text, parent, look="menu", icon_name=icon_name)
        self.drop_menu = QMenu(self)
        self.drop_menu.setToolTipsVisible(True)
        self.setMenu(self.drop_menu)

    def add_action(self, text: str, *, icon_name: str | None = None, tooltip: str = "") -> QAction:
        """Add an entry, shown literally; connect to its `triggered`."""
        action = QAction(plain_caption(text), self.drop_menu)
        if icon_name is not None:
            action.setIcon(icon(icon_name))
        if tooltip:
            action.setToolTip(plain_tooltip(tooltip))
        self.drop_menu.addAction(action)
        return action

    def keyPressEvent(self, event: QKeyEvent) -> None:
        opening = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Space)
        if event.key() in opening and self.isEnabled():
            self.showMenu()
            return
        super().keyPressEvent(event)


class ChoiceButton(MenuButton):
    """A button that shows one of several options and changes it by its menu.

    Attributes:
        current_changed: the value a person chose.
    """

    current_changed = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]] = (),
        current: str | None = None,
        parent: QWidget | None = None,
        *,
        prefix: str = "",
        name: str = "",
        icon_name: str | None = None,
    ) -> None:
        super().__init__("", parent, icon_name=icon_name)
        self._prefix = prefix
        self._name = name or prefix
        self._group = QActionGroup(self)
        self._group.setExclusive(True)
        self._current = ""
        self._titles: dict[str, str] = {}
        self.set_options(options, current)

    def set_options(self, options: Sequence[tuple[str, str]], current: str | None = None) -> None:
        """Offer other options: (value, title) each; without `current` the first is shown."""
        for action in self._group.actions():
            self._group.removeAction(action)
        self.drop_menu.clear()
        self._titles = dict(options)
        for value, title in options:
            action = self.add_action(title)
            action.setCheckable(True)
            action.setData(value)
            self._group.addAction(action)
            action.triggered.connect(lambda _checked=False, value=value: self._choose(value))
        first = options[0][0] if options else ""
        self.set_current(current if current is not None else first)

    @property
    def current(self) -> str:
        """The value shown."""
        return self._current

    def set_current(self, value: str) -> None:
        """Show a value without telling anyone."""
        self._current = value
        title = self._titles.get(value, value)
        lowered = title[:1].lower() + title[1:] if self._prefix else title
        self.setText(plain_caption(f"{self._prefix} {lowered}".strip()))
        self.setAccessibleName(f"{self._name}: {title}" if self._name else title)
        for action in self._group.actions():
            action.setChecked(action.data() == value)

    def _choose(self, value: str) -> None:
        if value != self._current:
            self.set_current(value)
            self.current_changed.emit(value)
