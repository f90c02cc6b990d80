"""What a page is given and what it offers: the only thing that pages know of the shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from lmchat_desktop.contract.usage import SERVICE_SCOPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Set
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from lmchat_desktop.services.key_watch import WatchedKeys
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.settings.preferences import PreferenceStore
    from lmchat_desktop.sync.states import SyncState
    from lmchat_desktop.ui.tasks.runner import TaskRunner
    from lmchat_desktop.ui.theme.manager import ThemeManager


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """Whose data are shown: the whole service, or one account.

    Attributes:
        id: `"service"` or an account's id, as the API and the cache name it.
        name: the text to show for it. It came from outside: show it as plain text only.
    """

    id: str
    name: str

    @property
    def is_service(self) -> bool:
        """Whether it is the whole service."""
        return self.id == SERVICE_SCOPE


class ScopeHolder(QObject):
    """The scope that is chosen in the top bar; every page shows this one.

    Attributes:
        current: the choice; set it with `choose`.
    """

    changed = Signal(object)
    """Emitted with the new `ScopeChoice`."""

    def __init__(self, current: ScopeChoice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current = current

    @property
    def id(self) -> str:
        """The chosen scope as the API names it."""
        return self.current.id

    def choose(self, choice: ScopeChoice) -> None:
        """Show another scope; nothing happens if it is the one that is shown."""
        if choice != self.current:
            self.current = choice
            self.changed.emit(choice)


class ZoneHolder(QObject):
    """The time zone that every time in the window is shown in.

    Attributes:
        zone: the zone; its `key` is the IANA name to show.
    """

    changed = Signal(object)
    """Emitted with the new `ZoneInfo`."""

    def __init__(self, zone: ZoneInfo, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zone = zone

    @property
    def name(self) -> str:
        """The zone's IANA name."""
        return self.zone.key

    def choose(self, zone: ZoneInfo) -> None:
        """Show times in another zone."""
        if zone.key != self.zone.key:
            self.zone = zone
            self.changed.emit(zone)


class ConnectionHolder(QObject):
    """How the session stands with its backend.

    Attributes:
        state: the last state that the sync loop told, None before the first.
    """

    changed = Signal(object)
    """Emitted with the new `SyncState`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: SyncState | None = None

    @property
    def filled(self) -> bool:
        """Whether the cache is past its first sync, so that an order by size can be relied on."""
        return self.state is None or self.state.last_sync_at is not None

    def tell(self, state: SyncState) -> None:
        """Take a new state of the sync loop."""
        self.state = state
        self.changed.emit(state)


class AttentionHolder(QObject):
    """How many things are due on each page: the badges of the rail.

    Attributes:
        counts: number of due things by page id; pages without any are not in it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.counts: dict[str, int] = {}

    def put(self, page_id: str, count: int) -> None:
        """Say how many things are due on a page; 0 takes the badge away."""
        if self.counts.get(page_id, 0) == count:
            return
        if count:
            self.counts[page_id] = count
        else:
            self.counts.pop(page_id, None)
        self.changed.emit()


class WatchedKeysHolder(QObject):
    """The keys that are due, as the backend last told.

    Attributes:
        value: None before it told.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.value: WatchedKeys | None = None

    def put(self, value: WatchedKeys) -> None:
        """Take what the backend told."""
        if value != self.value:
            self.value = value
            self.changed.emit()


class Navigate(Protocol):
    """Goes to a page: `navigate("usage", group_by="key", filters={...})`."""

    def __call__(self, page_id: str, **arguments: Any) -> None:
        """Show the page and give it the arguments; unknown or forbidden pages raise KeyError."""
        ...


@dataclass(frozen=True, slots=True)
class PageContext:
    """Everything that a page may use.

    Attributes:
        session: the signed-in principal: cache, client, clock (`session.clock.now()`), `me`.
        tasks: runs work off the interface thread.
        theme: the tokens in force and their signal.
        preferences: what the person chose, kept between starts.
        scope: whose data are shown, with `changed`.
        zone: the zone of all times, with `changed`.
        connection: live, syncing or offline, with `changed`.
        attention: the rail's badges, fed by the pages that know them.
        watched_keys: the keys that are due, with `changed`.
        navigate: goes to another page.
    """

    session: Session
    tasks: TaskRunner
    theme: ThemeManager
    preferences: PreferenceStore
    scope: ScopeHolder
    zone: ZoneHolder
    connection: ConnectionHolder
    attention: AttentionHolder
    watched_keys: WatchedKeysHolder
    navigate: Navigate


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What a page shows, to be shown at once at the next start.

    Attributes:
        content: as the page's own first picture reads it.
        valid_until: when the oldest figure in it goes past its retention.
        read_at: `services.first_picture.forgettings` as of the reading of what is shown.
    """

    content: bytes
    valid_until: datetime
    read_at: int


class Page(QWidget):
    """Base of all pages. The shell makes one when it is first entered and keeps it.

    Scope, zone, theme and connection changes reach a page by the context's own signals; what sync
    brought reaches it by `refresh`, also while it is not shown (a hidden page may note it and
    reload when it is entered).

    Attributes:
        page_id: the stable name, as in `navigate`.
        title: the name in the rail and the palette.
        icon: the icon's name in `ui.theme.icons`.
        filled: it shows new figures, or says why there are none.
    """

    page_id: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    filled = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.setObjectName(f"page-{self.page_id}")

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """The page is shown now; `arguments` come from `navigate` and may be empty."""

    def leave(self) -> None:
        """Another page is shown now."""

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Sync changed entities of these kinds, and usage of these scopes."""

    def record(self) -> PageRecord | None:
        """What it shows, for the first picture of the next start; None where it takes none."""
        return None
