"""What can be wrong with a cache: each has its name and a way on, and deletes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text, update

from lmchat_desktop.cache import slicerows
from lmchat_desktop.cache.secret import Passphrase, RawKey
from lmchat_desktop.cache.store import Cache, open_cache, set_aside
from lmchat_desktop.cache.tables import alembic_version
from lmchat_desktop.cache.trouble import (
    CacheInUse,
    CacheMissingKey,
    CacheTrouble,
    CacheUnwritable,
    DamagedCache,
    DiskFull,
    NewerCache,
    WrongKey,
)
from lmchat_desktop.cache.usage import UsageRepository
from tests.unit.cache.conftest import KEY
from tests.unit.cache.test_store import add, count
from tests.unit.cache.traffic import NOW, Requests, make_requests, slices_of

PAGE = 4096


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.suffix not in (".lock", ".db-shm")
    }


@contextmanager
def nothing_touched(folder: Path) -> Iterator[None]:
    before = contents(folder)
    yield
    assert contents(folder) == before


def fill(cache: Cache, requests: Requests) -> None:
    with cache.write() as connection:
        for info, body in slices_of(requests):
            slicerows.put(connection, "service", info, body)


def open_and_check(path: Path) -> None:
    cache = open_cache(path, KEY)
    try:
        cache.check()
    finally:
        cache.close()


def open_and_read(path: Path) -> None:
    cache = open_cache(path, KEY)
    try:
        count(cache)
        usage = UsageRepository(cache)
        for each in usage.slices("service"):
            usage.body("service", each.id)
    finally:
        cache.close()


@pytest.fixture
def filled(opened: Callable[..., Cache], path: Path) -> Path:
    """A closed cache of some dozens of pages."""
    cache = opened()
    for number in range(20):
        add(cache, number)
    fill(cache, make_requests(days=2, count=400))
    cache.close()
    return path


def test_another_key_is_wrong(filled: Path) -> None:
    with nothing_touched(filled.parent), pytest.raises(WrongKey, match="cannot be told apart"):
        open_cache(filled, RawKey.random())
    open_cache(filled, KEY).close()


def test_another_passphrase_is_wrong_and_the_right_one_still_opens(path: Path) -> None:
    open_cache(path, Passphrase("right")).close()
    for wrong in (Passphrase("wrong"), KEY):
        with nothing_touched(path.parent), pytest.raises(WrongKey):
            open_cache(path, wrong)
    open_cache(path, Passphrase("right")).close()


def test_a_file_without_its_key(filled: Path) -> None:
    with nothing_touched(filled.parent), pytest.raises(CacheMissingKey, match="keyring"):
        open_cache(filled, None)


def test_a_new_file_needs_a_key(path: Path) -> None:
    with pytest.raises(ValueError, match="key"):
        open_cache(path, None)
    assert not path.exists()


def test_a_cache_of_a_newer_version(opened: Callable[..., Cache], path: Path) -> None:
    cache = opened()
    with cache.write() as connection:
        connection.execute(update(alembic_version).values(version_num="9999"))
    cache.close()
    with nothing_touched(path.parent), pytest.raises(NewerCache, match="Update"):
        open_cache(path, KEY)


@pytest.mark.parametrize("marks", [["DROP TABLE alembic_version"], ["DELETE FROM alembic_version"]])
def test_tables_without_a_revision_are_damage(
    opened: Callable[..., Cache], path: Path, marks: list[str]
) -> None:
    cache = opened()
    with cache.write() as connection:
        for mark in marks:
            connection.execute(text(mark))
    cache.close()
    with pytest.raises(DamagedCache):
        open_cache(path, KEY)


def test_damage_to_any_page_is_noticed(filled: Path) -> None:
    whole = filled.read_bytes()
    for page in range(len(whole) // PAGE):
        damaged = bytearray(whole)
        damaged[page * PAGE + 1000] ^= 1
        filled.write_bytes(damaged)
        with nothing_touched(filled.parent), pytest.raises((WrongKey, DamagedCache)) as caught:
            open_and_check(filled)
        assert caught.type is (WrongKey if page == 0 else DamagedCache)
    filled.write_bytes(whole)
    open_and_check(filled)


def test_damage_that_is_met_while_reading_has_its_name(filled: Path) -> None:
    whole = bytearray(filled.read_bytes())
    for page in range(3, len(whole) // PAGE):
        whole[page * PAGE + 1000] ^= 1
    filled.write_bytes(whole)
    with nothing_touched(filled.parent), pytest.raises(DamagedCache):
        open_and_read(filled)


@pytest.mark.parametrize("kept", [1, 15, 100, PAGE - 1, PAGE, 3 * PAGE, 3 * PAGE + 17])
def test_a_truncated_file_is_damaged(filled: Path, kept: int) -> None:
    filled.write_bytes(filled.read_bytes()[:kept])
    with nothing_touched(filled.parent), pytest.raises(DamagedCache):
        open_and_check(filled)


def test_something_else_in_its_place_is_named(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a cache at all, but a letter to a friend. " * 1000)
    with nothing_touched(path.parent), pytest.raises((WrongKey, DamagedCache)):
        open_cache(path, KEY)


def test_a_file_that_was_never_written_is_a_new_cache(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch()
    cache = open_cache(path, KEY)
    assert count(cache) == 0
    cache.close()


def test_a_second_opening_in_this_process(opened: Callable[..., Cache], path: Path) -> None:
    first = opened()
    add(first)
    with pytest.raises(CacheInUse, match="another window"):
        open_cache(path, KEY)
    with pytest.raises(CacheInUse):
        set_aside(path, NOW)
    assert count(first) == 1
    first.close()
    open_cache(path, KEY).close()


HOLDER = """
import sys
from pathlib import Path
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
cache = open_cache(Path(sys.argv[1]), RawKey(bytes(range(32))))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_second_process_and_its_sudden_end(path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder.stdin, holder.stdout:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(CacheInUse):
            open_cache(path, KEY)
        holder.kill()
        holder.wait(30)
    cache = open_cache(path, KEY)
    add(cache)
    cache.close()


FILLER = """
import resource, signal, sys
from pathlib import Path
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.cache.trouble import CacheTrouble
from tests.unit.cache.test_store import add, count

path, limit = Path(sys.argv[1]), int(sys.argv[2])
cache = open_cache(path, RawKey(bytes(range(32))))
add(cache)
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
stored, code = 1, ""
while not code:
    try:
        add(cache, stored + 1)
        stored += 1
    except CacheTrouble as trouble:
        code = trouble.code
assert count(cache) == stored
cache.check()
cache.close()
cache = open_cache(path, RawKey(bytes(range(32))))
assert count(cache) == stored
cache.check()
cache.close()
print(stored, code)
"""
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=600k tmpfs "$1" && exec "$2" -c "$3" "$1/cache.db" 0'


def may_mount() -> bool:
    try:
        return subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a small disk")
def test_a_full_disk_keeps_what_was_stored(tmp_path: Path) -> None:
    command = ["unshare", "-rm", "sh", "-c", ON_A_SMALL_DISK, "sh"]
    done = subprocess.run(
        [*command, str(tmp_path), sys.executable, FILLER],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    stored, code = done.stdout.split()
    assert code == "disk-full"
    assert int(stored) > 1


def test_a_disk_that_takes_no_more_keeps_what_was_stored(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(path), "300000"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    stored, code = done.stdout.split()
    assert code == "disk-trouble"
    cache = open_cache(path, KEY)
    assert count(cache) == int(stored)
    cache.check()
    add(cache, int(stored) + 1)
    cache.close()


def test_a_full_disk_by_the_databases_own_limit(cache: Cache) -> None:
    add(cache)
    with cache.write() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    requests = make_requests(days=2, count=3000)
    with pytest.raises(DiskFull, match="Make room"):
        fill(cache, requests)
    assert count(cache) == 1
    assert UsageRepository(cache).slices("service") == []


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheUnwritable):
        open_cache(tmp_path / "file" / "cache.db", KEY)
    (tmp_path / "cache.db").mkdir()
    with pytest.raises(CacheTrouble):
        open_cache(tmp_path / "cache.db", KEY)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(filled: Path) -> None:
    filled.parent.chmod(0o500)
    try:
        with pytest.raises(CacheUnwritable):
            open_cache(filled, KEY)
    finally:
        filled.parent.chmod(0o700)


def test_set_aside_renames_everything_and_makes_room(filled: Path) -> None:
    wal = filled.with_name("cache.db-wal")
    wal.write_bytes(b"left over")
    before = filled.read_bytes()
    first = set_aside(filled, NOW)
    assert first.name == "cache.db.set-aside-20261124T102000"
    assert first.read_bytes() == before
    assert first.with_name(f"{first.name}-wal").read_bytes() == b"left over"
    assert not filled.exists()
    assert not wal.exists()
    cache = open_cache(filled, RawKey.random())
    assert count(cache) == 0
    cache.close()
    second = set_aside(filled, NOW)
    assert second.name == f"{first.name}-2"
    assert first.read_bytes() == before


def test_set_aside_of_nothing_is_a_trouble(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with pytest.raises(CacheUnwritable):
        set_aside(path, NOW)


@pytest.mark.parametrize("kind", CacheTrouble.__subclasses__())
def test_every_trouble_says_what_was_not_done_and_how_to_go_on(kind: type[CacheTrouble]) -> None:
    trouble = kind()
    assert trouble.code != CacheTrouble.code
    assert str(trouble) == trouble.message
    assert any(word in trouble.message.lower() for word in ("not", "nothing", "left as it was"))
    last = trouble.message.rstrip(".").rsplit(". ", 1)[-1]
    assert last.split()[0] in {
        "Set", "Try", "Unlock", "Update", "Use", "Make", "Check", "Open", "It", "Connect", "Sign",
    }  # fmt: skip
