"""The store: what is written is read, together or not at all, and never lies in clear."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from lmchat_desktop.cache import entities, slicerows, state
from lmchat_desktop.cache.secret import Passphrase, RawKey
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.cache.tables import entities as tables
from lmchat_desktop.cache.trouble import CacheClosed, CacheUnwritable
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.changes import AccountChange
from lmchat_desktop.contract.identity import Me, Person
from lmchat_desktop.domain.clock import Reading
from tests.unit.cache.traffic import NOW, FixedClock, make_requests, slices_of

MARKERS = ("marker-name", "marker@mail.test", "key_marker_1", "acct_marker", "marker-person")


def account(number: int = 1, name: str = "marker-name") -> Account:
    return Account(
        id=f"acct_marker_{number}",
        name=name,
        email="marker@mail.test",
        email_verified=True,
        plan_id="plan_1",
        state="active",
        created_at=NOW,
        etag="1",
    )


def me() -> Me:
    person = Person(id="person_1", name="marker-person", email="marker@mail.test", created_at=NOW)
    return Me(
        person=person,
        device=None,
        memberships=[],
        operator_roles=[],
        scopes=[],
        capabilities=[],
        backend="test",
        server_time=NOW,
    )


def add(cache: Cache, number: int = 1) -> None:
    with cache.write() as connection:
        change = AccountChange(id=f"acct_marker_{number}", entity=account(number))
        entities.apply(connection, [change], 1)


def count(cache: Cache) -> int:
    return entities.EntityRepository(cache).count(Account)


def test_what_is_written_is_there_after_opening_again(
    opened: Callable[..., Cache], path: Path
) -> None:
    cache = opened()
    add(cache)
    cache.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["cache.db", "cache.db.lock"]
    assert entities.EntityRepository(opened()).list(Account) == [account()]


@pytest.mark.parametrize("secret", [RawKey.random(), Passphrase("correct horse")])
def test_no_file_holds_anything_in_clear(
    opened: Callable[..., Cache], path: Path, secret: object
) -> None:
    cache = opened(path, secret)
    with cache.write() as connection:
        entities.apply(connection, [AccountChange(id="acct_marker_1", entity=account())], 1)
        state.note_me(connection, me())
        for info, body in slices_of(make_requests(days=1, count=200)):
            assert info.cells == 0 or b"key_marker_1" in body or b"key_marker_2" in body
            slicerows.put(connection, "acct_marker_1", info, body)
    while_open = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert while_open["cache.db-wal"]
    cache.close()
    closed = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    for content in (*while_open.values(), *closed.values()):
        assert not content.startswith(b"SQLite format 3")
        for marker in MARKERS:
            assert marker.encode() not in content
            assert marker.encode("utf-16-le") not in content


def test_deleted_rows_leave_no_trace_in_the_decrypted_pages(
    opened: Callable[..., Cache], path: Path
) -> None:
    cache = opened()
    add(cache)
    with cache.write() as connection:
        entities.apply(connection, [AccountChange(id="acct_marker_1", entity=None)], 1)
    cache.close()
    plain = path.with_name("plain.db")
    with opened().read() as connection:
        connection.execute(text("PRAGMA query_only = OFF"))
        connection.rollback()
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
        driver.execute("SELECT sqlcipher_export('plain')")
        driver.execute("DETACH DATABASE plain")
    content = plain.read_bytes()
    assert content.startswith(b"SQLite format 3")
    assert b"marker" not in content.replace(b"acct_marker", b"")


def test_a_write_that_fails_leaves_nothing(cache: Cache) -> None:
    def half() -> None:
        with cache.write() as connection:
            change = AccountChange(id="acct_marker_1", entity=account())
            entities.apply(connection, [change], 1)
            raise LookupError

    with pytest.raises(LookupError):
        half()
    assert count(cache) == 0


def test_a_reader_sees_one_state_while_another_thread_writes(
    opened: Callable[..., Cache],
) -> None:
    cache = opened()
    add(cache, 1)
    with ThreadPoolExecutor(1) as other, cache.read() as connection:
        accounts = select(tables["account"].c.id)
        before = connection.execute(accounts).all()
        other.submit(add, cache, 2).result(10)
        assert connection.execute(accounts).all() == before
        assert other.submit(count, cache).result(10) == 2
    assert count(cache) == 2


def test_writes_of_many_threads_take_turns(cache: Cache) -> None:
    together = threading.Barrier(8)

    def work(number: int) -> None:
        together.wait(10)
        for step in range(5):
            add(cache, number * 100 + step)
            count(cache)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work, number) for number in range(8)]:
            done.result(60)
    assert count(cache) == 40


def test_a_thread_does_not_take_two_connections(cache: Cache) -> None:
    for outer in (cache.read, cache.write):
        for inner in (cache.read, cache.write):
            with outer(), pytest.raises(RuntimeError, match="already"), inner():
                pass


def test_a_reader_cannot_write(opened: Callable[..., Cache]) -> None:
    cache = opened()
    with pytest.raises(CacheUnwritable), cache.read() as connection:
        connection.execute(insert(tables["plan"]).values(id="x"))


def test_later_writes_are_done_before_closing_or_refused_after(
    opened: Callable[..., Cache],
) -> None:
    cache = opened()
    assert cache.write_later(lambda connection: connection.scalar(text("SELECT 7"))).result(10) == 7
    cache.close()
    cache.close()
    with pytest.raises(CacheClosed):
        cache.write_later(lambda connection: None)
    with pytest.raises(CacheClosed), cache.read():
        pass
    with pytest.raises(CacheClosed), cache.write():
        pass


def test_the_size_is_that_of_its_files_or_pages(cache: Cache, path: Path) -> None:
    before = cache.size_bytes()
    with cache.write() as connection:
        for info, body in slices_of(make_requests(days=1, count=500)):
            slicerows.put(connection, "service", info, body)
    assert cache.size_bytes() > before
    if cache.path is not None:
        files = [path, *path.parent.glob("cache.db-*")]
        assert cache.size_bytes() == sum(file.stat().st_size for file in files)


def test_two_caches_in_memory_are_apart(opened: Callable[..., Cache]) -> None:
    one, other = opened(None, None), opened(None, None)
    add(one)
    assert (count(one), count(other)) == (1, 0)


def test_a_passphrase_is_derived_as_sqlcipher_does_it(
    opened: Callable[..., Cache], path: Path
) -> None:
    import sqlcipher3

    cache = opened(path, Passphrase('it\'s "quoted", ünïcode'))
    add(cache)
    cache.close()
    plain = sqlcipher3.connect(str(path))
    plain.execute('PRAGMA key = "it\'s ""quoted"", ünïcode"')
    assert plain.execute("SELECT count(*) FROM accounts").fetchone() == (1,)
    plain.close()


def test_an_empty_passphrase_or_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Passphrase("")
    with pytest.raises(ValueError, match="32 bytes"):
        RawKey(b"short")


def test_secrets_do_not_show_themselves(opened: Callable[..., Cache], path: Path) -> None:
    key = RawKey(b"K" * 32)
    assert "K" * 8 not in repr(key)
    assert "horse" not in repr(Passphrase("horse"))
    cache = opened(path, key)
    with pytest.raises(Exception, match="no such table") as caught, cache.read() as connection:
        connection.execute(text("SELECT * FROM marker_table WHERE a = :a"), {"a": "marker-value"})
    told = f"{caught.value!r} {caught.value} {cache!r}"
    assert "marker-value" not in told
    assert key.value.hex() not in told


def test_time_never_runs_backwards_across_sessions(
    opened: Callable[..., Cache], path: Path
) -> None:
    cache = opened(clock=FixedClock(NOW))
    later = NOW + timedelta(days=30)
    cache.saw(later)
    cache.close()
    turned_back = opened(clock=FixedClock(datetime(2020, 1, 1, tzinfo=UTC)))
    assert turned_back.clock.now() == later


def test_the_backends_time_may_be_corrected_backwards(
    opened: Callable[..., Cache], path: Path
) -> None:
    cache = opened(clock=FixedClock(NOW))
    cache.saw(NOW + timedelta(days=365))
    cache.saw(NOW)
    cache.close()
    assert opened(clock=FixedClock(NOW)).clock.now() == NOW


def test_state_is_kept_field_by_field(cache: Cache) -> None:
    with cache.write() as connection:
        assert state.load(connection) == state.CacheState()
        state.note_feed(connection, "cursor", 3, True)
        state.note_me(connection, me())
        state.note_sync(connection, NOW)
        time = Reading(NOW, NOW - timedelta(minutes=1), timedelta(milliseconds=-5))
        state.note_time(connection, time)
        assert state.known_time(connection) == time
        assert state.load(connection) == state.CacheState("cursor", 3, True, me(), NOW, time)
