"""Python's cyclic garbage collection on the interface thread alone."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 100


class InterfaceCollector(QObject):
    """Collects cyclic garbage on the thread that made it, by Python's own thresholds.

    Python collects on whichever thread happens to allocate. On a pool thread that would destroy
    objects of Qt that belong to the interface thread, which Qt does not survive. So automatic
    collection is off from here to `stop`. Reference counting is as always, on every thread.
    """

    def __init__(self, parent: QObject | None = None, *, interval_ms: int = LOOK_MS) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, and with it all younger ones."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in reversed(range(len(counts))):
            if 0 < thresholds[generation] < counts[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Collect everything, and let Python collect by itself again if it did before."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        gc.collect()
        if self._was_enabled:
            gc.enable()
