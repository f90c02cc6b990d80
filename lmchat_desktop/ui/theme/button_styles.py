"""The looks of buttons: ordinary, primary, danger, quiet, menu, segment, title, link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.theme.shapes import RADIUS_CONTROL, image
from lmchat_desktop.ui.theme.tokens import Tokens, mix

if TYPE_CHECKING:
    from lmchat_desktop.ui.theme.fonts import Typography


def buttons(t: Tokens, type_: Typography) -> str:
    """Push buttons and tool buttons."""
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
QPushButton[look="primary"]:focus {{ border-color: {t.accent}; }}
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
    image: url("{image("chevron-down", t)}"); width: {chevron}px; height: {chevron}px;
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
    background: transparent; border: 2px solid transparent; color: {t.accent}; padding: 5px 0;
}}
QPushButton[look="link"]:hover {{ text-decoration: underline; }}
QPushButton[look="link"]:focus {{ border-color: {t.accent}; padding: 5px 0; }}
QPushButton[look="link"]:disabled {{ color: {t.faint}; }}
QPushButton[compact="true"], QToolButton[compact="true"] {{
    padding: 2px 8px; min-height: {type_.px(18)}px; font-size: {type_.px(12)}px;
}}
QPushButton[compact="true"]:focus, QToolButton[compact="true"]:focus {{ padding: 1px 7px; }}
QPushButton[look="segment"][compact="true"] {{ padding: 3px 10px; min-height: {type_.px(20)}px; }}
QPushButton[look="segment"][compact="true"]:focus {{ padding: 1px 8px; }}
QPushButton[look="title"] {{
    background: transparent; color: {t.text}; border: 2px solid transparent; font-weight: 600;
    padding: 2px 0; min-height: {type_.px(20)}px; text-align: right;
}}
QPushButton[look="title"][muted="true"] {{ font-weight: 400; }}
QPushButton[look="title"]:hover {{ color: {t.accent}; }}
QPushButton[look="title"]:focus {{ border-color: {t.accent}; padding: 2px 0; }}
QPushButton[look="link"][compact="true"] {{ padding: 1px 3px; }}
QPushButton[look="link"][compact="true"]:focus {{ padding: 1px 3px; }}
QToolButton[compact="true"] {{ padding: 2px 4px; }}
QToolButton[compact="true"]:focus {{ padding: 1px 3px; }}
"""
