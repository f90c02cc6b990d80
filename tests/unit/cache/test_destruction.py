"""A destroyed cache: nothing of it opens again, however far the destruction came."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lmchat_desktop.cache import destruction, schema
from lmchat_desktop.cache.secret import SALT_BYTES, CacheSecret, Passphrase
from lmchat_desktop.cache.store import Cache, open_cache, set_aside
from lmchat_desktop.cache.trouble import CacheUnwritable, DiskFull, WrongKey
from tests.unit.cache.conftest import KEY
from tests.unit.cache.test_store import add, count
from tests.unit.cache.traffic import NOW

RIGHT = Passphrase("correct horse")
WHY = "lease-ended"


@pytest.fixture(params=[KEY, RIGHT], ids=["key", "passphrase"])
def secret(request: pytest.FixtureRequest) -> CacheSecret:
    kept: CacheSecret = request.param
    return kept


@pytest.fixture
def lived_in(path: Path, secret: CacheSecret, tmp_path: Path) -> Path:
    """A closed cache with all that can lie beside it, and a -wal that was never moved into it."""
    cache = open_cache(path, secret)
    add(cache)
    cache.close()
    backup = schema.back_up(path, "0001").read_bytes()
    set_aside(path, NOW)
    cache = open_cache(path, secret)
    add(cache)
    unclean = tmp_path / "unclean"
    shutil.copytree(path.parent, unclean)
    cache.close()
    for file in unclean.iterdir():
        shutil.copy2(file, path.parent)
    schema.backup_path(path, "0001").write_bytes(backup)
    path.with_name(f"{path.name}.set-aside-1-wal").write_bytes(
        path.with_name(f"{path.name}-wal").read_bytes()
    )
    (path.parent / "cache.database").write_bytes(b"another's")
    return path


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


LEFT = ["cache.database", "cache.db.lock"]


def test_all_goes_but_the_lock_and_what_is_not_the_caches(lived_in: Path) -> None:
    assert len(names(lived_in)) >= 8
    destruction.condemn(lived_in, WHY)
    destruction.remove(lived_in)
    assert names(lived_in) == LEFT
    assert not destruction.has_files(lived_in)
    assert destruction.condemned(lived_in) is None


def test_what_the_medium_keeps_does_not_open_with_the_right_passphrase(
    path: Path, lived_in: Path, secret: CacheSecret, tmp_path: Path
) -> None:
    """A second name for each file shows what lies on the medium once the first one is gone."""
    copies, medium = tmp_path / "copies", tmp_path / "medium"
    shutil.copytree(path.parent, copies)
    medium.mkdir()
    for file in path.parent.iterdir():
        os.link(file, medium / file.name)
    salt = path.read_bytes()[:SALT_BYTES]
    assert any(salt in file.read_bytes() for file in medium.glob("*-wal"))

    destruction.remove(path)

    for file in medium.glob("cache.db*"):
        assert salt not in file.read_bytes()
    for name in ("cache.db.before-0001", f"cache.db.set-aside-{NOW:%Y%m%dT%H%M%S}", "cache.db"):
        whole = open_cache(copies / name, secret)
        assert count(whole) >= 1
        whole.close()
        rest = (medium / name).read_bytes()
        assert rest[SALT_BYTES:] != bytes(len(rest) - SALT_BYTES)
        if isinstance(secret, Passphrase):
            alone = tmp_path / "alone" / name
            alone.parent.mkdir(exist_ok=True)
            alone.write_bytes(rest)
            with pytest.raises(WrongKey):
                open_cache(alone, secret)


class Killed(BaseException):
    """The process ends here."""


def steps(monkeypatch: pytest.MonkeyPatch, fail_at: int, error: type[BaseException]) -> list[str]:
    """Has the n-th change of a file or folder fail; answers what was done before."""
    done: list[str] = []

    def counted(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def change(*arguments: object, **more: object) -> object:
            if len(done) == fail_at:
                raise error
            done.append(name)
            return real(*arguments, **more)

        return change

    monkeypatch.setattr(os, "fsync", counted("fsync", os.fsync))
    monkeypatch.setattr(Path, "unlink", counted("unlink", Path.unlink))
    return done


@pytest.mark.parametrize("error", [Killed, PermissionError])
def test_cut_off_anywhere_it_is_known_and_ended_later(
    lived_in: Path, error: type[BaseException]
) -> None:
    template = lived_in.parent.with_name("template")
    shutil.copytree(lived_in.parent, template)
    at = 0
    while True:
        shutil.rmtree(lived_in.parent)
        shutil.copytree(template, lived_in.parent)
        destruction.condemn(lived_in, WHY)
        with pytest.MonkeyPatch.context() as patch:
            steps(patch, at, error)
            try:
                destruction.remove(lived_in)
                break
            except (Killed, CacheUnwritable):
                assert destruction.condemned(lived_in) == WHY
        destruction.remove(lived_in)
        assert names(lived_in) == LEFT
        at += 1
    assert at > 10


def test_no_file_goes_before_every_salt_is_overwritten(
    lived_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = [name for name in names(lived_in) if name not in LEFT]
    salted = [name for name in gone if not name.endswith("-shm")]
    destruction.condemn(lived_in, WHY)
    done = steps(monkeypatch, -1, Killed)
    destruction.remove(lived_in)
    files, folder, note = ["unlink"] * len(gone), ["fsync"], ["unlink"]
    assert done == ["fsync"] * len(salted) + files + folder + note


def test_the_note_can_stay_for_the_person_to_be_told(lived_in: Path) -> None:
    destruction.condemn(lived_in, WHY)
    destruction.remove(lived_in, keep_note=True)
    assert not destruction.has_files(lived_in)
    assert destruction.condemned(lived_in) == WHY
    destruction.remove(lived_in)
    assert names(lived_in) == LEFT


def test_a_note_that_cannot_be_written_is_a_trouble(
    opened: Callable[..., Cache], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        destruction.condemn(path, WHY)


def test_there_is_nothing_to_remove_where_nothing_is(path: Path) -> None:
    assert not destruction.has_files(path)
    assert destruction.condemned(path) is None
    destruction.remove(path)
    assert not path.parent.exists()


@pytest.mark.parametrize("size", [0, 1, SALT_BYTES - 1, SALT_BYTES, 4096])
def test_files_of_any_size_are_overwritten_and_removed(path: Path, size: int) -> None:
    path.parent.mkdir()
    path.write_bytes(b"x" * size)
    other = path.parent.parent / "medium"
    os.link(path, other)
    destruction.remove(path)
    kept = min(size, SALT_BYTES)
    assert other.read_bytes() == bytes(kept) + b"x" * (size - kept)
