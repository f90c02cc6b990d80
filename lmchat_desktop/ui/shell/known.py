"""What the shell reads from the cache for its lists: accounts and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.ui.shell.search_index import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.accounts import Account
    from lmchat_desktop.services.session import Session

MOST_AT_HAND = 5_000
"""More keys than this are read when the palette is opened, and searched on a pool."""


class KeyName(NamedTuple):
    """A key as it is found by."""

    id: str
    account_id: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Known:
    """Accounts by name, and the keys if they are few.

    Attributes:
        accounts, keys: as said.
        many_keys: whether there are so many keys that they are not among these.
    """

    accounts: tuple[Account, ...] = ()
    keys: tuple[KeyName, ...] = ()
    many_keys: bool = False


class ManyKeys:
    """Very many keys, ready to be searched on a pool.

    Attributes:
        keys: all of them.
        index: finds their places.
    """

    def __init__(self, keys: list[KeyName], account_names: Mapping[str, str]) -> None:
        self.keys = keys
        self.index = SearchIndex(
            (key.name, f"{account_names.get(key.account_id, '')} {key.hint}", key.id)
            for key in keys
        )

    def search(self, wanted: str, limit: int, cancel: CancelToken) -> list[tuple[float, KeyName]]:
        """The best keys for what was typed with how well they match, best first; on a pool."""
        hits = self.index.search(wanted, limit, lambda: not cancel.cancelled)
        return [(hit.score, self.keys[hit.place]) for hit in hits]


def read_known(session: Session) -> Known:
    """Read them; to be called on a pool."""
    accounts = tuple(session.accounts())
    if session.entities.count(ApiKey) > MOST_AT_HAND:
        return Known(accounts, many_keys=True)
    return Known(accounts, tuple(_keys(session)))


def read_many_keys(session: Session, account_names: Mapping[str, str]) -> ManyKeys:
    """Read all keys and prepare them for searching; to be called on a pool."""
    return ManyKeys(_keys(session), account_names)


def _keys(session: Session) -> list[KeyName]:
    rows = session.entities.as_kept(ApiKey, "id", "account_id", "name", "hint")
    return [KeyName._make(row) for row in rows]
