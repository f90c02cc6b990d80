"""Killed at any operation on a file, settings are the old ones or the new ones, and whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = """
import json, os, shutil, sys
from pathlib import Path
from lmchat_desktop.settings.preferences import PreferenceStore, ThemeChoice
from lmchat_desktop.settings.profiles import ProfileStore

root, damaged = Path(sys.argv[1]), sys.argv[2] == "damaged"
OPERATIONS = ("open", "os.", "fcntl.", "tempfile.")
start = root / "start"
ProfileStore(start).add("Work", "https://work.example.org")
PreferenceStore(start).set(zone="UTC")
if damaged:
    (start / "preferences.json").write_text("{")

def work(folder, at, report):
    done = 0
    def count(event, arguments):
        nonlocal done
        if event.startswith(OPERATIONS) and str(folder) in str(arguments[:1]):
            done += 1
            if done == at:
                os._exit(9)
    sys.addaudithook(count)
    PreferenceStore(folder).set(theme=ThemeChoice.DARK)
    ProfileStore(folder).add("Home", "https://home.example.org")
    os.write(report, str(done).encode())

seen, at = [], 0
while True:
    at += 1
    folder = root / str(at)
    shutil.copytree(start, folder)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        work(folder, at, writer)
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    os.close(reader)
    stores = PreferenceStore(folder), ProfileStore(folder)
    first = stores[0].value
    trouble = [type(store.trouble).__name__ for store in stores if store.trouble]
    seen.append([first.zone, first.theme, [p.name for p in stores[1].list()], trouble])
    stores[0].set(rail_collapsed=True)
    stores[1].add("Later", "https://later.example.org")
    left = [p.name for p in folder.iterdir() if p.name.endswith(".tmp")]
    aside = [p.name for p in folder.iterdir() if "damaged" in p.name and p.stat().st_size]
    again = PreferenceStore(folder), ProfileStore(folder)
    assert not any(store.trouble for store in again), at
    assert again[0].value.rail_collapsed and again[1].list()[-1].name == "Later", at
    assert not left, (at, left)
    assert not damaged or aside, at
    if os.waitstatus_to_exitcode(status) == 0:
        break
print(json.dumps(seen))
"""


def ended_everywhere(folder: Path, how: str) -> list[list[object]]:
    """What was found after each end, the last one being no end."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), how],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[object]] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="it forks")
def test_ended_at_every_file_operation(tmp_path: Path) -> None:
    found = ended_everywhere(tmp_path, "whole")
    assert len(found) > 15
    for zone, theme, profiles, trouble in found:
        assert zone == "UTC"
        assert theme in ("system", "dark")
        assert profiles in (["Work"], ["Work", "Home"])
        assert trouble == []
    assert found[0][1:3] == ["system", ["Work"]]
    assert found[-1][1:3] == ["dark", ["Work", "Home"]]


@pytest.mark.skipif(sys.platform == "win32", reason="it forks")
def test_ended_while_a_damaged_file_is_kept_aside(tmp_path: Path) -> None:
    found = ended_everywhere(tmp_path, "damaged")
    assert len(found) > 15
    assert all(profiles in (["Work"], ["Work", "Home"]) for _, _, profiles, _ in found)
    assert found[-1][1] == "dark"
