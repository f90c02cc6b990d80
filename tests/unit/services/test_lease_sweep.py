"""The sweep at the start: what is past its lease goes, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lmchat_desktop.cache import destruction
from lmchat_desktop.domain.clock import PLAUSIBLE_AWAY
from lmchat_desktop.services.lease_sweep import sweep_leases
from lmchat_desktop.settings.profiles import CacheKeeping
from tests.unit.cache.traffic import NOW, FixedClock
from tests.unit.services.lease_desk import LeaseDesk, names

DAY = timedelta(days=1)
SWEPT = ["cache.db.ended", "cache.db.lock"]


@pytest.fixture
def desk(tmp_path: Path) -> LeaseDesk:
    return LeaseDesk(tmp_path)


def sweep(desk: LeaseDesk, at: datetime = NOW) -> int:
    return sweep_leases(desk.profiles, desk.caches, desk.secrets, clock=FixedClock(at))


@pytest.mark.parametrize("keeping", [CacheKeeping.KEYRING, CacheKeeping.PASSPHRASE])
@pytest.mark.parametrize(
    ("lease_until", "destroyed"),
    [(None, False), (NOW + DAY, False), (NOW, True), (NOW - DAY, True)],
)
def test_only_what_is_past_its_lease_goes(
    desk: LeaseDesk, keeping: CacheKeeping, lease_until: datetime | None, destroyed: bool
) -> None:
    place = desk.know("person_1", lease_until, keeping)
    live = desk.know("person_2", NOW + DAY, keeping)
    assert sweep(desk) == destroyed
    assert place.has_files() is not destroyed
    assert place.condemned() == ("lease-ended" if destroyed else None)
    assert (names(place) == SWEPT) is destroyed
    if keeping is CacheKeeping.KEYRING:
        assert (desk.key(place) is None) is destroyed
    assert live.has_files()
    assert sweep(desk) == 0


@pytest.mark.parametrize(
    ("ago", "destroyed"),
    [(PLAUSIBLE_AWAY, True), (PLAUSIBLE_AWAY + DAY, False), (365 * DAY, False)],
)
def test_a_clock_beyond_belief_destroys_nothing(
    desk: LeaseDesk, ago: timedelta, destroyed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    place = desk.know("person_1", NOW - ago)
    assert sweep(desk) == destroyed
    assert place.has_files() is not destroyed
    assert ("may be wrong" in caplog.text) is not destroyed


def test_people_of_all_backends_are_swept(desk: LeaseDesk) -> None:
    desk.know("person_1", NOW)
    desk.know("person_2", NOW)
    desk.profile = desk.profiles.add("Other", "https://other.test")
    desk.know("person_1", NOW)
    assert sweep(desk) == 3


def test_an_older_cache_goes_though_the_person_works_in_memory_now(desk: LeaseDesk) -> None:
    place = desk.know("person_1", NOW)
    desk.know("person_1", NOW, CacheKeeping.MEMORY)
    assert sweep(desk) == 1
    assert names(place) == SWEPT


def test_what_is_open_is_left_alone(desk: LeaseDesk) -> None:
    place = desk.know("person_1", NOW)
    other = desk.know("person_2", NOW)
    cache = desk.open(place)
    assert sweep(desk) == 1
    assert desk.key(place) is not None
    assert not other.has_files()
    cache.close()
    assert sweep(desk) == 1


def test_where_nothing_was_kept_nothing_is_made(desk: LeaseDesk) -> None:
    desk.know("person_1", NOW, CacheKeeping.MEMORY)
    desk.secrets.locked = True
    assert sweep(desk) == 0
    assert not desk.caches.exists()


def test_a_destruction_that_was_cut_off_is_ended_whatever_the_lease(desk: LeaseDesk) -> None:
    place = desk.know("person_1", NOW + DAY)
    destruction.condemn(place.path, "device-revoked")
    assert sweep(desk) == 1
    assert names(place) == SWEPT
    assert desk.key(place) is None


def test_one_that_cannot_be_destroyed_does_not_spare_the_others(
    desk: LeaseDesk, caplog: pytest.LogCaptureFixture
) -> None:
    kept = desk.know("person_1", NOW)
    other = desk.know("person_2", NOW, CacheKeeping.PASSPHRASE)
    desk.secrets.locked = True
    assert sweep(desk) == 1
    assert kept.has_files()
    assert not other.has_files()
    assert "keyring-missing" in caplog.text
    desk.secrets.locked = False
    assert sweep(desk) == 1
