"""The entries of a question as rows of the table, page by page from the backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmchat_desktop.ui.pages.audit.words import action_name, erased, kind_name
from lmchat_desktop.ui.tables.columns import Remark
from lmchat_desktop.ui.tables.cursor_model import CursorPage

if TYPE_CHECKING:
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.audit import AuditEntry
    from lmchat_desktop.domain.formatting import Figure
    from lmchat_desktop.services.audit_export import AuditFilters
    from lmchat_desktop.ui.pages.audit.acts import AuditActs
    from lmchat_desktop.ui.pages.audit.names import NameBook

PAGE_ROWS = 100


class AuditRows:
    """Entries, newest first.

    Attributes:
        filters: which entries.
    """

    def __init__(self, acts: AuditActs, filters: AuditFilters, names: NameBook) -> None:
        self._acts = acts
        self.filters = filters
        self._names = names

    def page(self, cursor: str | None, cancel: CancelToken) -> CursorPage:
        """The entries from a cursor on."""
        told = self._acts.entries(self.filters, cursor, limit=PAGE_ROWS, cancel=cancel)
        return CursorPage(
            tuple(entry.seq for entry in told.data),
            tuple(row_of(entry, self._names) for entry in told.data),
            told.next_cursor if told.has_more else None,
        )


def row_of(entry: AuditEntry, names: NameBook) -> tuple[Any, ...]:
    """An entry as the table shows it, and behind that itself."""
    return (
        entry.at,
        told(entry, "actor_id", names.person(entry.actor_id or "")),
        action_name(entry.action),
        object_words(entry, names.thing(entry.entity_kind, entry.entity_id or "")),
        told(entry, "account_id", names.account(entry.account_id or "")),
        told(entry, "reason", ""),
        entry.seq,
        entry,
    )


def told(entry: AuditEntry, value: str, name: str) -> str | Figure:
    """A value of an entry by its name, else as it is; in words where it is not there."""
    if value in entry.commitments:
        return Remark(erased())
    return name or getattr(entry, value) or ""


def object_words(entry: AuditEntry, name: str) -> str | Figure:
    """What was acted on: its kind, and its name, or its id where that is not known."""
    kind = kind_name(entry.entity_kind)
    if "entity_id" in entry.commitments:
        return Remark(f"{kind} · {erased()}")
    name = name or entry.entity_id or ""
    return kind if name in ("", entry.entity_kind) else f"{kind} · {name}"
