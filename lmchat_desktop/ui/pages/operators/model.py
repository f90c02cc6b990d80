"""What the page of operators shows: read from the cache off the interface thread, and refreshed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.client.operators import role_table
from lmchat_desktop.services.operators import OperatorsPicture, read_operators

if TYPE_CHECKING:
    from collections.abc import Set

    from lmchat_desktop.contract.operators import RoleTable
    from lmchat_desktop.ui.shell.context import PageContext

KINDS = frozenset({"operator", "grant", "device", "member"})


class OperatorsModel(QObject):
    """Reads operators, what waits, and devices; asks the backend once what its roles may do.

    Attributes:
        picture: what was read last, None before the first.
        roles: the backend's table of roles, None while it is not known.
        picture_changed, roles_changed: there is another.
        failed, roles_failed: the exception.
    """

    picture_changed = Signal()
    roles_changed = Signal()
    failed = Signal(object)
    roles_failed = Signal(object)

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.picture: OperatorsPicture | None = None
        self.roles: RoleTable | None = None

    def load(self) -> None:
        """Read the cache."""
        self._context.tasks.run(
            read_operators,
            self._context.session.entities,
            on_done=self._arrived,
            on_failed=self.failed.emit,
            key=(self, "operators"),
            owner=self,
        )

    def ask_roles(self) -> None:
        """Ask the backend what roles may do, unless it has answered."""
        if self.roles is None:
            self._context.tasks.run(
                role_table,
                self._context.session.client,
                on_done=self._roles_arrived,
                on_failed=self.roles_failed.emit,
                key=(self, "roles"),
                owner=self,
            )

    def refresh(self, changed_kinds: Set[str]) -> None:
        """Take in what sync brought."""
        if changed_kinds & KINDS:
            self.load()

    def _arrived(self, picture: OperatorsPicture) -> None:
        self.picture = picture
        self.picture_changed.emit()

    def _roles_arrived(self, roles: RoleTable) -> None:
        self.roles = roles
        self.roles_changed.emit()
