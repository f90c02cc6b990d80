"""What the client's integration tests share: signed-in clients of a real sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import OAuthTokens
from tests.support.sandbox import RunningSandbox

SignIn = Callable[..., ApiClient]


@pytest.fixture
def as_person(sandbox: RunningSandbox) -> Iterator[SignIn]:
    """Makes clients of the shared sandbox, signed in as the person with a name or role."""
    made: list[ApiClient] = []

    def sign_in(who: str) -> ApiClient:
        made.append(ApiClient(sandbox.url, OAuthTokens(sandbox.sign_in(who), None)))
        return made[-1]

    yield sign_in
    for api in made:
        api.close()
