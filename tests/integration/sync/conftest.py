from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.sync.synchroniser import Synchroniser
from tests.integration.sync.comparing import assert_equal
from tests.support.sandbox import RunningSandbox

KEY = RawKey(bytes(range(32)))


@dataclass
class Signed:
    """A person at a sandbox with an open cache."""

    sandbox: RunningSandbox
    token: str
    api: ApiClient
    cache: Cache
    scopes: list[str]
    synchroniser: Synchroniser

    def assert_equal(self) -> None:
        assert_equal(self.sandbox, self.token, self.cache, self.scopes, self.synchroniser.run_once)


SignIn = Callable[..., Signed]


@pytest.fixture
def sign_in(tmp_path: Path) -> Iterator[SignIn]:
    """Signs a person in with a cache of their own."""
    with ExitStack() as stack:

        def make(
            sandbox: RunningSandbox,
            who: str = "admin",
            scopes: list[str] | None = None,
            *,
            path: Path | None = None,
            token: str | None = None,
        ) -> Signed:
            token = token or sandbox.sign_in(who)
            api = stack.enter_context(
                closing(ApiClient(sandbox.url, StaticToken(token), retry=NO_RETRY))
            )
            cache = open_cache(path or tmp_path / f"{who}.db", KEY)
            stack.callback(cache.close)
            wanted = ["service"] if scopes is None else scopes
            synchroniser = Synchroniser(api, cache, None, lambda: wanted)
            return Signed(sandbox, token, api, cache, wanted, synchroniser)

        yield make
