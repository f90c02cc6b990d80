"""The frozen application works by itself: `make dist` runs this on what it built."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lmchat_desktop import __version__
from lmchat_desktop.cache.stores import DATABASE_NAME
from lmchat_desktop.tour.self_check import NAMES
from tests.frozen.conftest import BUILT, EmptyHome

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

MOST_BYTES = 220 * 2**20
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
MISSING = [program for program in NEEDED if shutil.which(program) is None]


def states(output: str) -> dict[str, str]:
    """The state of each check by its name, from what the program printed."""
    words = [line.split() for line in output.splitlines()]
    return {line[1]: line[0] for line in words if len(line) > 1 and line[1] in NAMES}


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def test_it_says_its_version(empty_home: EmptyHome) -> None:
    assert empty_home.run("--version").stdout.strip() == f"lmchat-desktop {__version__}"


def test_every_part_works_in_an_empty_home_and_nothing_is_left(empty_home: EmptyHome) -> None:
    before = sorted((str(path), path.lstat().st_mtime_ns) for path in BUILT.rglob("*"))
    pictures = empty_home.folder / "pictures"
    done = empty_home.run("self-check", "--out", str(pictures))
    assert done.returncode == 0, done.stdout + done.stderr
    found = states(done.stdout)
    assert found == dict.fromkeys(NAMES, "ok") | {"keyring": "note"}, done.stdout
    assert {"chart.png", "chart.svg", "01-overview-light.png", "04-usage-dark.png"} <= {
        path.name for path in pictures.iterdir()
    }
    assert not empty_home.left_processes()
    assert not list(empty_home.temporary.iterdir())
    assert not list(empty_home.work.iterdir())
    assert {path.name for path in empty_home.home.iterdir()} <= {".cache"}, "fonts' cache alone"
    after = sorted((str(path), path.lstat().st_mtime_ns) for path in BUILT.rglob("*"))
    assert after == before


def test_a_story_is_played_at_twice_the_size(empty_home: EmptyHome) -> None:
    out = empty_home.folder / "tour"
    done = empty_home.run("tour", "--story", "first-look", "--scale", "2", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Overview, whole service" in done.stdout
    assert len(list(out.glob("*@2x.png"))) > 5
    assert not empty_home.left_processes()


def test_a_second_start_ends_and_the_first_ends_on_a_signal(empty_home: EmptyHome) -> None:
    environment = empty_home.environment(QT_QPA_PLATFORM="offscreen")
    first = subprocess.Popen(
        empty_home.command([]),
        env=environment,
        cwd=empty_home.work,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: any(empty_home.run_time.iterdir()), "the first start does not listen")
        second = empty_home.run(environment=environment)
        assert second.returncode == 0, second.stderr
        assert first.poll() is None
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 0
    finally:
        if first.poll() is None:
            first.kill()
            first.wait()
    assert not empty_home.left_processes()


@pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
def test_a_real_keyring_keeps_a_caches_key_from_one_session_to_the_next(
    empty_home: EmptyHome,
) -> None:
    keep = empty_home.folder / "kept"
    first = _with_keyring(empty_home, keep)
    assert "SecretService" in first
    assert "a cache was left for the next run" in first
    (cache,) = keep.rglob(DATABASE_NAME)
    assert b"SQLite format 3" not in cache.read_bytes()
    second = _with_keyring(empty_home, keep)
    assert "the cache of the last run was opened with its key from the keyring" in second
    assert not cache.exists()


def _with_keyring(place: EmptyHome, keep: Path) -> str:
    """Check the keyring in a session of its own, with a bus and GNOME's keyring; what is said."""
    # Not behind the seal, where a user who is not root would be somebody else for the bus.
    command = EmptyHome(place.folder).command(
        ["self-check", "--only", "keyring", "--keep", str(keep)]
    )
    script = (
        'printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null\nexec "$@"'
    )
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-ec", script, "sh", *command],
        env=place.environment(PATH=os.environ["PATH"]),
        cwd=place.work,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_small_enough_and_brings_its_licences(empty_home: EmptyHome) -> None:
    files = [path for path in BUILT.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    assert size <= MOST_BYTES, f"{size / 2**20:.1f} MB"
    licences = BUILT / "_internal" / "licences"
    listed = (licences / "README.txt").read_text(encoding="utf-8")
    folders = [path for path in licences.iterdir() if path.is_dir()]
    assert {"pyside6-essentials", "python", "sqlcipher3"} <= {path.name for path in folders}
    for folder in folders:
        assert f"\n{folder.name} " in listed
        assert any(file.stat().st_size for file in folder.iterdir())
