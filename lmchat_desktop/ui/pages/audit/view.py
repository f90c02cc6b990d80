"""The audit page: how the history stands, the entries, and the one that is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.audit.accept_dialog import AcceptDialog
from lmchat_desktop.ui.pages.audit.check_words import check_words
from lmchat_desktop.ui.pages.audit.exporting import AuditExport, copy_text
from lmchat_desktop.ui.pages.audit.facts import as_json, facts_of
from lmchat_desktop.ui.pages.audit.model import AuditModel
from lmchat_desktop.ui.pages.audit.narrowing import AuditNarrowing
from lmchat_desktop.ui.pages.audit.panel import EntryPanel
from lmchat_desktop.ui.pages.audit.query import Field
from lmchat_desktop.ui.pages.audit.rows import object_words
from lmchat_desktop.ui.pages.audit.standing_card import StandingCard
from lmchat_desktop.ui.pages.audit.standing_words import (
    ACCEPTABLE,
    details,
    log_name,
    standing_words,
)
from lmchat_desktop.ui.pages.audit.table_card import AuditTableCard
from lmchat_desktop.ui.pages.audit.toolbar import AuditToolbar
from lmchat_desktop.ui.pages.audit.words import action_name
from lmchat_desktop.ui.pages.figures.ranges import Preset, TimeRange
from lmchat_desktop.ui.shell.context import Page, PageContext
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.page_scroll import scroll_page
from lmchat_desktop.ui.widgets.toast import Toast
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from PySide6.QtGui import QResizeEvent

    from lmchat_desktop.contract.audit import AuditEntry
    from lmchat_desktop.services.audit import Checked

AGE_EVERY_MS = 5_000
"""How often it is said anew how long ago the history was verified."""
LEAST_PX = 260
"""How high the table and the entry are at least."""
ABREAST_PX = 860
"""Below this width the entry that is looked at takes the table's place."""


class AuditPage(Page):
    """The audit log of the chosen account, or of the whole service."""

    page_id: ClassVar[str] = "audit"
    title: ClassVar[str] = "Audit log"
    icon: ClassVar[str] = "audit"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model = AuditModel(context, context.session.audit, self)
        self._stale = True
        self._entered = False
        self._make()
        self._lay_out()
        self._connect()
        self._put_query()
        self._put_standing()
        self._put_rights()

    # What the shell calls

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the page; `actor`, `action`, `kind`, `object` and `range` narrow it."""
        self._entered = True
        query = self.model.query
        for field in Field:
            if field.value in arguments:
                query = query.with_value(field, arguments[field.value])
        if "range" in arguments:
            wanted = arguments["range"]
            chosen = (
                TimeRange(Preset(wanted)) if isinstance(wanted, str) else TimeRange(None, *wanted)
            )
            query = replace(query, range=chosen)
        self.model.change(query)
        self.model.read_standing()
        self._age.start()
        if self._stale:
            self._load()
        else:
            self.card.model.look_above()

    def leave(self) -> None:
        """Another page is shown; what sync brings waits until this one is again."""
        self._entered = False
        self._age.stop()
        self.choices.close()

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        self.model.forget_names(changed_kinds)
        if self._entered and changed_kinds:
            self.card.model.look_above()

    # Building

    def _make(self) -> None:
        self.standing = StandingCard(self)
        self.toolbar = AuditToolbar(self)
        self.busy = BusyStrip(self)
        self.card = AuditTableCard(self.context, self)
        self.panel = EntryPanel(self)
        self.panel.hide()
        narrowing = AuditNarrowing(self.context, self.model, self.toolbar, self, self._put_query)
        self.choices = narrowing.choices
        self.toast = Toast(self)
        self.export = AuditExport(
            self.toolbar.export_menu,
            self.card.table,
            self.context.tasks,
            self.model.acts,
            self,
            filters=self.model.filters,
            filter_words=self.model.filter_words,
            verified=self.model.verified,
        )
        self._age = QTimer(self)
        self._age.setInterval(AGE_EVERY_MS)

    def _lay_out(self) -> None:
        panes = QHBoxLayout()
        panes.setSpacing(CARD_GAP)
        panes.addWidget(self.card, 1)
        panes.addWidget(self.panel)
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(CARD_GAP)
        column.addWidget(self.toolbar)
        column.addWidget(self.standing)
        column.addLayout(panes, 1)
        for pane in (self.card, self.panel):
            # With large text the page scrolls, rather than leave them no room.
            pane.setMinimumHeight(typography().px(LEAST_PX))
        self.scroller = scroll_page(self, self.busy, content, "audit-scroll")

    def _connect(self) -> None:
        model, bar, card, panel = self.model, self.toolbar, self.card, self.panel
        model.query_changed.connect(self._put_query)
        model.query_changed.connect(self._reload)
        model.standing_changed.connect(self._put_standing)
        model.entry_changed.connect(lambda: self.panel.say_proof("", "muted"))
        model.entry_changed.connect(self._put_entry)
        model.entry_named.connect(self._put_entry)
        model.actor_named.connect(self._put_query)
        model.rights_changed.connect(self._put_rights)
        model.grown.connect(self._grown)
        model.checked.connect(self._say_checked)
        model.failed.connect(self._say_failure)
        self._age.timeout.connect(self._put_standing)
        card.selected.connect(model.look_at)
        card.clear_asked.connect(model.show_all)
        card.model.busy_changed.connect(self.busy.set_busy)
        card.model.changed.connect(self._put_rights)
        card.model.changed.connect(self.filled)
        self.standing.verify.clicked.connect(model.verify_now)
        self.standing.copy_details.clicked.connect(self._copy_details)
        self.standing.accept.clicked.connect(self.open_accept)
        panel.closed.connect(self._close_panel)
        panel.verify.clicked.connect(model.check)
        panel.copy_json.clicked.connect(self._copy_entry)
        panel.only_actor.clicked.connect(lambda: self._narrow_to(Field.ACTOR))
        panel.only_object.clicked.connect(lambda: self._narrow_to(Field.OBJECT))
        panel.go_asked.connect(self._go)
        self.export.done.connect(lambda words, command: self._say_done(words, command, "good"))
        self.export.doubted.connect(lambda words, command: self._say_done(words, command, "bad"))
        self.export.failed.connect(lambda error: self._say_failure(error, "export"))
        self.context.zone.changed.connect(self._put_all)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(bar.search.setFocus)

    # What people do

    def open_accept(self) -> None:
        """Ask before the history that was found is accepted."""
        standing = self.model.standing
        if standing is None or standing.finding is None:
            return
        kept_key = "" if standing.kept is None else standing.kept.key
        name = log_name(standing.finding.key) or log_name(kept_key)
        finding = standing.finding
        dialog = AcceptDialog(finding, standing.kept, name, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.model.accept(finding, dialog.reason_text))
        dialog.open()

    def _narrow_to(self, field: Field) -> None:
        entry = self.model.entry
        if entry is not None:
            value = entry.actor_id if field is Field.ACTOR else entry.entity_id
            self.model.narrow(field, value or "")

    def _go(self, page_id: str) -> None:
        for page, argument, value in self.model.ways():
            if page == page_id:
                self.context.navigate(page, **{argument: value})
                return

    def _copy_entry(self) -> None:
        if self.model.entry is not None:
            copy_text(as_json(self.model.entry))
            self.toast.show_message(self.tr("The entry is on the clipboard as JSON."), "good")

    def _copy_details(self) -> None:
        if self.model.standing is not None:
            copy_text(details(self.model.standing))
            self.toast.show_message(self.tr("The details are on the clipboard."), "good")

    def _close_panel(self) -> None:
        self.card.table.clearSelection()
        self.card.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is shown

    def _load(self) -> None:
        self._stale = False
        self.card.say_narrowed(self.model.query.narrowed)
        self.card.model.show_source(self.model.source())

    def _reload(self) -> None:
        if self._entered:
            self._load()
        else:
            self._stale = True

    def _grown(self) -> None:
        if self._entered:
            self.card.model.look_above()

    def _put_all(self, _zone: object) -> None:
        self._put_query()
        self._put_standing()
        self._put_entry()

    def _put_query(self) -> None:
        self.toolbar.put(self.model.query, self.model.actor_name, self.model.range_words())

    def _put_standing(self) -> None:
        standing = self.model.standing
        words = standing_words(
            standing,
            self.context.session.clock.now(),
            self.context.zone.zone,
            proofs_offered=self.model.proofs_offered,
        )
        finding = None if standing is None else standing.finding
        acceptable = (
            finding is not None and finding.head is not None and finding.verdict in ACCEPTABLE
        )
        self.standing.put(words, acceptable=acceptable)

    def _put_entry(self) -> None:
        entry = self.model.entry
        self.panel.setVisible(entry is not None)
        if entry is not None:
            self._describe(entry)
        self._arrange()
        self._put_rights()

    def _describe(self, entry: AuditEntry) -> None:
        zone = self.context.zone.zone
        facts = facts_of(entry, self.model.entry_names, zone)
        thing = object_words(entry, self.model.entry_names.thing)
        self.panel.put(action_name(entry.action), str(thing), facts)
        captions = {
            "keys": self.tr("Show this key"),
            "accounts": self.tr("Show this account"),
        }
        self.panel.put_ways([(page, captions[page]) for page, _, _ in self.model.ways()])
        self.panel.only_actor.setVisible(
            bool(entry.actor_id) and entry.actor_id != self.model.query.actor
        )
        self.panel.only_object.setVisible(
            bool(entry.entity_id) and entry.entity_id != self.model.query.object
        )

    def _put_rights(self) -> None:
        reason = self.model.why_not_prove()
        model = self.model
        busy = self.tr("It is being verified.")
        self.standing.allow(self.standing.verify, reason or (busy if model.verifying else ""))
        self.standing.allow(
            self.standing.copy_details,
            "" if model.standing is not None else self.tr("Nothing is known yet."),
        )
        self.panel.allow(self.panel.verify, reason or (busy if model.checking else ""))
        self.export.allow(reason, rows=self.card.model.count > 0)
        state = self.context.connection.state
        if not model.why_not_ask() and state is not None and self.card.model.trouble is not None:
            self.card.model.read_on()

    def _say_checked(self, checked: Checked) -> None:
        self.panel.say_proof(*check_words(checked, self.context.zone.zone))

    def _say_done(self, words: str, command: str, kind: str) -> None:
        if not command:
            self.toast.show_message(words, kind)
            return
        self.toast.show_message(
            words,
            kind,
            action=self.tr("Copy the command to verify"),
            on_action=lambda: copy_text(command),
        )

    def _say_failure(self, error: BaseException, act: str) -> None:
        text = translated(getattr(error, "message", "")) or str(error)
        if act == "check":
            self.panel.say_proof(text, "warn")
        elif act == "names":
            self.choices.fail(text)
        else:
            self.toast.show_message(text, "bad")

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the entry take the table's place where there is no room for both."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        shown = self.model.entry is not None
        abreast = self.width() - 2 * PAGE_MARGIN >= typography().px(ABREAST_PX)
        self.panel.set_alone(not abreast)
        self.card.setVisible(abreast or not shown)
