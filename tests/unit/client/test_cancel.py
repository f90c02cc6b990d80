"""Cancelling reaches into every wait: connection, TLS, headers, stalled body, backoff, closing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from lmchat_desktop.client import calls, identity, usage
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.errors import Cancelled
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.contract.base import ARROW_STREAM
from tests.support.fault_server import WAIT_S, Behaviour, Exchange, FaultServer, answer, head
from tests.unit.client.conftest import ME, TOKEN, MakeClient

SLICE = "/v1/usage/slices/2026-11-10"


@pytest.fixture(autouse=True)
def no_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the cancellation can end a wait in these tests."""
    monkeypatch.setattr(calls, "TIMEOUTS", httpx.Timeout(3600.0))
    monkeypatch.setattr(calls, "CALL_S", 3600.0)


def stalled_before_the_head(exchange: Exchange) -> None:
    exchange.stall()


def stalled_in_the_head(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    exchange.stall()


def stalled_in_the_body(exchange: Exchange) -> None:
    exchange.send(head(kind=ARROW_STREAM, length=10_000_000, ETag='"e"'), b"x" * 100_000)
    exchange.stall()


def in_background(work: Callable[[], object]) -> Future[object]:
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future


@pytest.mark.parametrize(
    "stall", [stalled_before_the_head, stalled_in_the_head, stalled_in_the_body]
)
def test_a_stalled_download_ends_when_cancelled(
    faults: FaultServer, client: MakeClient, stall: Behaviour
) -> None:
    faults.route(SLICE, stall)
    cancel, api = CancelToken(), client()
    future = in_background(lambda: usage.fetch_slice(api, "service", "2026-11-10", None, cancel))
    assert faults.stalled.wait(WAIT_S)
    cancel.cancel()
    with pytest.raises(Cancelled):
        future.result(WAIT_S)
    assert faults.hung_up.wait(WAIT_S), "the connection was left open"
    assert len(faults.received) == 1


def test_a_kept_connection_that_stalls_later_ends_when_cancelled(
    faults: FaultServer, client: MakeClient
) -> None:
    def then_stall(exchange: Exchange) -> None:
        exchange.send(head(length=len(ME), Connection="keep-alive"), ME)
        exchange.wait_for_more()
        exchange.stall()

    faults.route("/v1/me", then_stall)
    cancel, api = CancelToken(), client()
    identity.me(api)
    future = in_background(lambda: identity.me(api, cancel))
    assert faults.stalled.wait(WAIT_S)
    cancel.cancel()
    with pytest.raises(Cancelled):
        future.result(WAIT_S)


def test_cancelling_in_the_middle_of_progress_ends_the_download(
    faults: FaultServer, client: MakeClient
) -> None:
    faults.route(SLICE, stalled_in_the_body)
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        usage.fetch_slice(
            client(),
            "service",
            "2026-11-10",
            None,
            cancel,
            on_bytes=lambda received, total: cancel.cancel(),
        )


def test_the_client_works_on_after_a_cancelled_call(
    faults: FaultServer, client: MakeClient
) -> None:
    faults.route(SLICE, stalled_in_the_body).route("/v1/me", answer(ME))
    api = client()
    cancel = CancelToken()
    future = in_background(lambda: usage.fetch_slice(api, "service", "2026-11-10", None, cancel))
    assert faults.stalled.wait(WAIT_S)
    cancel.cancel()
    assert isinstance(future.exception(WAIT_S), Cancelled)
    assert identity.me(api).person.id == "person_1"


def test_a_connection_that_is_never_accepted_ends_when_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connecting, let_go = threading.Event(), threading.Event()

    def never(*arguments: object, **more: object) -> socket.socket:
        connecting.set()
        let_go.wait(WAIT_S)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", never)
    cancel = CancelToken()
    with ApiClient("http://127.0.0.1:9", StaticToken(TOKEN)) as api:
        future = in_background(lambda: identity.me(api, cancel))
        assert connecting.wait(WAIT_S)
        cancel.cancel()
        with pytest.raises(Cancelled):
            future.result(WAIT_S)
    let_go.set()


def test_a_tls_handshake_that_stalls_ends_when_cancelled() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    cancel = CancelToken()
    with ApiClient(f"https://127.0.0.1:{listener.getsockname()[1]}", StaticToken(TOKEN)) as api:
        future = in_background(lambda: identity.me(api, cancel))
        connection, _ = listener.accept()
        assert connection.recv(1) == b"\x16"
        cancel.cancel()
        with pytest.raises(Cancelled):
            future.result(WAIT_S)
    connection.close()
    listener.close()


def test_the_wait_before_another_try_ends_when_cancelled(
    faults: FaultServer, client: MakeClient
) -> None:
    waiting = threading.Event()

    def long(low: float, high: float) -> float:
        waiting.set()
        return 3600.0

    faults.route("/v1/me", answer(b"", "503 Service Unavailable"))
    cancel, api = CancelToken(), client(retry=RetryPolicy(uniform=long))
    future = in_background(lambda: identity.me(api, cancel))
    assert waiting.wait(WAIT_S)
    cancel.cancel()
    with pytest.raises(Cancelled):
        future.result(WAIT_S)


def test_closing_the_client_ends_calls_under_way_and_later_ones(
    faults: FaultServer, client: MakeClient
) -> None:
    faults.route("/v1/me", stalled_before_the_head)
    api = client()
    future = in_background(lambda: identity.me(api))
    assert faults.stalled.wait(WAIT_S)
    api.close()
    with pytest.raises(Cancelled):
        future.result(WAIT_S)
    with pytest.raises(Cancelled):
        identity.me(api)


def test_a_cancelled_token_sends_nothing(faults: FaultServer, client: MakeClient) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        identity.me(client(), cancel)
    assert faults.received == []


def test_a_token_calls_back_once_and_not_after_it_was_taken_back() -> None:
    cancel = CancelToken()
    called: list[str] = []
    cancel.on_cancel(lambda: called.append("kept"))
    cancel.on_cancel(lambda: called.append("taken back"))()
    cancel.cancel()
    cancel.cancel()
    cancel.on_cancel(lambda: called.append("late"))()
    assert called == ["kept", "late"]
    with pytest.raises(Cancelled):
        cancel.wait(3600)
