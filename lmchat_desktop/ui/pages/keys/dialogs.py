"""Opens the dialogs of the keys page, one after another where one leads to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog

from lmchat_desktop.services.leaks import LeakService
from lmchat_desktop.ui.pages.keys.bulk_dialog import BulkDialog
from lmchat_desktop.ui.pages.keys.create_dialog import CreateDialog
from lmchat_desktop.ui.pages.keys.edit_dialog import EditDialog
from lmchat_desktop.ui.pages.keys.leaks.dialog import LeaksDialog
from lmchat_desktop.ui.pages.keys.revoke_dialog import RevokeDialog
from lmchat_desktop.ui.pages.keys.rotate_dialog import RotateDialog
from lmchat_desktop.ui.pages.keys.secret_dialog import SecretDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.keys import ApiKey, KeyCreated
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.pages.keys.bulk_run import BulkAct
    from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
    from lmchat_desktop.ui.shell.context import PageContext

D = TypeVar("D", bound=QDialog)


class KeyDialogs(QObject):
    """Asks what a person wants to do with keys, has it done, and hands over what comes of it.

    Attributes:
        changed: a key is another now; emitted with it.
        made: a key was made, and its secret handed over; emitted with its id.
        said: what was done, in words.
    """

    changed = Signal(object)
    made = Signal(str)
    said = Signal(str)

    def __init__(self, context: PageContext, acts: KeyActs, page: QWidget) -> None:
        super().__init__(page)
        self._context = context
        self._acts = acts
        self._page = page

    def create(self) -> CreateDialog:
        """Ask for a new key."""
        dialog = CreateDialog(self._context, self._acts, self._page)
        dialog.created.connect(lambda made: self._hand_over(made, new=True))
        return _opened(dialog)

    def edit(self, key: ApiKey) -> EditDialog:
        """Ask how a key is to be changed."""
        dialog = EditDialog(self._context, self._acts, key, self._page)
        dialog.updated.connect(self._changed)
        return _opened(dialog)

    def rotate(self, key: ApiKey) -> RotateDialog:
        """Ask how a key's secret is to be replaced."""
        dialog = RotateDialog(key, self._acts, self._context, self._page)
        dialog.rotated.connect(lambda made: self._hand_over(made, new=False))
        return _opened(dialog)

    def revoke(self, key: ApiKey) -> RevokeDialog:
        """Ask whether a key is to be ended for good."""
        dialog = RevokeDialog(key, self._acts, self._context, self._page)
        dialog.revoked.connect(self._revoked)
        return _opened(dialog)

    def act_on_many(self, act: BulkAct, keys: Sequence[ChosenKey]) -> BulkDialog:
        """Ask whether many keys are to be revoked, or to expire."""
        dialog = BulkDialog(act, keys, self._acts, self._context, self._page)
        dialog.ended.connect(lambda _ids: self._context.session.wake())
        return _opened(dialog)

    def look_for_leaks(self) -> LeaksDialog:
        """Look for keys in a text that somebody found."""
        dialog = LeaksDialog(LeakService(self._context.session.client), self._context, self._page)
        dialog.revoked.connect(self._leaks_revoked)
        return _opened(dialog)

    def _leaks_revoked(self, count: int) -> None:
        self._context.session.wake()
        words = self.tr("Leaked keys revoked: {count}. They fail from now on.")
        self.said.emit(words.format(count=f"{count:,}"))

    def _hand_over(self, made: KeyCreated, *, new: bool) -> None:
        self._changed(made.key)
        dialog = SecretDialog(self._context, self._acts, made, self._page)
        if new:
            key_id = made.key.id
            dialog.finished.connect(lambda _code: self.made.emit(key_id))
        _opened(dialog)

    def _revoked(self, key: ApiKey) -> None:
        self._changed(key)
        self.said.emit(self.tr("“{name}” is revoked: it fails from now on.").format(name=key.name))

    def _changed(self, key: ApiKey) -> None:
        # What is shown comes from the cache: sync brings it there.
        self._context.session.wake()
        self.changed.emit(key)


def _opened(dialog: D) -> D:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
