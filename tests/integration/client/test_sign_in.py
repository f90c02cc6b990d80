"""Signing in to a real sandbox: in the browser, by token, by refresh, and out by revocation."""

from __future__ import annotations

import html
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from lmchat_desktop.client import identity, tokens
from lmchat_desktop.client import sandbox as sandbox_api
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import OAuthTokens, StaticToken
from lmchat_desktop.client.errors import DeviceRevoked, SignedOut, SignInDeclined
from lmchat_desktop.client.pages import pages
from lmchat_desktop.client.signin import (
    Backend,
    SignedIn,
    begin_browser_sign_in,
    sign_in_to_sandbox,
    sign_in_with_token,
)
from lmchat_desktop.contract.identity import DeviceRegister, DeviceRevoke, TokenAnswer
from lmchat_desktop.contract.tokens import PersonalTokenCreate
from tests.integration.client.conftest import SignIn
from tests.support.sandbox import RunningSandbox

DEVICE = DeviceRegister(name="Desk", platform="Linux", app_version="1")
HOUR_S = timedelta(hours=1).total_seconds()


class Browser:
    """A browser without scripts: opens the page, chooses a person, follows the redirect.

    Attributes:
        last: the page that it ends on.
    """

    def __init__(self, choice: str) -> None:
        self._choice = choice
        self.last: httpx.Response | None = None
        self.thread: threading.Thread | None = None

    def __call__(self, address: str) -> bool:
        """Open an address."""
        self.thread = threading.Thread(target=self._go, args=(address,))
        self.thread.start()
        return True

    def _go(self, address: str) -> None:
        with httpx.Client(trust_env=False, timeout=30) as http:
            page = http.get(address)
            page.raise_for_status()
            fields = {
                html.unescape(name): html.unescape(value)
                for name, value in re.findall(
                    r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text
                )
            }
            assert self._choice in page.text
            chosen = http.post(
                httpx.URL(address).copy_with(query=None), data={**fields, "person_id": self._choice}
            )
            self.last = http.get(chosen.headers["Location"])


def browse(running: RunningSandbox, choice: str) -> tuple[SignedIn, Browser]:
    browser = Browser(choice)
    signed_in = begin_browser_sign_in(Backend(running.url), DEVICE, browser, CancelToken())
    assert browser.thread is not None
    browser.thread.join()
    return signed_in, browser


def test_in_the_browser(sandbox: RunningSandbox) -> None:
    owner = sandbox.person("owner")["person"]
    signed_in, browser = browse(sandbox, owner["id"])
    assert browser.last is not None
    assert "You can close this tab" in browser.last.text
    assert signed_in.me.person.id == owner["id"]
    assert signed_in.me.device is not None
    assert signed_in.me.device.name == "Desk"
    assert signed_in.device_id == signed_in.me.device.id
    assert signed_in.refresh_token is not None
    assert signed_in.token not in repr(signed_in)


def test_declined_in_the_browser(sandbox: RunningSandbox) -> None:
    page = sandbox.call("GET", "/v1/health")
    assert page.status_code == 200
    with pytest.raises(SignInDeclined):
        browse(sandbox, "decline")


def test_an_access_token_that_ended_is_renewed_by_whoever_comes_first(
    own_sandbox: RunningSandbox,
) -> None:
    signed_in, _ = browse(own_sandbox, own_sandbox.person("owner")["person"]["id"])
    stored: list[TokenAnswer] = []
    credentials = OAuthTokens(signed_in.token, signed_in.refresh_token, stored.append)
    own_sandbox.move_clock(2 * HOUR_S, own_sandbox.sign_in("admin"))
    with ApiClient(own_sandbox.url, credentials) as api, ThreadPoolExecutor(4) as pool:
        people = set(pool.map(lambda _: identity.me(api).person.id, range(8)))
    assert people == {signed_in.me.person.id}
    assert len(stored) == 1
    assert stored[0].refresh_token not in {None, signed_in.refresh_token}

    with (
        ApiClient(own_sandbox.url, OAuthTokens("lmc-at-ended", signed_in.refresh_token)) as thief,
        pytest.raises(SignedOut),
    ):
        identity.me(thief)
    with (
        ApiClient(own_sandbox.url, OAuthTokens(stored[0].access_token, None)) as api,
        pytest.raises(SignedOut),
    ):
        identity.me(api)


def test_by_personal_token(sandbox: RunningSandbox, as_person: SignIn) -> None:
    made = tokens.create_token(as_person("owner"), PersonalTokenCreate(name="script"))
    signed_in = sign_in_with_token(Backend(sandbox.url), f"{made.secret}\n", DEVICE)
    assert signed_in.me.device is not None
    assert signed_in.me.device.id == signed_in.device_id
    with ApiClient(sandbox.url, StaticToken(made.secret), device_id=signed_in.device_id) as api:
        assert [token.id for token in tokens.list_tokens(api).data].count(made.token.id) == 1
        tokens.revoke_token(api, made.token.id)
        with pytest.raises(SignedOut, match="Sign in again"):
            identity.me(api)


def test_a_personal_token_that_nobody_made_is_a_sign_out(sandbox: RunningSandbox) -> None:
    with pytest.raises(SignedOut):
        sign_in_with_token(Backend(sandbox.url), "lmc-pat-" + "x" * 43, DEVICE)


def test_as_a_person_of_the_sample_world(sandbox: RunningSandbox) -> None:
    with ApiClient(sandbox.url, None) as api:
        people = sandbox_people(api, sandbox)
        with pytest.raises(SignedOut):
            sandbox_people(api, sandbox, "wrong")
    signed_in = sign_in_to_sandbox(Backend(sandbox.url), sandbox.token, people[0], DEVICE)
    assert signed_in.me.person.id == people[0]


def sandbox_people(api: ApiClient, running: RunningSandbox, token: str | None = None) -> list[str]:
    found = sandbox_api.people(api, token or running.token)
    return [entry.person.id for entry in found.data]


def test_a_revoked_device_is_told_so_even_when_it_could_renew(sandbox: RunningSandbox) -> None:
    person = sandbox.person("owner")["person"]["id"]
    kept, _ = browse(sandbox, person)
    lost, _ = browse(sandbox, person)
    assert lost.me.device is not None
    with ApiClient(sandbox.url, OAuthTokens(kept.token, kept.refresh_token)) as api:
        # Everybody who signed in before has left a device: there can be more than a page.
        devices = pages(lambda at: identity.list_devices(api, person_id=person, cursor=at))
        assert {kept.device_id, lost.device_id} <= {device.id for device in devices}
        device = identity.get_device(api, lost.me.device.id)
        identity.revoke_device(api, device.id, DeviceRevoke())
        assert identity.me(api).person.id == person
    with (
        ApiClient(sandbox.url, OAuthTokens(lost.token, lost.refresh_token)) as api,
        pytest.raises(DeviceRevoked, match="taken away"),
    ):
        identity.me(api)
