"""Leaked keys: found in any text on this machine; a backend is asked by hashes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.client import leaks
from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.contract.leaks import LeakedKey, LeakRevoke
from lmchat_desktop.domain.leaks import MAX_HASHES, hashes_in
from lmchat_desktop.services.leak_files import hashes_in_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

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

    @property
    def works(self) -> bool:
        """Whether it is a key of this backend that can be used."""
        return self.known is not None and self.known.key.state is KeyState.ACTIVE


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
        return self._asked(hashes_in(text), cancel)

    def find_in_file(
        self,
        path: Path,
        cancel: CancelToken | None = None,
        on_progress: Callable[[float | None], None] | None = None,
    ) -> list[FoundKey]:
        """The keys in a file, in the order of their first place.

        Args:
            path: a text of any encoding that has ASCII in it, or of UTF-16 or UTF-32 by its mark.
            cancel: ends it early.
            on_progress: told how much of the file is read, as a fraction.

        Raises:
            ApiTrouble: the backend cannot be asked.
            FileTrouble: the file is too large, or cannot be read.
        """
        return self._asked(hashes_in_file(path, cancel, on_progress), cancel)

    def _asked(self, hints: Mapping[str, str], cancel: CancelToken | None) -> list[FoundKey]:
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
