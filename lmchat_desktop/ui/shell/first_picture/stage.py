"""Puts the first picture into a window's stack, and lets the workspace take its place."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QTableView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

    from lmchat_desktop.ui.shell.first_picture.record import Picture
    from lmchat_desktop.ui.shell.first_picture.view import FirstPicture
    from lmchat_desktop.ui.shell.workspace import Workspace

logger = logging.getLogger(__name__)

TAKES_OVER_AT_LATEST_MS = 5000
"""After this long the workspace is shown also where its page has nothing to show yet."""

LAYOUT_PASSES = 3
"""What a layout decides (columns, rows of tiles, scroll bars) can ask for another one."""


class FirstPictureStage(QObject):
    """Shows a first picture until anything else is shown in the stack.

    Args:
        stack: the window's screens.

    Attributes:
        view: the first picture, None where there is none.
        cancelled: the person does not want to wait for the session.
    """

    cancelled = Signal()

    def __init__(self, stack: QStackedWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._stack = stack
        self._workspace: Workspace | None = None
        self.view: FirstPicture | None = None
        self._at_latest = QTimer(self)
        self._at_latest.setSingleShot(True)
        self._at_latest.setInterval(TAKES_OVER_AT_LATEST_MS)
        self._at_latest.timeout.connect(self._take_over)
        stack.currentChanged.connect(self._drop)

    @property
    def shown(self) -> bool:
        """Whether there is a first picture on the screen."""
        return self.view is not None

    def show_picture(self, picture: Picture, *, collapsed: bool) -> None:
        """Show it, painted when this comes back; one that cannot be used is left out."""
        # Loaded by the step that found the picture.
        from lmchat_desktop.ui.shell.first_picture.view import FirstPicture

        try:
            view = FirstPicture(picture, collapsed=collapsed, parent=self._stack)
        except ValueError as trouble:
            logger.warning("what was shown last cannot be used: %s", type(trouble).__name__)
            return
        view.cancelled.connect(self._cancel)
        self._stack.addWidget(view)
        self._put(view)
        self.view = view
        view.setFocus(Qt.FocusReason.OtherFocusReason)
        # What follows loads much and would hold up the painting.
        view.window().repaint()

    def say(self, words: str) -> None:
        """Say what is being done meanwhile."""
        if self.view is not None:
            self.view.say(words)

    def give_way_to(self, workspace: Workspace) -> None:
        """Show a workspace of the stack that has begun: at once, or as soon as its page is filled.

        Meanwhile it is not seen; a page that was chosen meanwhile is shown in the end.
        """
        view = self.view
        if view is None:
            self._stack.setCurrentWidget(workspace)
            return
        self._workspace = workspace
        workspace.stack.page_filled.connect(self._take_over, Qt.ConnectionType.SingleShotConnection)
        self._at_latest.start()

    def _take_over(self) -> None:
        view, workspace = self.view, self._workspace
        if view is None or workspace is None:
            return
        page_id = view.wanted_page
        if page_id and page_id != workspace.page_id and page_id in workspace.rail.items:
            workspace.navigate(page_id)
        looked_at = view.page.scroller.verticalScrollBar().value()
        had_focus = view.hasFocus()
        self._put(workspace)
        if not page_id:
            self._scroll(workspace.page(workspace.page_id), looked_at)
        if had_focus:
            workspace.stack.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put(self, widget: QWidget) -> None:
        """Make a widget of the stack the one that is seen, laid out before it is painted."""
        stack = self._stack
        stack.setUpdatesEnabled(False)
        try:
            widget.resize(stack.size())
            stack.setCurrentWidget(widget)
            tables = widget.findChildren(QTableView)
            for _pass in range(LAYOUT_PASSES):
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
                for table in tables:
                    # Else it notices only after the first painting that it needs no scroll bar.
                    table.updateGeometries()
        finally:
            stack.setUpdatesEnabled(True)

    def _scroll(self, page: QWidget, place: int) -> None:
        scroller: QScrollArea | None = getattr(page, "scroller", None)
        if scroller is not None:
            scroller.verticalScrollBar().setValue(place)

    def _cancel(self) -> None:
        if self._workspace is None:
            self.cancelled.emit()

    def _drop(self) -> None:
        view = self.view
        if view is None or self._stack.currentWidget() is view:
            return
        self.view = self._workspace = None
        self._at_latest.stop()
        self._stack.removeWidget(view)
        view.deleteLater()
