"""The live theme of the application: light, dark or as the system says."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from shiboken6 import isValid

from lmchat_desktop.ui.theme.fonts import Typography
from lmchat_desktop.ui.theme.palette import palette_of
from lmchat_desktop.ui.theme.series import SeriesColours
from lmchat_desktop.ui.theme.stylesheet import stylesheet_of
from lmchat_desktop.ui.theme.tokens import DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

MODES = ("system", "light", "dark")

_in_use: list[ThemeManager] = []
"""The theme of the application, which is its child and goes with it."""


class ThemeManager(QObject):
    """Puts palette, stylesheet and fonts on the application and tells when they change.

    Attributes:
        tokens: the colours in use.
        typography: the fonts in use.
        series: the colours given to names of data.
        mode: "system", "light" or "dark", as it was asked for.
    """

    theme_changed = Signal(object)

    def __init__(
        self, app: QApplication, mode: str = "system", *, text_scale: float | None = None
    ) -> None:
        super().__init__(app)
        self._app = app
        self._system_font = app.font()
        self.typography = Typography(self._system_font, text_scale)
        self.series = SeriesColours()
        self.mode = ""
        self.tokens: Tokens = LIGHT
        self._painted: tuple[str, float] | None = None
        app.setStyle("Fusion")
        app.setFont(self.typography.text())
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        _in_use[:] = [self]
        self.apply(mode)

    def apply(self, mode: str) -> None:
        """Switch the theme at once, for every open window.

        Raises:
            ValueError: the mode is none of system, light, dark.
        """
        if mode not in MODES:
            raise ValueError(f"no such theme: {mode}")
        if mode == self.mode:
            return
        self.mode = mode
        hints = self._app.styleHints()
        if mode == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
        self._paint()

    def set_text_scale(self, scale: float | None) -> None:
        """Scale all text; None follows the system's font size. For windows made afterwards."""
        self.typography = Typography(self._system_font, scale)
        self._app.setFont(self.typography.text())
        self._paint()

    def system_scheme(self) -> Qt.ColorScheme:
        """What the system asks for; unknown where it does not say."""
        return self._app.styleHints().colorScheme()

    def _follow_system(self, _scheme: Qt.ColorScheme) -> None:
        if self.mode == "system":
            self._paint()

    def _wanted(self) -> Tokens:
        if self.mode == "system":
            return DARK if self.system_scheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self.mode == "dark" else LIGHT

    def _paint(self) -> None:
        tokens = self._wanted()
        painted = (tokens.name, self.typography.scale)
        if painted == self._painted:
            return
        self._painted = painted
        self.tokens = tokens
        self.series.use(tokens)
        self._app.setPalette(palette_of(tokens))
        self._app.setStyleSheet(stylesheet_of(tokens, self.typography))
        self.theme_changed.emit(tokens)


def current_theme() -> ThemeManager:
    """The application's theme; a first call before one was made makes it, following the system.

    Raises:
        RuntimeError: there is no QApplication yet.
    """
    # Everything that paints asks, hundreds of times a frame: the answer is kept while it stands.
    if _in_use and isValid(_in_use[0]):
        return _in_use[0]
    app = cast("QApplication | None", QCoreApplication.instance())
    if app is None:
        raise RuntimeError("a theme needs a QApplication")
    return ThemeManager(app)


def tokens() -> Tokens:
    """The colours in use."""
    return current_theme().tokens


def typography() -> Typography:
    """The fonts in use."""
    return current_theme().typography
