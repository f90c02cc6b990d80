"""What a call proves its right with: a personal token, or OAuth tokens that renew themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from lmchat_desktop.contract.identity import TokenAnswer

if TYPE_CHECKING:
    from lmchat_desktop.client.cancel import CancelToken

CLIENT_ID = "lmchat-desktop"

Exchange = Callable[[str], TokenAnswer]
"""Turns a refresh token into new tokens at the backend."""


def is_bearer(token: str) -> bool:
    """Whether a text can be sent as a bearer token: visible ASCII in one word."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


class Credentials(Protocol):
    """A source of bearer tokens. Its repr never shows one."""

    def token(self) -> str:
        """The token to send now."""
        ...

    def renew(self, rejected: str, exchange: Exchange, cancel: CancelToken | None) -> bool:
        """After a 401 on `rejected`: whether there is another token to try once."""
        ...


class StaticToken:
    """A token that does not renew itself: a personal admin token, or a sandbox's bearer token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __repr__(self) -> str:
        return "StaticToken(…)"

    def token(self) -> str:
        """The token."""
        return self._token

    def renew(self, rejected: str, exchange: Exchange, cancel: CancelToken | None) -> bool:
        """There is no other token."""
        return False


class OAuthTokens:
    """An access token with its refresh token.

    A 401 renews them once, however many threads see it: the first asks the backend, the others
    wait and take what it got. A renewal is never cut off in the middle, because a refresh token
    that was used and whose answer was thrown away would end the sign-in; only waiting for
    another's renewal is.

    Args:
        access: the access token; may be "" to renew at the first call.
        refresh: the refresh token, or None where none was given.
        on_renewed: stores the new tokens; called on the renewing thread, before they are used.
    """

    def __init__(
        self,
        access: str,
        refresh: str | None,
        on_renewed: Callable[[TokenAnswer], None] | None = None,
    ) -> None:
        self._access = access
        self._refresh = refresh
        self._on_renewed = on_renewed
        self._renewing = threading.Lock()

    def __repr__(self) -> str:
        return "OAuthTokens(…)"

    def token(self) -> str:
        """The access token."""
        return self._access

    def renew(self, rejected: str, exchange: Exchange, cancel: CancelToken | None) -> bool:
        """Renew unless another thread already has; errors of the exchange are raised."""
        while not self._renewing.acquire(timeout=0.1):
            if cancel is not None:
                cancel.raise_if_cancelled()
        try:
            if self._access != rejected:
                return True
            if self._refresh is None:
                return False
            answer = exchange(self._refresh)
            if answer.refresh_token is not None:
                self._refresh = answer.refresh_token
            if self._on_renewed is not None:
                self._on_renewed(answer)
            self._access = answer.access_token
            return True
        finally:
            self._renewing.release()
