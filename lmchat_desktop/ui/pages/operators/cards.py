"""Cards with a table and the buttons that act on its selected row, and the table of roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.ui.pages.operators.words import info_text, tr
from lmchat_desktop.ui.shell.person_menu import role_title
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.cards import Card, Hairline
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.paragraph import Paragraph
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from lmchat_desktop.contract.operators import RoleTable
    from lmchat_desktop.ui.tables.data_table import DataTable

MARK_PX = 16
NARROW_PX = 360
"""Below this the table of roles has two lines for each of its rows."""


class TableCard(Card):
    """A table and its buttons, or a sentence where there are no rows.

    Attributes:
        table: the table.
        empty: what stands there while there are no rows.
    """

    def __init__(self, title: str, table: DataTable, empty: EmptyState) -> None:
        super().__init__(title)
        self.table, self.empty = table, empty
        self.body.addWidget(table)
        self.body.addWidget(empty)
        self.body.addStretch(1)
        empty.hide()

    def show_rows(self, count: int) -> None:
        """Show the table, or why it has no rows."""
        self.set_title(self.heading.whole_text(), f"{count:,}" if count else "")
        self.table.setVisible(count > 0)
        self.empty.setVisible(count == 0)
        self.table.show_all_rows()


class RolesCard(Card):
    """What each role may do, as the backend says it: a row for each scope, a column for each role.

    Attributes:
        retry: stands there while the backend has not said it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("What each role may do"), parent)
        self.setObjectName("roles-card")
        self.retry = EmptyState("operators", tr("The backend is being asked."), "", self)
        self._told: RoleTable | None = None
        self._table: QWidget | None = None
        self._narrow = False
        self.body.addWidget(self.retry)
        self.body.addStretch(1)

    def put(self, table: RoleTable) -> None:
        """Show the backend's table."""
        self._told = table
        self.retry.hide()
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what is allowed beside its marks, or above them where it is narrow."""
        super().resizeEvent(event)
        if self._told is not None and self._is_narrow() != self._narrow:
            self._show()

    def _is_narrow(self) -> bool:
        return self.width() < typography().px(NARROW_PX)

    def _show(self) -> None:
        assert self._told is not None
        if self._table is not None:
            self.body.removeWidget(self._table)
            self._table.hide()
            self._table.deleteLater()
        self._narrow = self._is_narrow()
        self._table = self._made(self._told)
        self.body.insertWidget(0, self._table)

    def fail(self, text: str) -> None:
        """Say that the backend has not told."""
        if self._table is None:
            title = tr("What roles may do is not known here yet.")
            self.retry.set_message("offline", title, text, action=tr("Try again"))

    def _made(self, table: RoleTable) -> QWidget:
        around = QWidget(self)
        grid = QGridLayout(around)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, 1)
        centre = Qt.AlignmentFlag.AlignHCenter
        for column, info in enumerate(table.roles, 1):
            head = PlainLabel(role_title(Role(info.role)), around, role="label_strong")
            grid.addWidget(head, 0, column, centre)
        across = len(table.roles) + 1
        lines = 2 if self._narrow else 1
        grid.addWidget(Hairline(around), 1, 0, 1, across)
        for number, scope in enumerate(table.scopes):
            row = 2 + number * lines
            name = Paragraph(info_text(scope), around, role="label", wrap=True)
            name.setToolTip(plain_tooltip(scope.scope))
            grid.addWidget(name, row, 0, 1, across if self._narrow else 1)
            holders = [info for info in table.roles if scope.scope in info.scopes]
            for column, info in enumerate(table.roles, 1):
                if info in holders:
                    token = "warn" if scope.second_person and info.operator else "good"
                    mark = GlyphMark("check", token, MARK_PX, around)
                    grid.addWidget(mark, row + lines - 1, column, centre)
            held = ", ".join(role_title(Role(info.role)) for info in holders)
            name.setAccessibleName(f"{info_text(scope)}: {held}")
        end = 2 + len(table.scopes) * lines
        grid.addWidget(Hairline(around), end, 0, 1, across)
        note = PlainLabel(
            tr("An orange mark: a second person has to approve that it is given."),
            around,
            role="label",
            tone="muted",
            wrap=True,
        )
        grid.addWidget(note, end + 1, 0, 1, across)
        return around
