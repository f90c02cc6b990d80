"""What the shell reads from the cache for its lists: accounts and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.contract.keys import ApiKey

if TYPE_CHECKING:
    from lmchat_desktop.contract.accounts import Account
    from lmchat_desktop.services.session import Session


@dataclass(frozen=True, slots=True)
class Known:
    """Accounts by name, and all keys."""

    accounts: tuple[Account, ...] = ()
    keys: tuple[ApiKey, ...] = ()


def read_known(session: Session) -> Known:
    """Read them; to be called on a pool."""
    return Known(tuple(session.accounts()), tuple(session.entities.list(ApiKey)))
