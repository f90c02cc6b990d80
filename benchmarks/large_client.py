"""The client's side of `large_traffic`, in processes of its own, so that their memory is theirs.

    python -m benchmarks.large_client {plain,first,sync} URL TOKEN SCOPE FOLDER

`plain` gets the list of slices and each slice by httpx alone, `first` fills an encrypted cache as
the application does, `sync` then syncs again. They print what it came to as one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks.rows import peak_mb
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.transport import NetworkTransport
from lmchat_desktop.sync.synchroniser import Synchroniser

if TYPE_CHECKING:
    from collections.abc import Iterator

AGAIN = 8
BETWEEN_S = 1.0
"""Between two syncs; traffic arrives every 1.5 s, so that some find the open hour changed."""
LIST = "/v1/usage/slices"


@dataclass
class Run:
    """One sync, or one reading of all slices.

    Attributes:
        seconds: how long it took.
        received: bytes of the answers' bodies.
        calls: the path of each call, in order.
    """

    seconds: float = 0.0
    received: int = 0
    calls: list[str] = field(default_factory=list)


class Counting(httpx.BaseTransport):
    """The application's own transport, with an account of what goes through it."""

    def __init__(self, url: str) -> None:
        self._inner = NetworkTransport(backend_address(url))
        self.run = Run()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.run.calls.append(request.url.path)
        response = self._inner.handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Counted(response.stream, self.run)
        return response

    def close(self) -> None:
        self._inner.close()


class _Counted(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, run: Run) -> None:
        self._stream = stream
        self._run = run

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            self._run.received += len(part)
            yield part

    def close(self) -> None:
        self._stream.close()


def plain(url: str, token: str, scope: str) -> dict[str, object]:
    """All slices of a scope, one after another, on one connection."""
    run = Run()
    headers = {"Authorization": f"Bearer {token}"}
    query = {"scope": scope}
    begun = time.perf_counter()
    with httpx.Client(base_url=url, headers=headers, timeout=120, trust_env=False) as http:
        listing = http.get(LIST, params=query).raise_for_status()
        run.received += len(listing.content)
        for info in listing.json()["data"]:
            answer = http.get(f"{LIST}/{info['id']}", params=query)
            # The oldest hour may have ended its two days since the list.
            run.received += len(answer.content) if answer.status_code == 200 else 0
    run.seconds = time.perf_counter() - begun
    return {"first": asdict(run), "peak_mb": peak_mb()}


def sync(url: str, token: str, scope: str, folder: str, again_times: int) -> dict[str, object]:
    """A first sync into a new cache, and so many thereafter."""
    counting = Counting(url)
    cache = open_cache(Path(folder, f"{time.time_ns()}.db"), RawKey(bytes(range(32))))
    runs: list[Run] = []
    with ApiClient(url, StaticToken(token), transport=counting) as api:
        synchroniser = Synchroniser(api, cache, None, lambda: [scope])
        for number in range(1 + again_times):
            if number:
                time.sleep(BETWEEN_S)
            counting.run = Run()
            begun = time.perf_counter()
            synchroniser.run_once()
            counting.run.seconds = time.perf_counter() - begun
            runs.append(counting.run)
    stored = cache.size_bytes()
    cache.close()
    first, *again = map(asdict, runs)
    return {"first": first, "again": again, "stored": stored, "peak_mb": peak_mb()}


def run(kind: str, url: str, token: str, scope: str, folder: str) -> int:
    """Run the command line."""
    if kind == "plain":
        done = plain(url, token, scope)
    else:
        done = sync(url, token, scope, folder, AGAIN if kind == "sync" else 0)
    print(json.dumps(done))
    return 0


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
