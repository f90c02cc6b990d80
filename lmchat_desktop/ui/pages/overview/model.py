"""The overview without its widgets: asks for all that it shows, in place as sync goes on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.client import usage as usage_calls
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.usage import SERVICE_SCOPE, TopList
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.attention import AttentionItem, due_count
from lmchat_desktop.services.first_picture import forgettings
from lmchat_desktop.services.overview import Overview, overview_of
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.ui.pages.figures.ranges import Preset, TimeRange
from lmchat_desktop.ui.pages.figures.ranking import ranked_names, unranked
from lmchat_desktop.ui.pages.figures.reading import read_names
from lmchat_desktop.ui.pages.figures.rows import BreakdownRow, breakdown_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set
    from zoneinfo import ZoneInfo

    from lmchat_desktop.cache.entities import EntityRepository
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.domain.timebasis import Period
    from lmchat_desktop.services.usage import UsageService
    from lmchat_desktop.ui.pages.figures.names import Names
    from lmchat_desktop.ui.shell.context import PageContext

logger = logging.getLogger(__name__)

PRESETS = (Preset.DAY, Preset.WEEK, Preset.MONTH)
PREFERENCE = "overview"
TOP_COUNT = 6
TOP_AGAIN_AFTER = timedelta(minutes=1)
ENTITY_KINDS = frozenset({"account", "device", "key", "model", "provider"})

TopBy = Literal["account", "key"]


@dataclass(frozen=True, slots=True, eq=False)
class OverviewPicture:
    """What the overview shows, worked out.

    Attributes:
        scope: whose.
        preset: the range.
        overview: figures, reports and what needs attention.
        names: display names.
        models: a row for each model, largest by requests first.
        keys: likewise for each key; None for the whole service.
        accounts: names of the accounts that are known, by id.
        synced_at: when the cache last equalled the backend; None if it never did.
        rankings: names by dimension in the order in which they get colours, where they have none.
        read_at: `services.first_picture.forgettings` as of the reading.
    """

    scope: str
    preset: Preset
    overview: Overview
    names: Names
    models: tuple[BreakdownRow, ...]
    keys: tuple[BreakdownRow, ...] | None
    accounts: dict[str, str]
    synced_at: datetime | None
    rankings: Mapping[Dimension, tuple[str, ...]]
    read_at: int


class OverviewModel(QObject):
    """Holds the range and what is shown of it.

    Attributes:
        preset: the range.
        picture: the newest answer; None before the first.
        top: the largest accounts or keys of the service; None while they are not known.
        top_by: which of the two.
    """

    picture_changed = Signal()
    top_changed = Signal()
    top_failed = Signal(object)
    busy_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        kept = context.preferences.value.usage.get(PREFERENCE)
        self.preset = next((each for each in PRESETS if each.value == kept), Preset.WEEK)
        self.picture: OverviewPicture | None = None
        self.top: TopList | None = None
        self.top_by: TopBy = "account"
        self._top_asked: tuple[object, ...] | None = None
        self._top_at: datetime | None = None
        self._busy = False
        self._again = False

    @property
    def scope(self) -> str:
        """Whose overview it is."""
        return self._context.scope.id

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._busy

    def period(self) -> Period:
        """The time that is shown, as of now."""
        now = self._context.session.clock.now()
        return TimeRange(self.preset).period(now, self._context.zone.zone)

    def _dimensions(self) -> tuple[Dimension, ...]:
        if self.scope == SERVICE_SCOPE:
            return (Dimension.MODEL,)
        return (Dimension.MODEL, Dimension.KEY)

    def choose(self, preset: Preset) -> None:
        """Show another range, and remember it."""
        if preset is self.preset:
            return
        self.preset = preset
        try:
            self._context.preferences.change(
                lambda value: value.changed(usage={**value.usage, PREFERENCE: preset.value})
            )
        except SettingsTrouble as trouble:
            logger.warning("the overview's range was not kept: %s", trouble)
        self.load()

    def choose_top(self, by: TopBy) -> None:
        """Ask for the largest accounts, or keys."""
        if by != self.top_by:
            self.top_by = by
            self.ask_top(force=True)

    def load(self) -> None:
        """Ask for the overview of the present scope and range; earlier questions are dropped."""
        session = self._context.session
        self._again = False
        self._set_busy(True)
        self._context.tasks.run(
            load_overview,
            session.usage,
            session.entities,
            self.scope,
            self.preset,
            self.period(),
            self._context.zone.zone,
            session.clock.now(),
            session.last_sync_at,
            partial(forgettings, session.cache),
            unranked(self._context.theme.series, self.scope, *self._dimensions()),
            self._due_keys(),
            on_done=self._arrived,
            on_failed=self._failed,
            key=(self, "overview"),
            owner=self,
        )

    def _due_keys(self) -> list[AttentionItem]:
        watched = self._context.watched_keys.value
        account_id = None if self.scope == SERVICE_SCOPE else self.scope
        return [] if watched is None else watched.items(account_id)

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        if self.scope in changed_scopes or changed_kinds & ENTITY_KINDS:
            if self._busy:
                self._again = True
            else:
                self.load()

    def ask_top(self, *, force: bool = False) -> None:
        """Ask the backend for the largest accounts or keys, once a minute at most."""
        if self.scope != SERVICE_SCOPE:
            self.top = None
            self._top_asked = None
            return
        now = self._context.session.clock.now()
        asked = (self.preset, self.top_by)
        recent = self._top_at is not None and now - self._top_at < TOP_AGAIN_AFTER
        if not force and asked == self._top_asked and recent:
            return
        self._top_asked, self._top_at = asked, now
        self._context.tasks.run(
            load_top,
            self._context.session.client,
            self.top_by,
            self.period(),
            on_done=self._top_arrived,
            on_failed=self.top_failed.emit,
            key=(self, "top"),
            owner=self,
        )

    def _top_arrived(self, top: TopList) -> None:
        if self.scope == SERVICE_SCOPE:
            self.top = top
            self.top_changed.emit()

    def _arrived(self, picture: OverviewPicture) -> None:
        self.picture = picture
        self._context.attention.put("overview", due_count(picture.overview.attention))
        self.picture_changed.emit()
        self._settle()

    def _failed(self, error: BaseException) -> None:
        self.failed.emit(error)
        self._settle()

    def _settle(self) -> None:
        self._set_busy(False)
        # What is known here is shown first; loading what asks a backend would only delay it.
        self.ask_top()
        if self._again:
            self.load()

    def _set_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)


class LastSync(Protocol):
    """Tells when the cache last equalled the backend."""

    def __call__(self) -> datetime | None:
        """The instant, or None if it never did."""
        ...


def load_overview(
    usage: UsageService,
    entities: EntityRepository,
    scope: str,
    preset: Preset,
    period: Period,
    zone: ZoneInfo,
    now: datetime,
    last_sync_at: LastSync,
    count_forgettings: Callable[[], int],
    to_rank: frozenset[Dimension],
    also: Sequence[AttentionItem],
    cancel: Cancellation,
) -> OverviewPicture:
    """Read and work out the overview; for a pool thread."""
    read_at = count_forgettings()
    overview = overview_of(usage, entities, scope, period, zone, now, cancel, also)
    names = read_names(entities, scope)
    by_key = overview.by_key
    return OverviewPicture(
        scope=scope,
        preset=preset,
        overview=overview,
        names=names,
        models=tuple(breakdown_rows(overview.by_model.answer, Dimension.MODEL, names)),
        keys=None if by_key is None else tuple(breakdown_rows(by_key.answer, Dimension.KEY, names)),
        accounts={account.id: account.name for account in entities.list(Account)},
        synced_at=last_sync_at(),
        rankings={
            dimension: ranked_names(usage, scope, dimension, now, zone, cancel)
            for dimension in to_rank
        },
        read_at=read_at,
    )


def load_top(client: ApiClient, by: TopBy, period: Period, cancel: CancelToken) -> TopList:
    """The largest accounts or keys of the service; for a pool thread."""
    return usage_calls.top(client, by, period.start, period.end, limit=TOP_COUNT, cancel=cancel)
