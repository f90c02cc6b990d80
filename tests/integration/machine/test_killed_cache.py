"""Killed while it is made, brought up to date or closed, a cache opens again and is whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.machine.dying_cache import STORIES

SOURCE = Path(__file__).with_name("dying_writes.c")
FEWEST_COMMITS = 14
FEWEST_WRITES = 20

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it forks, and preloads a library")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ends a process at a change of a file, compiled."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler here")
    made = tmp_path_factory.mktemp("library") / "dying_writes.so"
    command = [compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", str(made), str(SOURCE)]
    subprocess.run([*command, "-ldl"], check=True)
    return made


def assert_whole_after_each(
    root: Path, story: str, points: tuple[int, ...] = (), preloaded: Path | None = None
) -> int:
    """Kill at the points, all where none is given; answers how many there were."""
    command = [sys.executable, "-m", "tests.integration.machine.dying_cache", str(root), story]
    done = subprocess.run(
        [*command, *map(str, points)],
        env=os.environ | ({"LD_PRELOAD": str(preloaded)} if preloaded else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    for found in seen:
        assert found["least"] <= found["rows"] <= found["most"], found
        assert found["files"] == ["cache.db", "cache.db.lock"], found
    return len(seen)


@pytest.mark.parametrize(
    ("story", "points"),
    [("new", (3, 4, -4)), ("oldest", (15, 16, 17, -4))],
    ids=["made-and-closed", "brought-up-to-date-and-closed"],
)
def test_at_chosen_commits(tmp_path: Path, story: str, points: tuple[int, ...]) -> None:
    assert assert_whole_after_each(tmp_path, story, points) == len(points)


@pytest.mark.full
@pytest.mark.parametrize("story", STORIES)
def test_before_and_after_every_commit_and_closing(tmp_path: Path, story: str) -> None:
    assert assert_whole_after_each(tmp_path, story) > FEWEST_COMMITS


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("story", STORIES)
def test_before_every_change_of_a_file(tmp_path: Path, library: Path, story: str) -> None:
    assert assert_whole_after_each(tmp_path, story, preloaded=library) > FEWEST_WRITES
