"""A key in an overlap: its two secrets, what still comes with the old one, and the ways on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.pages.acting.act_words import countdown, in_both, in_zone
from lmchat_desktop.ui.pages.keys.obstacles import obstacle
from lmchat_desktop.ui.pages.keys.old_traffic import ASK_MS, TrafficWatch
from lmchat_desktop.ui.pages.keys.overlaps import in_overlap, latest_of_running, old_ends_at
from lmchat_desktop.ui.pages.keys.rotation_steps import (
    ExtendDialog,
    FinishDialog,
    RotationStep,
    UndoDialog,
)
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip, shown
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext

TICK_MS = 1_000
_LOOKS = {
    "new": ("strong", None),
    "made": ("label", "muted"),
    "old": ("strong", None),
    "ends": ("text", None),
    "left": ("text", "warn"),
    "traffic": ("strong", None),
    "asked": ("label", "muted"),
}
"""Role and tone of each line."""


class RotationPanel(Card):
    """Shows a rotation that is not over, live, and ends, extends or undoes it.

    Attributes:
        finish, extend, undo: the ways on; each asks before it is gone.
        watch: what still comes with the old secret.
        step: the question that is open, None without one.
        key_changed: the key as it stands after one of them, an `ApiKey`.
        ended: the old secret has just stopped by itself.
    """

    key_changed = Signal(object)
    ended = Signal()

    def __init__(
        self, key: ApiKey, acts: KeyActs, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self.setObjectName("rotation-panel")
        self.set_title(self.tr("Rotation under way"))
        self._key, self._acts, self._context = key, acts, context
        self._now = context.session.clock.now
        self._over = False
        self.step: RotationStep | None = None
        self.watch = TrafficWatch(acts, context, self)
        self.watch.changed.connect(self._show)
        self._lines = {
            name: PlainLabel("", self, wrap=True, role=role, tone=tone)
            for name, (role, tone) in _LOOKS.items()
        }
        for name, line in self._lines.items():
            line.setObjectName(f"rotation-{name}")
        self.finish = self._button(self.tr("Finish now"), "finish")
        self.extend = self._button(self.tr("Extend…"), "extend")
        self.undo = self._button(self.tr("Undo"), "undo")
        self.finish.clicked.connect(self._finish)
        self.extend.clicked.connect(lambda: self._ask(ExtendDialog(*self._given(), self.window())))
        self.undo.clicked.connect(lambda: self._ask(UndoDialog(*self._given(), self.window())))
        self._lay_out()
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self._tick)
        context.zone.changed.connect(self._show)
        context.connection.changed.connect(self._show)
        self.put_key(key)

    def put_key(self, key: ApiKey) -> None:
        """Show a key, the same as before or another."""
        self._key = key
        self._over = not in_overlap(key, self._now())
        self._look()
        self._show()

    def text_of(self, name: str) -> str:
        """What a line says."""
        return self._lines[name].whole_text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticks.start()
        self._look()
        self._show()

    def _button(self, text: str, name: str) -> Button:
        button = Button(text, self, look="danger" if name != "extend" else "")
        button.setObjectName(f"{name}-rotation")
        return button

    def _lay_out(self) -> None:
        for title, head, lines in (
            (self.tr("New secret"), "new", ("made",)),
            (self.tr("Old secret"), "old", ("ends", "left")),
            (self.tr("Still sent with the old secret"), "traffic", ("asked",)),
        ):
            block = QVBoxLayout()
            block.setSpacing(2)
            block.addWidget(PlainLabel(title, self, role="label", tone="muted", wrap=True))
            for name in (head, *lines):
                block.addWidget(self._lines[name])
            self.body.addLayout(block)
            self.body.addSpacing(4)
        ways = QWidget(self)
        row = FlowLayout(ways, gap=8)
        for button in (self.finish, self.extend, self.undo):
            row.addWidget(button)
        self.body.addWidget(ways)
        self.body.addStretch(1)

    # What is shown

    def _look(self) -> None:
        if self.isVisible() and not self._over:
            self.watch.look_at(self._key.id)
        else:
            self.watch.rest()

    def _tick(self) -> None:
        if not self.isVisible():
            # By itself rather than at a hide event, which also comes to what is being destroyed.
            self._ticks.stop()
            self.watch.rest()
            return
        over = not in_overlap(self._key, self._now())
        if over and not self._over:
            self._over = True
            self.watch.rest()
            self._show()
            self.ended.emit()
        else:
            self._show_left()

    def _show(self) -> None:
        key, zone = self._key, self._context.zone.zone
        ends_at = old_ends_at(key)
        self._lines["new"].setText(key.hint)
        self._lines["old"].setText(key.old_hint or formatting.UNKNOWN)
        if key.rotated_at is not None:
            made = self.tr("made at {time}").format(time=in_zone(key.rotated_at, zone))
            self._lines["made"].setText(made)
        if ends_at is not None:
            words = self.tr("stopped at {time}") if self._over else self.tr("works until {time}")
            self._lines["ends"].setText(words.format(time=in_both(ends_at, zone)))
        self._show_left()
        self._show_traffic()
        self._show_ways()

    def _show_left(self) -> None:
        ends_at = old_ends_at(self._key)
        line = self._lines["left"]
        line.setVisible(not self._over)
        if ends_at is not None and not self._over:
            left = countdown((ends_at - self._now()).total_seconds())
            line.setText(self.tr("stops in {left}").format(left=left))

    def _show_traffic(self) -> None:
        traffic, error, zone = self.watch.traffic, self.watch.error, self._context.zone.zone
        asked = ""
        if traffic is None:
            words, tone = self.tr("Being asked…"), "muted"
        elif traffic.day == 0:
            words, tone = self.tr("Nothing in the last 24 hours"), "good"
        else:
            words = self.tr("{hour} requests in the last hour · {day} in the last 24 hours").format(
                hour=formatting.count(traffic.hour), day=formatting.count(traffic.day)
            )
            tone = "warn"
        if traffic is not None:
            asked = self.tr("as of {time}").format(time=in_zone(traffic.as_of, zone))
            if traffic.last_at is not None:
                age = (traffic.as_of - traffic.last_at).total_seconds()
                asked = self.tr("last seen {ago}, at {time}").format(
                    ago=translated(formatting.ago(age)), time=in_zone(traffic.last_at, zone)
                )
        if error is not None:
            if traffic is None:
                words, tone = self.tr("Not known"), "muted"
            asked = f"{asked} · {self._words_of(error)}" if asked else self._words_of(error)
        self._lines["traffic"].setText(words)
        self._lines["traffic"].set_tone(tone)
        self._lines["asked"].setText(asked)
        self._lines["asked"].setVisible(bool(asked))

    def _words_of(self, error: BaseException) -> str:
        if isinstance(error, ApiTrouble) and not error.transient:
            return translated(error.message)
        return self.tr("The backend did not answer; it is asked again in {seconds} s.").format(
            seconds=ASK_MS // 1000
        )

    # The ways on

    def _show_ways(self) -> None:
        reason = obstacle(self._context)
        if self._over:
            reason = self.tr("The old secret has stopped already.")
        latest = latest_of_running(self._key, self._now())
        ends_at = old_ends_at(self._key)
        at_the_end = ends_at is not None and ends_at >= latest
        far = self.tr("It works as long as it can already.") if at_the_end else ""
        for button, why in (
            (self.finish, reason),
            (self.extend, reason or far),
            (self.undo, reason),
        ):
            button.setEnabled(not why)
            button.setToolTip(plain_tooltip(why))
            button.setAccessibleDescription(shown(why))

    def _given(self) -> tuple[ApiKey, KeyActs, PageContext]:
        return self._key, self._acts, self._context

    def _finish(self) -> None:
        self._ask(FinishDialog(*self._given(), self.watch.traffic, self.window()))

    def _ask(self, step: RotationStep) -> None:
        self.step = step
        step.changed.connect(self._changed)
        step.finished.connect(self._closed)
        step.open()

    def _closed(self) -> None:
        step, self.step = self.step, None
        if step is not None:
            step.deleteLater()

    def _changed(self, key: ApiKey) -> None:
        self.put_key(key)
        self.key_changed.emit(key)
