"""The folders of the application, and files in them that only their owner can read."""

from __future__ import annotations

import glob
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

APPLICATION = "lmchat-desktop"
HOME_VARIABLE = "LMCHAT_HOME"
FOLDER_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things are kept.

    Attributes:
        config: profiles and preferences.
        data: encrypted caches, one a backend and person, and what a private sandbox keeps.
        cache: what can be made again at any time.
        log: logs and crash reports, without secrets.
    """

    config: Path
    data: Path
    cache: Path
    log: Path

    def prepare(self) -> tuple[Path, ...]:
        """Make the folders, readable by their owner only; answers those that could not be.

        Nobody is kept from starting by them: whoever writes there later says what was not kept.
        """
        return tuple(
            folder
            for folder in (self.config, self.data, self.cache, self.log)
            if not _is_prepared(folder)
        )


def application_paths(home: Path | None = None) -> Paths:
    """The platform's folders, or all below `home` or the folder that `LMCHAT_HOME` names."""
    named = os.environ.get(HOME_VARIABLE, "")
    if home is None and named:
        home = Path(named).expanduser()
    if home is not None:
        home = home.absolute()
        return Paths(home / "config", home / "data", home / "cache", home / "log")
    from platformdirs import PlatformDirs

    found = PlatformDirs(APPLICATION, appauthor=False)
    return Paths(
        found.user_config_path, found.user_data_path, found.user_cache_path, found.user_log_path
    )


def _is_prepared(folder: Path) -> bool:
    try:
        private_folder(folder)
    except OSError:
        return False
    return True


def private_folder(folder: Path) -> Path:
    """Make a folder with its parents, and let nobody but its owner into it."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(FOLDER_MODE)
    return folder


def write_private(path: Path, content: bytes) -> None:
    """Replace a file as a whole: after a crash it holds either the old content or the new.

    Raises:
        OSError: nothing was replaced.
    """
    folder = private_folder(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=folder)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(FILE_MODE)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def leftovers(path: Path) -> list[Path]:
    """What processes that were killed in `write_private` left of a file. Hold its turn."""
    return list(path.parent.glob(f".{glob.escape(path.name)}.*.tmp"))


def _sync_folder(folder: Path) -> None:
    """Make the replacement itself durable, where the platform can sync a folder."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep_aside(path: Path, why: str) -> Path:
    """Rename a file to the first free `NAME.WHY-N` beside it, and answer the new path."""
    number = 1
    while True:
        aside = path.with_name(f"{path.name}.{why}-{number}")
        try:
            # Making the name first fails where it is taken, so that two processes never share one.
            aside.touch(mode=FILE_MODE, exist_ok=False)
        except FileExistsError:
            number += 1
            continue
        try:
            return path.replace(aside)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
