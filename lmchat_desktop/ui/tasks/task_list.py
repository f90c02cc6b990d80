"""The titled tasks that run now, for the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from lmchat_desktop.ui.tasks.task import Task


class TaskList(QObject):
    """Which background work a person sees.

    Attributes:
        changed: a task came, went or moved on.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[int, Task] = {}

    def tasks(self) -> list[Task]:
        """The running titled tasks, oldest first."""
        return list(self._tasks.values())

    def add(self, task: Task) -> None:
        """Show a task, if it has a title."""
        if task.title:
            self._tasks[task.number] = task
            self.changed.emit()

    def touch(self, task: Task) -> None:
        """Tell that a shown task moved on."""
        if task.number in self._tasks:
            self.changed.emit()

    def remove(self, task: Task) -> None:
        """Show a task no longer."""
        if self._tasks.pop(task.number, None) is not None:
            self.changed.emit()
