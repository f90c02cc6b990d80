"""Background work in the status bar: what, how far, and a way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from lmchat_desktop.ui.tasks.task import Task
    from lmchat_desktop.ui.tasks.task_list import TaskList

_APPEARS_AFTER_MS = 300


class ProgressStrip(QWidget):
    """Shows the oldest titled task of a list, how many more there are, and cancels it.

    Attributes:
        cancel_requested: the Task that Cancel was pressed for; it has been cancelled.
    """

    cancel_requested = Signal(object)

    def __init__(self, tasks: TaskList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._task: Task | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        elide = Qt.TextElideMode.ElideRight
        self._title = PlainLabel("", role="label", tone="muted", elide=elide)
        self._title.setMaximumWidth(typography().px(360))
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(typography().px(96))
        self._share = PlainLabel("", role="label", tone="muted")
        self._more = PlainLabel("", role="label", tone="muted")
        self.cancel_button = Button(self.tr("Cancel"), self, look="link", small=True)
        self.cancel_button.clicked.connect(self._cancel_shown)
        for widget in (self._title, self._bar, self._share, self._more, self.cancel_button):
            row.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_APPEARS_AFTER_MS)
        self._timer.timeout.connect(self._show_now)
        tasks.changed.connect(self._update)
        self.hide()
        self._update()

    def text(self) -> str:
        """What it says of the task shown."""
        parts = (self._title, self._share, self._more)
        return " · ".join(part.whole_text() for part in parts if part.whole_text())

    def _update(self) -> None:
        tasks = self._tasks.tasks()
        if not tasks:
            self._task = None
            self._timer.stop()
            self.hide()
            return
        task = self._task = tasks[0]
        title = task.title or ""
        self._title.setText(f"{title} · {task.detail}" if task.detail else title)
        if task.fraction is None:
            self._bar.setRange(0, 0)
            self._share.setText("")
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(task.fraction * 1000))
            self._share.setText(f"{task.fraction * 100:.0f} %")
        more = self.tr("+{n} more").format(n=len(tasks) - 1)
        self._more.setText(more if len(tasks) > 1 else "")
        self._more.setVisible(len(tasks) > 1)
        self._bar.setAccessibleName(title)
        self.cancel_button.setAccessibleName(self.tr("Cancel: {title}").format(title=title))
        self.cancel_button.setEnabled(not task.token.cancelled)
        if self.isHidden() and not self._timer.isActive():
            self._timer.start()

    def _show_now(self) -> None:
        self.setVisible(self._task is not None)

    def _cancel_shown(self) -> None:
        task = self._task
        if task is None:
            return
        task.cancel()
        self.cancel_button.setEnabled(False)
        self.cancel_requested.emit(task)
