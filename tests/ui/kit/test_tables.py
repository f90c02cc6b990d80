"""Tables: roles, order, copying, exporting, remembering, keyboard."""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.formatting import Figure, Kind
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.export import to_csv, to_tsv
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.tables.table_model import FIGURE_ROLE, KEY_ROLE, RAW_ROLE, SWATCH_ROLE

COLUMNS = (
    ColumnSpec("model", "Model", stretch=True),
    ColumnSpec("provider", "Provider", muted=True),
    ColumnSpec("requests", "Requests", Kind.COUNT, tooltip="How many <b>"),
    ColumnSpec("tokens", "Tokens", Kind.TOKENS),
    ColumnSpec("cost", "Cost", Kind.MONEY),
    ColumnSpec("p95", "p95", Kind.LATENCY),
    ColumnSpec("errors", "Errors", Kind.PERCENT),
    ColumnSpec("last", "Last", Kind.TIME, shown=False),
)
AT = datetime(2026, 11, 9, 13, 5, tzinfo=UTC)
ROWS: list[tuple[Any, ...]] = [
    ("gpt-4o-mini", "OpenAI", 401_220, 512_100_000, 129_620_000_000, 1420.0, 0.004, AT),
    ("claude", "Anthropic", 214_908, 301_700_000, 152_070_000_000, 1610.0, 0.003, AT),
    ("=HYPERLINK(1)", "Groq\tInc\nx", 98_777, 7_200, 1, math.nan, 0.0, None),
]


@pytest.fixture
def model(qapp: object) -> RowsModel:
    made = RowsModel(COLUMNS)
    made.set_rows(ROWS, swatches=["#4C78D8", None, "#E2902A"])
    return made


@pytest.fixture
def table(model: RowsModel, qtbot: QtBot) -> DataTable:
    made = DataTable(model, name="Breakdown")
    qtbot.addWidget(made)
    made.resize(1100, 260)
    made.show()
    return made


def _names(model: RowsModel) -> list[str]:
    return [model.row(row)[0] for row in range(model.rowCount())]


def test_the_model_is_sound(model: RowsModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.sort(2)
    model.set_rows(ROWS[:1])
    model.set_rows([])
    model.set_rows(ROWS)
    assert tester.model() is model


def test_roles(model: RowsModel) -> None:
    requests, cost = model.index(0, 2), model.index(0, 4)
    assert requests.data() == "401,220"
    assert requests.data(RAW_ROLE) == 401_220
    assert requests.data(KEY_ROLE) == "gpt-4o-mini"
    assert model.index(0, 3).data(FIGURE_ROLE) == Figure("512.1", "M")
    assert cost.data() == "$129.62"
    assert model.index(2, 5).data() == "–"
    assert model.index(0, 5).data() == "1.42 s"
    assert model.index(0, 0).data(SWATCH_ROLE) == "#4C78D8"
    assert model.index(0, 1).data(SWATCH_ROLE) is None
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Model: gpt-4o-mini"
    assert model.index(2, 1).data() == "Groq\tInc x"
    right = Qt.AlignmentFlag.AlignRight
    assert requests.data(Qt.ItemDataRole.TextAlignmentRole) & int(right)
    for role in (Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.ToolTipRole):
        assert requests.data(role) is None


def test_rows_must_fit_the_columns(model: RowsModel) -> None:
    with pytest.raises(ValueError, match="one value per column"):
        model.set_rows([("only", "two")])
    with pytest.raises(ValueError, match="differ in number"):
        model.set_rows(ROWS, keys=[1])


def test_order_is_by_value_and_unknown_comes_first(model: RowsModel) -> None:
    model.sort(5, Qt.SortOrder.AscendingOrder)
    assert _names(model) == ["=HYPERLINK(1)", "gpt-4o-mini", "claude"]
    model.sort(0, Qt.SortOrder.AscendingOrder)
    assert _names(model) == ["=HYPERLINK(1)", "claude", "gpt-4o-mini"]
    model.set_rows(ROWS)
    assert _names(model) == ["=HYPERLINK(1)", "claude", "gpt-4o-mini"]


def test_times_are_in_the_zone_that_is_set(model: RowsModel) -> None:
    from zoneinfo import ZoneInfo

    assert model.index(0, 7).data() == "9 Nov 2026, 13:05"
    model.set_zone(ZoneInfo("Asia/Kathmandu"))
    assert model.index(0, 7).data() == "9 Nov 2026, 18:50"
    assert model.index(2, 7).data() == "–"


def _click_header(table: DataTable, key: str) -> None:
    header = table.horizontalHeader()
    section = table.rows.column_of(key)
    x = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    QTest.mouseClick(
        header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, header.height() // 2)
    )


def test_a_header_sorts_numbers_largest_first(table: DataTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.state_changed):
        _click_header(table, "requests")
    assert _names(table.rows)[0] == "gpt-4o-mini"
    _click_header(table, "requests")
    assert _names(table.rows)[0] == "=HYPERLINK(1)"
    _click_header(table, "model")
    assert _names(table.rows) == ["=HYPERLINK(1)", "claude", "gpt-4o-mini"]


def test_sorting_by_the_menu(table: DataTable) -> None:
    menu = table.sort_menu()
    actions = {action.text(): action for action in menu.actions()}
    actions["Cost"].trigger()
    assert _names(table.rows)[0] == "claude"


def test_selection_and_order_survive_new_rows(table: DataTable) -> None:
    table.sort_by("requests", descending=True)
    table.select_key("claude")
    assert table.selected_keys() == ["claude"]
    table.rows.set_rows(list(reversed(ROWS)))
    assert table.selected_keys() == ["claude"]
    assert _names(table.rows)[0] == "gpt-4o-mini"
    table.sort_by("model")
    assert table.selected_keys() == ["claude"]
    table.select_key("nobody")
    assert table.selected_keys() == []


def test_rows_answer_mouse_and_keyboard(table: DataTable, qtbot: QtBot) -> None:
    place = table.visualRect(table.rows.index(1, 0)).center()
    with qtbot.waitSignal(table.row_clicked) as clicked:
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert clicked.args == ["claude"]
    with qtbot.waitSignal(table.row_activated) as activated:
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert activated.args == ["claude"]
    QTest.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(table.row_activated) as activated:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert activated.args == ["=HYPERLINK(1)"]
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert table.selected_keys() == []


def test_tab_leaves_the_table(table: DataTable) -> None:
    assert not table.tabKeyNavigation()
    assert table.accessibleName() == "Breakdown"


def test_state_is_remembered(table: DataTable, model: RowsModel, qtbot: QtBot) -> None:
    table.set_column_shown("provider", False)
    table.set_column_shown("last", True)
    table.horizontalHeader().resizeSection(model.column_of("cost"), 222)
    header = table.horizontalHeader()
    header.moveSection(header.visualIndex(model.column_of("errors")), 1)
    table.sort_by("tokens", descending=True)
    state = table.saved_state()
    other = DataTable(RowsModel(COLUMNS))
    qtbot.addWidget(other)
    other.resize(1100, 260)
    other.show()
    with qtbot.assertNotEmitted(other.state_changed):
        other.restore(state)
    assert other.saved_state() == state
    assert state["hidden"] == ["provider"]
    assert state["widths"]["cost"] == 222
    assert state["order"][1] == "errors"


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"hidden": "model", "order": [1, None], "widths": {"cost": -5}, "sort": "none"},
        {"hidden": [spec.key for spec in COLUMNS], "widths": [], "sort": 5},
        {"hidden": ["gone"], "order": ["gone", "cost", "cost"], "widths": {"gone": 9}},
    ],
)
def test_a_strange_state_does_no_harm(table: DataTable, state: dict[str, Any]) -> None:
    table.restore(state)
    assert not table.isColumnHidden(0)


def test_the_last_column_stays(table: DataTable) -> None:
    for spec in COLUMNS:
        table.set_column_shown(spec.key, False)
    assert sum(not table.isColumnHidden(place) for place in range(len(COLUMNS))) == 1


def test_columns_fill_the_width(table: DataTable) -> None:
    shown = [place for place in range(len(COLUMNS)) if not table.isColumnHidden(place)]
    assert sum(table.columnWidth(place) for place in shown) == table.viewport().width()
    for place in shown:
        assert table.columnWidth(place) >= table.sizeHintForColumn(place)


def test_all_rows_are_shown_without_a_scroll_bar(table: DataTable) -> None:
    table.show_all_rows()
    assert not table.verticalScrollBar().isVisible()
    table.rows.set_rows(ROWS * 3, keys=list(range(9)))
    assert table.height() == table.content_height()
    assert table.verticalScrollBar().maximum() == 0


def test_copying_puts_tsv_on_the_clipboard(table: DataTable) -> None:
    table.select_key("=HYPERLINK(1)")
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, row = QGuiApplication.clipboard().text().splitlines()
    assert head.split("\t") == [
        "Model",
        "Provider",
        "Requests",
        "Tokens",
        "Cost (USD)",
        "p95 (ms)",
        "Errors (ratio)",
    ]
    assert row.split("\t") == [
        "'=HYPERLINK(1)",
        "Groq Inc x",
        "98777",
        "7200",
        "0.000000001",
        "",
        "0",
    ]


def test_csv_is_exact_and_harmless(table: DataTable, tmp_path: Path) -> None:
    table.set_column_shown("last", True)
    path = tmp_path / "usage.csv"
    table.export_csv(path)
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    assert rows[0]["Cost (USD)"] == "129.62"
    assert rows[0]["p95 (ms)"] == "1420"
    assert rows[0]["Errors (ratio)"] == "0.004"
    assert rows[0]["Last (UTC)"] == "2026-11-09T13:05:00Z"
    assert rows[2]["Model"] == "'=HYPERLINK(1)"
    assert rows[2]["p95 (ms)"] == ""
    assert [each.name for each in tmp_path.iterdir()] == ["usage.csv"]


def test_a_failed_export_leaves_the_old_file(table: DataTable, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "usage.csv"
    with pytest.raises(OSError, match="No such file"):
        table.export_csv(path)
    assert list(tmp_path.iterdir()) == []


def test_negative_numbers_stay_numbers() -> None:
    columns = (ColumnSpec("n", "=n", Kind.COUNT), ColumnSpec("c", "Cost", Kind.MONEY))
    assert to_csv(columns, [(-5, -1_500_000_000)]) == "'=n,Cost (USD)\r\n-5,-1.50\r\n"
    assert to_tsv(columns, [(None, 20_000_000 * 10**9 + 1)]).endswith("\t20000000.000000001\n")


def test_a_column_shown_again_has_the_width_of_its_contents(
    table: DataTable, model: RowsModel
) -> None:
    place = model.column_of("provider")
    needed = table.least_column_width(place)
    table.set_column_shown("provider", False)
    table.set_column_shown("provider", True)
    assert table.columnWidth(place) >= needed
    wider = [list(row) for row in ROWS]
    wider[0][1] = "a provider with quite a long name"
    model.set_rows([tuple(row) for row in wider])
    assert table.least_column_width(place) > needed
    assert table.columnWidth(place) >= table.least_column_width(place)
