"""Makes a new cache's tables, and brings an older cache up to date after an encrypted backup."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select

from lmchat_desktop.cache.tables import alembic_version, metadata
from lmchat_desktop.cache.trouble import DamagedCache, NewerCache, trouble_of_file

REVISIONS: tuple[str, ...] = (
    *("0001", "0002", "0003", "0004"),
    *("0005", "0006", "0007", "0008", "0009"),
)
"""Every revision that this version knows, oldest first; the last is the one it works with."""

SCRIPTS = Path(__file__).with_name("migrations")
VERSION_FOLDERS: tuple[Path, ...] = (SCRIPTS / "versions",)


def stored_revision(connection: Connection) -> str | None:
    """The revision of an existing cache, or None for a file without tables.

    Raises:
        DamagedCache: there are tables, but no revision.
        NewerCache: the revision is none of those that this version knows.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if alembic_version.name not in tables:
        raise DamagedCache()
    revision = connection.scalar(select(alembic_version.c.version_num))
    if revision is None:
        raise DamagedCache()
    if revision not in REVISIONS:
        raise NewerCache()
    return str(revision)


def create(connection: Connection) -> None:
    """Make all tables at the newest revision."""
    metadata.create_all(connection)
    connection.execute(insert(alembic_version).values(version_num=REVISIONS[-1]))


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, within the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, VERSION_FOLDERS)))
    config.attributes["connection"] = connection
    command.upgrade(config, REVISIONS[-1])


def backup_path(path: Path, revision: str) -> Path:
    """Where the backup of a cache of that revision lies."""
    return path.with_name(f"{path.name}.before-{revision}")


def back_up(path: Path, revision: str) -> Path:
    """Copy the encrypted file, byte by byte; no connection is open and its -wal is empty.

    Raises:
        DiskFull, CacheUnwritable: the copy could not be made whole; what there is of it is removed.
    """
    target = backup_path(path, revision)
    partial = target.with_name(f"{target.name}.partial")
    try:
        try:
            shutil.copy2(path, partial)
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise trouble_of_file(error) from error
    return target


def remove_backups(path: Path) -> None:
    """Remove the backups of migrations that have succeeded."""
    for backup in path.parent.glob(f"{path.name}.before-*"):
        backup.unlink(missing_ok=True)
