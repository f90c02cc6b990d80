"""What the client's tests share: a fault server, and a client that does not wait between tries."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import Credentials, StaticToken
from lmchat_desktop.client.retry import RetryPolicy
from tests.support.fault_server import FaultServer

TOKEN = "lmc-pat-canary-0123456789"
ME = (
    b'{"person":{"id":"person_1","name":"N","email":"canary@example.org",'
    b'"created_at":"2026-01-01T00:00:00Z"},"device":null,"memberships":[],"operator_roles":[],'
    b'"scopes":[],"capabilities":[],"backend":"b","server_time":"2026-01-01T00:00:00Z"}'
)
AT_ONCE = RetryPolicy(uniform=lambda low, high: 0.0)

MakeClient = Callable[..., ApiClient]


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    """A server that misbehaves as told."""
    with FaultServer() as server:
        yield server


@pytest.fixture
def client(faults: FaultServer) -> Iterator[MakeClient]:
    """Makes clients of the fault server."""
    made: list[ApiClient] = []

    def make(credentials: Credentials | None = None, retry: RetryPolicy = AT_ONCE) -> ApiClient:
        made.append(ApiClient(faults.url, credentials or StaticToken(TOKEN), retry=retry))
        return made[-1]

    yield make
    for api in made:
        api.close()
