"""Leaked keys: found in any text on this machine; a backend is asked by hashes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.client import leaks
from lmchat_desktop.contract.leaks import LeakedKey, LeakRevoke
from lmchat_desktop.domain.leaks import MAX_HASHES, hashes_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key in a text.

    Attributes:
        hash: of its secret.
        hint: its secret, redacted.
        known: what the backend knows of it; None where it is no key of this backend.
    """

    hash: str
    hint: str
    known: LeakedKey | None


class LeakService:
    """Looks for keys in a text, and ends them. It neither keeps nor logs the text.

    Args:
        api: the backend.
    """

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def find(self, text: str, cancel: CancelToken | None = None) -> list[FoundKey]:
        """The keys in a text, in the order of their first place.

        Raises:
            ApiTrouble: the backend cannot be asked.
        """
        hints = hashes_in(text)
        known = {
            one.hash: one
            for some in _in_batches(list(hints))
            for one in leaks.look_up(self._api, some, cancel).data
        }
        return [FoundKey(hashed, hint, known.get(hashed)) for hashed, hint in hints.items()]

    def revoke(
        self,
        hashes: Collection[str],
        *,
        notice: bool = True,
        found_in: str = "",
        idempotency_key: str | None = None,
        cancel: CancelToken | None = None,
    ) -> list[LeakedKey]:
        """End keys at once; those that had ended stay as they were.

        Args:
            hashes: of their secrets.
            notice: whether their owners are told by mail.
            found_in: where they were found, for the owners and the audit log.
            idempotency_key: names this act, once for all retries.
            cancel: ends it early; keys of batches that were done have ended then.

        Raises:
            ApiTrouble: what was done so far stays done.
        """
        ended: list[LeakedKey] = []
        for number, some in enumerate(_in_batches(list(hashes))):
            wanted = LeakRevoke(hashes=list(some), notice=notice, found_in=found_in)
            key = None if idempotency_key is None else f"{idempotency_key}/{number}"
            ended += leaks.revoke(self._api, wanted, idempotency_key=key, cancel=cancel).data
        return ended


def _in_batches(hashes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(hashes), MAX_HASHES):
        yield hashes[start : start + MAX_HASHES]
