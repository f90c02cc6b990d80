"""Acts that are done once at most, however often their answers are lost."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Generic, TypeVar

from lmchat_desktop.client.errors import ApiTrouble, BackendTrouble, Limited, Refused, SignedOut
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable

B = TypeVar("B")
R = TypeVar("R")


class Unsettled(ApiTrouble):
    """Something else was asked for before, and its answer did not come."""

    code = "unsettled"

    def __init__(self) -> None:
        super().__init__(
            said(
                "Client",
                "It is not known whether what you asked for before was done. Nothing further was "
                "sent. Try that again first: it is done once at most.",
            )
        )


class OnceOnly(Generic[B, R]):
    """One act of a person: as long as its fate is not known, only the very same is sent again.

    Thread-safe; the act itself runs without a lock.

    Args:
        send: does what is asked for, under an idempotency key.
    """

    def __init__(self, send: Callable[[B, str], R]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._open: tuple[B, str] | None = None

    @property
    def unsettled(self) -> B | None:
        """What was asked for without an answer; None where all is known."""
        with self._lock:
            return None if self._open is None else self._open[0]

    def do(self, wanted: B) -> R:
        """Do it, or learn how it went where it was sent before.

        Raises:
            Unsettled: something else is not settled; nothing was sent.
            ApiTrouble: it was not done, or, where it is `unsettled` then, perhaps was.
        """
        with self._lock:
            if self._open is None:
                self._open = wanted, str(uuid.uuid4())
            elif self._open[0] != wanted:
                raise Unsettled
            key = self._open[1]
        try:
            answer = self._send(wanted, key)
        except ApiTrouble as trouble:
            if _is_known(trouble):
                self._settle()
            raise
        self._settle()
        return answer

    def forget(self) -> None:
        """Give up what is not settled, because the person has looked how it went."""
        self._settle()

    def _settle(self) -> None:
        with self._lock:
            self._open = None


def _is_known(trouble: ApiTrouble) -> bool:
    """Whether a trouble tells that nothing was done, now or by an earlier sending."""
    # A limit or an ended sign-in is said before the act is looked at: an earlier one can be done.
    return isinstance(trouble, Refused) and not isinstance(
        trouble, (BackendTrouble, Limited, SignedOut)
    )
