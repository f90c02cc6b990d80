"""Keys that should be looked at, by the reason why: counted, and read page by page on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.contract.keys import SuggestionKind
from lmchat_desktop.ui.pages.acting.act_words import report_fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.contract.keys import KeySuggestion, SuggestionCounts
    from lmchat_desktop.ui.tasks.runner import TaskRunner

    LoadPage = Callable[[SuggestionKind, str | None, CancelToken], Page[KeySuggestion]]
    CountAll = Callable[[CancelToken], SuggestionCounts]


@dataclass(slots=True)
class Group:
    """Suggestions of one kind, as far as they were read.

    Attributes:
        items: what was read, in the backend's order.
        cursor: where the next page begins.
        has_more: whether there is a next page.
        read: whether the first page has come.
        busy: whether a page is on its way.
        error: why the last page did not come; None where it did.
    """

    items: list[KeySuggestion] = field(default_factory=list)
    cursor: str | None = None
    has_more: bool = True
    read: bool = False
    busy: bool = False
    error: BaseException | None = None


class SuggestionsModel(QObject):
    """Reads suggestions off this thread and holds what came.

    Args:
        load: a page of a kind from a cursor on (None: the first), on a pool's thread.
        count: how many there are of each kind, on a pool's thread.
        tasks: where the work is done.
        parent: the owner.

    Attributes:
        counts: how many there are of each kind; None before they are known.
        as_of: when they were counted.
        count_error: why they could not be counted; None where they were.
        counted: the counts came, or failed.
        changed: a group is another; emitted with its kind.
    """

    counted = Signal()
    changed = Signal(object)

    def __init__(
        self,
        load: LoadPage,
        count: CountAll,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._load, self._count, self._tasks = load, count, tasks
        self._groups = {kind: Group() for kind in SuggestionKind}
        self.counts: dict[SuggestionKind, int] | None = None
        self.as_of: datetime | None = None
        self.count_error: BaseException | None = None

    def group(self, kind: SuggestionKind) -> Group:
        """What was read of a kind."""
        return self._groups[kind]

    def total(self) -> int:
        """How many suggestions there are in all, as far as they were counted."""
        return sum(self.counts.values()) if self.counts is not None else 0

    def refresh(self) -> None:
        """Count anew, and read anew what was read; until it has come the old stays."""
        self._tasks.run(
            self._count_all,
            on_done=self._counted,
            on_failed=self._not_counted,
            key=(self, "count"),
            owner=self,
        )
        for kind, group in self._groups.items():
            if group.read or group.busy:
                self._read(kind, None)

    def ensure(self, kind: SuggestionKind) -> None:
        """Have at least the first page of a kind."""
        group = self._groups[kind]
        if not group.read and not group.busy:
            self._read(kind, None)

    def load_more(self, kind: SuggestionKind) -> None:
        """Read the next page of a kind, if there is one."""
        group = self._groups[kind]
        if group.busy:
            return
        if not group.read:
            self._read(kind, None)
        elif group.has_more:
            self._read(kind, group.cursor)

    def _count_all(self, cancel: CancelToken) -> SuggestionCounts:
        return self._count(cancel)

    def _page(
        self, kind: SuggestionKind, cursor: str | None, cancel: CancelToken
    ) -> Page[KeySuggestion]:
        return self._load(kind, cursor, cancel)

    def _read(self, kind: SuggestionKind, cursor: str | None) -> None:
        group = self._groups[kind]
        group.busy, group.error = True, None
        # An earlier page of the kind that is still on its way is dropped with its key.
        self._tasks.run(
            self._page,
            kind,
            cursor,
            on_done=partial(self._arrived, kind, cursor),
            on_failed=partial(self._failed, kind),
            key=(self, kind),
            owner=self,
        )
        self.changed.emit(kind)

    def _arrived(self, kind: SuggestionKind, cursor: str | None, page: Page[KeySuggestion]) -> None:
        before = [] if cursor is None else self._groups[kind].items
        known = {item.id for item in before}
        self._groups[kind] = Group(
            [*before, *(item for item in page.data if item.id not in known)],
            page.next_cursor,
            page.has_more,
            read=True,
        )
        self.changed.emit(kind)

    def _failed(self, kind: SuggestionKind, error: BaseException) -> None:
        group = self._groups[kind]
        group.busy, group.error = False, error
        report_fault(self._tasks, error)
        self.changed.emit(kind)

    def _counted(self, counts: SuggestionCounts) -> None:
        self.counts = {kind: counts.counts.get(kind, 0) for kind in SuggestionKind}
        self.as_of, self.count_error = counts.as_of, None
        self.counted.emit()

    def _not_counted(self, error: BaseException) -> None:
        self.count_error = error
        report_fault(self._tasks, error)
        self.counted.emit()
