"""Faults on the wire, over real sockets: each ends in its own error, retried where that is safe."""

from __future__ import annotations

import gzip

import pytest

from lmchat_desktop.client import answers, call, calls, changes, identity, keys, usage
from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.errors import (
    BackendTrouble,
    BadAnswer,
    CutShort,
    DeviceRevoked,
    Limited,
    NotFound,
    Refused,
    Stale,
    Unreachable,
)
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.contract.base import ARROW_STREAM, PROBLEM_JSON
from lmchat_desktop.contract.identity import TokenAnswer
from lmchat_desktop.contract.keys import KeyCreate, KeyUpdate
from lmchat_desktop.domain.clock import SystemClock
from tests.support.fault_server import Behaviour, Exchange, FaultServer, answer, head
from tests.unit.client.conftest import AT_ONCE, ME, MakeClient

SLICE = "/v1/usage/slices/2026-11-10"
KEY = (
    b'{"id":"key_1","account_id":"acct_1","name":"n","hint":"sk-lmc-...","state":"active",'
    b'"created_at":"2026-01-01T00:00:00Z","created_by":"person_1","etag":"e2"}'
)


def cut_short(exchange: Exchange) -> None:
    exchange.send(head(length=len(ME)), ME[:40])


def closed_before_answering(exchange: Exchange) -> None:
    pass


def reset(exchange: Exchange) -> None:
    exchange.reset()


def chunk_cut_short(exchange: Exchange) -> None:
    exchange.send(head(Transfer_Encoding="chunked"), b"40\r\n", ME[:20])


def not_http(exchange: Exchange) -> None:
    exchange.send(b"SSH-2.0-OpenSSH_9.2\r\n")


def endless_head(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(20_000):
        exchange.send(f"X-{number}: {'x' * 50}\r\n".encode())


def problem(status: str, kind: str, detail: str = "", **headers: str) -> Behaviour:
    body = (
        f'{{"type":"https://lmchat.net/problems/{kind}","title":"t","status":{status[:3]},'
        f'"detail":"{detail}"}}'
    )
    return answer(body.encode(), status, kind=PROBLEM_JSON, **headers)


@pytest.mark.parametrize(
    "fault", [cut_short, closed_before_answering, reset, chunk_cut_short, not_http, endless_head]
)
def test_a_read_is_made_again_after_a_broken_answer(
    faults: FaultServer, client: MakeClient, fault: Behaviour
) -> None:
    faults.route("/v1/me", fault, fault, answer(ME))
    assert identity.me(client()).person.id == "person_1"
    assert len(faults.received) == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (cut_short, CutShort),
        (chunk_cut_short, CutShort),
        (closed_before_answering, Unreachable),
        (reset, Unreachable),
        (not_http, Unreachable),
        (endless_head, Unreachable),
    ],
)
def test_a_read_that_stays_broken_fails_after_the_last_attempt(
    faults: FaultServer, client: MakeClient, fault: Behaviour, error: type[Exception]
) -> None:
    faults.route("/v1/me", fault)
    with pytest.raises(error):
        identity.me(client())
    assert len(faults.received) == AT_ONCE.attempts


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html>Log in to the hotel network</html>", "text/html"),
        (b"<html>Log in to the hotel network</html>", "application/json"),
        (b"", "application/json"),
        (b"null", "application/json"),
        (b'{"person": 1}', "application/json"),
        (ME + b"garbage", "application/json"),
        (ME[:-1], "application/json"),
        (b"\xff\xfe{}", "application/json"),
        (b"[" * 100_000, "application/json"),
        (ME, "application/octet-stream"),
        (ME, None),
    ],
)
def test_an_answer_of_another_kind_is_bad_once_and_shows_no_content(
    faults: FaultServer, client: MakeClient, body: bytes, kind: str | None
) -> None:
    faults.route("/v1/me", answer(body, kind=kind))
    with pytest.raises(BadAnswer) as caught:
        identity.me(client())
    assert len(faults.received) == 1
    for text in (str(caught.value), caught.value.technical, repr(caught.value)):
        assert "hotel" not in text
        assert "canary" not in text
    assert caught.value.__cause__ is None


def test_an_answer_that_announces_a_huge_length_is_not_read(
    faults: FaultServer, client: MakeClient
) -> None:
    def huge(exchange: Exchange) -> None:
        exchange.send(head(length=answers.MAX_JSON + 1))
        exchange.stall()

    faults.route("/v1/me", huge)
    with pytest.raises(BadAnswer, match="larger"):
        identity.me(client())


def test_an_answer_that_never_ends_is_cut_at_the_limit(
    faults: FaultServer, client: MakeClient
) -> None:
    def endless(exchange: Exchange) -> None:
        exchange.send(head(kind=ARROW_STREAM, ETag='"e"'))
        for _ in range(64):
            exchange.send(b"x" * 65536)
        exchange.stall()

    faults.route(SLICE, endless)
    with pytest.raises(BadAnswer, match="larger"):
        client().download(SLICE, ARROW_STREAM, limit=2**20)


def test_compressed_answers_are_bounded_by_what_they_unpack_to(
    faults: FaultServer, client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(b" " * (2**21))
    assert len(packed) < 2**14
    monkeypatch.setattr(answers, "MAX_JSON", 2**20)
    faults.route("/v1/me", answer(packed, Content_Encoding="gzip"))
    with pytest.raises(BadAnswer, match="larger"):
        identity.me(client())


def test_a_broken_compression_is_a_bad_answer(faults: FaultServer, client: MakeClient) -> None:
    faults.route("/v1/me", answer(b"not gzip at all", Content_Encoding="gzip"))
    with pytest.raises(BadAnswer, match="compression"):
        identity.me(client())


def test_a_length_that_lies_low_is_a_bad_answer(faults: FaultServer, client: MakeClient) -> None:
    faults.route("/v1/me", lambda exchange: exchange.send(head(length=20), ME))
    with pytest.raises(BadAnswer):
        identity.me(client())


def test_the_backend_is_waited_for_as_it_asks(faults: FaultServer, client: MakeClient) -> None:
    waits: list[float] = []

    def draw(low: float, high: float) -> float:
        waits.append(high)
        return 0.0

    policy = RetryPolicy(uniform=draw)
    faults.route(
        "/v1/me",
        problem("429 Too Many Requests", "rate-limited", Retry_After="0"),
        problem("503 Service Unavailable", "unavailable", Retry_After="0"),
        answer(ME),
    )
    identity.me(client(retry=policy))
    assert len(faults.received) == 3
    assert waits == [0.5, 1.0]


def test_a_wait_longer_than_the_cap_is_told_instead(
    faults: FaultServer, client: MakeClient
) -> None:
    faults.route("/v1/me", problem("429 Too Many Requests", "rate-limited", Retry_After="600"))
    with pytest.raises(Limited, match="10 min") as caught:
        identity.me(client())
    assert caught.value.retry_after_s == 600
    assert len(faults.received) == 1


@pytest.mark.parametrize("status", ["500 Internal Server Error", "507 Insufficient Storage"])
def test_other_faults_of_the_backend_are_not_repeated(
    faults: FaultServer, client: MakeClient, status: str
) -> None:
    faults.route("/v1/me", answer(b"<h1>oops</h1>", status, kind="text/html"))
    with pytest.raises(BackendTrouble):
        identity.me(client())
    assert len(faults.received) == 1


def test_a_post_is_repeated_under_one_idempotency_key(
    faults: FaultServer, client: MakeClient
) -> None:
    faults.route(
        "/v1/keys",
        cut_short,
        problem("409 Conflict", "idempotency-under-way"),
        problem("502 Bad Gateway", "unavailable"),
        answer(b'{"secret":"s","key":' + KEY + b"}"),
    )
    made = keys.create_key(client(), KeyCreate(account_id="acct_1", name="n"))
    assert made.key.id == "key_1"
    assert len({request.headers["idempotency-key"] for request in faults.received}) == 1
    assert len({request.body for request in faults.received}) == 1
    assert len(faults.received) == 4


def test_two_posts_have_two_idempotency_keys(faults: FaultServer, client: MakeClient) -> None:
    faults.route("/v1/usage/recounts", problem("403 Forbidden", "missing-scope"))
    api = client()
    for given in (None, None, "mine"):
        with pytest.raises(Refused):
            usage.start_recount(api, idempotency_key=given)
    first, second, third = (request.headers["idempotency-key"] for request in faults.received)
    assert first != second
    assert third == "mine"


@pytest.mark.parametrize("fault", [cut_short, closed_before_answering])
def test_a_patch_is_never_repeated_and_says_that_its_effect_is_unknown(
    faults: FaultServer, client: MakeClient, fault: Behaviour
) -> None:
    faults.route("/v1/keys/key_1", fault)
    with pytest.raises((CutShort, Unreachable), match="not known whether"):
        keys.update_key(client(), "key_1", KeyUpdate(name="x"), "e1")
    assert len(faults.received) == 1


def test_a_patch_sends_only_what_was_set(faults: FaultServer, client: MakeClient) -> None:
    faults.route("/v1/keys/key_1", answer(KEY))
    keys.update_key(client(), "key_1", KeyUpdate(expires_at=None), "e1")
    request = faults.received[0]
    assert request.body == b'{"expires_at":null}'
    assert request.headers["if-match"] == '"e1"'
    assert request.headers["content-type"] == "application/merge-patch+json"


def test_a_stale_write_brings_the_present_etag(faults: FaultServer, client: MakeClient) -> None:
    faults.route("/v1/keys/key_1", problem("412 X", "precondition-failed", ETag='"e9"'))
    with pytest.raises(Stale) as caught:
        keys.update_key(client(), "key_1", KeyUpdate(name="x"), '"e1"')
    assert caught.value.current_etag == '"e9"'


@pytest.mark.parametrize("where", ["{url}/elsewhere", "//0", "https:0", "http:elsewhere", ""])
def test_a_redirect_is_not_followed(faults: FaultServer, client: MakeClient, where: str) -> None:
    faults.route("/v1/me", answer(b"", "302 Found", Location=where.format(url=faults.url)))
    with pytest.raises(BadAnswer, match="another address"):
        identity.me(client())
    assert [request.path for request in faults.received] == ["/v1/me"]


def test_foreign_text_of_a_problem_is_bounded_and_printable(
    faults: FaultServer, client: MakeClient
) -> None:
    hostile = r"\u202e<b>\u0000" + "long " * 1000
    faults.route("/v1/me", problem("404 Not Found", "not-found", hostile))
    with pytest.raises(NotFound) as caught:
        identity.me(client())
    assert len(caught.value.message) < 600
    assert caught.value.message.isprintable()


def test_a_revoked_device_is_told_apart_from_a_sign_out(
    faults: FaultServer, client: MakeClient
) -> None:
    faults.route("/v1/me", problem("401 Unauthorized", "device-revoked"))
    with pytest.raises(DeviceRevoked):
        identity.me(client())


def test_an_unchanged_slice_is_none_and_a_changed_one_its_bytes(
    faults: FaultServer, client: MakeClient
) -> None:
    faults.route(
        SLICE,
        answer(b"", "304 Not Modified", kind=None),
        answer(b"arrow", kind=ARROW_STREAM, ETag='"e2"'),
    )
    api = client()
    seen: list[tuple[int, int | None]] = []
    assert usage.fetch_slice(api, "service", "2026-11-10", "e1") is None
    fetched = usage.fetch_slice(
        api, "service", "2026-11-10", '"e1"', on_bytes=lambda *bytes_: seen.append(bytes_)
    )
    assert fetched is not None
    assert (fetched.etag, fetched.body) == ('"e2"', b"arrow")
    assert seen[-1] == (5, 5)
    assert [request.headers["if-none-match"] for request in faults.received] == ['"e1"', '"e1"']


def test_304_without_an_etag_sent_is_a_bad_answer(faults: FaultServer, client: MakeClient) -> None:
    faults.route(SLICE, answer(b"", "304 Not Modified", kind=None))
    with pytest.raises(BadAnswer):
        usage.fetch_slice(client(), "service", "2026-11-10", None)


def test_a_slice_without_an_etag_is_a_bad_answer(faults: FaultServer, client: MakeClient) -> None:
    faults.route(SLICE, answer(b"arrow", kind=ARROW_STREAM))
    with pytest.raises(BadAnswer, match="version mark"):
        usage.fetch_slice(client(), "service", "2026-11-10", None)


def test_what_the_backend_gave_but_cannot_be_sent_is_a_bad_answer(
    faults: FaultServer, client: MakeClient
) -> None:
    api = client()
    for etag in ("snowman ☃", "line\r\nbreak"):
        with pytest.raises(BadAnswer, match="cannot be sent"):
            usage.fetch_slice(api, "service", "2026-11-10", etag)
    with pytest.raises(BadAnswer, match="cannot be sent"):
        changes.list_changes(api, "x" * 70_000)
    assert faults.received == []


def test_an_answer_that_was_there_before_the_request_is_nobodys(
    faults: FaultServer, client: MakeClient
) -> None:
    def twice(exchange: Exchange) -> None:
        exchange.goes_on = True
        exchange.send((head(length=len(ME), Connection="keep-alive") + ME) * 2)

    faults.route("/v1/me", twice).route("/v1/keys/key_1", answer(KEY))
    api = client()
    for _ in range(3):
        assert identity.me(api).person.id == "person_1"
        assert keys.get_key(api, "key_1").id == "key_1"


def test_nobody_listening_is_unreachable(faults: FaultServer, client: MakeClient) -> None:
    api = client()
    faults.__exit__()
    with pytest.raises(Unreachable, match=r"No connection to 127\.0\.0\.1"):
        identity.me(api)


def test_a_call_as_a_whole_has_a_deadline(faults: FaultServer) -> None:
    faults.route("/v1/me", lambda exchange: exchange.stall())
    caller = calls.Caller(
        backend_address(faults.url), None, _no_exchange, None, SystemClock(), None, AT_ONCE
    )
    with pytest.raises(Unreachable):
        caller.perform(
            call.Call("GET", "/v1/me", {}, {}, seconds=0.05), lambda response, stop: None, None
        )
    caller.close()


def _no_exchange(refresh_token: str) -> TokenAnswer:
    raise AssertionError("nothing to renew")
