"""A process that syncs and ends at a commit, as if it had been killed there.

Usage: python -m tests.integration.sync.child CACHE URL SCOPES AT WHEN, with the token in TOKEN.
Says every commit on its output; AT 0 never ends early.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.sync.synchroniser import Synchroniser

KILLED = 9


def main(path: str, url: str, scopes: str, at: str, when: str) -> None:
    commits = 0
    write = Cache.write

    @contextmanager
    def ending(self: Cache) -> Iterator[Connection]:
        nonlocal commits
        with write(self) as connection:
            yield connection
            commits += 1
            if commits == int(at) and when == "before":
                os._exit(KILLED)
        sys.stdout.write(f"commit {commits}\n")
        sys.stdout.flush()
        if commits == int(at) and when == "after":
            os._exit(KILLED)

    Cache.write = ending  # type: ignore[method-assign]
    cache = open_cache(Path(path), RawKey(bytes(range(32))))
    api = ApiClient(url, StaticToken(os.environ["TOKEN"]))
    Synchroniser(api, cache, None, lambda: scopes.split(",")).run_once()
    api.close()
    cache.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
