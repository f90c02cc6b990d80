"""Preferences that cannot be saved for a while: told once, and saved as soon as they can be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lmchat_desktop.settings.errors import NotSaved, SettingsTrouble
from lmchat_desktop.settings.preferences import PreferenceStore, ThemeChoice


@pytest.mark.parametrize("changed_again", [False, True], ids=["at-the-end", "with-the-next"])
def test_they_are_told_once_and_saved_later(tmp_path: Path, changed_again: bool) -> None:
    folder = tmp_path / "config"
    told: list[SettingsTrouble] = []
    saver = ThreadPoolExecutor(1)
    store = PreferenceStore(folder, saver)
    store.listen(told.append)
    folder.write_text("in the way")
    store.set(theme=ThemeChoice.DARK)
    store.set(rail_collapsed=True)
    saver.submit(lambda: None).result()
    assert [type(trouble) for trouble in told] == [NotSaved]
    assert "could not be saved" in told[0].message

    folder.unlink()
    if changed_again:
        store.set(zone="UTC")
    store.close()
    kept = PreferenceStore(folder).value
    assert kept == store.value
    assert (kept.theme, kept.rail_collapsed) == (ThemeChoice.DARK, True)
    assert len(told) == 1


def test_a_second_time_is_told_again(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    told: list[SettingsTrouble] = []
    saver = ThreadPoolExecutor(1)
    store = PreferenceStore(folder, saver)
    store.listen(told.append)
    for choice, writable in ((ThemeChoice.DARK, True), (ThemeChoice.LIGHT, False)) * 2:
        if not writable:
            folder.rename(tmp_path / "away")
            folder.write_text("in the way")
        store.set(theme=choice)
        saver.submit(lambda: None).result()
        if not writable:
            folder.unlink()
            (tmp_path / "away").rename(folder)
    store.close()
    assert len(told) == 2
    assert PreferenceStore(folder).value.theme == ThemeChoice.LIGHT
