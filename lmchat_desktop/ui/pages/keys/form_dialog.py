"""The frame of the dialogs with a key's form: title, banner, form that scrolls, buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from lmchat_desktop.sync.states import SyncPhase
from lmchat_desktop.ui.pages.keys.asking import AskDialog
from lmchat_desktop.ui.pages.keys.form.catalogue import Catalogue, read_catalogue
from lmchat_desktop.ui.pages.keys.form.key_form import KeyForm
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.page_scroll import PageScroll
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lmchat_desktop.ui.pages.keys.form.form_field import FormField
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.tasks.task import Task

WIDTH_PX = 640
LEAST_WINDOW_PX = (1024, 700)
"""What the dialog has to fit into, whatever the size of text."""
_EDGE_PX = 24
_AROUND_PX = 64
"""What is to be seen above and below a field that is pointed at."""


class FormDialog(QDialog):
    """A dialog around a form whose work runs on a pool.

    While work is under way the form cannot be changed, and the left button stops the work.
    Leaving with something that would be lost asks first.

    Args:
        context: the page's context.
        title: what is done.
        what: on what; it came from outside.
        with_account: whether the form asks for the account.

    Attributes:
        form: the form.
        banner: what is the matter with all of it.
        primary: does it.
        leave: stops work under way, else closes.
    """

    def __init__(
        self,
        context: PageContext,
        title: str,
        what: str = "",
        parent: QWidget | None = None,
        *,
        with_account: bool = False,
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._task: Task | None = None
        self._asking: AskDialog | None = None
        self._with_account = with_account
        self.form = KeyForm(
            context.session.clock.now(), context.zone.zone, self, with_account=with_account
        )
        self.form.changed.connect(self._form_changed)
        self.form.reached.connect(self._bring_into_view)
        self.banner = Banner("info", "", self)
        self.banner.hide()
        self._busy = BusyStrip(self)
        self.note = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.note.setObjectName("note")
        self.leave = Button(self.tr("Cancel"), self)
        self.leave.setObjectName("leave")
        self.leave.clicked.connect(self._left_button)
        self.primary = Button(title, self, look="primary")
        self.primary.setObjectName("primary")
        self.primary.setDefault(True)
        self.primary.clicked.connect(self.submit)
        self._lay_out(title, what)
        context.connection.changed.connect(self._connection_changed)
        self._read_catalogue()

    def _lay_out(self, title: str, what: str) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, 0)
        head.setSpacing(4)
        head.addWidget(PlainLabel(title, self, role="title"))
        subtitle = PlainLabel(
            what, self, role="text", tone="muted", elide=Qt.TextElideMode.ElideRight
        )
        subtitle.setVisible(bool(what))
        head.addWidget(subtitle)
        warning = QVBoxLayout()
        warning.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        warning.addWidget(self.banner)
        self.scroller = PageScroll(self.form, self)
        self.scroller.setObjectName("form-scroll")
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.scroller)
        foot = QHBoxLayout()
        foot.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, PAGE_MARGIN)
        foot.setSpacing(8)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.leave)
        foot.addWidget(self.primary)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(CARD_GAP)
        layout.addLayout(head)
        layout.addLayout(warning)
        layout.addWidget(self.pages, 1)
        below = QVBoxLayout()
        below.setSpacing(14)
        below.addWidget(self._busy)
        below.addLayout(foot)
        layout.addLayout(below)
        width = min(typography().px(WIDTH_PX), LEAST_WINDOW_PX[0] - 2 * _EDGE_PX)
        parent = self.parentWidget()
        room = LEAST_WINDOW_PX[1] if parent is None else parent.window().height()
        wanted = self.form.sizeHint().height() + typography().px(160)
        height = min(max(room, LEAST_WINDOW_PX[1]) - 2 * _EDGE_PX, wanted)
        self.resize(width, height)

    def submit(self) -> None:
        """Do it; subclasses say what."""
        raise NotImplementedError

    def may_submit(self) -> bool:
        """Whether there is something to do."""
        return True

    def loss(self) -> tuple[str, str] | None:
        """A question and what would be lost by closing now; None where nothing would."""
        raise NotImplementedError

    @property
    def working(self) -> bool:
        """Whether work is under way."""
        return self._task is not None

    def begin(self, words: str, start: Callable[[], Task]) -> None:
        """Start work, and lock the form until it ends."""
        self.banner.hide()
        self.set_note(words)
        self._task = start()
        self._busy.set_busy(True)
        self.form.setEnabled(False)
        self.settle_buttons()
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Work has ended, whatever came of it."""
        self._task = None
        self._busy.set_busy(False)
        self.set_note("")
        self.form.setEnabled(True)
        self.settle_buttons()

    def stop(self) -> None:
        """Stop the work under way; nothing more is heard of it."""
        if self._task is not None:
            self._task.cancel()
            self.end()

    def set_note(self, text: str, tone: str = "muted") -> None:
        """Say something beside the buttons."""
        self.note.set_tone(tone)
        self.note.setText(text)

    def say(self, kind: str, text: str, detail: str = "") -> None:
        """Show a banner, and say it to screen readers."""
        self.banner.set_message(kind, text, detail=detail)
        self.banner.show()
        self.announce(f"{text} {detail}")

    def announce(self, text: str) -> None:
        """Say something to screen readers."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, one_line(text)))

    def point_at(self, fields: Sequence[FormField]) -> None:
        """Bring the first of the marked fields into view, and name all of them."""
        names = ", ".join(field.title for field in fields)
        text = self.tr("To be corrected: {names}").format(names=names)
        self.set_note(text, "bad")
        self.announce(f"{text}. {fields[0].problem()}")
        fields[0].focus_input()
        self.scroller.ensureWidgetVisible(fields[0], 0, typography().px(_AROUND_PX))

    def settle_buttons(self) -> None:
        """Let the buttons say what they do now."""
        offline = self._offline()
        self.primary.setEnabled(not self.working and not offline and self.may_submit())
        self.primary.setToolTip(offline)
        self.primary.setAccessibleDescription(offline)
        if not self.working and offline:
            self.set_note(offline, "warn")
        elif self.note.whole_text() == self._offline_text():
            self.set_note("")
        self.leave.set_caption(self.tr("Stop") if self.working else self.tr("Cancel"))

    def _offline(self) -> str:
        state = self.context.connection.state
        if state is None or state.phase not in (SyncPhase.OFFLINE, SyncPhase.STOPPED):
            return ""
        return self._offline_text()

    def _offline_text(self) -> str:
        return self.tr("Offline: nothing can be sent now. What is filled in stays here.")

    def _connection_changed(self, _state: object) -> None:
        self.settle_buttons()

    def _bring_into_view(self, widget: QWidget) -> None:
        """Show all of it: of a text, Qt brings the line of the cursor alone into view."""
        middle = widget.mapTo(self.form, widget.rect().center())
        room = (self.scroller.viewport().height() - widget.height()) // 2
        margin = max(0, min(typography().px(_AROUND_PX), room))
        self.scroller.ensureVisible(0, middle.y(), 0, widget.height() // 2 + margin)

    def _form_changed(self) -> None:
        if self.note.property("tone") == "bad":
            self.set_note("")
        self.settle_buttons()

    def _read_catalogue(self) -> None:
        self.context.tasks.run(
            read_catalogue,
            self.context.session.entities,
            self._with_account,
            on_done=self._offer,
            owner=self,
        )

    def _offer(self, catalogue: Catalogue) -> None:
        self.form.offer(catalogue)

    def _left_button(self) -> None:
        if self.working:
            self.stop()
        else:
            self.reject()

    def reject(self) -> None:
        loss = self.loss()
        if loss is None:
            self._close()
        elif self._asking is None:
            question, words = loss
            self._asking = AskDialog(
                question, words, self.tr("Go back"), self.tr("Close anyway"), self
            )
            self._asking.finished.connect(self._asked)
            self._asking.open()

    def _asked(self, answer: int) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.deleteLater()
        if answer == QDialog.DialogCode.Accepted:
            self._close()

    def _close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        super().reject()
