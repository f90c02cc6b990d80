"""Profiles and preferences: kept, changed, and independent of each other's damage."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lmchat_desktop.settings.errors import DamagedFile, NotSaved
from lmchat_desktop.settings.paths import application_paths
from lmchat_desktop.settings.preferences import (
    Preferences,
    PreferenceStore,
    TableState,
    ThemeChoice,
    WindowState,
)
from lmchat_desktop.settings.profiles import KnownPerson, ProfileStore, SignInMethod
from lmchat_desktop.settings.stores import FILES

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def person(person_id: str) -> KnownPerson:
    return KnownPerson(
        person_id=person_id, method=SignInMethod.BROWSER, device_id="dev_1", signed_in_at=NOW
    )


def test_profiles_are_added_changed_and_removed(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    assert store.list() == ()
    assert store.last() is None
    work = store.add("Work", "https://admin.example.org")
    home = store.add(" ", "https://home.example.org")
    assert home.name == "https://home.example.org"
    assert store.add("Again", "https://admin.example.org") == work

    signed_in = work.with_person(person("person_1")).with_person(person("person_2"))
    store.update(signed_in.with_person(person("person_1")))
    store.used(work.id)

    again = ProfileStore(tmp_path)
    kept = again.get(work.id)
    assert kept is not None
    assert [known.person_id for known in kept.people] == ["person_1", "person_2"]
    assert kept.last_person == person("person_1")
    assert kept.last_person_id == "person_1"
    assert kept.person("person_2") == person("person_2")
    assert kept.without_person("person_1").last_person_id == "person_2"
    assert again.last() == kept

    again.remove(work.id)
    assert [profile.id for profile in store.list()] == [home.id]
    assert store.last() is None
    with pytest.raises(KeyError):
        store.update(kept)


def test_profiles_added_at_the_same_time_are_all_there(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.add(f"{n}", f"https://h{n}.example.org"), range(24)))
    assert len(ProfileStore(tmp_path).list()) == 24


def test_damaged_profiles_are_told_once_read_again(tmp_path: Path) -> None:
    (tmp_path / "profiles.json").write_text(
        '{"version": 1, "data": {"profiles": [{"id": "../x"}]}}'
    )
    store = ProfileStore(tmp_path)
    assert store.list() == ()
    store.add("Work", "https://admin.example.org")
    assert isinstance(store.trouble, DamagedFile)
    assert (tmp_path / "profiles.json.damaged-1").exists()


def test_preferences_are_kept(tmp_path: Path) -> None:
    store = PreferenceStore(tmp_path)
    assert store.value == Preferences()
    store.set(theme=ThemeChoice.DARK, zone="Asia/Kathmandu", window=WindowState(x=-5, y=3))
    store.change(
        lambda value: value.changed(
            tables={**value.tables, "keys": TableState(columns=("name",), sort="-name")}
        )
    )
    again = PreferenceStore(tmp_path).value
    assert again == store.value
    assert again.tables["keys"].sort == "-name"
    assert again.window.x == -5


@pytest.mark.parametrize("field", [{"zone": "Mars/Olympus"}, {"zone": "/etc/passwd"}, {"theme": 7}])
def test_a_preference_that_cannot_be_is_refused_and_changes_nothing(
    tmp_path: Path, field: dict[str, object]
) -> None:
    store = PreferenceStore(tmp_path)
    with pytest.raises(ValueError, match=r"zone|theme"):
        store.set(**field)
    with pytest.raises(TypeError, match="no such preference"):
        store.set(colour="red")
    assert store.value == Preferences()
    assert list(tmp_path.iterdir()) == []


def test_a_zone_that_this_machine_does_not_know_is_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_text('{"version": 1, "data": {"zone": "Mars/Olympus"}}')
    store = PreferenceStore(tmp_path)
    assert store.value == Preferences()
    assert isinstance(store.trouble, DamagedFile)


def test_a_preference_that_cannot_be_saved_holds_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = PreferenceStore(tmp_path / "file")
    with pytest.raises(NotSaved):
        store.set(theme=ThemeChoice.DARK)
    assert store.value.theme is ThemeChoice.DARK


def test_with_a_saver_nobody_waits_for_the_disk_and_the_last_change_is_kept(
    tmp_path: Path,
) -> None:
    gate = threading.Event()
    with ThreadPoolExecutor(1) as saver:
        saver.submit(gate.wait, 60)
        store = PreferenceStore(tmp_path, saver)
        for zone in ("Asia/Kathmandu", "Asia/Kolkata", "Pacific/Chatham"):
            store.set(zone=zone)
        assert store.value.zone == "Pacific/Chatham"
        assert list(tmp_path.iterdir()) == []
        gate.set()
        store.close()
        assert PreferenceStore(tmp_path).value.zone == "Pacific/Chatham"


def test_what_a_saver_cannot_save_is_logged_and_saved_with_the_next_change(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "config"
    saver = ThreadPoolExecutor(1)
    store = PreferenceStore(folder, saver)
    folder.write_text("not a folder")
    store.set(theme=ThemeChoice.DARK)
    saver.submit(folder.unlink).result()
    store.set(rail_collapsed=True)
    store.close()
    assert caplog.messages == ["preferences were not saved: settings-not-saved"]
    assert PreferenceStore(folder).value == store.value


def test_an_unknown_field_of_a_sibling_version_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_text(
        '{"version": 1, "data": {"theme": "dark", "sounds": true}}'
    )
    store = PreferenceStore(tmp_path)
    assert store.value.theme is ThemeChoice.DARK
    assert store.trouble is None


def test_everything_lies_below_the_home_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMCHAT_HOME", str(tmp_path / "env"))
    assert application_paths().config == tmp_path / "env" / "config"
    paths = application_paths(tmp_path / "given")
    paths.prepare()
    folders = {paths.config, paths.data, paths.cache, paths.log}
    assert {folder.parent for folder in folders} == {tmp_path / "given"}
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}
    paths.config.chmod(0o755)
    paths.prepare()
    assert paths.config.stat().st_mode & 0o777 == 0o700


def test_without_a_home_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMCHAT_HOME", raising=False)
    paths = application_paths()
    assert len({paths.config, paths.data, paths.cache, paths.log}) == 4
    assert "lmchat-desktop" in str(paths.config)


def test_every_file_that_settings_write_is_declared(tmp_path: Path) -> None:
    config = tmp_path / "config"
    ProfileStore(config).add("Work", "https://admin.example.org")
    PreferenceStore(config).set(rail_collapsed=True)
    (config / "profiles.json").write_text("{")
    ProfileStore(config).list()
    for path in config.iterdir():
        relative = path.relative_to(tmp_path)
        assert any(relative.match(store.pattern) for store in FILES), relative


def test_a_lease_is_noted_for_who_is_known_and_for_nobody_else(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    profile = store.add("Work", "https://admin.example.org")
    known = KnownPerson(person_id="person_1", method=SignInMethod.BROWSER)
    store.update(profile.with_person(known))
    ends = datetime(2026, 11, 24, 12, tzinfo=UTC)
    store.note_lease(profile.id, "person_1", ends)
    store.note_lease(profile.id, "person_2", ends)
    store.note_lease("elsewhere", "person_1", ends)
    (kept,) = ProfileStore(tmp_path).list()
    assert [(person.person_id, person.lease_until) for person in kept.people] == [
        ("person_1", ends)
    ]
