"""Signing in to a profile's backend, and what is kept of it between starts."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmchat_desktop import __version__
from lmchat_desktop.client.credentials import Credentials, OAuthTokens, StaticToken
from lmchat_desktop.client.signin import (
    Backend,
    Method,
    SignedIn,
    begin_browser_sign_in,
    sign_in_to_sandbox,
    sign_in_with_token,
)
from lmchat_desktop.contract.identity import DeviceRegister, Me, TokenAnswer
from lmchat_desktop.settings.profiles import CacheKeeping, KnownPerson, Profile, SignInMethod
from lmchat_desktop.settings.secrets import SecretKind, SecretStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.domain.wording import Sentence


@dataclass(frozen=True, slots=True)
class Entrance:
    """A sign-in that a session can be opened with.

    Attributes:
        person_id: who signed in.
        method: how.
        token, refresh_token: the tokens.
        device_id: the registered device, where the backend named one.
        me: what the backend said about the person, None where it was not asked in this run.
    """

    person_id: str
    method: Method
    token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    device_id: str | None
    me: Me | None = field(repr=False)

    @classmethod
    def of(cls, signed_in: SignedIn) -> Entrance:
        """The entrance that a finished sign-in gives."""
        return cls(
            signed_in.me.person.id,
            signed_in.method,
            signed_in.token,
            signed_in.refresh_token,
            signed_in.device_id,
            signed_in.me,
        )

    def known_person(
        self,
        now: datetime,
        keeping: CacheKeeping = CacheKeeping.KEYRING,
        lease_until: datetime | None = None,
    ) -> KnownPerson:
        """What a profile remembers of this sign-in; nothing of it is secret or a name.

        Args:
            now: when it was.
            keeping: where the cache is kept.
            lease_until: when the device's lease ends, as `Session.lease_until` says.
        """
        return KnownPerson(
            person_id=self.person_id,
            method=SignInMethod(self.method.value),
            device_id=self.device_id,
            signed_in_at=now,
            keeping=keeping,
            lease_until=lease_until,
        )

    def credentials(self, on_renewed: Callable[[TokenAnswer], None]) -> Credentials:
        """What the client proves its right with; renewed tokens are told on a pool's thread."""
        if self.method is Method.PERSONAL_TOKEN:
            return StaticToken(self.token)
        return OAuthTokens(self.token, self.refresh_token, on_renewed)


def this_device() -> DeviceRegister:
    """How this installation names itself; nothing in it tells who sits in front of it."""
    system = platform.system() or "unknown"
    return DeviceRegister(
        name=f"lmchat desktop on {system}",
        platform=f"{system} {platform.machine()}".strip(),
        app_version=__version__,
    )


def with_browser(
    profile: Profile,
    open_browser: Callable[[str], bool],
    cancel: CancelToken,
    in_words: Callable[[Sentence], str] = str,
) -> Entrance:
    """Sign in with the system's browser; waits until the person is back.

    Args:
        profile: which backend.
        open_browser: opens an address; False where it cannot.
        cancel: ends the waiting.
        in_words: puts what the browser shows at the end into the person's language.

    Raises:
        ApiTrouble: it did not come to its end; the message says why.
    """
    signed_in = begin_browser_sign_in(
        Backend(profile.base_url), this_device(), open_browser, cancel, in_words=in_words
    )
    return Entrance.of(signed_in)


def with_token(profile: Profile, token: str, cancel: CancelToken) -> Entrance:
    """Sign in with a pasted personal token.

    Raises:
        ApiTrouble: it did not come to its end; the message says why.
    """
    return Entrance.of(sign_in_with_token(Backend(profile.base_url), token, this_device(), cancel))


def as_sandbox_person(
    base_url: str, sandbox_token: str, person_id: str, cancel: CancelToken | None = None
) -> Entrance:
    """Sign in as a person of a private sandbox's sample world."""
    return Entrance.of(
        sign_in_to_sandbox(Backend(base_url), sandbox_token, person_id, this_device(), cancel)
    )


class SignInKeeper:
    """Keeps the tokens of sign-ins in the secret store, so that the next start needs none."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets

    def keep(self, profile: Profile, entrance: Entrance) -> None:
        """Store a sign-in's tokens in the place of older ones.

        Raises:
            KeyringMissing: there is no keyring, or it is locked.
        """
        place = (profile.id, entrance.person_id)
        self._secrets.set(*place, SecretKind.TOKEN, entrance.token)
        if entrance.refresh_token is not None:
            self._secrets.set(*place, SecretKind.REFRESH, entrance.refresh_token)
        else:
            self._secrets.delete(*place, SecretKind.REFRESH)

    def renewed(self, profile: Profile, person_id: str, answer: TokenAnswer) -> None:
        """Store renewed tokens; a refresh token that was not renewed stays.

        Raises:
            KeyringMissing: there is no keyring, or it is locked.
        """
        if answer.refresh_token is not None:
            self._secrets.set(profile.id, person_id, SecretKind.REFRESH, answer.refresh_token)
        self._secrets.set(profile.id, person_id, SecretKind.TOKEN, answer.access_token)

    def recall(self, profile: Profile, person: KnownPerson) -> Entrance | None:
        """The last sign-in of a person who signed in here before, or None.

        Raises:
            KeyringMissing: there is no keyring, or it is locked.
        """
        token = self._secrets.get(profile.id, person.person_id, SecretKind.TOKEN)
        if token is None:
            return None
        return Entrance(
            person_id=person.person_id,
            method=Method(person.method.value),
            token=token,
            refresh_token=self._secrets.get(profile.id, person.person_id, SecretKind.REFRESH),
            device_id=person.device_id,
            me=None,
        )

    def forget(self, profile: Profile, person_id: str) -> None:
        """Remove a person's tokens; the key of their cache stays.

        Raises:
            KeyringMissing: there is no keyring, or it is locked.
        """
        for kind in (SecretKind.TOKEN, SecretKind.REFRESH):
            self._secrets.delete(profile.id, person_id, kind)
