"""Revokes many keys, or lets them expire: asked, waited for, and told key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.contract.keys import MAX_BULK
from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.pages.acting.fitted_dialog import FittedDialog
from lmchat_desktop.ui.pages.keys.bulk_ask import BulkAsk
from lmchat_desktop.ui.pages.keys.bulk_results import BulkResults
from lmchat_desktop.ui.pages.keys.bulk_run import BulkAct, BulkPhase, BulkRun
from lmchat_desktop.ui.pages.keys.obstacles import obstacle
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
    from lmchat_desktop.ui.shell.context import PageContext

LEAST_BULK = 2


class BulkDialog(FittedDialog):
    """One act on 2 to `MAX_BULK` keys, from the question to what became of each.

    Attributes:
        flow: the act itself.
        ask: the question.
        results: what became of each key.
        banner: what went wrong, or that the act goes on without being waited for.
        ended: results are there; emitted with the ids of the keys that are others now. The dialog
            stays.

    Raises:
        ValueError: there are too few keys, or too many.
    """

    ended = Signal(object)

    def __init__(
        self,
        act: BulkAct,
        keys: Sequence[ChosenKey],
        acts: KeyActs,
        context: PageContext,
        parent: QWidget | None = None,
    ) -> None:
        if not LEAST_BULK <= len(keys) <= MAX_BULK:
            raise ValueError(f"a bulk act takes {LEAST_BULK} to {MAX_BULK} keys, not {len(keys)}")
        super().__init__("", parent, width=720)
        self.setObjectName(f"bulk-{act}")
        self._act, self._context = act, context
        self.flow = BulkRun(act, keys, acts, context.tasks, self)
        self.flow.changed.connect(self._show)
        self.ask = BulkAsk(act, keys, context, self._inner)
        self.ask.changed.connect(self._show)
        self.results = BulkResults(keys, self._inner)
        self._progress = self._progress_part()
        for part in (self.ask, self._progress, self.results):
            self.content.addWidget(part)
        self.banner = Banner("warn", "", self)
        self.banner.setObjectName("bulk-trouble")
        self.column.addWidget(self.banner)
        self._make_buttons()
        self._phase = BulkPhase.ASKING
        self.set_heading(self._heading(self._phase))
        context.connection.changed.connect(self._show)
        self._show()
        # What has the focus at first is in sight, also with large text.
        if self.ask.expiry is not None:
            self.ask.expiry.take_focus()
        else:
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def reject(self) -> None:
        """Close; while the act is under way, end the waiting instead."""
        if self.flow.phase is BulkPhase.RUNNING:
            self.flow.stop_waiting()
        else:
            super().reject()

    def progress_text(self) -> str:
        """How far the act is, in words."""
        return self._done.whole_text()

    def _make_buttons(self) -> None:
        self.copy_button = self.add_button(self.tr("Copy list"))
        self.copy_button.clicked.connect(self.results.copy)
        self.anew_button = self.add_button(self.tr("Begin anew"))
        self.anew_button.clicked.connect(self.flow.begin_anew)
        self.again_button = self.add_button("…")
        self.again_button.clicked.connect(self.flow.again)
        self.close_button = self.add_button(self.tr("Cancel"))
        self.close_button.clicked.connect(self.reject)
        self.go_on_button = self.add_button(self.tr("Go on"), look="primary")
        self.go_on_button.clicked.connect(self.flow.go_on)
        caption = (
            self.tr("Revoke {count} keys") if self._act == "revoke" else self.tr("Let them expire")
        )
        self.confirm = self.add_button(
            caption.format(count=f"{len(self.flow.keys):,}"), look="danger"
        )
        self.confirm.setObjectName("confirm-act")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self._begin)

    def _progress_part(self) -> QWidget:
        part = QWidget(self._inner)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._done = PlainLabel("", part, role="strong")
        self._done.setObjectName("bulk-progress")
        self._bar = QProgressBar(part)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        note = self.tr(
            "The backend does this by itself: it goes on if you stop waiting, or if the "
            "connection is lost."
        )
        column.addWidget(self._done)
        column.addWidget(self._bar)
        column.addWidget(PlainLabel(note, part, tone="muted", wrap=True))
        return part

    def _begin(self) -> None:
        if self.flow.phase is BulkPhase.ASKING and not self._why_not():
            reason = self.ask.reason.text().strip()
            self.flow.begin(expires_at=self.ask.expires_at(), reason=reason)

    def _why_not(self) -> str:
        return obstacle(self._context) or self.ask.why_not()

    # What is shown

    def _show(self) -> None:
        flow, phase = self.flow, self.flow.phase
        waiting = phase in (BulkPhase.RUNNING, BulkPhase.STOPPED, BulkPhase.LOST)
        self.ask.setVisible(phase is BulkPhase.ASKING)
        self._progress.setVisible(waiting)
        self.results.setVisible(phase is BulkPhase.ENDED)
        self._show_progress()
        self._show_banner()
        self._show_buttons()
        if phase is not self._phase:
            self._phase = phase
            self.set_heading(self._heading(phase))
            if phase is BulkPhase.ENDED:
                self.results.put(flow.results)
                self.ended.emit(flow.changed_keys())
            self._bring_focus()
        self.refit()

    def _heading(self, phase: BulkPhase) -> str:
        revoking = self._act == "revoke"
        if phase is BulkPhase.ASKING:
            words = (
                self.tr("Revoke {count} keys for good?")
                if revoking
                else self.tr("Let {count} keys expire?")
            )
        elif phase is BulkPhase.ENDED:
            words = self.tr("What became of {count} keys")
        else:
            words = (
                self.tr("Revoking {count} keys")
                if revoking
                else self.tr("Setting the expiry of {count} keys")
            )
        total = len(self.flow.keys) if phase is BulkPhase.ENDED else self.flow.total
        return words.format(count=formatting.count(total))

    def _show_progress(self) -> None:
        done, total = self.flow.done, self.flow.total
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._done.setText(
            self.tr("{done} of {total} done").format(
                done=formatting.count(done), total=formatting.count(total)
            )
        )

    def _show_banner(self) -> None:
        flow, phase = self.flow, self.flow.phase
        numbers = {"done": formatting.count(flow.done), "total": formatting.count(flow.total)}
        error = trouble_words(flow.error) if flow.error is not None else ""
        if phase is BulkPhase.STOPPED:
            self.banner.set_message(
                "info",
                self.tr(
                    "You no longer wait. The backend goes on: {done} of {total} were done when it "
                    "was last heard."
                ).format(**numbers),
                detail=self.tr("Go on to wait for it again; nothing is done twice."),
            )
        elif phase is BulkPhase.LOST:
            self.banner.set_message(
                "warn",
                self.tr(
                    "{done} of {total} were done when the backend was last heard; it may have "
                    "gone on."
                ).format(**numbers),
                detail="\n".join(
                    (error, self.tr("Go on takes up the same act: nothing is done twice."))
                ),
            )
        elif error:
            self.banner.set_message("bad", error)
        self.banner.setVisible(bool(error) or phase is BulkPhase.STOPPED)

    def _show_buttons(self) -> None:
        flow, phase = self.flow, self.flow.phase
        paused = phase in (BulkPhase.STOPPED, BulkPhase.LOST)
        passes = isinstance(flow.error, ApiTrouble) and flow.error.transient
        failed = len(flow.failed())
        self.confirm.setVisible(phase is BulkPhase.ASKING)
        self.go_on_button.setVisible(paused)
        self.anew_button.setVisible(phase is BulkPhase.LOST and not passes)
        self.copy_button.setVisible(phase is BulkPhase.ENDED)
        self.again_button.setVisible(phase is BulkPhase.ENDED and failed > 0)
        self.again_button.set_caption(
            self.tr("Try again those that failed ({count})").format(count=formatting.count(failed))
        )
        self.close_button.set_caption(
            {
                BulkPhase.ASKING: self.tr("Cancel"),
                BulkPhase.RUNNING: self.tr("Stop waiting"),
            }.get(phase, self.tr("Close"))
        )
        blocked = obstacle(self._context)
        for button, why in (
            (self.confirm, self._why_not()),
            (self.go_on_button, blocked),
            (self.anew_button, blocked),
            (self.again_button, blocked),
        ):
            button.setEnabled(not why)
            button.setToolTip(plain_tooltip(why))
            button.setAccessibleDescription(shown(why))

    def _bring_focus(self) -> None:
        wanted = self.close_button
        if self.go_on_button.isVisibleTo(self) and self.go_on_button.isEnabled():
            wanted = self.go_on_button
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)
