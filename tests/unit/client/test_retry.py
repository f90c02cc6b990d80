"""The rules of retrying, as tables; the network is httpx's own mock here and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from lmchat_desktop.client import accounts, identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.errors import ApiTrouble, CutShort, Unreachable, Untrusted
from lmchat_desktop.client.retry import RetryPolicy, is_safe, retry_after_s
from lmchat_desktop.contract.accounts import AccountUpdate
from tests.unit.client.conftest import AT_ONCE, TOKEN

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "key", "safe"),
    [
        ("GET", None, True),
        ("HEAD", None, True),
        ("POST", "k", True),
        ("POST", None, False),
        ("PATCH", None, False),
        ("PATCH", "k", False),
        ("DELETE", None, False),
    ],
)
def test_what_is_safe_to_make_twice(method: str, key: str | None, safe: bool) -> None:
    assert is_safe(method, key) is safe


@pytest.mark.parametrize(
    ("status", "calls"),
    [(429, 4), (502, 4), (503, 4), (504, 4), (500, 1), (501, 1), (400, 1), (404, 1), (408, 1)],
)
def test_which_statuses_are_tried_again(status: int, calls: int) -> None:
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(status)

    with ApiClient(
        "http://localhost",
        StaticToken(TOKEN),
        transport=httpx.MockTransport(handle),
        retry=AT_ONCE,
    ) as api:
        with pytest.raises(ApiTrouble):
            identity.me(api)
        assert len(seen) == calls
        seen.clear()
        with pytest.raises(ApiTrouble):
            accounts.update_account(api, "acct_1", AccountUpdate(name="x"), "e")
        assert seen == ["PATCH"]


def test_the_wait_grows_with_full_jitter_up_to_the_cap() -> None:
    ceilings: list[float] = []

    def draw(low: float, high: float) -> float:
        assert low == 0.0
        ceilings.append(high)
        return high / 2

    policy = RetryPolicy(base_s=0.5, cap_s=8.0, uniform=draw)
    trouble = Unreachable("x")
    assert [policy.wait_s(attempt, trouble) for attempt in range(1, 8)] == [
        0.25, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0,
    ]  # fmt: skip
    assert ceilings[-1] == 8.0


def test_only_trouble_that_can_pass_is_tried_again() -> None:
    policy = RetryPolicy()
    assert policy.again(Unreachable("x"))
    assert policy.again(CutShort("x"))
    assert not policy.again(Untrusted("x"))
    assert not policy.again(ValueError())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "9" * 400}, 999_999_999.0),
        ({"Retry-After": "Tue, 24 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"Retry-After": "Tue, 24 Nov 2026 11:00:00 GMT"}, 0.0),
        (
            {
                "Retry-After": "Thu, 24 Nov 2033 12:00:30 GMT",
                "Date": "Thu, 24 Nov 2033 12:00:10 GMT",
            },
            20.0,
        ),
        ({"Retry-After": "Tue, 24 Nov 2026 12:00:30 GMT", "Date": "never"}, 30.0),
    ],
)
def test_retry_after_is_read_in_both_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, NOW) == seconds


def test_what_the_backend_asks_for_counts_more_than_backoff() -> None:
    waits: list[float] = []
    policy = RetryPolicy(attempts=2, uniform=lambda low, high: 0.0)

    class Noting(RetryPolicy):
        def wait_s(self, attempt: int, trouble: BaseException | None) -> float:
            waits.append(policy.wait_s(attempt, trouble))
            return 0.0

    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"Retry-After": "17"})

    with (
        ApiClient(
            "http://localhost",
            StaticToken(TOKEN),
            transport=httpx.MockTransport(handle),
            retry=Noting(attempts=2),
        ) as api,
        pytest.raises(ApiTrouble, match="Try again in 17 s"),
    ):
        identity.me(api)
    assert set(waits) == {17.0}
