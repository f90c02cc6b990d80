"""What was shown last is looked at only where it may be, and goes with what it was made from."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lmchat_desktop.cache import destruction, first_picture_rows, state
from lmchat_desktop.cache.first_picture import StoredPicture
from lmchat_desktop.cache.lock import lock_cache
from lmchat_desktop.domain.clock import Reading
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services import first_picture
from lmchat_desktop.services.places import CachePlace
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.profiles import CacheKeeping, KnownPerson
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
from tests.unit.cache.test_store import me
from tests.unit.cache.traffic import NOW, FixedClock
from tests.unit.services.lease_desk import LeaseDesk

CONTENT = b"486,903 requests"
PERSON = me().person.id


class NoKeyring(MemorySecrets):
    """A keyring that does not answer."""

    def get(self, profile_id: str, person_id: str, kind: SecretKind) -> str | None:
        raise KeyringMissing(said("Settings", "The keyring is locked."))


@pytest.fixture
def desk(tmp_path: Path) -> LeaseDesk:
    return LeaseDesk(tmp_path)


def shown(desk: LeaseDesk, keeping: CacheKeeping = CacheKeeping.KEYRING) -> CachePlace:
    """A person who is signed in, and whose cache holds what they saw last."""
    place = desk.know(PERSON, NOW + timedelta(days=10), keeping)
    desk.secrets.set(place.profile_id, PERSON, SecretKind.TOKEN, "token")
    if keeping is CacheKeeping.MEMORY:
        return place
    cache = desk.open(place, FixedClock())
    with cache.write() as connection:
        state.note_me(connection, me())
        state.note_time(connection, Reading(NOW, NOW))
        assert first_picture_rows.keep(
            connection,
            CONTENT,
            version=first_picture.VERSION,
            valid_until=NOW + timedelta(days=100),
            read_at=0,
        )
    cache.close()
    return place


def person_of(desk: LeaseDesk) -> KnownPerson:
    person = desk.current().person(PERSON)
    assert person is not None
    return person


def look(desk: LeaseDesk, secrets: MemorySecrets | None = None) -> StoredPicture | None:
    return first_picture.look(
        desk.caches,
        secrets if secrets is not None else desk.secrets,
        desk.current(),
        person_of(desk),
        clock=FixedClock(),
    )


def test_it_is_found(desk: LeaseDesk) -> None:
    shown(desk)
    found = look(desk)
    assert found is not None
    assert found.content == CONTENT


@pytest.mark.parametrize("keeping", [CacheKeeping.PASSPHRASE, CacheKeeping.MEMORY])
def test_of_a_cache_without_a_key_at_hand_nothing_is_shown(
    desk: LeaseDesk, keeping: CacheKeeping
) -> None:
    shown(desk, keeping)
    assert look(desk) is None


@pytest.mark.parametrize("kind", [SecretKind.TOKEN, SecretKind.CACHE_KEY])
def test_without_a_sign_in_or_a_key_nothing_is_shown(desk: LeaseDesk, kind: SecretKind) -> None:
    place = shown(desk)
    desk.secrets.delete(place.profile_id, PERSON, kind)
    assert look(desk) is None


def test_what_is_no_key_opens_nothing(desk: LeaseDesk) -> None:
    place = shown(desk)
    desk.secrets.set(place.profile_id, PERSON, SecretKind.CACHE_KEY, "no key")
    assert look(desk) is None


def test_a_keyring_that_does_not_answer_leaves_the_start_as_it_was(desk: LeaseDesk) -> None:
    shown(desk)
    assert look(desk, NoKeyring()) is None


def test_after_the_noted_end_of_the_lease_the_cache_is_not_even_opened(desk: LeaseDesk) -> None:
    shown(desk)
    desk.profiles.note_lease(desk.profile.id, PERSON, NOW)
    assert look(desk) is None


def test_a_condemned_cache_shows_nothing(desk: LeaseDesk) -> None:
    place = shown(desk)
    destruction.condemn(place.path, "lease-ended")
    assert look(desk) is None


def test_a_destroyed_cache_shows_nothing(desk: LeaseDesk) -> None:
    place = shown(desk)
    place.destroy("lease-ended")
    assert look(desk) is None


def test_a_cache_that_is_open_elsewhere_shows_nothing_and_stays_locked(desk: LeaseDesk) -> None:
    place = shown(desk)
    lock = lock_cache(place.path)
    assert look(desk) is None
    lock.release()
    assert look(desk) is not None
    lock_cache(place.path).release()


def test_another_person_of_the_backend_sees_nothing_of_it(desk: LeaseDesk) -> None:
    place = shown(desk)
    other = desk.know("person_2", NOW + timedelta(days=10))
    desk.secrets.set(place.profile_id, "person_2", SecretKind.TOKEN, "token")
    person = desk.current().person("person_2")
    assert person is not None
    found = first_picture.look(
        desk.caches, desk.secrets, desk.current(), person, clock=FixedClock()
    )
    assert found is None
    # Not even with the first person's file and key in the place of their own.
    other.path.write_bytes(place.path.read_bytes())
    key = desk.key(place)
    assert key is not None
    desk.secrets.set(place.profile_id, "person_2", SecretKind.CACHE_KEY, key)
    found = first_picture.look(
        desk.caches, desk.secrets, desk.current(), person, clock=FixedClock()
    )
    assert found is None


def test_another_version_of_the_application_shows_nothing(
    desk: LeaseDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(desk)
    monkeypatch.setattr(first_picture, "VERSION", "next/1")
    assert look(desk) is None


def test_forgetting_it_empties_the_cache_of_it(desk: LeaseDesk) -> None:
    place = shown(desk)
    cache = desk.open(place, FixedClock())
    before = first_picture.forgettings(cache)
    first_picture.forget(cache)
    assert first_picture.forgettings(cache) == before + 1
    cache.close()
    assert look(desk) is None
