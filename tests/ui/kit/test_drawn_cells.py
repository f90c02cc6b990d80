"""States, parts of a budget, courses of days and ticks are drawn, and are texts as well."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.drawn_cells import draw, drawn_width
from lmchat_desktop.ui.tables.drawn_values import Course, Drawn, Meter, Status, Tick
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import current_theme, tokens

ROOM = QRect(0, 0, 200, 34)


def painted(value: Drawn) -> QImage:
    image = QImage(ROOM.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(tokens().surface))
    painter = QPainter(image)
    draw(painter, ROOM, value)
    painter.end()
    return image


def has(image: QImage, colour: str, *, upto: int = 200) -> int:
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(upto) for y in range(image.height()))


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("tone", ["good", "warn", "bad", "accent", "muted"])
def test_a_state_is_a_dot_in_its_tone_and_a_word(qapp: QApplication, mode: str, tone: str) -> None:
    current_theme().apply(mode)
    image = painted(Status("Active", tone))
    assert has(image, tokens().colour(tone), upto=10) > 20
    assert str(Status("Active", tone)) == "Active"


def test_what_is_not_full_does_not_look_full(qapp: QApplication) -> None:
    current_theme().apply("light")
    accent = tokens().accent
    filled = [has(painted(Meter("x", share)), accent) for share in (0.0, 0.001, 0.5, 0.999, 1, 7)]
    assert filled[0] == 0
    assert 0 < filled[1] < filled[2] < filled[3] < filled[4]
    assert filled[4] == filled[5]


def test_a_share_that_is_not_known_has_no_bar(qapp: QApplication) -> None:
    current_theme().apply("light")
    assert has(painted(Meter("$3")), tokens().accent) == 0


def test_days_without_requests_are_seen_as_such(qapp: QApplication) -> None:
    current_theme().apply("light")
    image = painted(Course("3 requests", (0, 1, 0, 2)))
    columns = [
        sum(image.pixel(x, y) == QColor(tokens().accent).rgb() for y in range(34))
        for x in (1, 6, 11, 16)
    ]
    assert columns[0] == columns[2] == 0
    assert 0 < columns[1] < columns[3]
    assert drawn_width(Course("", (0,) * 14), 0) == 14 * 5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_tick_is_a_box_that_is_seen_on_or_off(qapp: QApplication, mode: str) -> None:
    current_theme().apply(mode)
    on, off = (painted(Tick("one", ticked)) for ticked in (True, False))
    assert has(on, tokens().accent) > 100
    assert has(off, tokens().accent) == 0
    assert has(off, tokens().raised) > 100
    assert len({off.pixel(8, y) for y in range(34)}) > 1
    assert drawn_width(Tick("a long name", True), 400) == 16


def test_a_table_speaks_copies_and_leaves_out_as_its_columns_say(qapp: QApplication) -> None:
    columns = (
        ColumnSpec("state", "State", drawn=True),
        ColumnSpec("days", "Days", drawn=True, told=False),
    )
    model = RowsModel(columns)
    model.set_rows([(Status("Active", "good"), Course("9 requests", (4, 5)))])
    table = DataTable(model)
    spoken = model.index(0, 1).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken == "Days: 9 requests"
    assert table.csv_text().splitlines() == ["State", "Active"]
    table.offer_column("days", False)
    assert table.isColumnHidden(1)
    table.offer_column("days", True)
    assert not table.isColumnHidden(1)
