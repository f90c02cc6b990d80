"""The window's first picture: what the person saw last, until the session is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QShortcut, QWheelEvent
from PySide6.QtWidgets import QWidget

from lmchat_desktop.ui.pages import registry
from lmchat_desktop.ui.shell.frame import is_roomy, lay_out
from lmchat_desktop.ui.shell.rail import Rail
from lmchat_desktop.ui.shell.status import StatusStrip
from lmchat_desktop.ui.shell.topbar import TopBar
from lmchat_desktop.ui.tasks.task_list import TaskList
from lmchat_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from lmchat_desktop.ui.pages.first_view import FirstView
    from lmchat_desktop.ui.pages.registry import PageEntry
    from lmchat_desktop.ui.shell.first_picture.record import Picture

PATIENCE_MS = 4000
"""After this long the person is told that it is still being opened, and how to stop it."""


class FirstPicture(QWidget):
    """Looks like the workspace that takes its place. It can be read and scrolled.

    A page chosen in the rail is marked and remembered for the workspace; everything else is not
    possible yet, which the pointer tells.

    Args:
        picture: what is shown.
        collapsed: whether the person has the rail folded.

    Attributes:
        wanted_page: the page that was chosen meanwhile; empty for the one that is shown.
        page: what stands in the place of the page.
        rail, top, status: the parts around it.
        banner: asks for patience, in the end.

    Raises:
        ValueError: there is no first picture of that page, or the record is not what it should be.
    """

    cancelled = Signal()
    """The person does not want to wait."""

    def __init__(self, picture: Picture, *, collapsed: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        shown = picture.shown
        entries = tuple(each for each in registry.PAGES if each.page_id in shown.pages)
        self.wanted_page = ""
        self._collapsed = collapsed
        self.rail = Rail(entries, self)
        self.top = TopBar(self)
        self.status = StatusStrip(TaskList(self), self)
        self.banner = Banner(parent=self)
        self.say("")
        self.banner.action_triggered.connect(self.cancelled)
        self.page = _first_view(entries, shown.page)(
            bytes(shown.content), picture.now, picture.zone, self
        )
        self._banner_room = lay_out(self, self.rail, self.top, self.banner, self.page, self.status)
        self._fill(picture)
        self._make_still()
        self._shortcuts(entries)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._ask_for_patience)
        self._patience.start(PATIENCE_MS)

    def say(self, words: str) -> None:
        """What is being done, for when the person is asked for patience."""
        self.banner.set_message(
            "info",
            self.tr("This is what you saw last; it is still being opened"),
            detail=words,
            action=self.tr("Cancel"),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.collapse(self._collapsed or not is_roomy(self.width()), by_hand=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.rail.mapFrom(self, event.position().toPoint())
        for page_id, item in self.rail.items.items():
            if item.geometry().contains(at):
                self._want(page_id)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.page.scroller.verticalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.page.scroller.verticalScrollBar()
        steps = {
            Qt.Key.Key_Down: bar.singleStep(),
            Qt.Key.Key_Up: -bar.singleStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            bar.setValue(bar.value() + step)
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _fill(self, picture: Picture) -> None:
        shown = picture.shown
        self.rail.put_backend(shown.backend, shown.notice)
        self.rail.put_badges(shown.badges)
        self.rail.choose(shown.page)
        self.top.scope.put(shown, shown.several)
        self.top.dot.set_state("stopped", self.tr("Connecting"))
        self.top.person.set_caption(shown.person)
        self.top.person.setAccessibleName(shown.spoken)
        self.status.put_zone(picture.zone.key)
        self.status.put_cache(picture.file_bytes, encrypted_on_disk=True)
        self.status.put_synced(picture.last_sync_at, picture.now)
        self.setAccessibleName(self.tr("What you saw last; it is being opened"))

    def _make_still(self) -> None:
        """Leave the pointer and the keyboard to this widget alone."""
        for part in (self.rail, self.top, self.page, self.status):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            for widget in part.findChildren(QWidget):
                widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.BusyCursor)

    def _shortcuts(self, entries: tuple[PageEntry, ...]) -> None:
        for place, entry in enumerate(entries[:9]):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place + 1}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda page_id=entry.page_id: self._want(page_id))

    def _want(self, page_id: str) -> None:
        self.wanted_page = page_id
        self.rail.choose(page_id)

    def _ask_for_patience(self) -> None:
        self.banner.show()
        self._banner_room.show()


def _first_view(entries: tuple[PageEntry, ...], page_id: str) -> type[FirstView]:
    for entry in entries:
        if entry.page_id == page_id and entry.load_first is not None:
            return entry.load_first()
    raise ValueError(f"there is no first picture of the page {page_id}")
