"""What the keyboard and a screen reader find in a window: the way of Tab, its sight and speech."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDateTimeEdit,
    QLineEdit,
    QScrollArea,
    QTableView,
    QWidget,
)

from lmchat_desktop.ui.charts.surface import RING_PX, PlotSurface
from lmchat_desktop.ui.charts.time_chart import TimeChart
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.widgets.buttons import MenuButton
from lmchat_desktop.ui.widgets.cards import Card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

MOST_STOPS = 120
NO_ROLES = (
    QAccessible.Role.NoRole,
    QAccessible.Role.Client,
    QAccessible.Role.Border,
    QAccessible.Role.Pane,
)
PATIENCE_MS = 30_000
MOST_PASSES = 10
LEAST_CONTRAST = 3.0
"""Between a pixel with and without focus (WCAG 2.2, success criteria 1.4.11 and 2.4.13)."""
LEAST_SHARE = 0.85
"""Of a ring two pixels wide around what has the focus; the rest are rounded corners."""


def named(widget: QWidget) -> str:
    """What a failure calls a widget."""
    return f"{type(widget).__name__}({widget.objectName()!r}, {widget.accessibleName()!r})"


def is_part(widget: QWidget) -> bool:
    """Whether a control without a tab stop belongs to one that has it: arrows lead to it."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is not None and group.exclusive():
        return any(each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in group.buttons())
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if parent.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return True
        parent = parent.parentWidget()
    return False


def stops_of(root: QWidget) -> set[QWidget]:
    """The controls of a window that Tab has to reach; one that it cannot reach is an error."""
    stops: set[QWidget] = set()
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled() or widget.window() is not root:
            continue
        if widget.focusProxy() is not None:
            continue
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            stops.add(widget)
        elif isinstance(widget, QAbstractButton | QLineEdit | QComboBox):
            assert is_part(widget), f"Tab cannot reach {named(widget)}"
    return stops


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def leave(widget: QWidget, key: Qt.Key) -> None:
    """Press a key; in a field of date and time it goes through day, month, year and so on first."""
    sections = widget.sectionCount() if isinstance(widget, QDateTimeEdit) else 1
    for _ in range(sections):
        QTest.keyClick(widget, key)
        if focused() is not widget:
            return


def round_from(start: QWidget, key: Qt.Key) -> list[QWidget]:
    """Where a key leads, from a widget until it comes round to it."""
    way = [start]
    for _ in range(MOST_STOPS):
        leave(focused(), key)
        if focused() is start:
            return way
        assert focused() not in way, (
            f"{named(focused())} keeps the focus after {[named(each) for each in way]}"
        )
        way.append(focused())
    raise AssertionError(f"it never came round: {[named(each) for each in way]}")


def luminances(image: QImage) -> NDArray[np.float64]:
    """The relative luminance of each pixel, 0 to 1 (WCAG 2.2): rows by columns."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    row = plain.bytesPerLine() // 4
    shape = (plain.height(), row, 4)
    pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(shape)[:, : plain.width(), 2::-1]
    share = pixels / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance: NDArray[np.float64] = linear @ np.array((0.2126, 0.7152, 0.0722))
    return luminance


def contrasts(
    first: NDArray[np.float64], second: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """The contrast ratios of luminances, 1 to 21 (WCAG 2.2)."""
    lighter, darker = np.maximum(first, second), np.minimum(first, second)
    ratio: NDArray[np.float64] = (lighter + 0.05) / (darker + 0.05)
    return ratio


def most_common(values: NDArray[np.float64]) -> float:
    """The value that occurs most often."""
    found, counts = np.unique(values.round(4), return_counts=True)
    return float(found[counts.argmax()])


def check_speech(widget: QWidget) -> None:
    """A screen reader has a name and a role to say."""
    spoken = QAccessible.queryAccessibleInterface(widget)
    assert spoken is not None, named(widget)
    assert spoken.text(QAccessible.Text.Name).strip(), f"{named(widget)} has no name"
    assert spoken.role() not in NO_ROLES, f"{named(widget)} is said as {spoken.role()}"
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is not None and group.exclusive():
        assert spoken.role() == QAccessible.Role.RadioButton, f"{named(widget)}: {spoken.role()}"
        assert spoken.state().checked == widget.isChecked(), named(widget)
        around = spoken.parent()
        assert around.role() == QAccessible.Role.Grouping, f"{named(widget)}: {around.role()}"
        assert around.text(QAccessible.Text.Name).strip(), f"{named(widget)} is in no named group"


def marked(widget: QWidget) -> QRect:
    """What of a widget a ring goes round: a table's current row, a chart's plot, else all of it."""
    shown = widget.visibleRegion().boundingRect()
    if isinstance(widget, QTableView):
        row = widget.visualRect(widget.currentIndex())
        return QRect(0, row.top(), widget.viewport().width(), row.height())
    surface = widget.findChild(PlotSurface) if isinstance(widget, TimeChart) else None
    if surface is None:
        return shown
    return surface.plot_rect().adjusted(-RING_PX, -RING_PX, RING_PX, RING_PX) & shown


def bring_into_view(widget: QWidget) -> None:
    """Scroll to a widget as Tab does."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()


def settle() -> None:
    """Let a window find its layout: one pass can ask for the next."""
    for _ in range(4):
        QApplication.processEvents()


def check_sight(widget: QWidget) -> None:
    """A ring shows that it has the keyboard, and stands out from what is there without it."""
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert widget.hasFocus(), named(widget)
    for _ in range(MOST_PASSES):
        bring_into_view(widget)
        settle()
        if widget.visibleRegion().boundingRect() == widget.rect():
            # A window that still finds its layout may cut off a side of the ring.
            break
    window = widget.window()
    around = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-4, -4, 4, 4)
    ring = marked(widget)
    focused_ = luminances(window.grab(around).toImage())
    widget.clearFocus()
    unfocused = luminances(window.grab(around).toImage())
    assert not ring.isEmpty(), f"{named(widget)} cannot be seen"
    changed = contrasts(focused_, unfocused) >= LEAST_CONTRAST
    wanted = LEAST_SHARE * (4 * (ring.width() + ring.height()) - 16)
    theme = current_theme().tokens.name
    assert changed.sum() >= wanted, (
        f"{named(widget)} shows its focus by {changed.sum()} pixels of {wanted:.0f} in {theme}"
    )
    against = contrasts(
        np.array(most_common(focused_[changed])), most_common(focused_[focused_ == unfocused])
    )
    assert against >= LEAST_CONTRAST, f"{named(widget)}: its ring has {against:.1f}:1 in {theme}"


def check_sights(widgets: Callable[[], Iterable[QWidget]]) -> None:
    """`check_sight` in both themes, of what a window has then; light is left on."""
    for mode in ("dark", "light"):
        current_theme().apply(mode)
        settle()
        for widget in widgets():
            check_sight(widget)


def check_enter(widget: QWidget) -> None:
    """Enter presses a button of ours; menus are opened by `check_menu`."""
    if (
        not isinstance(widget, QAbstractButton)
        or isinstance(widget, MenuButton)
        or widget.isCheckable()
        or type(widget).__module__.startswith("PySide6")
    ):
        return
    enter = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    widget.blockSignals(True)
    widget.event(enter)
    widget.blockSignals(False)
    assert enter.isAccepted(), f"Enter does not press {named(widget)}"


def focus_in(bot: QtBot, window: QWidget) -> QWidget:
    """The widget that has the keyboard once the window is active.

    Without a window manager no window becomes active by itself when another closes.
    """
    window.activateWindow()
    bot.waitUntil(
        lambda: window.isActiveWindow() and QApplication.focusWidget() is not None,
        timeout=PATIENCE_MS,
    )
    assert focused().window() is window, named(focused())
    assert focused().isVisible(), named(focused())
    return focused()


def check_keyboard(bot: QtBot, window: QWidget) -> list[QWidget]:
    """Check a window as it stands, beginning where its focus is; answers the way of Tab."""
    start = focus_in(bot, window)
    check_speech(start)
    check_sights(lambda: stops_of(window))
    start.setFocus(Qt.FocusReason.OtherFocusReason)
    if not start.focusPolicy() & Qt.FocusPolicy.TabFocus:
        # A page as a whole has the focus until the first key.
        QTest.keyClick(start, Qt.Key.Key_Tab)
        start = focused()
    wanted = stops_of(window)
    bot.waitUntil(lambda: not any(each.size().isEmpty() for each in wanted), timeout=PATIENCE_MS)
    way = round_from(start, Qt.Key.Key_Tab)
    missed = [named(each) for each in wanted - set(way)]
    assert not missed, f"Tab never reaches {missed}"
    beyond = [named(each) for each in set(way) - wanted]
    assert not beyond, f"Tab also reaches {beyond}"
    back = round_from(start, Qt.Key.Key_Backtab)
    assert [named(each) for each in back[1:]] == [named(each) for each in reversed(way[1:])]
    for widget in way:
        check_speech(widget)
        check_enter(widget)
    start.setFocus(Qt.FocusReason.TabFocusReason)
    return way


def check_reading(way: list[QWidget]) -> None:
    """Tab goes as one reads, line by line, and wraps round once at most."""
    places = [(at.y(), at.x()) for at in (each.mapToGlobal(QPoint()) for each in way)]
    wraps = [
        named(after)
        for (_before, after), (first, second) in zip(pairwise(way), pairwise(places), strict=True)
        if second < first
    ]
    assert len(wraps) <= 1, f"Tab jumps back at {wraps}"


def check_cards(way: list[QWidget]) -> None:
    """Tab goes through one card after the other, row by row."""
    cards = [card_of(widget) for widget in way]
    in_turn = [card for card, _ in groupby(card for card in cards if card is not None)]
    titles = [card.accessibleName() for card in in_turn]
    assert len(set(in_turn)) == len(in_turn), f"Tab comes back to a card: {titles}"
    places = [(at.y(), at.x()) for at in (card.mapToGlobal(QPoint()) for card in in_turn)]
    assert places == sorted(places), f"Tab goes through cards in this order: {titles}"


def card_of(widget: QWidget) -> Card | None:
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, Card):
        parent = parent.parentWidget()
    return parent


def press_escape() -> None:
    """Press Escape where the keyboard is."""
    QTest.keyClick(QApplication.activePopupWidget() or focused(), Qt.Key.Key_Escape)
