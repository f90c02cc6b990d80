"""Compares a cache with what the backend says over plain HTTP, read without the client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lmchat_desktop.cache import entities, state
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.contract.changes import ENTITY_TYPES
from tests.support.sandbox import RunningSandbox

ATTEMPTS = 8
"""Traffic arrives while the two are read; then both are read again."""


class BackendReading:
    """What the backend says, read over and over: each time only what is another than before.

    Attributes:
        entities: every visible entity by kind and id, from a snapshot of the feed and what came
            after it.
        slices: ETag, closed and body of every slice, by scope and id.
    """

    def __init__(self, sandbox: RunningSandbox, token: str, scopes: Sequence[str]) -> None:
        self._sandbox = sandbox
        self._token = token
        self._after: str | None = None
        self.entities: dict[str, dict[str, Any]] = {kind: {} for kind in ENTITY_TYPES}
        self.slices: dict[str, dict[str, tuple[str, bool, bytes]]] = {each: {} for each in scopes}

    def refresh(self) -> None:
        """Read what has changed since the last time."""
        self._read_feed()
        for scope, known in self.slices.items():
            self.slices[scope] = self._read_slices(scope, known)

    def _read_feed(self) -> None:
        while True:
            query = {"limit": "1000"} | ({"after": self._after} if self._after else {})
            answer = self._sandbox.call("GET", "/v1/changes", self._token, params=query)
            page = answer.raise_for_status().json()
            for change in page["data"]:
                if change["entity"] is None:
                    self.entities[change["kind"]].pop(change["id"], None)
                else:
                    entity = ENTITY_TYPES[change["kind"]].model_validate(change["entity"])
                    self.entities[change["kind"]][change["id"]] = entity
            self._after = page["next_cursor"]
            if not page["has_more"] and not page.get("snapshot_complete"):
                return

    def _read_slices(
        self, scope: str, known: dict[str, tuple[str, bool, bytes]]
    ) -> dict[str, tuple[str, bool, bytes]]:
        """The slices of a scope.

        An hour's slice that is no longer told, because an hour has ended since the listing, is
        none.
        """
        query = {"scope": scope}
        listing = self._sandbox.call("GET", "/v1/usage/slices", self._token, params=query)
        found = {}
        for info in listing.raise_for_status().json()["data"]:
            name = info["id"]
            if name in known and known[name][0] == info["etag"]:
                found[name] = (info["etag"], info["closed"], known[name][2])
                continue
            answer = self._sandbox.call(
                "GET", f"/v1/usage/slices/{name}", self._token, params=query
            )
            if answer.status_code == 404 and "T" in name:
                continue
            answer.raise_for_status()
            found[name] = (answer.headers["ETag"], info["closed"], answer.content)
        return found


def cached_entities(cache: Cache) -> dict[str, dict[str, Any]]:
    repository = entities.EntityRepository(cache)
    found: dict[str, list[Any]] = {kind: repository.list(kind) for kind in ENTITY_TYPES}
    return {kind: {each.id: each for each in several} for kind, several in found.items()}


def cached_slices(cache: Cache, scope: str) -> dict[str, tuple[str, bool, bytes]]:
    usage = UsageRepository(cache)
    return {
        each.id: (each.etag, each.closed, usage.body(scope, each.id) or b"")
        for each in usage.slices(scope)
    }


def assert_equal(
    sandbox: RunningSandbox,
    token: str,
    cache: Cache,
    scopes: Sequence[str],
    sync: Callable[[], object],
) -> None:
    """Sync until two readings fall between two arrivals, and compare everything."""
    reading = BackendReading(sandbox, token, scopes)
    for attempt in range(1, ATTEMPTS + 1):
        sync()
        reading.refresh()
        ours: Any = (cached_entities(cache), {s: cached_slices(cache, s) for s in scopes})
        theirs: Any = (reading.entities, reading.slices)
        if ours == theirs or attempt == ATTEMPTS:
            assert ours == theirs
            break
    assert UsageRepository(cache).scopes() == set(scopes)
    with cache.read() as connection:
        known = state.load(connection)
    assert known.cursor is not None
    assert not known.snapshot_under_way
    page = sandbox.call("GET", "/v1/changes", token, params={"after": known.cursor})
    assert not page.raise_for_status().json().get("snapshot")
