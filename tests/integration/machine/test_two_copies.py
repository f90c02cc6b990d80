"""Two copies at once: neither undoes what the other has changed, nor touches its cache."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lmchat_desktop.settings.preferences import PreferenceStore, TableState, ThemeChoice
from lmchat_desktop.settings.profiles import KnownPerson, ProfileStore, SignInMethod

COPIES = 3
CHANGES = 12

CHANGER = """
import sys
from pathlib import Path
from lmchat_desktop.settings.preferences import PreferenceStore, TableState
from lmchat_desktop.settings.profiles import KnownPerson, ProfileStore, SignInMethod

folder, copy, changes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
profiles, preferences = ProfileStore(folder), PreferenceStore(folder)
(shared,) = profiles.list()
print("ready", flush=True)
sys.stdin.readline()
for number in range(changes):
    mine = f"{copy}-{number}"
    profiles.add(mine, f"https://{mine}.example.org")
    person = KnownPerson(person_id=mine, method=SignInMethod.BROWSER)
    profiles.signed_in(shared.id, person)
    preferences.change(
        lambda value: value.changed(tables={**value.tables, mine: TableState(sort=mine)})
    )
"""


def start(folder: Path, copy: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHANGER, str(folder), str(copy), str(CHANGES)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_processes_that_change_the_same_settings_lose_nothing(tmp_path: Path) -> None:
    ProfileStore(tmp_path).add("Work", "https://work.example.org")
    PreferenceStore(tmp_path).set(theme=ThemeChoice.DARK)
    copies = [start(tmp_path, copy) for copy in range(COPIES)]
    for each in copies:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in copies:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in copies:
        _said, wrong = each.communicate(timeout=60)
        assert each.returncode == 0, wrong
    everything = {f"{copy}-{number}" for copy in range(COPIES) for number in range(CHANGES)}
    kept = ProfileStore(tmp_path).list()
    assert {profile.name for profile in kept} == everything | {"Work"}
    assert {person.person_id for person in kept[0].people} == everything
    preferences = PreferenceStore(tmp_path).value
    assert set(preferences.tables) == everything
    assert preferences.theme is ThemeChoice.DARK
    left = {path.name for path in tmp_path.iterdir() if path.suffix != ".lock"}
    assert left == {"profiles.json", "preferences.json"}


def test_what_another_copy_prefers_is_kept_but_for_what_was_changed_here(tmp_path: Path) -> None:
    PreferenceStore(tmp_path).set(zone="UTC", tables={"keys": TableState(sort="name")})
    here, there = PreferenceStore(tmp_path), PreferenceStore(tmp_path)
    there.set(theme=ThemeChoice.DARK, tables={"accounts": TableState(sort="id")})
    here.set(zone="Asia/Kolkata")
    here.set(rail_collapsed=True)
    there.set(zone="Pacific/Chatham")
    kept = PreferenceStore(tmp_path).value
    assert (kept.theme, kept.zone, kept.rail_collapsed) == (
        ThemeChoice.DARK,
        "Pacific/Chatham",
        True,
    )
    assert set(kept.tables) == {"accounts"}
    assert here.value.theme is ThemeChoice.SYSTEM


def test_a_person_who_was_added_by_another_copy_stays(tmp_path: Path) -> None:
    here, there = ProfileStore(tmp_path), ProfileStore(tmp_path)
    profile = here.add("Work", "https://work.example.org")
    for store, name in ((there, "person_1"), (here, "person_2")):
        store.signed_in(profile.id, KnownPerson(person_id=name, method=SignInMethod.PERSONAL_TOKEN))
    (kept,) = here.list()
    assert [person.person_id for person in kept.people] == ["person_2", "person_1"]
    there.remove(profile.id)
    here.signed_in(profile.id, KnownPerson(person_id="person_3", method=SignInMethod.BROWSER))
    assert here.list() == ()


HOLDER = """
import fcntl, os, sys
lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the holder locks as POSIX has it")
def test_a_copy_that_hangs_in_a_change_does_not_hang_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lmchat_desktop.settings import turns
    from lmchat_desktop.settings.errors import NotSaved

    store = ProfileStore(tmp_path)
    store.add("Work", "https://work.example.org")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "profiles.json.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder.stdin, holder.stdout:
        assert holder.stdout.readline() == "held\n"
        monkeypatch.setattr(turns.turn.__wrapped__, "__defaults__", (0.05,))  # type: ignore[attr-defined]
        with pytest.raises(NotSaved):
            store.add("Home", "https://home.example.org")
        assert [profile.name for profile in store.list()] == ["Work"]
        holder.kill()
        holder.wait(30)
    store.add("Home", "https://home.example.org")
    names = [profile["name"] for profile in _written(tmp_path)["profiles"]]
    assert names == ["Work", "Home"]


def _written(folder: Path) -> dict[str, list[dict[str, str]]]:
    data: dict[str, list[dict[str, str]]] = json.loads((folder / "profiles.json").read_text())[
        "data"
    ]
    return data
