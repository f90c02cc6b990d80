"""The status bar: how old the data are, where they are kept, in which zone, and background work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import PAGE_MARGIN
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.progress_strip import ProgressStrip
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.ui.tasks.task_list import TaskList

BAR_PX = 32
TICK_MS = 1000


class StatusStrip(QFrame):
    """Says when the data were synced, what the cache takes and how, and which zone times are in.

    Attributes:
        text: the words on the left.
        progress: the background work on the right.
    """

    def __init__(self, tasks: TaskList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bar")
        self.setObjectName("status-strip")
        self.setFixedHeight(typography().px(BAR_PX))
        self.text = PlainLabel(
            "", self, role="label", tone="muted", elide=Qt.TextElideMode.ElideRight
        )
        self.text.setObjectName("status-text")
        self.progress = ProgressStrip(tasks, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        row.setSpacing(16)
        row.addWidget(self.text, 1)
        row.addWidget(self.progress)
        self._synced_at: datetime | None = None
        self._synced_monotonic: float | None = None
        self._phase = ""
        self._size: int | None = None
        self._encrypted = True
        self._zone = ""
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tell)
        self._timer.start()

    @property
    def synced_age_s(self) -> float | None:
        """Seconds since the data equalled the backend, None if they never did."""
        if self._synced_monotonic is None:
            return None
        return time.monotonic() - self._synced_monotonic

    def put_synced(self, at: datetime | None, now: datetime) -> None:
        """Tell when the cache last equalled the backend; `now` is by the same clock."""
        if at != self._synced_at:
            self._synced_at = at
            age = None if at is None else max(0.0, (now - at).total_seconds())
            self._synced_monotonic = None if age is None else time.monotonic() - age
        self.tell()

    def put_phase(self, words: str) -> None:
        """Say something in place of the age, such as "Syncing"; empty for the age."""
        self._phase = words
        self.tell()

    def put_cache(self, size_bytes: int, encrypted_on_disk: bool) -> None:
        """Tell what the cache takes, and whether it is an encrypted file or in memory."""
        self._size = size_bytes
        self._encrypted = encrypted_on_disk
        self.tell()

    def put_zone(self, name: str) -> None:
        """Tell the zone of all times."""
        self._zone = name
        self.tell()

    def tell(self) -> None:
        """Show everything as it stands."""
        age = self.synced_age_s
        parts = []
        if self._phase:
            parts.append(self._phase)
        elif age is None:
            parts.append(self.tr("Not synced yet"))
        else:
            ago = translated(formatting.ago(age))
            parts.append(self.tr("Synced {ago}").replace("{ago}", ago))
        if self._size is not None:
            kept = self.tr("encrypted") if self._encrypted else self.tr("in memory")
            size = str(formatting.bytes_(self._size))
            parts.append(
                self.tr("cache {size}, {kept}").replace("{size}", size).replace("{kept}", kept)
            )
        if self._zone:
            parts.append(self.tr("times in {zone}").replace("{zone}", self._zone))
        self.text.setText(" · ".join(parts))
