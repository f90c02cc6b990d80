"""Settings files survive damage, versions, crashes and full disks, and nothing is ever deleted."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from lmchat_desktop.domain.wording import said
from lmchat_desktop.settings.errors import DamagedFile, NewerFile, NotSaved
from lmchat_desktop.settings.versioned import MAX_BYTES, VersionedFile


class Colours(Struct, frozen=True):
    front: str = "black"
    back: str = "white"


def from_one(data: dict[str, Any]) -> dict[str, Any]:
    return {"foreground": data["fg"]}


def from_two(data: dict[str, Any]) -> dict[str, Any]:
    return {"front": data["foreground"], "back": "grey"}


def file_at(path: Path, version: int = 3) -> VersionedFile[Colours]:
    return VersionedFile(
        path, Colours, version, {1: from_one, 2: from_two}, said("Test", "colours")
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_nothing_there_is_the_default_and_no_trouble(tmp_path: Path) -> None:
    file = file_at(tmp_path / "colours.json")
    assert file.read() == Colours()
    assert file.trouble is None
    assert names(tmp_path) == []


def test_what_is_written_is_read_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "config" / "colours.json"
    file_at(path).write(Colours(front="zażółć"))
    assert file_at(path).read() == Colours(front="zażółć")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert names(path.parent) == ["colours.json"]


@pytest.mark.parametrize(
    ("version", "data"),
    [(1, {"fg": "red"}), (2, {"foreground": "red"}), (3, {"front": "red", "back": "grey"})],
)
def test_older_versions_are_migrated_step_by_step(
    tmp_path: Path, version: int, data: dict[str, str]
) -> None:
    path = tmp_path / "colours.json"
    path.write_text(json.dumps({"version": version, "data": data}))
    file = file_at(path)
    assert file.read() == Colours(front="red", back="grey")
    assert file.trouble is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"version": 3}',
        b'{"version": "three", "data": {}}',
        b'{"version": 3, "data": {"front": 7}}',
        b'{"version": 3, "data": 7}',
        b'{"version": 1, "data": {}}',
        b'{"version": 0, "data": {}}',
        b'{"version": -9, "data": {}}',
        b"[" * 100_000,
        b" " * (MAX_BYTES + 1),
    ],
)
def test_a_damaged_file_is_kept_aside_and_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "colours.json"
    for number in (1, 2):
        path.write_bytes(content)
        file = file_at(path)
        assert file.read() == Colours()
        assert isinstance(file.trouble, DamagedFile)
        aside = tmp_path / f"colours.json.damaged-{number}"
        assert aside.name in file.trouble.message
        assert aside.read_bytes() == content
    file.write(Colours(front="red"))
    assert file_at(path).read() == Colours(front="red")
    assert names(tmp_path) == [
        "colours.json",
        "colours.json.damaged-1",
        "colours.json.damaged-2",
    ]


def test_a_file_of_a_newer_version_is_left_alone_until_something_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "colours.json"
    newer = b'{"version": 4, "data": {"front": {"h": 1}}}'
    path.write_bytes(newer)
    file = file_at(path)
    assert file.read() == Colours()
    assert isinstance(file.trouble, NewerFile)
    assert path.read_bytes() == newer
    file.write(Colours(front="red"))
    assert (tmp_path / "colours.json.newer-1").read_bytes() == newer
    assert file_at(path).read() == Colours(front="red")


def test_a_file_that_cannot_be_read_is_kept_aside_before_it_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "colours.json"
    path.write_bytes(b"precious")

    def refuse(self: Path, *arguments: object, **more: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        file = file_at(path)
        assert file.read() == Colours()
        assert isinstance(file.trouble, DamagedFile)
        file.write(Colours())
    assert (tmp_path / "colours.json.unreadable-1").read_bytes() == b"precious"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_at_any_step_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "colours.json"
    file = file_at(path)
    file.write(Colours(front="old"))

    def full(*arguments: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[step], full)
        with pytest.raises(NotSaved, match="disk has room"):
            file.write(Colours(front="new"))
    assert file_at(path).read() == Colours(front="old")
    assert names(tmp_path) == ["colours.json"]
