"""The usage page without its widgets: keeps the state, asks for reports, drops stale answers."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.usage import UsageQuestion, UsageReport
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.ui.pages.figures.names import Names
from lmchat_desktop.ui.pages.figures.ranking import unranked
from lmchat_desktop.ui.pages.usage.asked import Asked
from lmchat_desktop.ui.pages.usage.loading import Details, load_details, load_report, load_values
from lmchat_desktop.ui.pages.usage.state import UsageState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from lmchat_desktop.domain.timebasis import Period
    from lmchat_desktop.settings.preferences import Preferences
    from lmchat_desktop.ui.pages.usage.filters import FilterValue
    from lmchat_desktop.ui.pages.usage.picture import Picture
    from lmchat_desktop.ui.shell.context import PageContext

logger = logging.getLogger(__name__)

SAVE_AFTER_MS = 600
MOST_STATES_KEPT = 64
DETAILS_AFTER_MS = 50
"""Whatever completes a report is worked out when the report itself has been painted, not beside."""
NAME_KINDS = frozenset({"model", "provider", "key"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A report and the state that it answers.

    Attributes:
        scope: whose usage.
        state: what the page is set to.
        picture: the report, worked out for the screen.
        fresh: whether the state, scope or zone differ from the report before: then whatever
            belongs to the old one must go. Otherwise it is the same view some seconds later.
    """

    scope: str
    state: UsageState
    picture: Picture
    fresh: bool

    @property
    def report(self) -> UsageReport:
        """The answer."""
        return self.picture.report

    @property
    def names(self) -> Names:
        """Display names of its groups."""
        return self.picture.names


class UsageModel(QObject):
    """Holds what the usage page is set to and what it shows.

    Everything is computed on the task runner. A newer question cancels an older one; a refresh
    waits for a running answer instead, so that steady traffic cannot keep the page from ever
    getting one.

    Attributes:
        state: what the page is set to.
        shown: the newest report; None before the first.
        details: what completes it; None until it is there.
    """

    state_changed = Signal()
    report_changed = Signal()
    details_changed = Signal()
    busy_changed = Signal(bool)
    failed = Signal(object)
    """Emitted with the exception; what is shown stays."""

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._states: dict[str, UsageState] = {}
        self._scope = context.scope.id
        self.state = self._remembered(self._scope)
        self.shown: Shown | None = None
        self.details: Details | None = None
        self._names: Names | None = None
        self._busy = False
        self._again = False
        self._asked: Asked | None = None
        self._save = QTimer(self)
        self._save.setSingleShot(True)
        self._save.setInterval(SAVE_AFTER_MS)
        self._save.timeout.connect(self.save)
        context.scope.changed.connect(self._scope_changed)
        context.zone.changed.connect(self._zone_changed)

    @property
    def scope(self) -> str:
        """Whose usage is shown."""
        return self._scope

    @property
    def busy(self) -> bool:
        """Whether an answer to what the page is set to is on its way."""
        return self._busy

    @property
    def names(self) -> Names:
        """Display names, as far as they are known."""
        return self._names or Names()

    def period(self) -> Period:
        """The time that the page is set to, as of now."""
        return self.state.range.period(self._context.session.clock.now(), self._context.zone.zone)

    def change(self, state: UsageState) -> bool:
        """Set the page to something else and ask anew, if the question is another.

        Returns:
            Whether a new question was asked.
        """
        state = state.fit_scope(self._scope)
        if state == self.state:
            return False
        asks = self._asking(state) != self._asking(self.state)
        self.state = state
        self._states[self._scope] = state
        self._save.start()
        self.state_changed.emit()
        if asks:
            self.load()
        elif self.shown is not None:
            shown = self.shown
            self.shown = Shown(shown.scope, state, shown.picture, fresh=True)
            self.report_changed.emit()
        return asks

    def load(self) -> None:
        """Ask for the report of the present state; earlier questions are dropped."""
        session = self._context.session
        question = self.state.question(self._scope, session.clock.now(), self._context.zone.zone)
        asked = self._asking(self.state)
        self._again = False
        self._set_busy(True)
        self._context.tasks.cancel_key((self, "details"))
        self._context.tasks.run(
            load_report,
            session.usage,
            session.entities,
            question,
            self._names,
            unranked(self._context.theme.series, self._scope, self.state.group_by, Dimension.ERROR),
            on_done=lambda picture: self._arrived(asked, picture),
            on_failed=self._failed,
            key=(self, "report"),
            owner=self,
        )

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        self.forget_names(changed_kinds)
        if self._scope in changed_scopes or changed_kinds & NAME_KINDS:
            if self._busy:
                self._again = True
            else:
                self.load()

    def forget_names(self, changed_kinds: Set[str]) -> None:
        """Read display names anew with the next report, if any may have changed."""
        if changed_kinds & NAME_KINDS:
            self._names = None

    def load_values(
        self, dimension: Dimension, on_done: Callable[[Sequence[FilterValue]], object]
    ) -> None:
        """Count the values of a dimension under the other filters, for the filter panel."""
        session = self._context.session
        state = self.state.filtered(dimension, ())
        question = UsageQuestion(
            scope=self._scope,
            period=self.period(),
            step=None,
            zone=self._context.zone.zone,
            group_by=dimension,
            filters=state.filter_map,
            latencies=False,
        )
        chosen = self.state.filter_map.get(dimension, frozenset())
        self._context.tasks.run(
            load_values,
            session.usage,
            question,
            self.names,
            chosen,
            on_done=on_done,
            on_failed=self.failed.emit,
            key=(self, "values"),
            owner=self,
        )

    def save(self) -> None:
        """Keep the state for the next start."""
        self._save.stop()
        name, text = _preference(self._scope), json.dumps(storable(self.state).to_json())

        def keep(value: Preferences) -> Preferences:
            kept = {key: old for key, old in value.usage.items() if key != name}
            newest = list(kept.items())[-(MOST_STATES_KEPT - 1) :]
            return value.changed(usage={**dict(newest), name: text})

        try:
            self._context.preferences.change(keep)
        except SettingsTrouble as trouble:
            logger.warning("the usage page's settings were not kept: %s", trouble)

    def _asking(self, state: UsageState) -> Asked:
        return Asked.of(state, self._scope, self._context.zone.name)

    def _remembered(self, scope: str) -> UsageState:
        if scope not in self._states:
            kept = self._context.preferences.value.usage.get(_preference(scope))
            try:
                state = UsageState.from_json(json.loads(kept)) if kept else UsageState()
            except ValueError:
                state = UsageState()
            self._states[scope] = state.fit_scope(scope)
        return self._states[scope]

    def _scope_changed(self, _choice: object) -> None:
        if self._save.isActive():
            self.save()
        self._scope = self._context.scope.id
        self.state = self._remembered(self._scope)
        self.state_changed.emit()
        self.load()

    def _zone_changed(self, _zone: object) -> None:
        self.load()

    def _arrived(self, asked: Asked, picture: Picture) -> None:
        before, self._asked = self._asked, asked
        self._names = picture.names
        self.shown = Shown(self._scope, self.state, picture, fresh=asked != before)
        if before is None or asked.requests != before.requests:
            self.details = None
        self.report_changed.emit()
        self._context.tasks.run(
            load_details,
            self._context.session.usage,
            picture.report,
            on_done=self._completed,
            on_failed=self._failed,
            key=(self, "details"),
            owner=self,
            after_ms=DETAILS_AFTER_MS,
        )

    def _completed(self, details: Details) -> None:
        self.details = details
        self.details_changed.emit()
        self._settle()

    def _failed(self, error: BaseException) -> None:
        self.failed.emit(error)
        self._settle()

    def _settle(self) -> None:
        self._set_busy(False)
        if self._again:
            self.load()

    def _set_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)


def storable(state: UsageState) -> UsageState:
    """The state without what names a customer's keys, which does not belong in a plain file."""
    return state.filtered(Dimension.KEY, ())


def _preference(scope: str) -> str:
    """The name a scope's state is kept under; it does not tell the account."""
    return "scope-" + hashlib.sha256(scope.encode()).hexdigest()[:16]
