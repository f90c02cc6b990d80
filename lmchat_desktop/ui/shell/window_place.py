"""Where a window comes up: where it was, whole on a screen that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize

from lmchat_desktop.settings.preferences import WindowState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QScreen
    from PySide6.QtWidgets import QWidget

CASCADE_PX = 32
"""How far a further window lies from the one before."""
_LEAST = QSize(200, 150)


def fitting(
    wanted: QRect, screens: Sequence[QRect], preferred: int = 0, *, at_home: int | None = None
) -> QRect:
    """The rectangle, as it is where it lies within a screen, else moved into one.

    It is shrunk to the screen too, unless it had that size there before.

    Args:
        wanted: in points of the desktop.
        screens: the room of each screen.
        preferred: the place of the screen for what touches none.
        at_home: the place of the screen on which it had its size.
    """
    if not screens:
        return wanted
    covered = [_area(wanted.intersected(screen)) for screen in screens]
    best = covered.index(max(covered)) if max(covered) else preferred
    room = screens[best]
    size = wanted.size() if best == at_home else wanted.size().boundedTo(room.size())
    left = max(room.left(), min(wanted.left(), room.left() + room.width() - size.width()))
    top = max(room.top(), min(wanted.top(), room.top() + room.height() - size.height()))
    return QRect(QPoint(left, top), size)


def place_window(window: QWidget, state: WindowState, screens: Sequence[QScreen]) -> None:
    """Give a window the place that is remembered; without one its size alone.

    Args:
        window: not yet shown.
        state: what is remembered.
        screens: the screens that there are, the primary one first.
    """
    rooms = [screen.availableGeometry() for screen in screens]
    names = [screen.name() for screen in screens]
    home = names.index(state.screen) if state.screen in names else None
    size = QSize(state.width, state.height)
    if state.x is None or state.y is None:
        window.resize(size)
    else:
        place = fitting(QRect(QPoint(state.x, state.y), size), rooms, home or 0, at_home=home)
        window.resize(place.size())
        window.move(place.topLeft())
    if state.maximised:
        window.showMaximized()


def beside(window: QWidget, other: QWidget, screens: Sequence[QScreen]) -> None:
    """Put a window a step right and down of another one, where there is room for that."""
    step = QPoint(CASCADE_PX, CASCADE_PX)
    wanted = QRect(other.pos() + step, window.size() if other.isMaximized() else other.size())
    rooms = [screen.availableGeometry() for screen in screens]
    home = screens.index(other.screen()) if other.screen() in screens else None
    place = fitting(wanted, rooms, home or 0, at_home=home)
    window.resize(place.size())
    window.move(place.topLeft())


def place_of(window: QWidget) -> WindowState:
    """What to remember of a window, be it maximised or minimised."""
    ordinary = not (window.isMaximized() or window.isMinimized() or window.isFullScreen())
    place = window.geometry() if ordinary else window.normalGeometry()
    corner = window.pos() if ordinary else place.topLeft()
    size = place.size().expandedTo(_LEAST)
    return WindowState(
        x=corner.x(),
        y=corner.y(),
        width=size.width(),
        height=size.height(),
        maximised=window.isMaximized(),
        screen=window.screen().name(),
    )


def _area(rect: QRect) -> int:
    return max(0, rect.width()) * max(0, rect.height())
