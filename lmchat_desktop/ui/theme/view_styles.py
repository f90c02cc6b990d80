"""The looks of lists, tables, tabs, menus and scroll bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.theme.shapes import RADIUS_CONTROL, image
from lmchat_desktop.ui.theme.tokens import Tokens, mix

if TYPE_CHECKING:
    from lmchat_desktop.ui.theme.fonts import Typography


def lists(t: Tokens, type_: Typography) -> str:
    """Lists, tables and tabs."""
    return f"""
QAbstractItemView {{
    background: {t.surface}; color: {t.text}; border: none; outline: none;
    selection-background-color: {t.soft}; selection-color: {t.text};
    alternate-background-color: {t.surface}; gridline-color: {t.line};
}}
QListView::item {{ padding: 5px 8px; border-radius: {RADIUS_CONTROL}px; }}
QListView::item:hover {{ background: {t.hover}; }}
QListView::item:selected {{ background: {t.soft}; color: {t.accent}; }}
QTreeView {{ border: 2px solid transparent; border-radius: {RADIUS_CONTROL}px; }}
QTreeView:focus {{ border-color: {t.accent}; }}
QTreeView[look="boxed"] {{
    background: {t.raised}; border: 1px solid {t.border_strong}; padding: 1px;
}}
QTreeView[look="boxed"][invalid="true"] {{ border-color: {t.bad}; }}
QTreeView[look="boxed"]:focus {{ border: 2px solid {t.accent}; padding: 0; }}
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


def menus(t: Tokens, _type: Typography) -> str:
    """Menus and the menu bar."""
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
    background: {t.accent}; border-color: {t.accent}; image: url("{image("check", t)}");
}}
QMenuBar {{ background: {t.surface}; color: {t.text}; }}
QMenuBar::item:selected {{ background: {t.soft}; }}
"""


def scrollbars(t: Tokens, _type: Typography) -> str:
    """Scroll bars."""
    handle = mix(t.line, t.muted, 0.35)
    return f"""
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {handle}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; }}
"""
