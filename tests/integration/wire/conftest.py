"""What the tests on the wire share: clients that reach a real sandbox past a proxy with faults."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from lmchat_desktop.client import call as call_module
from lmchat_desktop.client import calls
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import Credentials, OAuthTokens
from lmchat_desktop.client.retry import RetryPolicy
from tests.support.fault_proxy import FaultProxy
from tests.support.sandbox import RunningSandbox

TWICE = RetryPolicy(attempts=2, uniform=lambda low, high: 0.0)
HASTE_S = 0.6
"""How long a hasty client waits for what never comes."""


@dataclass
class Wired:
    """A sandbox, a way to it on which faults happen, and one on which none does.

    Attributes:
        owner, admin: access tokens.
        direct: a client of the sandbox itself, for the owner.
        staff: another, for the admin.
    """

    sandbox: RunningSandbox
    proxy: FaultProxy
    owner: str
    admin: str
    direct: ApiClient
    staff: ApiClient
    closing: ExitStack

    def client(
        self, credentials: Credentials | None = None, retry: RetryPolicy = TWICE
    ) -> ApiClient:
        """A client that reaches the sandbox past the faults; it is closed with the test."""
        signed = credentials or OAuthTokens(self.admin, None)
        return self.closing.enter_context(ApiClient(self.proxy.url, signed, retry=retry))


@pytest.fixture(scope="session")
def tokens(sandbox: RunningSandbox) -> tuple[str, str]:
    """Access tokens of an owner and of an admin of the shared sandbox."""
    return sandbox.sign_in("owner", "wire"), sandbox.sign_in("admin", "wire")


@pytest.fixture
def wired(sandbox: RunningSandbox, tokens: tuple[str, str]) -> Iterator[Wired]:
    owner, admin = tokens
    with (
        FaultProxy(backend=sandbox.url) as proxy,
        ApiClient(sandbox.url, OAuthTokens(owner, None)) as direct,
        ApiClient(sandbox.url, OAuthTokens(admin, None)) as staff,
        ExitStack() as closing,
    ):
        yield Wired(sandbox, proxy, owner, admin, direct, staff, closing)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that give up soon, for faults that only time tells."""
    monkeypatch.setattr(calls, "TIMEOUTS", httpx.Timeout(HASTE_S))
    monkeypatch.setattr(calls, "CALL_S", 2 * HASTE_S)
    monkeypatch.setattr(call_module, "DOWNLOAD_S", 2 * HASTE_S)
