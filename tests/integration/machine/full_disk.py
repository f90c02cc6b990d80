"""A process whose every file lies on a small disk that fills up and is emptied again.

Usage: python -m tests.integration.machine.full_disk FOLDER URL SCOPE, with the token in TOKEN.
Says in one line of JSON what was refused, what stayed whole, and what went on by itself.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import queue
import sys
from contextlib import closing
from pathlib import Path

from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.services.log_file import SharedLog
from lmchat_desktop.settings.errors import NotSaved
from lmchat_desktop.settings.preferences import PreferenceStore, ThemeChoice
from lmchat_desktop.settings.profiles import ProfileStore
from lmchat_desktop.sync.loop import SyncLoop
from lmchat_desktop.sync.states import SyncPhase, SyncState
from lmchat_desktop.sync.synchroniser import Synchroniser
from lmchat_desktop.ui.tables.export import write_text
from tests.integration.sync.comparing import assert_equal
from tests.support.sandbox import RunningSandbox

BLOCK = bytes(64 * 1024)


class Disk:
    """A small disk, and what takes its room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, left: int) -> None:
        """Leave that many bytes, or a little less."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while file.write(BLOCK):
                    pass
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise
            file.truncate(max(0, file.tell() - left))

    def empty(self) -> None:
        """Give the room back."""
        self._ballast.unlink()

    def files(self) -> dict[str, bytes]:
        """All but the cache, the log and what takes the room."""
        return {
            path.name: path.read_bytes()
            for path in (self.folder / "config").iterdir()
            if path.suffix != ".lock"
        }


def until(states: queue.Queue[SyncState], phase: SyncPhase) -> SyncState:
    while True:
        state = states.get(timeout=60)
        if state.phase is phase:
            return state


def refusal(act: object, *arguments: object, **more: object) -> str:
    """What a change is refused with; empty where it is not."""
    try:
        act(*arguments, **more)  # type: ignore[operator]
    except NotSaved as trouble:
        return str(trouble.message)
    except OSError as trouble:
        return errno.errorcode[trouble.errno or 0]
    return ""


def main(folder: str, url: str, scope: str) -> dict[str, object]:
    disk, token = Disk(Path(folder)), os.environ["TOKEN"]
    log = SharedLog(disk.folder / "log", most_bytes=4096)
    logger = logging.getLogger("lmchat_desktop.test")
    logger.addHandler(log)
    profiles = ProfileStore(disk.folder / "config")
    preferences = PreferenceStore(disk.folder / "config")
    preferences.set(theme=ThemeChoice.DARK)
    profiles.add("Work", "https://admin.example.org")
    exported = disk.folder / "figures.csv"
    write_text(exported, "old")
    cache = open_cache(disk.folder / "cache.db", RawKey(bytes(range(32))))
    states: queue.Queue[SyncState] = queue.Queue()
    with closing(cache), closing(ApiClient(url, StaticToken(token))) as api:
        synchroniser = Synchroniser(api, cache, None, lambda: [scope])
        disk.fill(left=200_000)
        loop = SyncLoop(synchroniser, states.put, interval_s=0.05, reconnect=RetryPolicy(0.05, 0.1))
        loop.start()
        offline = until(states, SyncPhase.OFFLINE)
        cache.check()
        kept = EntityRepository(cache).count("account")

        disk.fill(left=0)
        before = disk.files()
        refused = {
            "preferences": refusal(preferences.set, zone="UTC"),
            "profiles": refusal(profiles.add, "Home", "https://home.example.org"),
            "export": refusal(write_text, exported, "new" * 100_000),
        }
        for number in range(200):
            logger.warning("a line that finds no room, %s", number)
        whole = {
            "settings": disk.files() == before,
            "export": exported.read_text(encoding="utf-8-sig") == "old",
            "nothing left behind": not list(disk.folder.glob(".figures*")),
        }

        disk.empty()
        loop.wake()
        until(states, SyncPhase.LIVE)
        assert loop.stop(60)
        sandbox = RunningSandbox(disk.folder / "none", url=url)
        assert_equal(sandbox, token, cache, [scope], synchroniser.run_once)
        cache.check()
        preferences.set(rail_collapsed=True)
        saved = PreferenceStore(disk.folder / "config").value
        logger.warning("there is room again")
    return {
        "sync": [offline.code, offline.detail],
        "kept": kept,
        "refused": refused,
        "whole": whole,
        "dropped": log.dropped,
        "saved": [saved.theme, saved.zone, saved.rail_collapsed],
        "logged": "there is room again" in (disk.folder / "log" / log.baseFilename).read_text(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
