"""The small confirmations of a rotation that is under way: finish it now, move its end, undo it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal

from lmchat_desktop.client.errors import Conflict
from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.pages.acting.act_words import in_both
from lmchat_desktop.ui.pages.keys.act_dialog import ActDialog
from lmchat_desktop.ui.pages.keys.instant_choice import InstantChoice, Limits
from lmchat_desktop.ui.pages.keys.key_line import KeyLine
from lmchat_desktop.ui.pages.keys.overlaps import latest_of_running, old_ends_at
from lmchat_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.pages.keys.old_traffic import OldTraffic
    from lmchat_desktop.ui.shell.context import PageContext

translate = QCoreApplication.translate


class RotationStep(ActDialog):
    """What the three have in common: a key in an overlap, and what it has become.

    Attributes:
        changed: the key as it stands then, an `ApiKey`; the dialog has closed.
    """

    changed = Signal(object)

    def __init__(
        self,
        title: str,
        key: ApiKey,
        acts: KeyActs,
        context: PageContext,
        parent: QWidget | None,
        *,
        act: str,
        acting: str,
        look: str = "primary",
    ) -> None:
        super().__init__(title, context, parent, act=act, acting=acting, look=look, width=600)
        self._key, self._acts = key, acts
        self._now = context.session.clock.now
        self.content.addWidget(KeyLine(key.name, key.hint, self))

    def act(self, work: Callable[..., ApiKey], *args: object) -> None:
        """Have the step done; where it may have been done before, its refusal can be the proof."""
        if self.unsure:
            self.run(
                _or_as_it_is, self._acts, self._key, partial(work, *args), on_done=self.done_with
            )
        else:
            self.run(work, *args, on_done=self.done_with)

    def done_with(self, key: ApiKey) -> None:
        """Close and tell."""
        self.accept()
        self.changed.emit(key)

    def warn_of(self, traffic: OldTraffic | None) -> None:
        """Say what still comes with the secret before, where anything does."""
        if traffic is None:
            words = self.tr("It is not known whether the old secret is still used.")
        elif traffic.day:
            words = self.tr(
                "The old secret was used {day} times in the last 24 hours, {hour} times in the "
                "last hour."
            ).format(day=formatting.count(traffic.day), hour=formatting.count(traffic.hour))
        else:
            self.content.addWidget(
                Banner("good", self.tr("Nothing used the old secret in the last 24 hours."), self)
            )
            return
        self.content.addWidget(Banner("warn", words, self))


def _or_as_it_is(
    acts: KeyActs, key: ApiKey, step: Callable[..., ApiKey], cancel: CancelToken
) -> ApiKey:
    """Do a step whose answer was lost once more, or find what it left.

    Raises:
        ApiTrouble: it was refused, and the key is what it was before.
    """
    try:
        return step(cancel=cancel)
    except Conflict:
        found = acts.get(key.id, cancel)
        if found.etag == key.etag:
            raise
        return found


class FinishDialog(RotationStep):
    """Ends the overlap now."""

    def __init__(
        self,
        key: ApiKey,
        acts: KeyActs,
        context: PageContext,
        traffic: OldTraffic | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            translate("FinishDialog", "Finish the rotation now?"),
            key,
            acts,
            context,
            parent,
            act=translate("FinishDialog", "Stop the old secret now"),
            acting=translate("FinishDialog", "Stopping it…"),
            look="danger",
        )
        self.setObjectName("finish-rotation")
        self.warn_of(traffic)
        self.add_content(
            self.tr(
                "The old secret ({old}) stops working at once: every request with it fails from "
                "then on. The new secret ({new}) works on. This cannot be undone."
            ).format(old=key.old_hint or "", new=key.hint)
        )
        self.set_ready()

    def begin(self) -> None:
        # An instant that is past is now, whatever the clocks here and there say.
        past = self._key.rotated_at or self._now()
        self.act(self._acts.move_rotation, self._key.id, past)


class UndoDialog(RotationStep):
    """Goes back to the secret before."""

    def __init__(
        self, key: ApiKey, acts: KeyActs, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            translate("UndoDialog", "Undo the rotation?"),
            key,
            acts,
            context,
            parent,
            act=translate("UndoDialog", "Go back to the old secret"),
            acting=translate("UndoDialog", "Going back…"),
            look="danger",
        )
        self.setObjectName("undo-rotation")
        self.add_content(
            self.tr(
                "The new secret ({new}) stops working at once and for good: every request with it "
                "fails from then on."
            ).format(new=key.hint)
        )
        self.add_content(self._what_stays())
        self.set_ready()

    def begin(self) -> None:
        self.act(self._acts.undo_rotation, self._key.id)

    def _what_stays(self) -> str:
        old, expires_at = self._key.old_hint or "", self._key.expires_at
        if expires_at is None:
            return self.tr(
                "The old secret ({old}) is the key's only one again and works on, with no end."
            ).format(old=old)
        return self.tr(
            "The old secret ({old}) is the key's only one again and works until the key expires, "
            "at {time}."
        ).format(old=old, time=in_both(expires_at, self.context.zone.zone))


class ExtendDialog(RotationStep):
    """Moves the end of the overlap.

    Attributes:
        until: the choice of the new end.
    """

    def __init__(
        self, key: ApiKey, acts: KeyActs, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            translate("ExtendDialog", "Let the old secret work longer?"),
            key,
            acts,
            context,
            parent,
            act=translate("ExtendDialog", "Move the end"),
            acting=translate("ExtendDialog", "Moving it…"),
        )
        self.setObjectName("extend-rotation")
        self.add_content(
            self.tr("As planned the old secret ({old}) stops at {time}.").format(
                old=key.old_hint or "", time=in_both(self._end(), context.zone.zone)
            )
        )
        self.until = self._choice()
        self.until.changed.connect(self._ready)
        self.content.addWidget(self.until)
        self._ready()
        self.until.take_focus()

    def begin(self) -> None:
        at = self.until.at()
        if at is not None:
            self.act(self._acts.move_rotation, self._key.id, at)

    def _end(self) -> datetime:
        return old_ends_at(self._key) or self._now()

    def _choice(self) -> InstantChoice:
        latest = latest_of_running(self._key, self._now())
        why = (
            self.tr("The key itself expires then, and both secrets with it.")
            if latest == self._key.expires_at
            else self.tr("That is 90 days after the rotation, the longest overlap.")
        )
        return InstantChoice(
            self.tr("How much longer the old secret works"),
            [
                ("hour", self.tr("+1 hour"), timedelta(hours=1)),
                ("day", self.tr("+24 hours"), timedelta(days=1)),
                ("week", self.tr("+7 days"), timedelta(days=7)),
                ("month", self.tr("+30 days"), timedelta(days=30)),
            ],
            self.tr("The old secret {hint} stops working").format(hint=self._key.old_hint or ""),
            self.context.zone.zone,
            Limits(self._now, self._end, lambda: latest, why),
            self,
            current="day",
            remark_of=self._remark,
        )

    def _remark(self, _value: str, at: datetime) -> tuple[str, str]:
        if at < self._end():
            return self.tr("That is earlier than planned."), "warn"
        return "", "muted"

    def _ready(self) -> None:
        self.set_ready(self.until.why_not())
