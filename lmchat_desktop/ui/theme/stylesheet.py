"""The one stylesheet of the application, made from the tokens, over the Fusion style.

Widgets choose a look by the dynamic property `look`: push buttons know primary, quiet, danger,
link and segment; frames know card, bar, banner, toast, popup and hairline.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lmchat_desktop.ui.theme.tokens import Tokens, mix

if TYPE_CHECKING:
    from lmchat_desktop.ui.theme.fonts import Typography

RADIUS_CONTROL = 6
RADIUS_CARD = 8
_IMAGES = Path(__file__).parent / "images"


def _image(name: str, tokens: Tokens) -> str:
    return (_IMAGES / f"{name}-{tokens.name}.svg").as_posix()


def stylesheet_of(tokens: Tokens, typography: Typography) -> str:
    """The stylesheet of a theme in a text size."""
    return "\n".join(
        part(tokens, typography)
        for part in (_surfaces, _buttons, _fields, _checks, _lists, _menus, _scrollbars, _rest)
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


def _buttons(t: Tokens, type_: Typography) -> str:
    height, chevron = type_.px(20), type_.px(12)
    accent_hover = mix(t.accent, t.text, 0.14)
    return f"""
QPushButton, QToolButton {{
    background: {t.raised}; color: {t.text};
    border: 1px solid {t.line}; border-radius: {RADIUS_CONTROL}px;
    padding: 6px 13px; min-height: {height}px;
}}
QToolButton {{ padding: 6px 8px; }}
QPushButton:hover, QToolButton:hover {{ background: {t.hover}; border-color: {t.border_strong}; }}
QPushButton:pressed, QToolButton:pressed, QPushButton:open {{ background: {t.pressed}; }}
QPushButton:checked, QToolButton:checked {{
    background: {t.soft}; color: {t.accent}; border-color: {t.accent};
}}
QPushButton:disabled, QToolButton:disabled {{
    color: {t.faint}; background: {t.canvas}; border-color: {t.line};
}}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {t.accent}; padding: 5px 12px; }}
QToolButton:focus {{ padding: 5px 7px; }}
QPushButton::menu-indicator, QToolButton::menu-indicator {{ image: none; width: 0; }}

QPushButton[look="primary"] {{
    background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; font-weight: 600;
}}
QPushButton[look="primary"]:hover {{ background: {accent_hover}; border-color: {accent_hover}; }}
QPushButton[look="primary"]:focus {{ border-color: {t.text}; }}
QPushButton[look="primary"]:disabled {{
    background: {t.line}; border-color: {t.line}; color: {t.faint};
}}
QPushButton[look="danger"] {{ color: {t.bad}; }}
QPushButton[look="danger"]:hover {{ border-color: {t.bad}; }}
QPushButton[look="danger"]:disabled {{ color: {t.faint}; border-color: {t.line}; }}

QPushButton[look="quiet"], QToolButton[look="quiet"] {{
    background: transparent; border-color: transparent; color: {t.muted};
}}
QPushButton[look="quiet"]:hover, QToolButton[look="quiet"]:hover {{
    background: {t.hover}; color: {t.text};
}}
QPushButton[look="quiet"]:pressed, QToolButton[look="quiet"]:pressed {{ background: {t.pressed}; }}
QPushButton[look="quiet"]:checked, QToolButton[look="quiet"]:checked {{
    background: {t.soft}; color: {t.accent};
}}
QPushButton[look="quiet"]:focus, QToolButton[look="quiet"]:focus {{ border-color: {t.accent}; }}
QPushButton[look="quiet"]:disabled, QToolButton[look="quiet"]:disabled {{ color: {t.faint}; }}

QPushButton[look="menu"] {{ padding-right: 21px; }}
QPushButton[look="menu"]:focus {{ padding-right: 20px; }}
QPushButton[look="menu"]::menu-indicator {{
    image: url("{_image("chevron-down", t)}"); width: {chevron}px; height: {chevron}px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 11px;
}}
QPushButton[look="segment"] {{
    background: transparent; border: none; border-radius: 0; padding: 6px 12px;
    border-left: 1px solid {t.line};
}}
QPushButton[look="segment"]:hover {{ background: {t.hover}; }}
QPushButton[look="segment"]:checked {{
    background: {t.soft}; color: {t.accent}; font-weight: 600;
}}
QPushButton[look="segment"]:disabled {{ color: {t.faint}; }}
QPushButton[look="segment"][place="first"] {{
    border-left: none; border-top-left-radius: {RADIUS_CONTROL - 1}px;
    border-bottom-left-radius: {RADIUS_CONTROL - 1}px;
}}
QPushButton[look="segment"][place="last"] {{
    border-top-right-radius: {RADIUS_CONTROL - 1}px;
    border-bottom-right-radius: {RADIUS_CONTROL - 1}px;
}}
QPushButton[look="segment"]:focus {{
    border: 2px solid {t.accent}; border-radius: {RADIUS_CONTROL - 1}px; padding: 4px 10px;
}}

QPushButton[look="link"] {{
    background: transparent; border: 1px solid transparent; color: {t.accent}; padding: 6px 4px;
}}
QPushButton[look="link"]:hover {{ text-decoration: underline; }}
QPushButton[look="link"]:focus {{ border: 1px solid {t.accent}; padding: 6px 4px; }}
QPushButton[look="link"]:disabled {{ color: {t.faint}; }}
QPushButton[compact="true"], QToolButton[compact="true"] {{
    padding: 2px 8px; min-height: {type_.px(18)}px; font-size: {type_.px(12)}px;
}}
QPushButton[compact="true"]:focus, QToolButton[compact="true"]:focus {{ padding: 1px 7px; }}
QPushButton[look="link"][compact="true"] {{ padding: 2px 4px; }}
QPushButton[look="link"][compact="true"]:focus {{ padding: 2px 4px; }}
QToolButton[compact="true"] {{ padding: 2px 4px; }}
QToolButton[compact="true"]:focus {{ padding: 1px 3px; }}
"""


def _fields(t: Tokens, type_: Typography) -> str:
    chevron = type_.px(12)
    # A spin box with step buttons loses its padding when it is styled (Qt 6.11): Fusion draws it.
    date = 'QDateTimeEdit[calendarPopup="true"]'
    fields = f"QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, {date}"

    def each(state: str) -> str:
        return ", ".join(f"{field}{state}" for field in fields.split(", "))

    return f"""
{fields} {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.border_strong};
    border-radius: {RADIUS_CONTROL}px; padding: 6px 9px; min-height: {type_.px(20)}px;
    selection-background-color: {t.accent}; selection-color: {t.on_accent};
    placeholder-text-color: {t.muted};
}}
{each(":hover")} {{ border-color: {mix(t.border_strong, t.muted, 0.5)}; }}
{each(":focus")} {{ border: 2px solid {t.accent}; padding: 5px 8px; }}
{each(":disabled")} {{ color: {t.faint}; background: {t.canvas}; border-color: {t.line}; }}
{each('[invalid="true"]')} {{ border-color: {t.bad}; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{
    border: none; padding: 0; min-height: 0; background: transparent;
}}
QComboBox {{ padding-right: 26px; }}
QComboBox:focus {{ padding-right: 25px; }}
QComboBox::drop-down {{ border: none; width: {chevron + 12}px; }}
QComboBox::down-arrow {{
    image: url("{_image("chevron-down", t)}"); width: {chevron}px; height: {chevron}px;
}}
QComboBox QAbstractItemView {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.border_strong}; padding: 4px;
    outline: none; selection-background-color: {t.soft}; selection-color: {t.text};
}}
QComboBox QAbstractItemView::item {{ padding: 5px 8px; min-height: {type_.px(20)}px; }}
QDateTimeEdit[calendarPopup="true"]::drop-down {{ border: none; width: {chevron + 12}px; }}
QDateTimeEdit[calendarPopup="true"]::down-arrow {{
    image: url("{_image("chevron-down", t)}"); width: {chevron}px; height: {chevron}px;
}}
"""


def _checks(t: Tokens, type_: Typography) -> str:
    size = type_.px(14)
    return f"""
QCheckBox, QRadioButton {{
    color: {t.text}; spacing: 8px; padding: 3px; border: 1px solid transparent;
    border-radius: {RADIUS_CONTROL}px; background: transparent;
}}
QCheckBox:focus, QRadioButton:focus {{ border-color: {t.accent}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {t.faint}; }}
QCheckBox[tone="muted"] {{ color: {t.muted}; }}
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {{
    width: {size}px; height: {size}px; background: {t.raised};
    border: 1px solid {mix(t.border_strong, t.muted, 0.4)}; border-radius: 4px;
}}
QRadioButton::indicator {{ border-radius: {size // 2 + 1}px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {t.accent}; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{
    background: {t.accent}; border-color: {t.accent}; image: url("{_image("check", t)}");
}}
QCheckBox::indicator:indeterminate {{
    background: {t.accent}; border-color: {t.accent}; image: url("{_image("dash", t)}");
}}
QCheckBox::indicator:disabled {{ background: {t.canvas}; border-color: {t.line}; }}
QRadioButton::indicator:checked {{
    border: {max(4, size // 3)}px solid {t.accent}; background: {t.on_accent};
    width: {size + 2 - 2 * max(4, size // 3)}px; height: {size + 2 - 2 * max(4, size // 3)}px;
}}
"""


def _lists(t: Tokens, type_: Typography) -> str:
    return f"""
QAbstractItemView {{
    background: {t.surface}; color: {t.text}; border: none; outline: none;
    selection-background-color: {t.soft}; selection-color: {t.text};
    alternate-background-color: {t.surface}; gridline-color: {t.line};
}}
QListView::item {{ padding: 5px 8px; border-radius: {RADIUS_CONTROL}px; }}
QListView::item:hover {{ background: {t.hover}; }}
QListView::item:selected {{ background: {t.soft}; color: {t.accent}; }}
QHeaderView {{ background: {t.surface}; border: none; }}
QHeaderView::section {{
    background: {t.surface}; color: {t.muted}; border: none;
    border-bottom: 1px solid {t.line}; padding: 0 12px; font-size: {type_.px(12)}px;
    font-weight: 500;
}}
QHeaderView::section:hover {{ color: {t.text}; }}
QTableCornerButton::section {{ background: {t.surface}; border: none; }}
QTabBar::tab {{
    color: {t.muted}; padding: 7px 12px; border: none; border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {t.accent}; border-bottom-color: {t.accent}; }}
QTabBar::tab:focus {{ color: {t.text}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {t.line}; }}
"""


def _menus(t: Tokens, _type: Typography) -> str:
    return f"""
QMenu {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.border_strong}; padding: 5px;
}}
QMenu::item {{
    padding: 6px 26px 6px 10px; border-radius: {RADIUS_CONTROL - 2}px; margin: 1px 0;
}}
QMenu::item:selected {{ background: {t.soft}; color: {t.accent}; }}
QMenu::item:disabled {{ color: {t.faint}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 5px 8px; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::indicator {{ width: 14px; height: 14px; margin-left: 6px; }}
QMenu::indicator:non-exclusive, QMenu::indicator:exclusive {{
    border: 1px solid {mix(t.border_strong, t.muted, 0.4)}; border-radius: 4px;
    background: {t.raised};
}}
QMenu::indicator:exclusive {{ border-radius: 7px; }}
QMenu::indicator:checked {{
    background: {t.accent}; border-color: {t.accent}; image: url("{_image("check", t)}");
}}
QMenuBar {{ background: {t.surface}; color: {t.text}; }}
QMenuBar::item:selected {{ background: {t.soft}; }}
"""


def _scrollbars(t: Tokens, _type: Typography) -> str:
    handle = mix(t.line, t.muted, 0.35)
    return f"""
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {handle}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; }}
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
QCalendarWidget QWidget {{
    background: {t.raised}; color: {t.text}; alternate-background-color: {t.raised};
}}
QCalendarWidget QAbstractItemView:enabled {{
    background: {t.raised}; color: {t.text}; selection-background-color: {t.accent};
    selection-color: {t.on_accent};
}}
QCalendarWidget QAbstractItemView:disabled {{ color: {t.faint}; }}
QCalendarWidget QToolButton {{ border: none; background: transparent; }}
"""
