"""What a session does about its lease, state by state."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.lease_keeper import NOTE_EVERY, LeaseKeeper
from lmchat_desktop.settings.errors import NotSaved
from lmchat_desktop.sync.states import SyncPhase, SyncState
from tests.unit.cache.traffic import NOW
from tests.unit.services.lease_desk import DESTROYED, LeaseDesk, names

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path: Path) -> LeaseDesk:
    return LeaseDesk(tmp_path)


def tell(
    keeper: LeaseKeeper, phase: SyncPhase, code: str = "", until: datetime | None = None
) -> list[SyncState]:
    heard: list[SyncState] = []
    keeper.hear(SyncState(phase, NOW, code=code), lambda: until, heard.append)
    assert len(heard) == 1
    return heard


def test_the_end_is_noted_at_the_first_sync_and_when_it_has_moved_by_an_hour() -> None:
    noted: list[datetime] = []
    keeper = LeaseKeeper(None, noted.append, NOW)
    tell(keeper, SyncPhase.SYNCING, until=NOW + MINUTE)
    assert (keeper.until, noted) == (NOW, [])
    for until in (NOW + MINUTE, NOW + 2 * MINUTE, NOW + NOTE_EVERY, NOW + NOTE_EVERY + MINUTE):
        tell(keeper, SyncPhase.LIVE, until=until)
        assert keeper.until == until
    assert noted == [NOW + MINUTE, NOW + NOTE_EVERY + MINUTE]


def test_an_end_is_noted_by_the_machines_clock_where_that_is_ahead_and_anew_when_it_is_not() -> (
    None
):
    noted: list[datetime] = []
    ahead = [timedelta(days=20)]
    keeper = LeaseKeeper(None, noted.append, NOW, lambda: ahead[-1])
    tell(keeper, SyncPhase.LIVE, until=NOW)
    for step in (timedelta(hours=20), -timedelta(days=365)):
        ahead.append(step)
        tell(keeper, SyncPhase.LIVE, until=NOW)
    assert noted == [NOW + timedelta(days=20), NOW]


def test_a_note_that_cannot_be_saved_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(until: datetime) -> None:
        raise NotSaved(said("Settings", "The disk is full."))

    keeper = LeaseKeeper(None, refuse, None)
    tell(keeper, SyncPhase.LIVE, until=NOW)
    assert keeper.until == NOW
    assert "settings-not-saved" in caplog.text


@pytest.mark.parametrize(
    ("phase", "code", "destroyed"),
    [
        (SyncPhase.STOPPED, "lease-ended", True),
        (SyncPhase.STOPPED, "device-revoked", True),
        (SyncPhase.STOPPED, "signed-out", False),
        (SyncPhase.STOPPED, "signed-out-here", False),
        (SyncPhase.STOPPED, "fault", False),
        (SyncPhase.STOPPED, "", False),
        (SyncPhase.OFFLINE, "unreachable", False),
        (SyncPhase.LIVE, "", False),
    ],
)
def test_only_the_end_of_access_or_lease_destroys(
    desk: LeaseDesk, phase: SyncPhase, code: str, destroyed: bool
) -> None:
    place = desk.know("person_1", NOW)
    cache = desk.open(place)
    keeper = LeaseKeeper(place, None, NOW)
    tell(keeper, phase, code)
    assert (desk.key(place) is None) is destroyed
    cache.close()
    keeper.closed()
    assert (names(place) == DESTROYED) is destroyed
    desk.open(place).close()
    keeper.closed()
    assert place.has_files()


def test_a_locked_keyring_leaves_it_to_the_close_and_to_the_next_start(desk: LeaseDesk) -> None:
    place = desk.know("person_1", NOW)
    desk.secrets.locked = True
    keeper = LeaseKeeper(place, None, NOW)
    tell(keeper, SyncPhase.STOPPED, "lease-ended")
    keeper.closed()
    assert place.condemned() == "lease-ended"
    desk.secrets.locked = False
    place.destroy_now_or_later("lease-ended")
    assert names(place) == DESTROYED


def test_a_cache_in_memory_has_nothing_to_destroy() -> None:
    keeper = LeaseKeeper(None, None, NOW)
    tell(keeper, SyncPhase.STOPPED, "lease-ended")
    keeper.closed()
