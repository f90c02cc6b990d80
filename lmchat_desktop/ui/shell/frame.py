"""Where rail, top bar, pages and status bar stand: in the workspace and in its first picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.shell.rail import WIDE_PX
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import PAGE_MARGIN, Hairline

if TYPE_CHECKING:
    from lmchat_desktop.ui.shell.rail import Rail
    from lmchat_desktop.ui.shell.status import StatusStrip
    from lmchat_desktop.ui.shell.topbar import TopBar
    from lmchat_desktop.ui.widgets.banner import Banner

LEAST_PAGE_PX = 640
"""Where less than this would be left for a page, the rail folds by itself."""


def is_roomy(width: int) -> bool:
    """Whether a window's width (pixels) has room for a page beside the whole rail."""
    type_ = typography()
    return width - type_.px(WIDE_PX) >= type_.px(LEAST_PAGE_PX)


def lay_out(
    owner: QWidget, rail: Rail, top: TopBar, banner: Banner, pages: QWidget, status: StatusStrip
) -> QWidget:
    """Put the parts into their owner; answers the banner's room, hidden like the banner."""
    banner.hide()
    banner_room = QWidget(owner)
    room = QVBoxLayout(banner_room)
    room.setContentsMargins(PAGE_MARGIN, 12, PAGE_MARGIN, 0)
    room.addWidget(banner)
    banner_room.hide()
    right = QVBoxLayout()
    right.setSpacing(0)
    right.addWidget(top)
    right.addWidget(Hairline(owner))
    right.addWidget(banner_room)
    right.addWidget(pages, 1)
    across = QHBoxLayout()
    across.setSpacing(0)
    across.addWidget(rail)
    across.addWidget(Hairline(owner, vertical=True))
    across.addLayout(right, 1)
    outer = QVBoxLayout(owner)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(0)
    outer.addLayout(across, 1)
    outer.addWidget(Hairline(owner))
    outer.addWidget(status)
    return banner_room
