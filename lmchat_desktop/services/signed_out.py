"""The credentials of a session without a sign-in: what was kept is shown, and nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lmchat_desktop.client.errors import SignedOut
from lmchat_desktop.contract.base import Problem
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.client.credentials import Exchange


class SignedOutHere(SignedOut):
    """Nobody is signed in on this device, so no call was made."""

    code: ClassVar[str] = "signed-out-here"

    def __init__(self) -> None:
        super().__init__(
            said(
                "Session",
                "You are looking at what was kept on this device. Sign in to bring it up to date.",
            ),
            problem=Problem(type="about:blank", title="", status=401),
        )


class NoSignIn:
    """Refuses each call before anything is sent."""

    def __repr__(self) -> str:
        return "NoSignIn()"

    def token(self) -> str:
        """There is none.

        Raises:
            SignedOutHere: always.
        """
        raise SignedOutHere

    def renew(self, rejected: str, exchange: Exchange, cancel: CancelToken | None) -> bool:
        """There is nothing to renew."""
        return False
