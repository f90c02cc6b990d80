"""The one stylesheet of the application, made from the tokens, over the Fusion style.

Widgets choose a look by the dynamic property `look`: push buttons know primary, quiet, danger,
link and segment; frames know card, bar, banner, toast, popup and hairline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.theme.button_styles import buttons
from lmchat_desktop.ui.theme.field_styles import checks, fields
from lmchat_desktop.ui.theme.shapes import RADIUS_CARD, RADIUS_CONTROL
from lmchat_desktop.ui.theme.view_styles import lists, menus, scrollbars

if TYPE_CHECKING:
    from lmchat_desktop.ui.theme.fonts import Typography
    from lmchat_desktop.ui.theme.tokens import Tokens


def stylesheet_of(tokens: Tokens, typography: Typography) -> str:
    """The stylesheet of a theme in a text size."""
    return "\n".join(
        part(tokens, typography)
        for part in (_surfaces, buttons, fields, checks, lists, menus, scrollbars, _rest)
    )


def _surfaces(t: Tokens, _type: Typography) -> str:
    return f"""
QMainWindow, QDialog {{ background: {t.canvas}; }}
QFrame[look="card"] {{
    background: {t.surface}; border: 1px solid {t.line}; border-radius: {RADIUS_CARD}px;
}}
QFrame[look="bar"] {{ background: {t.surface}; border: none; }}
QFrame[look="hairline"] {{ background: {t.line}; border: none; }}
QFrame[look="segments"] {{
    background: {t.raised}; border: 1px solid {t.line}; border-radius: {RADIUS_CONTROL}px;
}}
QFrame[look="toast"] {{
    background: {t.raised}; border: 1px solid {t.border_strong};
    border-radius: {RADIUS_CARD}px;
}}
QFrame[look="popup"] {{ background: {t.raised}; border: 1px solid {t.border_strong}; }}
QFrame[look="popup"] QAbstractItemView {{ background: transparent; }}
QScrollArea, QScrollArea > QWidget > QWidget#scrolled {{
    background: transparent; border: none;
}}
QGraphicsView {{ background: transparent; border: none; }}
QSplitter::handle {{ background: transparent; }}
QToolTip {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.border_strong};
    padding: 4px 7px;
}}
QLabel {{ background: transparent; color: {t.text}; }}
QLabel:disabled {{ color: {t.faint}; }}
QLabel[tone="muted"] {{ color: {t.muted}; }}
QLabel[tone="faint"] {{ color: {t.faint}; }}
QLabel[tone="accent"] {{ color: {t.accent}; }}
QLabel[tone="good"] {{ color: {t.good}; }}
QLabel[tone="warn"] {{ color: {t.warn}; }}
QLabel[tone="bad"] {{ color: {t.bad}; }}
"""


def _rest(t: Tokens, _type: Typography) -> str:
    return f"""
QProgressBar {{
    background: {t.line}; border: none; border-radius: 3px; min-height: 6px; max-height: 6px;
    color: transparent;
}}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
QStatusBar {{ background: {t.surface}; color: {t.muted}; border-top: 1px solid {t.line}; }}
QStatusBar::item {{ border: none; }}
QGroupBox {{
    border: 1px solid {t.line}; border-radius: {RADIUS_CARD}px; margin-top: 14px; padding: 12px;
}}
QGroupBox::title {{ subcontrol-origin: margin; left: 12px; color: {t.muted}; }}
QWidget#qt_datetimedit_calendar {{
    background: {t.raised}; border: 1px solid {t.border_strong};
}}
QCalendarWidget QWidget {{
    background: {t.raised}; color: {t.text}; alternate-background-color: {t.raised};
}}
QCalendarWidget QAbstractItemView:enabled {{
    background: {t.raised}; color: {t.text}; selection-background-color: {t.accent};
    selection-color: {t.on_accent};
}}
QCalendarWidget QAbstractItemView:disabled {{ color: {t.muted}; }}
QCalendarWidget QToolButton {{ border: none; background: transparent; }}
"""
