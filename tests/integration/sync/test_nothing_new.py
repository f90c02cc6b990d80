"""A sync with nothing new: one call a feed, whatever is kept, and no slice but the open hour."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.client.transport import NetworkTransport
from lmchat_desktop.sync.synchroniser import Synchroniser
from tests.integration.sandbox.api import LOOKS
from tests.integration.sync.conftest import KEY
from tests.support.sandbox import RunningSandbox

LIST = "/v1/usage/slices"
FEEDS = ["/v1/changes", LIST]
HOUR_S = 3600


class Noting(httpx.BaseTransport):
    """The real network, with a note of each call and of the length of each answer to a list."""

    def __init__(self, url: str) -> None:
        self._inner = NetworkTransport(backend_address(url))
        self.calls: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request.url.path)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def assert_cheap(sandbox: RunningSandbox, who: str, folder: Path, least_slices: int) -> None:
    """Sync once, then several times, and count every call."""
    token = sandbox.sign_in(who)
    scope = "service"
    if who == "owner":
        scope = sandbox.call("GET", "/v1/me", token).json()["memberships"][0]["account_id"]
    noting = Noting(sandbox.url)
    client = ApiClient(sandbox.url, StaticToken(token), transport=noting, retry=NO_RETRY)
    with closing(client) as api, closing(open_cache(folder / f"{who}.db", KEY)) as cache:
        sync = Synchroniser(api, cache, None, lambda: [scope])
        sync.run_once()
        usage = UsageRepository(cache)
        assert len(usage.slices(scope)) >= least_slices
        for _ in range(4):
            hours = {each.id for each in usage.slices(scope) if not each.closed}
            noting.calls.clear()
            sync.run_once()
            hours |= {each.id for each in usage.slices(scope) if not each.closed}
            assert noting.calls[:2] == FEEDS
            # Traffic arrives all the time; when the hour turns, the one that ended comes as well.
            assert {path.removeprefix(f"{LIST}/") for path in noting.calls[2:]} <= hours


@pytest.mark.parametrize("who", ["admin", "owner"])
def test_14_days(sandbox: RunningSandbox, who: str, tmp_path: Path) -> None:
    assert_cheap(sandbox, who, tmp_path, 14 + 48)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_400_days(own_sandbox: RunningSandbox, tmp_path: Path) -> None:
    for _ in range(2):
        own_sandbox.call(
            "POST",
            "/v1/sandbox/clock",
            headers={"X-Sandbox-Token": own_sandbox.token},
            json={"advance_s": 193 * 24 * HOUR_S},
        ).raise_for_status()
    token = own_sandbox.sign_in("admin")
    now = datetime.fromisoformat(own_sandbox.call("GET", "/v1/sandbox/clock", token).json()["now"])
    for _ in range(LOOKS * 50):
        # Asking for requests writes nothing, and so does not hold up those that arrive.
        page = own_sandbox.call("GET", "/v1/requests", token, params={"limit": 1}).json()
        if datetime.fromisoformat(page["data"][0]["started_at"]) > now - timedelta(hours=6):
            break
    for who in ("admin", "owner"):
        assert_cheap(own_sandbox, who, tmp_path, 400 + 48)
