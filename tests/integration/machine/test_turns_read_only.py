"""A folder that turns read-only in mid-work: it is said, nothing is lost, and work goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.settings.preferences import PreferenceStore
from tests.integration.machine.conftest import personal_token
from tests.integration.machine.starting import assert_no_traceback, driver, may_mount, run
from tests.support.sandbox import RunningSandbox

STORIES = "tests.integration.machine.read_only_stories"

pytestmark = pytest.mark.skipif(
    not may_mount(), reason="this machine lets nobody mount a folder read-only"
)


def told(folder: Path, env: dict[str, str], story: str, *arguments: str) -> list[Any]:
    """What a story said, in a run without a traceback."""
    done = run(driver(folder, f"{STORIES}:{story}", *arguments), env, mounts=":")
    assert_no_traceback(done)
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_said(seen: dict[str, str]) -> None:
    """What was not done was said of the preferences and of the cache."""
    words = seen["read_only"]
    assert "preferences could not be saved" in words
    assert "the last update was not stored" in words
    assert "What was stored before is whole" in words


def assert_whole(folder: Path, keyring: Path) -> None:
    """The cache opens with the key that was kept, and every page of it is as it was written."""
    (key,) = (
        secret
        for name, secret in json.loads(keyring.read_text()).items()
        if name.endswith("/cache-key")
    )
    (path,) = folder.rglob("cache.db")
    cache = open_cache(path, RawKey(bytes.fromhex(key)))
    cache.check()
    cache.close()


def test_work_goes_on_and_is_kept_once_it_can_be(
    home: Path, env: dict[str, str], own_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    folder = home / "app"
    token = personal_token(own_sandbox, "owner")
    seen = told(folder, env, "for_a_while", own_sandbox.url, token, str(folder))
    assert_said(seen[-2])
    assert "not stored" not in seen[-1]["shown"]
    assert PreferenceStore(folder / "config").value.theme == "dark"
    assert_whole(folder, tmp_path / "keyring.json")


@pytest.mark.full
def test_it_can_be_closed_so_and_the_next_start_goes_on(
    worked: Path, env: dict[str, str], tmp_path: Path
) -> None:
    settings = PreferenceStore(worked / "config").value
    assert_said(told(worked, env, "to_the_end", str(worked))[-1])
    assert PreferenceStore(worked / "config").value == settings
    assert_whole(worked, tmp_path / "keyring.json")
    story = "tests.integration.machine.stories:come_back"
    done = run(driver(worked, story), env)
    assert_no_traceback(done)
    assert json.loads(done.stdout.splitlines()[-1])["live"]
