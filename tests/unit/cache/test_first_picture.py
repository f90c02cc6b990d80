"""What was shown last: read with SQLCipher alone, refused where it must not be seen, forgotten."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from lmchat_desktop.cache import entities, first_picture_rows, slicerows, state
from lmchat_desktop.cache.first_picture import StoredPicture, look
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.contract.changes import AccountChange
from lmchat_desktop.contract.identity import Device, Me, Membership
from lmchat_desktop.domain.clock import Reading
from lmchat_desktop.domain.lease import MAX_LEASE
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sync.lease import lease_of
from tests.unit.cache.conftest import KEY
from tests.unit.cache.test_store import account, me
from tests.unit.cache.traffic import NOW, FixedClock, make_requests, slices_of

CONTENT = b"marker-figures 486,903"
VALID_UNTIL = NOW + timedelta(days=300)
LATER = NOW + timedelta(hours=1)


class Still:
    """A machine's clock that stands."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def fill(cache: Cache, who: Me | None = None) -> None:
    """A cache as sync leaves it, and what was shown of it."""
    with cache.write() as connection:
        state.note_me(connection, who or me())
        state.note_sync(connection, NOW)
        state.note_time(connection, Reading(NOW, NOW))
        entities.apply(connection, [AccountChange(id="acct_marker_1", entity=account())], 1)
        for info, body in slices_of(make_requests(days=1, count=20)):
            slicerows.put(connection, "acct_marker_1", info, body)
    assert show(cache)


def show(cache: Cache, read_at: int | None = None, version: str = "1") -> bool:
    with cache.write() as connection:
        count = first_picture_rows.forgettings(connection) if read_at is None else read_at
        return first_picture_rows.keep(
            connection, CONTENT, version=version, valid_until=VALID_UNTIL, read_at=count
        )


def seen(
    path: Path,
    *,
    now: datetime = LATER,
    key: RawKey = KEY,
    version: str = "1",
    person_id: str = "person_1",
) -> StoredPicture | None:
    return look(path, key, version=version, person_id=person_id, clock=Still(now))


@pytest.fixture
def filled(opened: Callable[..., Cache]) -> Cache:
    cache = opened(clock=FixedClock())
    fill(cache)
    return cache


def test_what_was_shown_is_read_again(filled: Cache, path: Path) -> None:
    filled.close()
    found = seen(path)
    assert found is not None
    assert found == StoredPicture(CONTENT, LATER, NOW, path.stat().st_size)


def test_reading_it_loads_nothing_heavy(filled: Cache, path: Path) -> None:
    filled.close()
    script = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from lmchat_desktop.cache.first_picture import look\n"
        "from lmchat_desktop.cache.secret import RawKey\n"
        "class Still:\n"
        f"    def now(self): return datetime.fromisoformat({LATER.isoformat()!r})\n"
        "found = look(Path(sys.argv[1]), RawKey(bytes(range(32))), version='1',\n"
        "             person_id='person_1', clock=Still())\n"
        "heavy = ('sqlalchemy', 'pydantic', 'numpy', 'alembic', 'httpx')\n"
        "print(found.content.decode(), [name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{CONTENT.decode()} []\n"


def test_reading_it_changes_nothing(filled: Cache, path: Path) -> None:
    filled.close()
    before = path.read_bytes()
    assert seen(path) is not None
    assert path.read_bytes() == before
    left = {file.name: file.stat().st_size for file in path.parent.iterdir()}
    assert left.get("cache.db-wal", 0) == 0


def test_after_a_crash_it_is_read_and_the_crash_is_still_noticed(
    filled: Cache, path: Path, tmp_path: Path
) -> None:
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for file in path.parent.iterdir():
        (crashed / file.name).write_bytes(file.read_bytes())
    unclean = (crashed / "cache.db-wal").read_bytes()
    assert unclean
    assert seen(crashed / path.name) is not None
    assert (crashed / "cache.db-wal").read_bytes() == unclean


def test_what_is_not_this_programs_persons_or_times_is_refused(filled: Cache, path: Path) -> None:
    filled.close()
    assert seen(path) is not None
    assert seen(path, version="2") is None
    assert seen(path, person_id="person_2") is None
    assert seen(path, key=RawKey(bytes(32))) is None
    assert seen(path, now=NOW + MAX_LEASE) is None


def test_past_the_retention_of_its_oldest_figure_it_is_refused(
    opened: Callable[..., Cache], path: Path
) -> None:
    cache = opened(clock=FixedClock())
    fill(cache)
    with cache.write() as connection:
        connection.execute(
            text("UPDATE first_picture SET valid_until_ms = :at"),
            {"at": round((NOW + timedelta(days=1)).timestamp() * 1000)},
        )
    cache.close()
    assert seen(path, now=NOW + timedelta(days=1) - timedelta(seconds=1)) is not None
    assert seen(path, now=NOW + timedelta(days=1)) is None


def test_a_clock_that_was_set_back_brings_nothing_back(
    opened: Callable[..., Cache], path: Path
) -> None:
    cache = opened(clock=FixedClock())
    fill(cache)
    with cache.write() as connection:
        state.note_time(connection, Reading(NOW + MAX_LEASE, NOW))
    # `close` would note the time of the cache's own clock.
    assert seen(path, now=NOW) is None
    with cache.write() as connection:
        state.note_time(connection, Reading(NOW + MAX_LEASE - timedelta(hours=2), NOW))
    found = seen(path, now=NOW)
    assert found is not None
    assert found.now == NOW + MAX_LEASE - timedelta(hours=2)


def restart(connection: Connection) -> None:
    state.note_feed(connection, None, 2, True)


def lose_rights(connection: Connection) -> None:
    state.note_me(connection, me().model_copy(update={"scopes": ["usage:read"]}))


def change_role(connection: Connection) -> None:
    member = Membership(account_id="acct_1", account_name="Acme", role=Role.MEMBER)
    state.note_me(connection, me().model_copy(update={"memberships": [member]}))


def forget_person(connection: Connection) -> None:
    connection.execute(text("UPDATE sync_state SET me = NULL"))


@pytest.mark.parametrize("change", [restart, lose_rights, change_role, forget_person])
def test_with_other_rights_or_in_doubt_of_them_it_is_refused(
    filled: Cache, path: Path, change: Callable[[Connection], None]
) -> None:
    with filled.write() as connection:
        change(connection)
    assert seen(path) is None


def test_what_tells_no_rights_does_not_end_it(filled: Cache, path: Path) -> None:
    told = me().model_copy(update={"server_time": LATER, "capabilities": ["key-rotation"]})
    with filled.write() as connection:
        state.note_me(connection, told)
    assert seen(path) is not None


@pytest.mark.parametrize("place", ["first page", "last page", "cut", "no database", "gone"])
def test_a_damaged_file_is_refused(filled: Cache, path: Path, place: str) -> None:
    filled.close()
    whole = path.read_bytes()
    page = 4096
    match place:
        case "first page":
            path.write_bytes(whole[:100] + bytes(200) + whole[300:])
        case "last page":
            # Where it lies is SQLite's affair: every page behind the first is hit.
            pages = (whole[at : at + page] for at in range(page, len(whole), page))
            path.write_bytes(whole[:page] + b"".join(each[:-64] + bytes(64) for each in pages))
        case "cut":
            path.write_bytes(whole[: page + 100])
        case "no database":
            path.write_bytes(b"\0" * 8192)
        case "gone":
            path.unlink()
    assert seen(path) is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE first_picture SET valid_until_ms = 9223372036854775807",
        "UPDATE first_picture SET valid_until_ms = 'soon'",
        "UPDATE first_picture SET content = NULL",
        "DELETE FROM first_picture",
        "DROP TABLE first_picture",
        "UPDATE sync_state SET me = '{\"person\": 7}'",
        "UPDATE sync_state SET newest_seen_ms = 'late'",
    ],
)
def test_a_damaged_row_is_refused(filled: Cache, path: Path, damage: str) -> None:
    with filled.write() as connection:
        connection.execute(text(damage))
    assert seen(path) is None


@pytest.mark.parametrize("granted", [None, timedelta(days=3), timedelta(days=60)])
@pytest.mark.parametrize("contact", [None, NOW - timedelta(hours=5)])
@pytest.mark.parametrize("synced", [None, NOW - timedelta(days=1)])
def test_the_lease_is_the_one_that_an_opening_goes_by(
    opened: Callable[..., Cache],
    path: Path,
    granted: timedelta | None,
    contact: datetime | None,
    synced: datetime | None,
) -> None:
    device = None
    if granted is not None:
        device = Device(
            id="dev_1",
            person_id="person_1",
            name="desk",
            platform="Linux",
            app_version="1",
            registered_at=NOW,
            last_seen_at=NOW,
            lease_until=NOW + granted,
            etag="1",
        )
    cache = opened(clock=FixedClock())
    fill(cache, me().model_copy(update={"device": device, "server_time": NOW - timedelta(days=2)}))
    with cache.write() as connection:
        state.note_time(connection, Reading(NOW - timedelta(days=2), contact))
        connection.execute(
            text("UPDATE sync_state SET last_sync_ms = :at"),
            {"at": None if synced is None else round(synced.timestamp() * 1000)},
        )
    with cache.read() as connection:
        lease = lease_of(state.load(connection))
    assert lease is not None
    assert seen(path, now=lease.until - timedelta(milliseconds=1)) is not None
    assert seen(path, now=lease.until) is None


def delete_account(connection: Connection) -> None:
    entities.apply(connection, [AccountChange(id="acct_marker_1", entity=None)], 1)


def end_snapshot(connection: Connection) -> None:
    entities.forget_older(connection, 2)


def hide_scope(connection: Connection) -> None:
    slicerows.forget_scope(connection, "acct_marker_1")


def drop_slices(connection: Connection) -> None:
    stored = slicerows.stored(connection, "acct_marker_1")
    slicerows.forget(connection, "acct_marker_1", [stored[0].id])


def expire(connection: Connection) -> None:
    slicerows.forget_before(connection, round(LATER.timestamp()))


FORGETTINGS = [
    delete_account,
    end_snapshot,
    hide_scope,
    drop_slices,
    expire,
    first_picture_rows.forget,
]


@pytest.mark.parametrize("forget", FORGETTINGS)
def test_whatever_is_forgotten_takes_it_along(
    filled: Cache, path: Path, forget: Callable[[Connection], object]
) -> None:
    with filled.read() as connection:
        read_at = first_picture_rows.forgettings(connection)
    with filled.write() as connection:
        forget(connection)
    assert seen(path) is None
    with filled.read() as connection:
        kept = connection.execute(text("SELECT content, rights, version FROM first_picture")).one()
    assert tuple(kept) == (None, None, None)
    # What was read before and comes to be kept only now holds what was just forgotten.
    assert not show(filled, read_at)
    assert seen(path) is None
    assert show(filled)
    assert seen(path) is not None


def test_what_only_comes_or_changes_leaves_it(filled: Cache, path: Path) -> None:
    with filled.write() as connection:
        changed = AccountChange(id="acct_marker_1", entity=account(name="other"))
        entities.apply(connection, [changed], 1)
        info, body = slices_of(make_requests(days=1, count=30))[0]
        slicerows.put(connection, "acct_marker_1", info, body)
    assert seen(path) is not None


def test_before_anybody_is_known_nothing_is_kept(cache: Cache) -> None:
    assert not show(cache)


def test_nothing_of_it_lies_in_clear(filled: Cache, path: Path) -> None:
    while_open = [file.read_bytes() for file in path.parent.iterdir()]
    filled.close()
    closed = [file.read_bytes() for file in path.parent.iterdir()]
    for content in (*while_open, *closed):
        assert b"marker-figures" not in content
        assert b"486,903" not in content
