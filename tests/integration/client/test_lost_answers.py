"""Between client and sandbox something fails: nothing is doubled, nothing lost, and it goes on."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from lmchat_desktop.client import identity, keys, usage
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.errors import CutShort, Unreachable
from lmchat_desktop.client.pages import pages
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.client.signin import Backend, begin_browser_sign_in
from lmchat_desktop.contract.identity import TokenAnswer
from lmchat_desktop.contract.keys import KeyCreate, KeyState, KeyUpdate
from tests.integration.client.test_sign_in import DEVICE, HOUR_S, Browser, browse
from tests.support.fault_server import Behaviour, Exchange, FaultServer, head
from tests.support.sandbox import RunningSandbox

AT_ONCE = RetryPolicy(uniform=lambda low, high: 0.0)
PASSED_ON = ("authorization", "content-type", "idempotency-key", "if-match", "accept", "host")
PASSED_BACK = ("ETag", "Location")


class Between(FaultServer):
    """A relay to a sandbox that loses answers as told."""

    def to(self, sandbox: RunningSandbox, path: str, *, lose: int, part: float = 0.0) -> None:
        """Relay a path; of the first `lose` answers only that part comes through."""
        self.route(path, *[_relay(sandbox, part)] * lose, _relay(sandbox, 1.0))


def _relay(sandbox: RunningSandbox, part: float) -> Behaviour:
    def relay(exchange: Exchange) -> None:
        request = exchange.request
        with httpx.Client(base_url=sandbox.url, trust_env=False, timeout=30) as http:
            answer = http.request(
                request.method,
                request.target,
                content=request.body,
                headers={name: text for name, text in request.headers.items() if name in PASSED_ON},
            )
        kind = answer.headers.get("Content-Type")
        whole = head(
            f"{answer.status_code} {answer.reason_phrase}",
            kind=kind,
            length=len(answer.content),
            **{name: answer.headers[name] for name in PASSED_BACK if name in answer.headers},
        )
        whole += answer.content
        exchange.send(whole[: int(len(whole) * part)])

    return relay


@pytest.fixture
def between() -> Iterator[Between]:
    """A relay of its own for each test."""
    with Between() as relay:
        yield relay


@pytest.mark.parametrize("part", [0.0, 0.9])
def test_a_lost_answer_never_makes_two_keys(
    sandbox: RunningSandbox, between: Between, part: float
) -> None:
    token = sandbox.sign_in("owner")
    between.to(sandbox, "/v1/keys", lose=2, part=part)
    name = f"made once {part}"
    with (
        ApiClient(sandbox.url, OAuthTokens(token, None)) as direct,
        ApiClient(between.url, OAuthTokens(token, None), retry=AT_ONCE) as api,
    ):
        account_id = identity.me(direct).memberships[0].account_id
        made = keys.create_key(api, KeyCreate(account_id=account_id, name=name))
        every = pages(lambda cursor: keys.list_keys(direct, account_id=account_id, cursor=cursor))
        assert [key.id for key in every if key.name == name] == [made.key.id]
    assert made.secret.startswith("sk-lmc-")
    assert made.key.state is KeyState.ACTIVE


def test_a_lost_answer_to_a_change_is_told_and_not_repeated(
    sandbox: RunningSandbox, between: Between
) -> None:
    token = sandbox.sign_in("owner")
    with (
        ApiClient(sandbox.url, OAuthTokens(token, None)) as direct,
        ApiClient(between.url, OAuthTokens(token, None), retry=AT_ONCE) as api,
    ):
        account_id = identity.me(direct).memberships[0].account_id
        made = keys.create_key(direct, KeyCreate(account_id=account_id, name="before")).key
        between.to(sandbox, f"/v1/keys/{made.id}", lose=1)
        with pytest.raises(Unreachable, match="not known whether"):
            keys.update_key(api, made.id, KeyUpdate(name="after"), made.etag)
        assert keys.get_key(direct, made.id).name == "after"
    assert len(between.received) == 1


def test_a_lost_renewal_does_not_end_the_session(
    own_sandbox: RunningSandbox, between: Between
) -> None:
    signed_in, _ = browse(own_sandbox, own_sandbox.person("owner")["person"]["id"])
    own_sandbox.move_clock(2 * HOUR_S, own_sandbox.sign_in("admin"))
    between.to(own_sandbox, "/v1/me", lose=0)
    between.to(own_sandbox, "/oauth/token", lose=2)
    stored: list[TokenAnswer] = []
    credentials = OAuthTokens(signed_in.token, signed_in.refresh_token, stored.append)
    with ApiClient(between.url, credentials, retry=AT_ONCE) as api:
        assert identity.me(api).person.id == signed_in.me.person.id
    assert len(stored) == 1


def test_a_lost_answer_to_a_code_still_signs_in(sandbox: RunningSandbox, between: Between) -> None:
    person = sandbox.person("owner")["person"]["id"]
    between.to(sandbox, "/oauth/authorize", lose=0)
    between.to(sandbox, "/oauth/token", lose=1)
    between.to(sandbox, "/v1/me", lose=1, part=0.5)
    signed_in = begin_browser_sign_in(
        Backend(between.url, retry=AT_ONCE), DEVICE, Browser(person), CancelToken()
    )
    assert signed_in.me.person.id == person


def test_a_slice_that_is_cut_short_is_fetched_again_or_told(
    sandbox: RunningSandbox, between: Between
) -> None:
    token = sandbox.sign_in("admin")
    with (
        ApiClient(sandbox.url, OAuthTokens(token, None)) as direct,
        ApiClient(between.url, OAuthTokens(token, None), retry=AT_ONCE) as api,
    ):
        closed = next(info for info in usage.list_slices(direct, "service").data if info.cells)
        path = f"/v1/usage/slices/{closed.id}"
        between.to(sandbox, path, lose=9, part=0.7)
        with pytest.raises(CutShort):
            usage.fetch_slice(api, "service", closed.id, None)


def test_the_same_client_goes_on_after_the_backend_was_killed_and_came_back(
    own_sandbox: RunningSandbox,
) -> None:
    token = own_sandbox.sign_in("owner")
    with ApiClient(own_sandbox.url, OAuthTokens(token, None), retry=AT_ONCE) as api:
        before = identity.me(api).person.id
        own_sandbox.kill()
        with pytest.raises(Unreachable, match="No connection"):
            identity.me(api)
        own_sandbox.start()
        assert identity.me(api).person.id == before
