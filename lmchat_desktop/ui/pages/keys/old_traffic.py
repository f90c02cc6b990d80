"""What still comes with a secret that was replaced: asked again and again while looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lmchat_desktop.ui.pages.acting.act_words import report_fault

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext

ASK_MS = 15_000


@dataclass(frozen=True, slots=True)
class OldTraffic:
    """Requests with the secret before.

    Attributes:
        key_id: of which key.
        hour, day: how many in the last hour and in the last 24.
        last_at: when the last one came; None where none came in 24 hours.
        as_of: when the backend counted.
    """

    key_id: str
    hour: int
    day: int
    last_at: datetime | None
    as_of: datetime


def read_traffic(acts: KeyActs, key_id: str, cancel: CancelToken) -> OldTraffic:
    """Ask the backend, on a pool's thread; raises troubles."""
    hour = acts.use(key_id, 1, cancel)
    day = acts.use(key_id, 24, cancel)
    return OldTraffic(key_id, hour.old_requests, day.old_requests, day.old_last_at, day.end)


class TrafficWatch(QObject):
    """Asks for one key's old traffic every `ASK_MS` while it is told to look.

    Attributes:
        traffic: the newest answer; None before the first.
        error: why the last question failed; None where it did not.
        changed: an answer came, or failed.
    """

    changed = Signal()

    def __init__(self, acts: KeyActs, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self.traffic: OldTraffic | None = None
        self.error: BaseException | None = None
        self._acts, self._context = acts, context
        self._key_id = ""
        self._timer = QTimer(self)
        self._timer.setInterval(ASK_MS)
        self._timer.timeout.connect(self.ask)

    @property
    def looking(self) -> bool:
        """Whether questions are asked by themselves."""
        return self._timer.isActive()

    def look_at(self, key_id: str) -> None:
        """Watch a key from now on; what is known of another is forgotten."""
        if key_id == self._key_id and self._timer.isActive():
            return
        if key_id != self._key_id:
            self._key_id = key_id
            self.traffic = self.error = None
        self._timer.start()
        self.ask()

    def rest(self) -> None:
        """Ask no more, and drop what is on its way."""
        self._timer.stop()
        self._context.tasks.cancel_key((self, "traffic"))

    def ask(self) -> None:
        """Ask now; an earlier question is dropped."""
        self._context.tasks.run(
            read_traffic,
            self._acts,
            self._key_id,
            on_done=self._arrived,
            on_failed=self._failed,
            key=(self, "traffic"),
            owner=self,
        )

    def _arrived(self, traffic: OldTraffic) -> None:
        if traffic.key_id == self._key_id:
            self.traffic, self.error = traffic, None
            self.changed.emit()

    def _failed(self, error: BaseException) -> None:
        report_fault(self._context.tasks, error)
        self.error = error
        self.changed.emit()
