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


def backend_entities(sandbox: RunningSandbox, token: str) -> dict[str, dict[str, Any]]:
    """Every visible entity by kind and id, from a snapshot of the feed and what came after it."""
    found: dict[str, dict[str, Any]] = {kind: {} for kind in ENTITY_TYPES}
    after: str | None = None
    while True:
        query = {"limit": "1000"} | ({"after": after} if after else {})
        page = sandbox.call("GET", "/v1/changes", token, params=query).raise_for_status().json()
        for change in page["data"]:
            if change["entity"] is None:
                found[change["kind"]].pop(change["id"], None)
            else:
                entity = ENTITY_TYPES[change["kind"]].model_validate(change["entity"])
                found[change["kind"]][change["id"]] = entity
        after = page["next_cursor"]
        if not page["has_more"] and not page.get("snapshot_complete"):
            return found


def backend_slices(
    sandbox: RunningSandbox, token: str, scope: str
) -> dict[str, tuple[str, bool, bytes]]:
    """ETag, closed and body of every slice of a scope.

    An hour's slice that is no longer told, because an hour has ended since the listing, is none.
    """
    listing = sandbox.call("GET", "/v1/usage/slices", token, params={"scope": scope})
    found = {}
    for info in listing.raise_for_status().json()["data"]:
        answer = sandbox.call(
            "GET", f"/v1/usage/slices/{info['id']}", token, params={"scope": scope}
        )
        if answer.status_code == 404 and "T" in info["id"]:
            continue
        answer.raise_for_status()
        found[info["id"]] = (answer.headers["ETag"], info["closed"], answer.content)
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
    for attempt in range(1, ATTEMPTS + 1):
        sync()
        ours: Any = (cached_entities(cache), {s: cached_slices(cache, s) for s in scopes})
        theirs: Any = (
            backend_entities(sandbox, token),
            {s: backend_slices(sandbox, token, s) for s in scopes},
        )
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
