"""Draws the kit into pictures: `python -m tests.ui.kit.gallery THEME SCALE FOLDER`.

A process of its own for each scale, since Qt reads its scale once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.domain.formatting import Figure, Kind
from lmchat_desktop.ui.charts.latency import LatencyChart
from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import ThemeManager
from lmchat_desktop.ui.theme.tokens import SERIES
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button, ChoiceButton, IconButton, MenuButton
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN, Card, Hairline
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.figure_tile import FigureTile
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.search_button import SearchButton
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.status_dot import StatusDot
from lmchat_desktop.ui.widgets.toast import Toast
from tests.ui.kit.drawing import latency, usage

COLUMNS = (
    ColumnSpec("model", "Model", stretch=True),
    ColumnSpec("provider", "Provider", muted=True, stretch=True),
    ColumnSpec("requests", "Requests", Kind.COUNT),
    ColumnSpec("input", "Input tokens", Kind.TOKENS),
    ColumnSpec("output", "Output tokens", Kind.TOKENS),
    ColumnSpec("cost", "Cost", Kind.MONEY),
    ColumnSpec("p50", "p50", Kind.LATENCY),
    ColumnSpec("p95", "p95", Kind.LATENCY),
    ColumnSpec("errors", "Errors", Kind.PERCENT),
)
MILLI = 10**6
FIGURES = """
gpt-4o-mini         OpenAI     401220  512100000  88000000   129620   610  1420  0.004
claude-3-haiku      Anthropic  214908  301700000  61300000   152070   740  1610  0.003
llama-3-70b         Groq       143551  120400000  30900000    95440   390   880  0.019
gpt-4-1106-preview  Azure       98777   96200000  15600000  1430000  2200  5920  0.009
command-r-plus      Cohere         62      51900      7200        4   nan   nan  0.0
"""
ROWS = [
    (model, provider, *(int(n) for n in counts), int(cost) * MILLI, *(float(n) for n in rest))
    for model, provider, *counts, cost, p50, p95, errors in map(
        str.split, FIGURES.strip().splitlines()
    )
    for rest in [(p50, p95, errors)]
]


def toolbar() -> QHBoxLayout:
    """The row above the usage page."""
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(PlainLabel("Usage", role="title"))
    ranges = [("24h", "24 h"), ("7d", "7 d"), ("14d", "14 d"), ("30d", "30 d"), ("90d", "90 d")]
    row.addWidget(SegmentedControl([*ranges, ("custom", "Custom…")], "14d", name="Range"))
    row.addWidget(ChoiceButton([("model", "Model")], prefix="By"))
    row.addWidget(ChoiceButton([("stacked", "Stacked"), ("lines", "Lines")]))
    row.addWidget(Chip("region is EU"))
    row.addWidget(Button("Filter", look="quiet", icon_name="add", small=True))
    row.addStretch(1)
    row.addWidget(QCheckBox("Compare with previous"))
    row.addWidget(MenuButton("Export"))
    return row


def tiles() -> QHBoxLayout:
    """Five figures."""
    row = QHBoxLayout()
    row.setSpacing(CARD_GAP)
    trend = [3.0, 3.4, 4.2, 4.0, 3.1, 2.8, 3.0, 3.2, 3.1, 3.9, 4.1]
    given: list[tuple[str, str, list[Figure], str]] = [
        ("Requests", "higher", [Figure("921,143")], "+4.1"),
        ("Tokens in / out", "higher", [Figure("1.08", "G"), Figure("203", "M")], "+9.0"),
        ("Cost", "neutral", [Figure("$2,318.40")], "+2.2"),
        ("p95 total time", "lower", [Figure("1.84", "s")], "−6.3"),
        ("Errors", "lower", [Figure("0.71", "%")], "+0.2"),
    ]
    for place, (title, good, figures, moved) in enumerate(given):
        tile = FigureTile(title, good_when=good)
        tile.set_figures(*figures)
        tile.set_change(Figure(moved, "%"))
        tile.set_trend(trend[place:] + trend[:place])
        tile.set_selectable(True)
        tile.set_selected(place == 1)
        row.addWidget(tile)
    return row


def charts() -> tuple[QHBoxLayout, TimeSeriesChart, LatencyChart]:
    """The two charts of the usage page."""
    row = QHBoxLayout()
    row.setSpacing(CARD_GAP)
    first = Card("Output tokens", hint="per 3 hours")
    first.add_trailing(PlainLabel("drag to zoom", role="label", tone="muted"))
    bars = TimeSeriesChart(name="Output tokens")
    bars.set_data(usage(previous=True))
    first.body.addWidget(bars)
    second = Card("Total time")
    lines = LatencyChart(name="Total time")
    lines.set_data(latency())
    second.add_trailing(lines.legend)
    second.body.addWidget(lines)
    row.addWidget(first, 3)
    row.addWidget(second, 2)
    return row, bars, lines


def usage_page() -> QWidget:
    """The pieces together as a page has them."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
    column.setSpacing(CARD_GAP)
    column.addLayout(toolbar())
    column.addLayout(tiles())
    row, bars, _lines = charts()
    column.addLayout(row, 1)
    table = DataTable(RowsModel(COLUMNS), name="Breakdown")
    table.rows.set_rows(ROWS, swatches=SERIES[:5])
    table.sort_by("requests", descending=True)
    table.select_key("gpt-4-1106-preview")
    table.show_all_rows()
    below = Card(margin=8)
    below.body.addWidget(table)
    column.addWidget(below)
    page.setProperty("chart", bars)
    return page


def controls_page() -> QWidget:
    """Every control in its states."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
    column.setSpacing(CARD_GAP)
    top = QHBoxLayout()
    top.addWidget(ChoiceButton([("a", "All accounts")], icon_name="service"))
    top.addWidget(SearchButton())
    top.addStretch(1)
    for state in ("live", "syncing", "offline"):
        dot = StatusDot()
        dot.set_state(state)
        top.addWidget(dot)
    column.addLayout(top)
    column.addWidget(Hairline())
    for kind, text, detail, action in (
        ("info", "You are working on a private sandbox.", "", "What is that?"),
        ("good", "The key was created.", "", ""),
        ("warn", "Offline since 14:05.", "Figures are those of 12 minutes ago.", "Try again"),
        ("bad", "The cache could not be opened.", "It was made by a newer version.", "Details"),
    ):
        column.addWidget(Banner(kind, text, detail=detail, action=action, dismissible=True))
    looks = Card("Buttons")
    grid = QGridLayout()
    for place, look in enumerate(("primary", "", "danger", "quiet", "link")):
        for line, small in enumerate((False, True)):
            enabled = Button(look.title() or "Ordinary", look=look, icon_name="add", small=small)
            disabled = Button("Disabled", look=look, small=small)
            disabled.setEnabled(False)
            grid.addWidget(enabled, line * 2, place)
            grid.addWidget(disabled, line * 2 + 1, place)
    grid.addWidget(IconButton("columns", "Columns"), 0, 6)
    grid.addWidget(MenuButton("Export", icon_name="export"), 1, 6)
    grid.setColumnStretch(7, 1)
    looks.body.addLayout(grid)
    column.addWidget(looks)
    fields = Card("Fields")
    line = QHBoxLayout()
    line.setSpacing(12)
    edit, empty, gone = QLineEdit("typed"), QLineEdit(), QLineEdit("disabled")
    empty.setPlaceholderText("Placeholder")
    gone.setEnabled(False)
    box = QComboBox()
    box.addItems(["Europe/Berlin", "UTC"])
    date = QDateTimeEdit()
    date.setDisplayFormat("d MMM yyyy  HH:mm")
    date.setCalendarPopup(True)
    checked, partly, off = QCheckBox("Checked"), QCheckBox("Partly"), QCheckBox("Off")
    checked.setChecked(True)
    partly.setTristate(True)
    partly.setCheckState(Qt.CheckState.PartiallyChecked)
    radio, other = QRadioButton("One"), QRadioButton("Other")
    radio.setChecked(True)
    bar = QProgressBar()
    bar.setValue(61)
    bar.setTextVisible(False)
    for widget in (edit, empty, gone, box, date, checked, partly, off, radio, other):
        line.addWidget(widget)
    fields.body.addLayout(line)
    fields.body.addWidget(bar)
    column.addWidget(fields)
    chips = QWidget()
    flow = FlowLayout(chips)
    for text in ("region is EU", "model is gpt-4o-mini", '<img src="x"> & co', "z" * 80):
        flow.addWidget(Chip(text))
    column.addWidget(chips)
    column.addWidget(
        EmptyState(
            "keys", "No keys yet", "Keys of this account will appear here.", action="Create a key"
        ),
        1,
    )
    return page


def draw(theme: str, folder: Path, scale: str, width: int, height: int) -> None:
    """Draw both pages of one theme and size."""
    for name, make in (("usage", usage_page), ("controls", controls_page)):
        page = make()
        page.resize(width, height)
        page.show()
        QTest.qWait(30)
        chart = cast("TimeSeriesChart | None", page.property("chart"))
        if chart is not None and width > 1200:
            QTest.mouseMove(chart, chart.point_of_bucket(28))
        if chart is None:
            Toast(page).show_message("The picture was copied.", "good")
        page.grab().save(str(folder / f"{name}-{theme}-{width}-{scale}x.png"))
        page.close()


def main(theme: str, scale: str, folder: str, text_scale: str = "1") -> None:
    """Draw the kit at the scale that QT_SCALE_FACTOR gave."""
    app = QApplication([])
    ThemeManager(app, theme, text_scale=float(text_scale))
    sizes = [(1420, 952), (844, 676)] if text_scale == "1" else [(1900, 1300)]
    for width, height in sizes:
        name = scale if text_scale == "1" else f"text{text_scale}"
        draw(theme, Path(folder), name, width, height)


if __name__ == "__main__":
    main(*sys.argv[1:])
