"""Design tokens and all that is made of them: palette, stylesheet, type, icons, live theme."""

from lmchat_desktop.ui.theme.icons import draw_glyph, icon
from lmchat_desktop.ui.theme.manager import ThemeManager, current_theme
from lmchat_desktop.ui.theme.series import SeriesColours
from lmchat_desktop.ui.theme.tokens import Tokens

__all__ = ["SeriesColours", "ThemeManager", "Tokens", "current_theme", "draw_glyph", "icon"]
