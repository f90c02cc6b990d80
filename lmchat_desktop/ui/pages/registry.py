"""Which pages there are, in their order, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lmchat_desktop.domain.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lmchat_desktop.ui.pages.first_view import FirstView
    from lmchat_desktop.ui.shell.context import Page


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page before it is loaded.

    Attributes:
        page_id, title, icon: as on the page's class.
        needs: the scope without which the page would have nothing to show.
        load: imports the page's class; charts and tables come with it, so it is called when the
            page is first entered.
        staff: for operators alone, or for everybody else alone; None for all.
        capability: what the backend has to offer; "" for nothing out of the ordinary.
    """

    page_id: str
    title: str
    icon: str
    needs: Scope
    load: Callable[[], type[Page]]
    load_first: Callable[[], type[FirstView]] | None = None
    staff: bool | None = None
    capability: str = ""

    @property
    def name(self) -> str:
        """The title in the person's language."""
        return QCoreApplication.translate("Pages", self.title)


def _overview() -> type[Page]:
    from lmchat_desktop.ui.pages.overview.view import OverviewPage

    return OverviewPage


def _first_overview() -> type[FirstView]:
    from lmchat_desktop.ui.pages.overview.first_view import OverviewFirstView

    return OverviewFirstView


def _usage() -> type[Page]:
    from lmchat_desktop.ui.pages.usage.view import UsagePage

    return UsagePage


def _accounts() -> type[Page]:
    from lmchat_desktop.ui.pages.accounts.view import AccountsPage

    return AccountsPage


def _own_account() -> type[Page]:
    from lmchat_desktop.ui.pages.accounts.own_view import OwnAccountPage

    return OwnAccountPage


def _keys() -> type[Page]:
    from lmchat_desktop.ui.pages.keys.view import KeysPage

    return KeysPage


def _operators() -> type[Page]:
    from lmchat_desktop.ui.pages.operators.view import OperatorsPage

    return OperatorsPage


def _audit() -> type[Page]:
    from lmchat_desktop.ui.pages.audit.view import AuditPage

    return AuditPage


def _outbox() -> type[Page]:
    from lmchat_desktop.ui.pages.outbox.view import OutboxPage

    return OutboxPage


PAGES: tuple[PageEntry, ...] = (
    PageEntry(
        "overview",
        str(QT_TRANSLATE_NOOP("Pages", "Overview")),
        "overview",
        Scope.USAGE_READ,
        _overview,
        _first_overview,
    ),
    PageEntry("usage", str(QT_TRANSLATE_NOOP("Pages", "Usage")), "usage", Scope.USAGE_READ, _usage),
    PageEntry(
        "accounts",
        str(QT_TRANSLATE_NOOP("Pages", "Accounts")),
        "accounts",
        Scope.ACCOUNTS_READ,
        _accounts,
        staff=True,
    ),
    PageEntry("keys", str(QT_TRANSLATE_NOOP("Pages", "API keys")), "keys", Scope.KEYS_READ, _keys),
    PageEntry(
        "account",
        str(QT_TRANSLATE_NOOP("Pages", "Account & privacy")),
        "privacy",
        Scope.ACCOUNTS_READ,
        _own_account,
        staff=False,
    ),
    PageEntry(
        "operators",
        str(QT_TRANSLATE_NOOP("Pages", "Operators & devices")),
        "operators",
        Scope.OPERATORS_READ,
        _operators,
    ),
    PageEntry(
        "audit", str(QT_TRANSLATE_NOOP("Pages", "Audit log")), "audit", Scope.AUDIT_READ, _audit
    ),
    PageEntry(
        "outbox",
        str(QT_TRANSLATE_NOOP("Pages", "Outbox")),
        "inbox",
        Scope.SERVICE_READ,
        _outbox,
        # `Capability.OUTBOX`; the contract's types would keep the first picture waiting.
        capability="outbox",
    ),
)


def pages_for(scopes: Iterable[str], capabilities: Iterable[str] = ()) -> tuple[PageEntry, ...]:
    """The pages that a person with these scopes sees on such a backend, in their order."""
    held, offered = frozenset(scopes), {"", *capabilities}
    # Every role of an operator brings this one, and no role in an account does.
    staff = Scope.SERVICE_READ.value in held
    return tuple(
        entry
        for entry in PAGES
        if entry.needs.value in held
        and entry.staff in (None, staff)
        and entry.capability in offered
    )
