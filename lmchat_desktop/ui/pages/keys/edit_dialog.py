"""Changes a key: only what differs is sent, and another person's change in between is joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, Signal

from lmchat_desktop.client.errors import ApiTrouble, Invalid, Refused, Stale
from lmchat_desktop.contract.keys import KeyState, KeyUpdate
from lmchat_desktop.domain.keys.conflict import merge
from lmchat_desktop.ui.pages.keys.conflict_view import ConflictView, differing
from lmchat_desktop.ui.pages.keys.form.field_words import FIELDS
from lmchat_desktop.ui.pages.keys.form_dialog import FormDialog
from lmchat_desktop.ui.widgets.page_scroll import PageScroll
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.domain.keys.conflict import Merge
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.pages.keys.form.catalogue import Catalogue
    from lmchat_desktop.ui.shell.context import PageContext

translate = QCoreApplication.translate


class EditDialog(FormDialog):
    """The form of a key as it was last seen, and the way to a version that both sides can have.

    Attributes:
        updated: emitted with the `ApiKey` as it stands after saving.
        conflict: the versions beside each other, while they are shown.
    """

    updated = Signal(object)

    def __init__(
        self, context: PageContext, acts: KeyActs, key: ApiKey, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            context,
            translate("EditDialog", "Edit the API key"),
            f"{key.name} · {key.hint}",
            parent,
        )
        self.setObjectName("edit-key")
        self._acts = acts
        self._base = key
        self._names: dict[str, str] = {}
        self._merge: Merge | None = None
        self._present = key
        self.conflict: ConflictView | None = None
        self._conflict_page: PageScroll | None = None
        self.form.put(fields_of(key))
        self._begun_with = self.form.state()
        self.primary.set_caption(self.tr("Save"))
        self.settle_buttons()
        self.form.name.input.setFocus()

    def changes(self) -> dict[str, Any]:
        """What the form says otherwise than the key, by the names of the API."""
        return differing(FIELDS, fields_of(self._base), self.form.wish())

    def may_submit(self) -> bool:
        if KeyState.REVOKED in (self._base.state, self._present.state):
            return False
        if self.conflict is not None:
            return self.conflict.complete
        return bool(self.form.broken()) or bool(self.changes())

    def loss(self) -> tuple[str, str] | None:
        if self.working:
            return (
                self.tr("Close while it is being saved?"),
                self.tr("The change may be saved or not: look at the key afterwards."),
            )
        if self.form.state() != self._begun_with:
            return (
                self.tr("Close without saving?"),
                self.tr("What you changed here is lost. The key stays as it is."),
            )
        return None

    def submit(self) -> None:
        if self.working or not self.may_submit():
            return
        if self._merge is not None and self.conflict is not None:
            self._save(self._take_decisions(self._merge, self.conflict))
            return
        broken = self.form.check()
        if broken:
            self.point_at(broken)
        else:
            self._save(self.changes())

    def stop(self) -> None:
        super().stop()
        self.say(
            "warn",
            self.tr("Stopped. The change may have been saved."),
            self.tr("Saving again does nothing twice."),
        )

    def _save(self, changes: Mapping[str, Any]) -> None:
        if not changes:
            self._finish(self._base)
            return
        key, change = self._base, KeyUpdate(**changes)
        self.begin(
            self.tr("Saving…"),
            lambda: self.context.tasks.run(
                self._acts.update,
                key.id,
                change,
                key.etag,
                on_done=self._finish,
                on_failed=self._failed,
                title=self.tr("Saving an API key"),
                owner=self,
            ),
        )

    def _finish(self, key: ApiKey) -> None:
        self.end()
        self.updated.emit(key)
        self.accept()

    def _failed(self, trouble: BaseException) -> None:
        self.end()
        if not isinstance(trouble, ApiTrouble):
            self.say("bad", self.tr("Something went wrong in this application."))
            raise trouble
        if isinstance(trouble, Stale):
            self._fetch()
            return
        self._show_form()
        if isinstance(trouble, Invalid) and trouble.errors:
            marked, others = self.form.refuse(trouble.errors)
            if others:
                details = " ".join(f"{each.detail} ({each.pointer})" for each in others)
                self.say("bad", self.tr("Nothing was saved."), details)
            if marked:
                self.point_at(marked)
            return
        words = translated(trouble.message)
        if isinstance(trouble, Refused) and trouble.status < 500:
            self.say("bad", self.tr("Nothing was saved."), words)
        else:
            self.say(
                "warn",
                self.tr("It is not known whether this was saved. Saving again does nothing twice."),
                words,
            )
        self.primary.setFocus()

    def _fetch(self) -> None:
        """Somebody changed it meanwhile: find out what it is now."""
        key_id = self._base.id
        self.begin(
            self.tr("Somebody changed this key. Fetching how it is now…"),
            lambda: self.context.tasks.run(
                self._acts.get,
                key_id,
                on_done=self._compare,
                on_failed=self._not_fetched,
                owner=self,
            ),
        )

    def _not_fetched(self, trouble: BaseException) -> None:
        self.end()
        self._show_form()
        if not isinstance(trouble, ApiTrouble):
            raise trouble
        self.say(
            "warn",
            self.tr("Somebody changed this key, and how it is now could not be fetched."),
            translated(trouble.message),
        )
        self.primary.setFocus()

    def _compare(self, present: ApiKey) -> None:
        """Join what both changed; where all that is wanted is there already, that was it."""
        self.end()
        base = fields_of(self._base)
        found = merge(base, self.form.wish(), fields_of(present))
        if not found.changes and not found.conflicts:
            self._finish(present)
            return
        self._show_conflict(found, base, present)

    def _show_conflict(self, found: Merge, base: Mapping[str, Any], present: ApiKey) -> None:
        self._show_form()
        self._merge = found
        self._present = present
        self.conflict = ConflictView(found, base, self.context.zone.zone, self._names, self)
        self.conflict.decided.connect(self.settle_buttons)
        self._conflict_page = PageScroll(self.conflict, self)
        self.pages.addWidget(self._conflict_page)
        self.pages.setCurrentWidget(self._conflict_page)
        if present.state is KeyState.REVOKED:
            self.say(
                "bad",
                self.tr("This key was revoked meanwhile."),
                self.tr("It cannot be changed any more."),
            )
        else:
            self.say(
                "warn",
                self.tr("Somebody else changed this key while you did."),
                self.tr("Nothing is saved yet. Decide what both changed, then save."),
            )
        self.settle_buttons()
        self.conflict.take_focus()

    def _take_decisions(self, found: Merge, view: ConflictView) -> dict[str, Any]:
        """Go on from their version, with what stays of this person's; answers what to send."""
        wanted = found.decided(view.mine())
        self._base = self._present
        self._show_form()
        self.form.put(fields_of(self._base) | wanted)
        return wanted

    def _show_form(self) -> None:
        self.pages.setCurrentWidget(self.scroller)
        if self._conflict_page is not None:
            self.pages.removeWidget(self._conflict_page)
            self._conflict_page.deleteLater()
        self.conflict = self._conflict_page = self._merge = None
        self.settle_buttons()

    def settle_buttons(self) -> None:
        super().settle_buttons()
        if not self.working and self.conflict is not None:
            self.leave.set_caption(self.tr("Back"))

    def _left_button(self) -> None:
        if not self.working and self.conflict is not None:
            self.banner.hide()
            self._show_form()
            self.form.name.input.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super()._left_button()

    def _offer(self, catalogue: Catalogue) -> None:
        super()._offer(catalogue)
        self._names = {each.value: each.name for each in (*catalogue.models, *catalogue.providers)}


def fields_of(key: ApiKey) -> dict[str, Any]:
    """The fields of a key that can be changed."""
    return {name: getattr(key, name) for name in FIELDS}
