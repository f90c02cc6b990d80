from __future__ import annotations

import pytest

from lmchat_desktop.sandbox.limits import Limiter
from lmchat_desktop.sandbox.settings import RateLimit


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_refuses_and_fills_again() -> None:
    watch = Watch()
    limiter = Limiter(RateLimit(burst=3, per_second=0.5), watch)
    assert [limiter.take("a").remaining for _ in range(3)] == [2, 1, 0]
    refused = limiter.take("a")
    assert not refused.granted
    assert refused.headers() == {
        "RateLimit-Limit": "3",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "6",
        "Retry-After": "2",
    }
    watch.now += refused.retry_after_s
    assert limiter.take("a").granted
    watch.now += 1000
    assert limiter.take("a").remaining == 2


def test_callers_have_buckets_of_their_own() -> None:
    limiter = Limiter(RateLimit(burst=1, per_second=1), Watch())
    assert limiter.take("a").granted
    assert not limiter.take("a").granted
    assert limiter.take("b").granted


def test_full_buckets_are_forgotten() -> None:
    watch = Watch()
    limiter = Limiter(RateLimit(burst=2, per_second=1), watch)
    for number in range(10_001):
        limiter.take(str(number))
    watch.now += 10
    limiter.take("late")
    assert len(limiter._buckets) == 1


@pytest.mark.parametrize("written", ["", "0:1", "5", "5:0", "x:1", "5:-1", "5:inf", "5:nan"])
def test_a_limit_that_cannot_be_meant_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"not a rate limit|could not convert|invalid literal"):
        RateLimit.parse(written)


def test_a_limit_is_read() -> None:
    assert RateLimit.parse("20:2.5") == RateLimit(20, 2.5)
