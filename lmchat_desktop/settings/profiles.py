"""Profiles: the backends that this installation knows, and who signed in to each."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.settings.versioned import VersionedFile

FILE_NAME = "profiles.json"
VERSION = 1


class SignInMethod(StrEnum):
    """How a person signed in; the values are those of the client."""

    BROWSER = "browser"
    PERSONAL_TOKEN = "personal-token"
    SANDBOX = "sandbox"


class KnownPerson(BaseModel):
    """Someone who signed in here. No name or e-mail is kept in this file, which is not encrypted.

    Attributes:
        person_id: the person's id at the backend.
        method: how they signed in last.
        device_id: this installation's device there.
        signed_in_at: when they signed in last.
    """

    model_config = ConfigDict(frozen=True)

    person_id: str
    method: SignInMethod
    device_id: str | None = None
    signed_in_at: datetime | None = None


class Profile(BaseModel):
    """One backend.

    Attributes:
        id: made here, part of the names of caches and secrets.
        name: what the person calls it.
        base_url: the backend's address.
        people: who signed in, the latest first.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]{1,32}$")
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
        return self.model_copy(update={"people": (person, *others)})

    def without_person(self, person_id: str) -> Profile:
        """The profile without a person."""
        rest = tuple(known for known in self.people if known.person_id != person_id)
        return self.model_copy(update={"people": rest})


class _Profiles(BaseModel):
    profiles: tuple[Profile, ...] = ()
    last_id: str | None = None


class ProfileStore:
    """All profiles, in one file. Thread-safe within a process; each change is read afresh.

    Args:
        folder: the configuration folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file = VersionedFile(folder / FILE_NAME, _Profiles, VERSION, {}, "profiles")
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
        """Add a backend; a profile with the same address is answered instead of a second one."""
        with self._lock:
            held = self._file.read()
            for profile in held.profiles:
                if profile.base_url == base_url:
                    return profile
            made = Profile(
                id=secrets.token_hex(8), name=name.strip() or base_url, base_url=base_url
            )
            self._file.write(held.model_copy(update={"profiles": (*held.profiles, made)}))
            return made

    def update(self, profile: Profile) -> None:
        """Keep a changed profile; `KeyError` where it is no longer there."""
        with self._lock:
            held = self._file.read()
            if all(known.id != profile.id for known in held.profiles):
                raise KeyError(profile.id)
            kept = tuple(profile if known.id == profile.id else known for known in held.profiles)
            self._file.write(held.model_copy(update={"profiles": kept}))

    def used(self, profile_id: str) -> None:
        """Remember the profile as the one used last."""
        with self._lock:
            held = self._file.read()
            self._file.write(held.model_copy(update={"last_id": profile_id}))

    def remove(self, profile_id: str) -> None:
        """Forget a backend. Its caches and secrets are the caller's to remove."""
        with self._lock:
            held = self._file.read()
            rest = tuple(known for known in held.profiles if known.id != profile_id)
            last = held.last_id if held.last_id != profile_id else None
            self._file.write(held.model_copy(update={"profiles": rest, "last_id": last}))
