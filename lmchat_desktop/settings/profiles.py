"""Profiles: the backends that this installation knows, and who signed in to each."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec

from lmchat_desktop.domain.wording import said
from lmchat_desktop.settings.versioned import VersionedFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lmchat_desktop.settings.errors import SettingsTrouble

FILE_NAME = "profiles.json"
VERSION = 1


class SignInMethod(StrEnum):
    """How a person signed in; the values are those of the client."""

    BROWSER = "browser"
    PERSONAL_TOKEN = "personal-token"
    SANDBOX = "sandbox"


class CacheKeeping(StrEnum):
    """Where what a person has read is kept."""

    KEYRING = "keyring"
    """An encrypted file, its random key in the secret store."""
    PASSPHRASE = "passphrase"
    """An encrypted file, opened by what the person types."""
    MEMORY = "memory"
    """Nowhere: it is gone when the session closes."""


class KnownPerson(msgspec.Struct, frozen=True):
    """Someone who signed in here. No name or e-mail is kept in this file, which is not encrypted.

    Attributes:
        person_id: the person's id at the backend.
        method: how they signed in last.
        device_id: this installation's device there.
        signed_in_at: when they signed in last.
        keeping: where their cache is kept.
        lease_until: when this device's lease ends and the cache's key is destroyed.
    """

    person_id: str
    method: SignInMethod
    device_id: str | None = None
    signed_in_at: datetime | None = None
    keeping: CacheKeeping = CacheKeeping.KEYRING
    lease_until: datetime | None = None


class Profile(msgspec.Struct, frozen=True):
    """One backend.

    Attributes:
        id: made here, part of the names of caches and secrets.
        name: what the person calls it.
        base_url: the backend's address.
        people: who signed in, the latest first.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]{1,32}$")]
    name: str
    base_url: str
    people: tuple[KnownPerson, ...] = ()

    @property
    def last_person(self) -> KnownPerson | None:
        """Who signed in last."""
        return self.people[0] if self.people else None

    @property
    def last_person_id(self) -> str | None:
        """The id of who signed in last."""
        return self.people[0].person_id if self.people else None

    def person(self, person_id: str) -> KnownPerson | None:
        """A person who signed in here."""
        return next((known for known in self.people if known.person_id == person_id), None)

    def with_person(self, person: KnownPerson) -> Profile:
        """The profile with `person` as the one who signed in last."""
        others = tuple(known for known in self.people if known.person_id != person.person_id)
        return msgspec.structs.replace(self, people=(person, *others))

    def without_person(self, person_id: str) -> Profile:
        """The profile without a person."""
        rest = tuple(known for known in self.people if known.person_id != person_id)
        return msgspec.structs.replace(self, people=rest)


class _Profiles(msgspec.Struct, frozen=True):
    profiles: tuple[Profile, ...] = ()
    last_id: str | None = None


class ProfileStore:
    """All profiles, in one file. Threads and processes change it in turns, each from afresh.

    Args:
        folder: the configuration folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file = VersionedFile(
            folder / FILE_NAME, _Profiles, VERSION, {}, said("Settings", "profiles")
        )
        self._lock = threading.Lock()

    @property
    def trouble(self) -> SettingsTrouble | None:
        """What was wrong with the file when it was last read."""
        return self._file.trouble

    def list(self) -> tuple[Profile, ...]:
        """All profiles, in the order in which they were added."""
        with self._lock:
            return self._file.read().profiles

    def get(self, profile_id: str) -> Profile | None:
        """One profile."""
        return next((found for found in self.list() if found.id == profile_id), None)

    def last(self) -> Profile | None:
        """The profile that was used last."""
        with self._lock:
            held = self._file.read()
        return next((found for found in held.profiles if found.id == held.last_id), None)

    def add(self, name: str, base_url: str) -> Profile:
        """Add a backend; a profile with the same address is answered instead of a second one.

        Raises:
            NotSaved: the file is as it was, as for every change.
        """
        made = Profile(id=secrets.token_hex(8), name=name.strip() or base_url, base_url=base_url)

        def with_it(held: _Profiles) -> _Profiles:
            if any(known.base_url == base_url for known in held.profiles):
                return held
            return msgspec.structs.replace(held, profiles=(*held.profiles, made))

        changed = self._change(with_it)
        return next(known for known in changed.profiles if known.base_url == base_url)

    def update(self, profile: Profile) -> None:
        """Keep a changed profile; `KeyError` where it is no longer there."""

        def with_it(held: _Profiles) -> _Profiles:
            if all(known.id != profile.id for known in held.profiles):
                raise KeyError(profile.id)
            return _with_profile(held, profile.id, lambda _known: profile)

        self._change(with_it)

    def signed_in(self, profile_id: str, person: KnownPerson) -> None:
        """Remember who signed in, and the profile as the one used last, where it is still there."""

        def with_them(held: _Profiles) -> _Profiles:
            if all(known.id != profile_id for known in held.profiles):
                return held
            changed = _with_profile(held, profile_id, lambda known: known.with_person(person))
            return msgspec.structs.replace(changed, last_id=profile_id)

        self._change(with_them)

    def note_lease(self, profile_id: str, person_id: str, lease_until: datetime) -> None:
        """Remember when a person's lease ends, where the person is known."""
        self._change(
            lambda held: _with_profile(
                held, profile_id, lambda known: _with_lease(known, person_id, lease_until)
            )
        )

    def used(self, profile_id: str) -> None:
        """Remember the profile as the one used last."""
        self._change(lambda held: msgspec.structs.replace(held, last_id=profile_id))

    def remove(self, profile_id: str) -> None:
        """Forget a backend. Its caches and secrets are the caller's to remove."""

        def without_it(held: _Profiles) -> _Profiles:
            rest = tuple(known for known in held.profiles if known.id != profile_id)
            last = held.last_id if held.last_id != profile_id else None
            return msgspec.structs.replace(held, profiles=rest, last_id=last)

        self._change(without_it)

    def _change(self, how: Callable[[_Profiles], _Profiles]) -> _Profiles:
        with self._lock:
            held = self._file.read()
            if how(held) == held:
                return held
            return self._file.change(lambda now: how(_Profiles() if now is None else now))


def _with_profile(held: _Profiles, profile_id: str, how: Callable[[Profile], Profile]) -> _Profiles:
    profiles = tuple(how(known) if known.id == profile_id else known for known in held.profiles)
    return msgspec.structs.replace(held, profiles=profiles)


def _with_lease(profile: Profile, person_id: str, lease_until: datetime) -> Profile:
    people = tuple(
        msgspec.structs.replace(known, lease_until=lease_until)
        if known.person_id == person_id
        else known
        for known in profile.people
    )
    return msgspec.structs.replace(profile, people=people)
