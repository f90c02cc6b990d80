"""The looks of what people fill in: text fields, choices, dates, boxes to tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.theme.shapes import RADIUS_CONTROL, image
from lmchat_desktop.ui.theme.tokens import Tokens, mix

if TYPE_CHECKING:
    from lmchat_desktop.ui.theme.fonts import Typography


def fields(t: Tokens, type_: Typography) -> str:
    """Fields for text, choices and dates."""
    chevron = type_.px(12)
    # A spin box with step buttons loses its padding when it is styled (Qt 6.11): Fusion draws it.
    date = 'QDateTimeEdit[calendarPopup="true"]'
    single = f"QLineEdit, QComboBox, {date}"
    # A least height from here would win over the fixed height of a field for many lines.
    fields = f"{single}, QPlainTextEdit, QTextEdit"

    def each(state: str) -> str:
        return ", ".join(f"{field}{state}" for field in fields.split(", "))

    return f"""
{fields} {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.border_strong};
    border-radius: {RADIUS_CONTROL}px; padding: 6px 9px;
    selection-background-color: {t.accent}; selection-color: {t.on_accent};
    placeholder-text-color: {t.muted};
}}
{single} {{ min-height: {type_.px(20)}px; }}
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
    image: url("{image("chevron-down", t)}"); width: {chevron}px; height: {chevron}px;
}}
QComboBox QAbstractItemView {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.border_strong}; padding: 4px;
    outline: none; selection-background-color: {t.soft}; selection-color: {t.text};
}}
QComboBox QAbstractItemView::item {{ padding: 5px 8px; min-height: {type_.px(20)}px; }}
QDateTimeEdit[calendarPopup="true"]::drop-down {{ border: none; width: {chevron + 12}px; }}
QDateTimeEdit[calendarPopup="true"]::down-arrow {{
    image: url("{image("chevron-down", t)}"); width: {chevron}px; height: {chevron}px;
}}
"""


def checks(t: Tokens, type_: Typography) -> str:
    """Boxes to tick and radio buttons."""
    size = type_.px(14)
    return f"""
QCheckBox, QRadioButton {{
    color: {t.text}; spacing: 8px; padding: 2px 6px 2px 2px; border: 2px solid transparent;
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
    background: {t.accent}; border-color: {t.accent}; image: url("{image("check", t)}");
}}
QCheckBox::indicator:indeterminate {{
    background: {t.accent}; border-color: {t.accent}; image: url("{image("dash", t)}");
}}
QCheckBox::indicator:disabled {{ background: {t.canvas}; border-color: {t.line}; }}
QRadioButton::indicator:checked {{
    border: {max(4, size // 3)}px solid {t.accent}; background: {t.on_accent};
    width: {size + 2 - 2 * max(4, size // 3)}px; height: {size + 2 - 2 * max(4, size // 3)}px;
}}
"""
