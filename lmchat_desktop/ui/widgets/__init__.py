"""The controls that every page is made of; one module for each family."""

from lmchat_desktop.ui.widgets.banner import Banner, GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button, ChoiceButton, IconButton, MenuButton
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN, Card, Hairline
from lmchat_desktop.ui.widgets.chips import Chip, FlowLayout
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.figure_tile import FigureLabel, FigureTile
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line, plain_caption, plain_tooltip
from lmchat_desktop.ui.widgets.progress_strip import ProgressStrip
from lmchat_desktop.ui.widgets.search_button import SearchButton
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.status_dot import StatusDot
from lmchat_desktop.ui.widgets.toast import Toast

__all__ = [
    "CARD_GAP",
    "PAGE_MARGIN",
    "Banner",
    "Button",
    "Card",
    "Chip",
    "ChoiceButton",
    "EmptyState",
    "FigureLabel",
    "FigureTile",
    "FlowLayout",
    "GlyphMark",
    "Hairline",
    "IconButton",
    "MenuButton",
    "PlainLabel",
    "ProgressStrip",
    "SearchButton",
    "SegmentedControl",
    "StatusDot",
    "Toast",
    "one_line",
    "plain_caption",
    "plain_tooltip",
]
