"""The audit page without its widgets: what is asked, how the history stands, what may be done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from lmchat_desktop.contract.identity import Capability
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.sync.states import SyncPhase
from lmchat_desktop.ui.pages.audit.facts import EntryNames
from lmchat_desktop.ui.pages.audit.names import NameBook
from lmchat_desktop.ui.pages.audit.query import AuditQuery, Field
from lmchat_desktop.ui.pages.audit.rows import AuditRows
from lmchat_desktop.ui.pages.audit.words import action_name, kind_name
from lmchat_desktop.ui.pages.figures.names import preset_name
from lmchat_desktop.ui.pages.figures.times import range_text
from lmchat_desktop.ui.pages.registry import pages_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set

    from lmchat_desktop.contract.audit import AuditEntry
    from lmchat_desktop.domain.audit.standing import Finding, Standing
    from lmchat_desktop.services.audit import Checked
    from lmchat_desktop.services.audit_export import AuditFilters
    from lmchat_desktop.sync.states import SyncState
    from lmchat_desktop.ui.pages.audit.acts import AuditActs
    from lmchat_desktop.ui.shell.context import PageContext

WAYS = {"key": ("keys", "key_id"), "account": ("accounts", "account_id")}
"""For a kind of thing, the page that shows it and the argument that names it there."""

translate = QCoreApplication.translate


class AuditModel(QObject):
    """Keeps what is asked for and looked at, and drops answers that nobody waits for.

    Attributes:
        acts: what is done at the backend.
        query: which entries are shown.
        standing: how the history stands; None before it was read.
        entry: the entry that is looked at.
        entry_names: what its ids are called.
        verifying: whether the head is being looked at.
        checking: whether the entry is being verified.
        query_changed, standing_changed, entry_changed, rights_changed: as they say.
        entry_named, actor_named: the names have come of what the entry or the filter names by id.
        grown: there are entries that were not there when the table was read, or other ones.
        checked: what came of verifying the entry.
        failed: the exception of an act, and which act: "look", "accept", "check" or "names".
    """

    query_changed = Signal()
    standing_changed = Signal()
    entry_changed = Signal()
    entry_named = Signal()
    actor_named = Signal()
    rights_changed = Signal()
    grown = Signal()
    checked = Signal(object)
    failed = Signal(object, str)

    def __init__(self, context: PageContext, acts: AuditActs, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._tasks = context.tasks
        self.acts = acts
        self.names = NameBook(context.session)
        self.query = AuditQuery()
        self.actor_name = ""
        self.standing: Standing | None = None
        self.entry: AuditEntry | None = None
        self.entry_names = EntryNames()
        self.verifying = False
        self.checking = False
        self._reason = self.why_not_ask()
        context.connection.changed.connect(self._take_state)
        context.scope.changed.connect(self._take_scope)

    # What is asked

    def change(self, query: AuditQuery) -> None:
        """Show other entries; nothing happens if they are those that are shown."""
        if query == self.query:
            return
        if query.actor != self.query.actor:
            self.actor_name = ""
            if query.actor:
                self._run(self.names.person, query.actor, on_done=self._take_actor, act="names")
        self.query = query
        self.query_changed.emit()

    def narrow(self, field: Field, value: str) -> None:
        """Show the entries of a value alone; "" for all."""
        self.change(self.query.with_value(field, value))

    def show_all(self) -> None:
        """Take all filters away."""
        self.change(AuditQuery())

    def widen(self) -> None:
        """Take the filters away, and let the time stay."""
        self.change(replace(AuditQuery(), range=self.query.range))

    def filters(self) -> AuditFilters:
        """What is asked of the backend now."""
        scope = self._context.scope.id
        account = None if scope in ("", SERVICE_SCOPE) else scope
        now, zone = self._context.session.clock.now(), self._context.zone.zone
        return self.query.filters(account, now, zone)

    def source(self) -> AuditRows:
        """The entries that are asked for."""
        return AuditRows(self.acts, self.filters(), self.names)

    def range_words(self) -> str:
        """The chosen time in words; "" for the whole log."""
        chosen, zone = self.query.range, self._context.zone.zone
        if chosen is None:
            return ""
        return range_text(chosen.period(self._context.session.clock.now(), zone), zone)

    def filter_words(self) -> list[str]:
        """What entries are left out by, each in words."""
        query, scope = self.query, self._context.scope.current
        found = []
        if not scope.is_service and scope.id:
            found.append(
                translate(
                    "AuditFilters",
                    "the account is {name}",
                ).replace("{name}", scope.name)
            )
        if query.actor:
            name = self.actor_name or query.actor
            found.append(translate("AuditFilters", "the person is {name}").replace("{name}", name))
        if query.action:
            name = action_name(query.action)
            found.append(translate("AuditFilters", "the action is {name}").replace("{name}", name))
        if query.kind:
            words = translate("AuditFilters", "the kind of object is {name}")
            found.append(words.replace("{name}", kind_name(query.kind)))
        if query.object:
            found.append(
                translate("AuditFilters", "the object is {name}").replace("{name}", query.object)
            )
        if query.range is not None:
            preset = query.range.preset
            words = self.range_words()
            if preset is not None:
                words = translate("AuditFilters", "the time is the last {range}").replace(
                    "{range}", preset_name(preset)
                )
            else:
                words = translate("AuditFilters", "the time is {range}").replace("{range}", words)
            found.append(words)
        return found

    def people(self, on_done: Callable[[Mapping[str, str]], object]) -> None:
        """Have the known people read, names by ids."""
        self._run(self.names.people, on_done=on_done, act="names")

    # How the history stands

    @property
    def proofs_offered(self) -> bool:
        """Whether the backend proves that its log is only added to."""
        return self._context.session.offers(Capability.AUDIT_PROOFS)

    def read_standing(self) -> None:
        """Read how the history stood last."""
        if self.standing is None:
            self._run(self.acts.standing, on_done=self._take_first, act="look")

    def verify_now(self) -> None:
        """Look at the log's head now."""
        self._set_verifying(True)
        self._run(self.acts.look, on_done=self._take_standing, act="look")

    def accept(self, shown: Finding, reason: str) -> None:
        """Accept the history that a person was shown."""
        self._run(self.acts.accept_head, shown, reason, on_done=self._take_standing, act="accept")

    def verified(self) -> int:
        """How many entries are verified."""
        return 0 if self.standing is None else self.standing.verified

    # The entry that is looked at

    def look_at(self, entry: AuditEntry | None) -> None:
        """Look at an entry, or at none."""
        if entry == self.entry:
            return
        self.entry, self.entry_names = entry, EntryNames()
        self.checking = False
        self._tasks.cancel_key((self, "check"))
        self.entry_changed.emit()
        if entry is not None:
            self._run(_names_of, self.names, entry, on_done=self._take_names, act="names")

    def check(self) -> None:
        """Verify that the entry is in the log that was verified here."""
        if self.entry is None:
            return
        self.checking = True
        self.rights_changed.emit()
        self._run(self.acts.check, self.entry, on_done=self._take_check, act="check")

    def ways(self) -> list[tuple[str, str, Any]]:
        """Pages that show what the entry names, each with its argument and the value of that."""
        entry = self.entry
        if entry is None:
            return []
        me = self._context.session.me
        there = {page.page_id for page in pages_for(me.scopes, me.capabilities)}
        named = [(entry.entity_kind, entry.entity_id), ("account", entry.account_id)]
        found = []
        for kind, value in dict.fromkeys(named):
            page, argument = WAYS.get(kind, ("", ""))
            if page in there and value:
                found.append((page, argument, value))
        return found

    # What may be done

    def why_not_ask(self) -> str:
        """Why the backend cannot be asked now; "" where it can."""
        if not self._context.session.signed_in:
            return translate("AuditPage", "You are not signed in. What was read stays readable.")
        state = self._context.connection.state
        if state is not None and state.phase in (SyncPhase.OFFLINE, SyncPhase.STOPPED):
            return translate(
                "AuditPage", "The backend cannot be reached. What was read stays readable."
            )
        return ""

    def why_not_prove(self) -> str:
        """Why nothing can be proved now; "" where it can."""
        reason = self.why_not_ask()
        if not reason and not self.proofs_offered:
            reason = translate("AuditPage", "This backend does not prove its audit log.")
        return reason

    # What comes back

    def _run(self, work: Any, *args: Any, on_done: Callable[[Any], object], act: str) -> None:
        """Have something done in place of an earlier one of the same act."""
        self._tasks.run(
            work,
            *args,
            on_done=on_done,
            on_failed=lambda error: self._lose(error, act),
            key=(self, act if act != "names" else work),
            owner=self,
        )

    def _lose(self, error: BaseException, act: str) -> None:
        if act == "look":
            self._set_verifying(False)
        if act == "check":
            self.checking = False
            self.rights_changed.emit()
        self.failed.emit(error, act)

    def _take_first(self, standing: Standing) -> None:
        if self.standing is None:
            self._take_standing(standing)

    def _take_standing(self, standing: Standing) -> None:
        self._set_verifying(False)
        before, self.standing = self.standing, standing
        if standing != before:
            self.standing_changed.emit()
        if before is not None and (
            standing.verified > before.verified or standing.finding != before.finding
        ):
            self.grown.emit()

    def _hear(self, told: Standing) -> None:
        """Somebody else tells how the history stands.

        It may be older than what was looked at here meanwhile, and must not take a finding away
        again. What the cache has is the newest.
        """
        if told != self.standing and not self.verifying:
            self._run(
                self.acts.standing,
                on_done=lambda now: self._take_standing(replace(now, unchecked=told.unchecked)),
                act="look",
            )

    def _take_state(self, state: SyncState) -> None:
        if state.audit is not None:
            self._hear(state.audit)
        reason = self.why_not_prove()
        if reason != self._reason:
            self._reason = reason
            self.rights_changed.emit()

    def _take_scope(self, _scope: object) -> None:
        self.query_changed.emit()

    def _take_check(self, checked: Checked) -> None:
        self.checking = False
        self.rights_changed.emit()
        self._hear(checked.standing)
        self.checked.emit(checked)

    def _take_names(self, names: EntryNames) -> None:
        self.entry_names = names
        self.entry_named.emit()

    def _take_actor(self, name: str) -> None:
        self.actor_name = name
        self.actor_named.emit()

    def _set_verifying(self, verifying: bool) -> None:
        if verifying != self.verifying:
            self.verifying = verifying
            self.rights_changed.emit()

    def forget_names(self, changed_kinds: Set[str]) -> None:
        """Entities of these kinds have changed."""
        self.names.forget(changed_kinds)


def _names_of(names: NameBook, entry: AuditEntry) -> EntryNames:
    return EntryNames(
        names.person(entry.actor_id or ""),
        names.thing(entry.entity_kind, entry.entity_id or ""),
        names.account(entry.account_id or ""),
        names.thing("device", entry.device_id or ""),
    )
