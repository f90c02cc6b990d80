"""The keys page without its widgets: which keys it shows, and what may be done with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.identity import Capability
from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.services.rights import may_in
from lmchat_desktop.sync.states import SyncPhase
from lmchat_desktop.ui.pages.keys.facts import Surroundings
from lmchat_desktop.ui.pages.keys.query import KeyQuery

if TYPE_CHECKING:
    from collections.abc import Set

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.ui.pages.keys.query import StateFilter
    from lmchat_desktop.ui.shell.context import PageContext


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A key that is looked at, with the names that its facts speak of.

    Attributes:
        key: as the cache has it; as the backend has it where that has not come here yet.
        names: of its account, models, providers and maker, by id.
        account_active: whether its account is served.
    """

    key: ApiKey
    names: dict[str, str]
    account_active: bool


class KeysModel(QObject):
    """What the page shows and what a person may do there.

    Attributes:
        query: which keys are shown.
        looked_at: the one key that is looked at; None while none is, or while it is being read.
        query_changed: other keys are to be shown.
        key_read: the key that is looked at was read, or is no longer looked at.
        key_missed: the exception of a key that could not be read.
        rights_changed: what may be done is another.
    """

    query_changed = Signal()
    key_read = Signal()
    key_missed = Signal(object)
    rights_changed = Signal()

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.query = KeyQuery(self._account())
        self.looked_at: LookedAt | None = None
        self._wanted: str | None = None
        self._offline = False
        context.scope.changed.connect(lambda _choice: self._change(account_id=self._account()))
        context.connection.changed.connect(lambda _state: self._connection_told())
        self._connection_told()

    # Which keys

    def choose_state(self, state: StateFilter) -> None:
        """Show the keys of a state."""
        self._change(state=state)

    def search(self, typed: str) -> None:
        """Show the keys that begin so."""
        self._change(search=typed)

    def show_all_of(self, account_id: str | None) -> None:
        """Show the keys of an account, or of all, whatever was narrowed before."""
        self._put(KeyQuery(account_id))

    def _change(self, **what: object) -> None:
        self._put(replace(self.query, **what))  # type: ignore[arg-type]

    def _put(self, query: KeyQuery) -> None:
        if query != self.query:
            self.query = query
            self.query_changed.emit()

    def _account(self) -> str | None:
        scope = self._context.scope.current
        return None if scope.is_service else scope.id

    # The key that is looked at

    def look_at(self, key_id: str | None) -> None:
        """Read a key for the panel."""
        self._wanted = key_id
        if key_id is None:
            self._context.tasks.cancel_key((self, "key"))
            self._take(None)
            return
        self._context.tasks.run(
            read_key,
            self._context.session,
            key_id,
            on_done=self._take,
            on_failed=self._miss,
            key=(self, "key"),
            owner=self,
        )

    def take_changed(self, key: ApiKey) -> None:
        """An act has answered the key as it stands now: no need to wait for sync."""
        if self.looked_at is not None and self.looked_at.key.id == key.id:
            if self._wanted == key.id:
                # A read that began before would show the key as it was; sync leads to a new one.
                self._context.tasks.cancel_key((self, "key"))
            self._take(replace(self.looked_at, key=key))

    def read_again(self, changed_kinds: Set[str]) -> None:
        """Sync changed entities of these kinds."""
        if self._wanted is not None and changed_kinds & {"key", "account", "model", "provider"}:
            self.look_at(self._wanted)

    def _take(self, found: LookedAt | None) -> None:
        self.looked_at = found
        self.key_read.emit()

    def _miss(self, error: BaseException) -> None:
        self._wanted = None
        self._take(None)
        self.key_missed.emit(error)

    def surroundings(self) -> Surroundings:
        """What the facts of the key that is looked at are told by."""
        names = self.looked_at.names if self.looked_at is not None else {}
        return Surroundings(self._context.session.clock.now(), self._context.zone.zone, names)

    # What may be done

    def why_not_create(self) -> str:
        """Why no key can be made here; empty where one can."""
        return self._why_not(self.query.account_id)

    def why_not_change(self) -> str:
        """Why the key that is looked at cannot be changed; empty where it can."""
        if self.looked_at is None:
            return self.tr("The key is being read.")
        key = self.looked_at.key
        if key.state is KeyState.REVOKED:
            return self.tr("The key is revoked: that is for good.")
        return self._why_not(key.account_id)

    def why_not_rotate(self) -> str:
        """Why the key that is looked at cannot be given another secret."""
        if not self._context.session.offers(Capability.KEY_ROTATION.value):
            return self.tr("This backend does not offer rotation.")
        reason = self.why_not_change()
        if reason or self.looked_at is None:
            return reason
        key, now = self.looked_at.key, self._context.session.clock.now()
        if key.state is KeyState.EXPIRED or (key.expires_at is not None and key.expires_at <= now):
            return self.tr("The key has expired: set another expiry first.")
        if not self.looked_at.account_active:
            return self.tr("The account is suspended.")
        if key.old_ends_at is not None and key.old_ends_at > now:
            return self.tr("The last rotation is not over: finish or undo it first.")
        return ""

    def why_not_several(self) -> str:
        """Why nothing can be done with several keys of those shown."""
        return self._why_not(self.query.account_id)

    def _why_not(self, account_id: str | None) -> str:
        if self._offline:
            return self.tr("You are offline: keys can be changed when the backend is back.")
        if not may_in(self._context.session.me, Scope.KEYS_WRITE, account_id):
            return self.tr(
                "Your role may see keys and not change them (it lacks {scope})."
            ).replace("{scope}", Scope.KEYS_WRITE.value)
        return ""

    def _connection_told(self) -> None:
        state = self._context.connection.state
        offline = state is not None and state.phase in (SyncPhase.OFFLINE, SyncPhase.STOPPED)
        self._offline = offline or not self._context.session.signed_in
        self.rights_changed.emit()


def read_key(session: Session, key_id: str, cancel: CancelToken) -> LookedAt:
    """A key with the names around it; for a pool's thread.

    It is read from the cache, and asked of the backend where sync has not brought it yet.

    Raises:
        ApiTrouble: it is not in the cache, and the backend does not tell it.
    """
    key = session.entities.get(ApiKey, key_id) or session.keys.get(key_id, cancel)
    account = session.entities.get(Account, key.account_id)
    names = session.entities.names("model", key.models or ())
    names |= session.entities.names("provider", key.providers or ())
    if account is not None:
        names[account.id] = account.name
    names |= _people(session, key)
    return LookedAt(key, names, account is None or account.state is AccountState.ACTIVE)


def _people(session: Session, key: ApiKey) -> dict[str, str]:
    me = session.me.person
    if key.created_by == me.id:
        return {me.id: me.name}
    member_id = f"{key.account_id}/{key.created_by}"
    known = session.entities.names("member", [member_id])
    return {key.created_by: known[member_id]} if known else {}
