"""Where nothing can be written the application starts, works, and says what is not kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.machine.starting import (
    assert_no_traceback,
    driver,
    may_mount,
    read_only,
    run,
)
from tests.support.sandbox import RunningSandbox

STORIES = "tests.integration.machine.stories"

pytestmark = pytest.mark.skipif(
    not may_mount(), reason="this machine lets nobody mount a folder read-only"
)


def told(home: Path, env: dict[str, str], story: str, *arguments: str, mounts: str) -> Any:
    """What the story's last line says, after a run without a traceback."""
    done = run(driver(home, f"{STORIES}:{story}", *arguments), env, mounts=mounts)
    assert_no_traceback(done)
    return json.loads(done.stdout.splitlines()[-1])


def test_an_empty_home_that_cannot_be_written(
    home: Path, env: dict[str, str], sandbox: RunningSandbox
) -> None:
    folder = home / "app"
    folder.mkdir()
    seen = told(folder, env, "add_and_look", sandbox.url, mounts=read_only(folder))
    assert "could not be saved" in seen["shown"]
    assert list(folder.iterdir()) == []


def test_settings_that_cannot_be_written_are_said_before_anything_is_typed(
    home: Path, env: dict[str, str]
) -> None:
    folder = home / "app"
    folder.mkdir()
    seen = told(folder, env, "look_around", mounts=read_only(folder))
    assert "The folder of the profiles cannot be written" in seen["shown"]


@pytest.mark.full
def test_what_was_kept_is_refused_in_words_and_work_goes_on_in_memory(
    worked: Path, env: dict[str, str]
) -> None:
    before = {path: path.read_bytes() for path in worked.rglob("*") if path.is_file()}
    seen = told(worked, env, "come_back_and_go_on_in_memory", mounts=read_only(worked))
    assert seen["live"]
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.full
def test_settings_and_log_alone(worked: Path, env: dict[str, str]) -> None:
    mounts = read_only(worked / "config", worked / "log")
    assert told(worked, env, "come_back", mounts=mounts)["live"]
