"""Opens the encrypted cache of one principal at one backend, and hands out its connections."""

from __future__ import annotations

import logging
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from lmchat_desktop.cache import schema, state
from lmchat_desktop.cache.engines import memory_engine, reading_engine, writing_engine
from lmchat_desktop.cache.lock import lock_cache
from lmchat_desktop.cache.secret import CacheSecret, key_literal
from lmchat_desktop.cache.trouble import (
    CacheClosed,
    CacheMissingKey,
    CacheTrouble,
    CacheUnwritable,
    DamagedCache,
    MigrationFailed,
    trouble_of,
    trouble_of_file,
)
from lmchat_desktop.domain.clock import Clock, EffectiveClock, SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from lmchat_desktop.cache.lock import FileLock

T = TypeVar("T")

log = logging.getLogger(__name__)

_PAGE_BYTES = 4096
_COMPANIONS = ("-wal", "-shm")


class Cache:
    """An open cache. Any thread reads; one thread at a time writes.

    Attributes:
        path: the file, or None for a cache in memory.
        clock: the effective clock of this backend, as it was left.
    """

    def __init__(
        self, path: Path | None, writer: Engine, reader: Engine, lock: FileLock | None, clock: Clock
    ) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._lock = lock
        self._closed = False
        self._damaged = False
        self._write_turn = threading.Lock()
        self._read_turn = self._write_turn if writer is reader else None
        self._mine = threading.local()
        self._later: ThreadPoolExecutor | None = None
        self._later_turn = threading.Lock()
        with self.read() as connection:
            self.clock = EffectiveClock(clock, state.known_time(connection))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the cache for as long as the block lasts.

        Raises:
            CacheTrouble: the file cannot be read.
            RuntimeError: the thread already reads or writes; give its connection on instead.
        """
        with self._turn(self._read_turn), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose changes are committed together at the end of the block, or not at all.

        Raises:
            CacheTrouble: the changes were not stored.
            RuntimeError: the thread already reads or writes; give its connection on instead.
        """
        with self._turn(self._write_turn), self._writer.begin() as connection:
            yield connection

    def write_later(self, change: Callable[[Connection], T]) -> Future[T]:
        """Have `change` run in a write of its own on the cache's one background thread."""
        with self._later_turn:
            if self._closed:
                raise CacheClosed()
            if self._later is None:
                self._later = ThreadPoolExecutor(1, thread_name_prefix="cache-writer")
            return self._later.submit(self._write_now, change)

    def saw(self, at: datetime) -> datetime:
        """The backend has just told its time; answers it."""
        return self.clock.saw(at)

    def size_bytes(self) -> int:
        """What the cache takes on the disk, or in memory."""
        if self.path is not None:
            return sum(
                _size(file)
                for file in (self.path, *(_companion(self.path, end) for end in _COMPANIONS))
            )
        with self.read() as connection:
            return int(connection.scalar(text("PRAGMA page_count")) or 0) * _PAGE_BYTES

    def check(self) -> None:
        """Read the whole file and verify its checksums and structure.

        Raises:
            DamagedCache: some page is not what was written.
        """
        with self.read() as connection:
            if connection.execute(text("PRAGMA cipher_integrity_check")).first() is not None:
                raise DamagedCache()
            if connection.scalar(text("PRAGMA quick_check(1)")) != "ok":
                raise DamagedCache()

    def close(self) -> None:
        """Finish what is under way, store what time it is, and let the file go."""
        with self._later_turn:
            if self._closed:
                return
            later, self._later = self._later, None
            self._closed = True
        if later is not None:
            later.shutdown(wait=True, cancel_futures=True)
        try:
            self._leave_time()
        finally:
            with self._write_turn:
                self._reader.dispose()
                self._writer.dispose()
            if self._lock is not None:
                self._lock.release()

    def _leave_time(self) -> None:
        if self._damaged:
            return
        try:
            with self._write_turn, _plainly(), self._writer.begin() as connection:
                state.note_time(connection, self.clock.reading())
        except CacheTrouble as trouble:
            # It is stored with every sync too, and a full disk must not keep a window open.
            log.warning("the time was not stored: %s", trouble.code)

    def _write_now(self, change: Callable[[Connection], T]) -> T:
        with self.write() as connection:
            return change(connection)

    @contextmanager
    def _turn(self, lock: threading.Lock | None) -> Iterator[None]:
        if getattr(self._mine, "busy", False):
            raise RuntimeError("This thread already holds a connection to the cache.")
        self._mine.busy = True
        try:
            with lock or nullcontext(), _plainly():
                self._refuse_if_closed()
                yield
        except DamagedCache:
            self._damaged = True
            raise
        finally:
            self._mine.busy = False

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise CacheClosed()


def open_cache(
    path: Path | None,
    secret: CacheSecret | None,
    *,
    clock: Clock | None = None,
    lock: FileLock | None = None,
) -> Cache:
    """Open a cache, or make it where there is none.

    Args:
        path: the file; None keeps the cache in memory, for people without a keyring.
        secret: what opens the file; None only for a cache in memory.
        clock: the machine's time, unless a test has another.
        lock: the file's lock where the caller has it already; it is the cache's from now on, and
            released where the cache cannot be opened.

    Raises:
        CacheMissingKey: the file exists and there is no secret.
        WrongKey: the secret does not open the file, or its first page is damaged.
        NewerCache, DamagedCache, CacheInUse, DiskFull, CacheUnwritable, MigrationFailed: as named.
        ValueError: a new file was asked for without a secret.
    """
    clock = clock or SystemClock()
    if path is None:
        engine = memory_engine()
        with engine.begin() as connection:
            schema.create(connection)
        return Cache(None, engine, engine, None, clock)
    lock = lock or lock_cache(path)
    try:
        if secret is None:
            if path.exists():
                raise CacheMissingKey()
            raise ValueError("A cache in a file needs a key.")
        return _open_file(path, key_literal(secret, path), lock, clock)
    except OSError as error:
        lock.release()
        raise trouble_of_file(error) from error
    except BaseException:
        lock.release()
        raise


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a cache that cannot be used, with what belongs to it, and answer its new name.

    Nothing calls this but a person's decision. A new cache can then be made at `path`.

    Raises:
        CacheInUse: it is open.
        CacheUnwritable: it cannot be renamed.
    """
    lock = lock_cache(path)
    try:
        stem = f"{path.name}.set-aside-{now:%Y%m%dT%H%M%S}"
        target, number = path.with_name(stem), 1
        while target.exists():
            number += 1
            target = path.with_name(f"{stem}-{number}")
        for end in _COMPANIONS:
            if _companion(path, end).exists():
                _companion(path, end).rename(_companion(target, end))
        path.rename(target)
    except OSError as error:
        raise trouble_of_file(error) from error
    finally:
        lock.release()
    return target


def _open_file(path: Path, key: str, lock: FileLock, clock: Clock) -> Cache:
    size = path.stat().st_size if path.exists() else 0
    wal = _companion(path, "-wal")
    unclean = wal.exists() and wal.stat().st_size > 0
    if size % _PAGE_BYTES and not unclean:
        raise DamagedCache()
    if not size:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    writer = writing_engine(path, key)
    reader = reading_engine(path, key)
    try:
        _bring_up_to_date(path, writer)
        cache = Cache(path, writer, reader, lock, clock)
        if unclean:
            cache.check()
        return cache
    except BaseException:
        reader.dispose()
        writer.dispose()
        raise


def _bring_up_to_date(path: Path, writer: Engine) -> None:
    with _plainly():
        with writer.begin() as connection:
            revision = schema.stored_revision(connection)
            if revision is None:
                schema.create(connection)
                revision = schema.REVISIONS[-1]
        if revision == schema.REVISIONS[-1]:
            schema.remove_backups(path)
            return
    # Closing the only connection moves the -wal into the file, so that a copy of it is whole.
    writer.dispose()
    if _companion(path, "-wal").exists():
        raise CacheUnwritable()
    schema.back_up(path, revision)
    try:
        with _plainly(), writer.begin() as connection:
            schema.upgrade(connection)
    except CacheTrouble:
        raise
    except Exception as error:
        raise MigrationFailed() from error
    schema.remove_backups(path)


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn the database's errors into troubles that a person can read."""
    try:
        yield
    except DBAPIError as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise trouble from error


def _size(file: Path) -> int:
    """A file's bytes; none where it has gone, as a -wal does when the cache closes."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _companion(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
