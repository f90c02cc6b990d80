"""Icons of one set (Phosphor, through QtAwesome) that take their colour from the live theme."""

from __future__ import annotations

import functools
import importlib.util
import json
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from lmchat_desktop.ui.theme.manager import tokens

GLYPHS = {
    "overview": "squares-four",
    "usage": "chart-bar",
    "requests": "list-bullets",
    "accounts": "buildings",
    "keys": "key",
    "policies": "scales",
    "providers": "share-network",
    "notices": "megaphone",
    "operators": "users-three",
    "devices": "desktop",
    "audit": "clock-counter-clockwise",
    "inbox": "tray",
    "privacy": "shield-check",
    "legal": "bank",
    "search": "magnifying-glass",
    "close": "x",
    "add": "plus",
    "filter": "funnel-simple",
    "export": "download-simple",
    "copy": "copy",
    "picture": "image",
    "refresh": "arrows-clockwise",
    "settings": "gear-six",
    "info": "info",
    "warn": "warning",
    "bad": "warning-circle",
    "good": "check-circle",
    "check": "check",
    "offline": "cloud-slash",
    "person": "user",
    "account": "storefront",
    "service": "globe-hemisphere-west",
    "sign_out": "sign-out",
    "sign_in": "sign-in",
    "lock": "lock-simple",
    "light": "sun",
    "dark": "moon",
    "system": "circle-half",
    "clock": "clock",
    "calendar": "calendar-blank",
    "columns": "columns",
    "collapse": "caret-double-left",
    "expand": "caret-double-right",
    "down": "caret-down",
    "right": "caret-right",
    "left": "caret-left",
    "up": "caret-up",
    "empty": "tray",
    "chart": "chart-line-up",
    "latency": "timer",
    "money": "currency-circle-dollar",
    "tokens": "text-aa",
    "errors": "warning-octagon",
    "more": "dots-three",
    "back": "arrow-left",
    "external": "arrow-square-out",
    "database": "database",
    "sandbox": "flask",
    "zoom_out": "magnifying-glass-minus",
    "reset": "arrow-counter-clockwise",
}
"""Names that the interface uses, and their glyphs in the set."""


@functools.cache
def _set() -> tuple[str, dict[str, str]]:
    """The icon font's family and its characters by glyph name.

    Read from QtAwesome's files: importing it would load eleven more fonts and 50 ms of modules.
    """
    found = importlib.util.find_spec("qtawesome")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("QtAwesome, which brings the icons, is not installed")
    folder = Path(found.origin).parent / "fonts"
    font_file = next(iter(sorted(folder.glob("phosphor-[0-9]*.ttf"))))
    map_file = next(iter(sorted(folder.glob("phosphor-charmap-*.json"))))
    number = QFontDatabase.addApplicationFont(str(font_file))
    families = QFontDatabase.applicationFontFamilies(number)
    codes: dict[str, str] = json.loads(map_file.read_text(encoding="utf-8"))
    return families[0], {name: chr(int(code, 16)) for name, code in codes.items()}


def glyph_character(name: str) -> str:
    """The character of an icon by the interface's name or by the set's own glyph name.

    Raises:
        KeyError: neither knows it.
    """
    return _set()[1][GLYPHS.get(name, name)]


def draw_glyph(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draw an icon into a square, as large as it fits."""
    family, _characters = _set()
    font = QFont(family)
    font.setPixelSize(max(1, round(min(rect.width(), rect.height()))))
    painter.save()
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph_character(name))
    painter.restore()


class _GlyphEngine(QIconEngine):
    """Draws a glyph in the theme's colour of the moment, so that a switch needs no new icons."""

    def __init__(self, name: str, token: str, checked: str | None) -> None:
        super().__init__()
        self._name = name
        self._token = token
        self._checked = checked

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._token, self._checked)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = self._token
        if mode == QIcon.Mode.Disabled:
            token = "faint"
        elif self._checked is not None and state == QIcon.State.On:
            token = self._checked
        draw_glyph(painter, QRectF(rect), self._name, QColor(tokens().colour(token)))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


def icon(name: str, token: str = "muted", checked: str | None = None) -> QIcon:
    """An icon by the interface's name (see `GLYPHS`).

    Args:
        name: which icon.
        token: the token of its colour, or a #RRGGBB.
        checked: the token while the control it sits on is checked.
    """
    glyph_character(name)
    return QIcon(_GlyphEngine(name, token, checked))
