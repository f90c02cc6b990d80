"""Tokens: renewed once however many ask, never cut off in the middle, and never shown."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import pytest

from lmchat_desktop.client import call, identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import OAuthTokens, StaticToken
from lmchat_desktop.client.errors import Cancelled, SignedOut, SignInFailed, Unreachable
from lmchat_desktop.contract.identity import TokenAnswer
from tests.support.fault_server import WAIT_S, Exchange, FaultServer, answer, head
from tests.unit.client.conftest import AT_ONCE, ME, TOKEN, MakeClient

OLD, NEW, REFRESH = "lmc-at-canary-old", "lmc-at-canary-new", "lmc-rt-canary"
RENEWED = (
    f'{{"access_token":"{NEW}","token_type":"Bearer","expires_in":3600,'
    f'"refresh_token":"{REFRESH}-2"}}'
).encode()
UNAUTHENTICATED = b'{"type":"https://lmchat.net/problems/unauthenticated","title":"t","status":401}'


def by_token(exchange: Exchange) -> None:
    """`/v1/me` for whoever brings the new token."""
    if exchange.request.headers.get("authorization") == f"Bearer {NEW}":
        exchange.send(head(length=len(ME)), ME)
    else:
        answer(UNAUTHENTICATED, "401 Unauthorized", kind="application/problem+json")(exchange)


def test_a_401_renews_the_tokens_and_stores_them(faults: FaultServer, client: MakeClient) -> None:
    stored: list[TokenAnswer] = []
    faults.route("/v1/me", by_token).route("/oauth/token", answer(RENEWED))
    api = client(OAuthTokens(OLD, REFRESH, stored.append))
    assert identity.me(api).person.id == "person_1"
    assert [kept.refresh_token for kept in stored] == [f"{REFRESH}-2"]
    asked = next(request for request in faults.received if request.path == "/oauth/token")
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["lmchat-desktop"],
        "refresh_token": [REFRESH],
    }
    assert "authorization" not in asked.headers
    identity.me(api)
    assert [request.path for request in faults.received].count("/oauth/token") == 1


def test_many_threads_renew_once(faults: FaultServer, client: MakeClient) -> None:
    workers = 6
    rejected = threading.Barrier(workers)

    def all_rejected_first(exchange: Exchange) -> None:
        if exchange.request.headers.get("authorization") == f"Bearer {OLD}":
            rejected.wait(WAIT_S)
        by_token(exchange)

    faults.route("/v1/me", all_rejected_first).route("/oauth/token", answer(RENEWED))
    api = client(OAuthTokens(OLD, REFRESH))
    with ThreadPoolExecutor(workers) as pool:
        people = list(pool.map(lambda _: identity.me(api).person.id, range(workers)))
    assert people == ["person_1"] * workers
    assert [request.path for request in faults.received].count("/oauth/token") == 1


def test_a_token_that_stays_rejected_is_tried_once_more_and_no_oftener(
    faults: FaultServer, client: MakeClient
) -> None:
    rejected = answer(UNAUTHENTICATED, "401 Unauthorized", kind="application/problem+json")
    faults.route("/v1/me", rejected).route("/oauth/token", answer(RENEWED))
    with pytest.raises(SignedOut):
        identity.me(client(OAuthTokens(OLD, REFRESH)))
    assert [r.path for r in faults.received] == ["/v1/me", "/oauth/token", "/v1/me"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error":"invalid_grant"}', "application/json"),
        (b'{"type":"x/invalid-request","title":"t","status":400}', "application/problem+json"),
    ],
)
def test_a_refresh_token_that_is_not_good_is_a_sign_out(
    faults: FaultServer, client: MakeClient, body: bytes, kind: str
) -> None:
    faults.route("/v1/me", by_token)
    faults.route("/oauth/token", answer(body, "400 Bad Request", kind=kind))
    with pytest.raises(SignedOut, match="Sign in again"):
        identity.me(client(OAuthTokens(OLD, REFRESH)))


def test_a_renewal_without_a_network_is_no_sign_out(
    faults: FaultServer, client: MakeClient
) -> None:
    faults.route("/v1/me", by_token)
    faults.route("/oauth/token", lambda exchange: None, lambda exchange: None, answer(RENEWED))
    credentials = OAuthTokens(OLD, REFRESH)
    assert identity.me(client(credentials)).person.id == "person_1"
    faults.route("/oauth/token", lambda exchange: None)
    asked = len(faults.received)
    with pytest.raises(Unreachable, match="Nothing was changed"):
        identity.me(client(OAuthTokens(OLD, REFRESH)))
    renewals = [each for each in faults.received[asked:] if each.path == "/oauth/token"]
    # The call around it is not made again.
    assert len(renewals) == AT_ONCE.attempts


def test_a_renewal_whose_answers_were_lost_is_the_same_one_later_and_nobody_elses(
    faults: FaultServer, client: MakeClient
) -> None:
    lost = [lambda exchange: None] * AT_ONCE.attempts
    faults.route("/v1/me", by_token)
    faults.route("/oauth/token", *lost, answer(RENEWED))
    api = client(OAuthTokens(OLD, REFRESH))
    with pytest.raises(Unreachable):
        identity.me(api)
    assert identity.me(api).person.id == "person_1"
    keys = [each.headers["idempotency-key"] for each in faults.received if each.body]
    assert len(keys) == AT_ONCE.attempts + 1
    assert len(set(keys)) == 1
    identity.me(client(OAuthTokens(OLD, REFRESH)))
    assert faults.received[-2].headers["idempotency-key"] != keys[0]


def test_cancelling_ends_the_wait_for_anothers_renewal_but_not_the_renewal(
    faults: FaultServer, client: MakeClient
) -> None:
    renewing, go_on = threading.Event(), threading.Event()
    stored: list[TokenAnswer] = []

    def slowly(exchange: Exchange) -> None:
        renewing.set()
        go_on.wait(WAIT_S)
        answer(RENEWED)(exchange)

    faults.route("/v1/me", by_token).route("/oauth/token", slowly)
    api = client(OAuthTokens(OLD, REFRESH, stored.append))
    first, second = CancelToken(), CancelToken()
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(identity.me, api, first)
        assert renewing.wait(WAIT_S)
        two = pool.submit(identity.me, api, second)
        second.cancel()
        assert isinstance(two.exception(WAIT_S), Cancelled)
        first.cancel()
        go_on.set()
        assert isinstance(one.exception(WAIT_S), Cancelled)
    assert [kept.access_token for kept in stored] == [NEW]


def test_closing_the_client_lets_a_renewal_end(faults: FaultServer, client: MakeClient) -> None:
    renewing, go_on = threading.Event(), threading.Event()
    stored: list[TokenAnswer] = []

    def slowly(exchange: Exchange) -> None:
        renewing.set()
        go_on.wait(WAIT_S)
        answer(RENEWED)(exchange)

    faults.route("/v1/me", by_token).route("/oauth/token", slowly)
    api = client(OAuthTokens(OLD, REFRESH, stored.append))
    with ThreadPoolExecutor(2) as pool:
        call = pool.submit(identity.me, api)
        assert renewing.wait(WAIT_S)
        closing = pool.submit(api.close)
        go_on.set()
        closing.result(WAIT_S)
        assert isinstance(call.exception(WAIT_S), Cancelled)
    assert [kept.access_token for kept in stored] == [NEW]


def test_a_client_that_is_closed_between_renewing_and_sending_sends_no_more(
    faults: FaultServer, client: MakeClient
) -> None:
    renewed, closed = threading.Event(), threading.Event()
    stored: list[TokenAnswer] = []

    def keep(tokens: TokenAnswer) -> None:
        stored.append(tokens)
        renewed.set()
        assert closed.wait(WAIT_S)

    faults.route("/v1/me", by_token).route("/oauth/token", answer(RENEWED))
    api = client(OAuthTokens(OLD, REFRESH, keep))
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(identity.me, api)
        assert renewed.wait(WAIT_S)
        api.close()
        closed.set()
        assert isinstance(call.exception(WAIT_S), Cancelled)
    assert [kept.access_token for kept in stored] == [NEW]


def test_the_device_goes_along_with_signed_calls(faults: FaultServer) -> None:
    faults.route("/v1/me", answer(ME))
    with ApiClient(faults.url, StaticToken(TOKEN), device_id="dev_1") as api:
        identity.me(api)
    with ApiClient(faults.url, None, device_id="dev_1") as api:
        identity.me(api)
    first, second = faults.received
    assert first.headers["x-device-id"] == "dev_1"
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    assert first.headers["user-agent"].startswith("lmchat-desktop/")
    assert "x-device-id" not in second.headers
    assert "authorization" not in second.headers


@pytest.mark.parametrize("token", ["", "two words", "line\r\nbreak", "ümlaut", "a\x00b"])
def test_a_damaged_token_is_not_sent(faults: FaultServer, client: MakeClient, token: str) -> None:
    with pytest.raises(SignInFailed, match="damaged") as caught:
        identity.me(client(StaticToken(token)))
    assert faults.received == []
    assert not token or token not in caught.value.message + caught.value.technical


def test_no_token_and_no_content_is_in_logs_errors_or_reprs(
    faults: FaultServer, client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faults.route("/v1/me", by_token)
    faults.route("/oauth/token", answer(RENEWED), answer(b'{"canary": 1}'), answer(b"canary"))
    credentials = OAuthTokens(OLD, REFRESH)
    identity.me(client(credentials))
    shown = [repr(credentials), repr(StaticToken(TOKEN)), repr(client(credentials))]
    for _ in range(2):
        with pytest.raises(Exception) as caught:  # noqa: PT011
            identity.me(client(OAuthTokens(OLD, REFRESH)))
        shown += [str(caught.value), repr(caught.value), str(caught.getrepr(style="native"))]
    faults.route("/v1/me", lambda exchange: exchange.reset())
    with pytest.raises(Unreachable) as broken:
        identity.me(client(StaticToken(TOKEN)))
    shown += [str(broken.value), broken.value.technical, str(broken.getrepr(style="native"))]
    shown.append(repr(call.Call("POST", "/x", {}, {"X-Sandbox-Token": "canary"}, b"canary")))
    assert caplog.records, "nothing was logged, so nothing was tested"
    assert "canary" not in caplog.text
    assert not [text for text in shown if "canary" in text]
