"""Where the parts of the overview stand, for the page and for its first picture alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.pages.overview.words import tr
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.headline import Headline
from lmchat_desktop.ui.widgets.page_scroll import PageScroll, scroll_page
from lmchat_desktop.ui.widgets.panes import Panes
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an overview.

    Attributes:
        ranges: chooses the time.
        age: how old the figures are.
        busy: the strip on top.
        banner: what went wrong; None where nothing can.
        tiles, chart, attention, models: the cards.
        largest: keys or the service's largest; those that are hidden take no room.
    """

    ranges: QWidget
    age: PlainLabel
    busy: QWidget
    banner: QWidget | None
    tiles: QWidget
    chart: QWidget
    attention: QWidget
    models: QWidget
    largest: Sequence[QWidget]


def lay_out(page: QWidget, parts: Parts) -> tuple[Headline, PageScroll]:
    """Put the parts into the page; answers its headline and what scrolls."""
    title = PlainLabel(tr("Overview"), page, role="title")
    head = Headline([title, parts.ranges], parts.age, page)
    largest = QWidget(page)
    beside = QVBoxLayout(largest)
    beside.setContentsMargins(0, 0, 0, 0)
    for card in parts.largest:
        beside.addWidget(card)
    content = QWidget()
    content.setObjectName("scrolled")
    column = QVBoxLayout(content)
    column.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, PAGE_MARGIN)
    column.setSpacing(CARD_GAP)
    column.addWidget(head)
    if parts.banner is not None:
        column.addWidget(parts.banner)
    column.addWidget(parts.tiles)
    column.addWidget(Panes([(parts.chart, 7), (parts.attention, 5)], content), 3)
    column.addWidget(Panes([(parts.models, 7), (largest, 5)], content), 2)
    return head, scroll_page(page, parts.busy, content, "overview-scroll")


def age_text(until: datetime | float | None, now: datetime, zone: ZoneInfo) -> str:
    """How old the figures are.

    Args:
        until: up to when anything is known, an instant or epoch seconds; None for nothing at all.
        now: the effective time.
        zone: of the instant that is told.
    """
    if until is None:
        return tr("No data for this time")
    at = formatting.as_datetime(until, zone)
    return tr("Data up to {at} ({zone}), {age}").format(
        at=translated(formatting.moment(at, zone)),
        zone=zone.key,
        age=translated(formatting.ago((now - at).total_seconds())),
    )
