"""What used a key in the last day, from the question to the answer: on its way, failed, nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.acting.act_words import in_both, report_fault, trouble_words
from lmchat_desktop.ui.pages.keys.use_list import UseList
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from lmchat_desktop.contract.keys import ApiKey, KeyUseReport
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.tasks.task import Task

HOURS = 24


class RecentUse(QWidget):
    """Asks what used a key and shows the answer.

    Attributes:
        report: the answer; None before it has come, or where it has failed.
        list: the answer's rows.
        banner: that nothing used the key, or that it is not known.
        changed: the answer came or failed, or is asked for again.
    """

    changed = Signal()

    def __init__(
        self, key: ApiKey, acts: KeyActs, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.report: KeyUseReport | None = None
        self._key, self._acts, self._context = key, acts, context
        self._task: Task | None = None
        heading = PlainLabel(self.tr("Used in the last 24 hours"), self, role="label", tone="muted")
        self._waiting = PlainLabel(self.tr("Looking up what used it…"), self)
        self._strip = BusyStrip(self)
        self.banner = Banner("info", "", self)
        self.banner.setObjectName("use-banner")
        self.banner.action_triggered.connect(self.ask)
        self.list = UseList(context.zone.zone, secrets=key.rotated_at is not None, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (heading, self._waiting, self._strip, self.banner, self.list):
            column.addWidget(part)
        self._show()

    @property
    def loading(self) -> bool:
        """Whether the answer is on its way."""
        return self._task is not None

    def ask(self) -> None:
        """Ask what used the key; an earlier question is dropped."""
        self.report = None
        self._task = self._context.tasks.run(
            self._acts.use,
            self._key.id,
            HOURS,
            on_done=self._arrived,
            on_failed=self._failed,
            key=(self, "use"),
            owner=self,
        )
        self._show()

    def _arrived(self, report: KeyUseReport) -> None:
        self._task = None
        self.report = report
        if report.requests:
            self.list.put(report)
        else:
            self.banner.set_message("good", self._words_of_nothing(), detail=self._last_use())
        self._show()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        report_fault(self._context.tasks, error)
        self.banner.set_message(
            "warn",
            self.tr("It is not known what uses this key."),
            detail=trouble_words(error),
            action=self.tr("Ask again"),
        )
        self._show()

    def _words_of_nothing(self) -> str:
        return self.tr("Nothing used it in the last 24 hours.")

    def _last_use(self) -> str:
        last = self._key.last_used_at
        if last is None:
            return self.tr("As far as is known it was never used.")
        return self.tr("Last used, to the hour: {time}").format(
            time=in_both(last, self._context.zone.zone)
        )

    def _show(self) -> None:
        used = self.report is not None and self.report.requests > 0
        self._waiting.setVisible(self.loading)
        self._strip.setVisible(self.loading)
        self._strip.set_busy(self.loading)
        self.list.setVisible(used)
        self.banner.setVisible(not self.loading and not used)
        self.changed.emit()
