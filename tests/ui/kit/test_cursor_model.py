"""A list that is read by cursors: it grows while one scrolls, above and below."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.cancellation import Cancellation
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.cursor_model import CursorModel, CursorPage
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tasks.runner import TaskRunner

PAGE = 10
COLUMNS = (ColumnSpec("name", "Name"), ColumnSpec("note", "Note"))


class Broken(Exception):
    pass


class Numbers:
    """The numbers below `top`, the largest first."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.asked: list[str | None] = []
        self.broken = False
        self.notes: dict[int, str] = {}

    def page(self, cursor: str | None, cancel: Cancellation) -> CursorPage:
        cancel.raise_if_cancelled()
        self.asked.append(cursor)
        if self.broken:
            raise Broken
        first = self.top - 1 if cursor is None else int(cursor)
        last = max(-1, first - PAGE)
        keys = tuple(range(first, last, -1))
        rows = tuple((f"row {key}", self.notes.get(key, "")) for key in keys)
        return CursorPage(keys, rows, str(last) if last >= 0 else None)


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[TaskRunner]:
    pool = ThreadPoolExecutor(2)
    root = QObject()
    runner = TaskRunner(pool, root)
    yield runner
    runner.shutdown()
    pool.shutdown(wait=True)


@pytest.fixture
def model(tasks: TaskRunner) -> CursorModel:
    return CursorModel(COLUMNS, tasks, tasks)


def names(model: CursorModel) -> list[str]:
    """Without looking at the row that stands for those to come, which would have them read."""
    return [model.text(row, 0) for row in range(model.count)]


def load(qtbot: QtBot, model: CursorModel, source: Numbers) -> None:
    model.show_source(source)
    qtbot.waitUntil(lambda: not model.reading)


def test_only_what_is_scrolled_to_is_read(qtbot: QtBot, model: CursorModel) -> None:
    source = Numbers(1_000_000)
    table = DataTable(model)
    qtbot.addWidget(table)
    table.resize(300, 200)
    table.show()
    load(qtbot, model, source)
    qtbot.waitUntil(lambda: not model.reading and source.asked != [])
    held = model.count
    assert held < 40
    table.scrollToBottom()
    qtbot.waitUntil(lambda: model.count > held)
    assert model.rowCount() == model.count + 1
    assert not model.complete
    assert names(model)[:2] == ["row 999999", "row 999998"]


def test_the_end_is_reached(qtbot: QtBot, model: CursorModel) -> None:
    source = Numbers(25)
    load(qtbot, model, source)
    while not model.complete:
        model.read_on()
        qtbot.waitUntil(lambda: not model.reading)
    assert names(model) == [f"row {key}" for key in range(24, -1, -1)]
    assert source.asked == [None, "14", "4"]
    model.read_on()
    assert not model.reading


@pytest.mark.parametrize("top", [0, 1, PAGE, PAGE + 1, 2 * PAGE])
def test_every_length_has_its_rows_once(qtbot: QtBot, model: CursorModel, top: int) -> None:
    load(qtbot, model, Numbers(top))
    while not model.complete:
        model.read_on()
        qtbot.waitUntil(lambda: not model.reading)
    assert model.rowCount() == model.count == top


def test_what_is_new_comes_before_the_rows_and_what_changed_changes_in_place(
    qtbot: QtBot, model: CursorModel
) -> None:
    source = Numbers(25)
    load(qtbot, model, source)
    grown: list[int] = []
    model.grew_above.connect(grown.append)
    source.top = 28
    source.notes[23] = "changed"
    model.look_above()
    qtbot.waitUntil(lambda: not model.reading)
    assert grown == [3]
    assert names(model)[:4] == ["row 27", "row 26", "row 25", "row 24"]
    assert model.row_of(23) == 4
    assert model.row(4) == ("row 23", "changed")
    model.read_on()
    qtbot.waitUntil(lambda: not model.reading)
    assert model.known_keys(0, 99) == list(range(27, 4, -1))


def test_more_than_a_page_of_new_rows_begins_anew(qtbot: QtBot, model: CursorModel) -> None:
    source = Numbers(25)
    load(qtbot, model, source)
    source.top = 100
    model.look_above()
    qtbot.waitUntil(lambda: not model.reading)
    assert model.known_keys(0, 99) == list(range(99, 89, -1))


def test_what_could_not_be_read_says_so_and_is_read_again(qtbot: QtBot, model: CursorModel) -> None:
    source = Numbers(25)
    load(qtbot, model, source)
    source.broken = True
    failures: list[BaseException] = []
    model.failed.connect(failures.append)
    model.read_on()
    qtbot.waitUntil(lambda: not model.reading)
    assert isinstance(model.trouble, Broken)
    assert len(failures) == 1
    below = model.index(PAGE, 0)
    assert model.data(below) == "Not read"
    assert model.count == PAGE
    # Being seen does not make it ask again and again.
    asked = len(source.asked)
    model.data(below)
    QApplication.processEvents()
    assert len(source.asked) == asked
    source.broken = False
    model.read_on()
    qtbot.waitUntil(lambda: not model.reading)
    assert model.count == 2 * PAGE
    assert model.trouble is None


def test_another_list_begins_at_its_first_row_also_after_a_failure(
    qtbot: QtBot, model: CursorModel
) -> None:
    load(qtbot, model, Numbers(25))
    other = Numbers(7)
    other.broken = True
    load(qtbot, model, other)
    assert model.count == PAGE
    other.broken = False
    model.read_on()
    qtbot.waitUntil(lambda: not model.reading)
    assert names(model) == [f"row {key}" for key in range(6, -1, -1)]
    assert other.asked == [None, None]


def test_what_is_asked_for_while_something_is_read_is_not_forgotten(
    qtbot: QtBot, model: CursorModel
) -> None:
    source = Numbers(25)
    load(qtbot, model, source)
    model.read_on()
    source.top = 27
    model.look_above()
    qtbot.waitUntil(lambda: not model.reading)
    assert model.known_keys(0, 99) == list(range(26, 4, -1))
