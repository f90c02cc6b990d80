"""A cache's place: the key goes first, then the files, and what is cut off is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmchat_desktop.cache import destruction
from lmchat_desktop.cache.trouble import CacheInUse, CacheMissingKey, CacheUnwritable, DiskFull
from lmchat_desktop.services.places import CachePlace
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.settings.secrets import SecretKind
from tests.unit.cache.traffic import NOW
from tests.unit.services.lease_desk import DESTROYED, LeaseDesk, names

WHY = "lease-ended"
KINDS = [CacheKeeping.KEYRING, CacheKeeping.PASSPHRASE]


@pytest.fixture
def desk(tmp_path: Path) -> LeaseDesk:
    return LeaseDesk(tmp_path)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("keeping", KINDS)
def test_key_and_files_go_and_tokens_stay(desk: LeaseDesk, keeping: CacheKeeping) -> None:
    place = desk.know("person_1", NOW, keeping)
    other = desk.know("person_2", NOW, keeping)
    desk.secrets.set(desk.profile.id, "person_1", SecretKind.TOKEN, "token")
    place.destroy(WHY)
    assert names(place) == DESTROYED
    assert desk.key(place) is None
    assert place.condemned() is None
    assert not place.has_files()
    assert desk.secrets.get(desk.profile.id, "person_1", SecretKind.TOKEN) == "token"
    assert other.has_files()
    desk.open(place).close()
    desk.open(other).close()


def test_killed_between_key_and_files_the_next_start_goes_on(
    desk: LeaseDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = desk.know("person_1", NOW)

    def kill(path: Path, **more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(destruction, "remove", kill)
        with pytest.raises(Killed):
            place.destroy(WHY)
    assert desk.key(place) is None
    assert place.path.exists()
    assert place.condemned() == WHY
    with pytest.raises(CacheMissingKey):
        place.secret()
    place.destroy(WHY)
    assert names(place) == DESTROYED


def test_killed_before_the_key_the_next_start_goes_on(
    desk: LeaseDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = desk.know("person_1", NOW)

    def kill(*place: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(desk.secrets, "delete", kill)
        with pytest.raises(Killed):
            place.destroy(WHY)
    assert desk.key(place) is not None
    assert place.condemned() == WHY


def test_a_locked_keyring_keeps_the_files_until_it_is_open(desk: LeaseDesk) -> None:
    place = desk.know("person_1", NOW)
    desk.secrets.locked = True
    with pytest.raises(KeyringMissing):
        place.destroy(WHY)
    place.destroy_now_or_later(WHY)
    assert place.path.exists()
    assert place.condemned() == WHY
    desk.secrets.locked = False
    place.destroy(WHY)
    assert names(place) == DESTROYED


def test_a_passphrases_cache_goes_without_a_keyring(desk: LeaseDesk) -> None:
    place = desk.know("person_1", NOW, CacheKeeping.PASSPHRASE)
    desk.secrets.locked = True
    place.destroy(WHY)
    assert names(place) == DESTROYED


def test_the_key_goes_though_nothing_can_be_noted(
    desk: LeaseDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = desk.know("person_1", NOW)

    def full(*arguments: object) -> None:
        raise DiskFull

    monkeypatch.setattr(destruction, "condemn", full)
    place.destroy(WHY)
    assert desk.key(place) is None
    assert names(place) == DESTROYED


def test_what_is_open_is_not_destroyed_but_can_be_condemned(desk: LeaseDesk) -> None:
    place = desk.know("person_1", NOW)
    cache = desk.open(place)
    with pytest.raises(CacheInUse):
        place.destroy(WHY)
    assert desk.key(place) is not None
    place.condemn(WHY)
    assert desk.key(place) is None
    with cache.read():
        pass
    cache.close()
    place.destroy(WHY)
    assert names(place) == DESTROYED


def test_a_file_that_stays_is_a_trouble_and_is_tried_again(
    desk: LeaseDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = desk.know("person_1", NOW)

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        with pytest.raises(CacheUnwritable):
            place.destroy(WHY)
    assert desk.key(place) is None
    assert place.condemned() == WHY
    place.destroy(WHY)
    assert names(place) == DESTROYED


def test_two_backends_and_two_people_have_places_of_their_own(desk: LeaseDesk) -> None:
    other = desk.profiles.add("Other", "https://other.test")
    places = {
        CachePlace.of(desk.caches, profile, person, desk.secrets, CacheKeeping.KEYRING).path
        for profile in (desk.profile, other)
        for person in ("person_1", "person_2")
    }
    assert len(places) == 4
