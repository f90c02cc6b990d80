"""Canned answers: the same for the same, counted by a stated rule, cut where they are too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.sandbox.inference.meter import Meter
from lmchat_desktop.sandbox.inference.replies import reply_to, tokens_of
from lmchat_desktop.sandbox.inference.wire import Message, Refused, chat_request


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("東京", 2), ("\ud800", 1)]
)
def test_four_bytes_are_a_token(text: str, tokens: int) -> None:
    assert tokens_of(text) == tokens


messages = st.lists(
    st.builds(Message, role=st.just("user"), content=st.none() | st.text(max_size=50)),
    min_size=1,
    max_size=5,
)


@given(asked=messages, most=st.none() | st.integers(1, 100))
def test_an_answer_is_no_longer_than_it_may_be(asked: list[Message], most: int | None) -> None:
    reply = reply_to(asked, most)
    assert reply == reply_to(asked, most)
    assert most is None or reply.output_tokens <= most
    assert reply.output_tokens == tokens_of(reply.text)
    assert reply.whole == (reply.text == reply_to(asked, None).text)
    assert reply.input_tokens == 3 + sum(4 + tokens_of(each.text) for each in asked)
    assert reply.usage["total_tokens"] == reply.input_tokens + reply.output_tokens


def test_parts_of_text_are_read() -> None:
    body = (
        b'{"model": "m", "temperature": 1, "messages": [{"role": "user", "content": '
        b'[{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "x"}}, '
        b'{"type": "text", "text": "b"}]}]}'
    )
    assert chat_request(body).messages[0].text == "ab"


@given(st.binary(max_size=60))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    try:
        chat_request(body)
    except Refused as refused:
        status = refused.status
    else:
        status = 400
    assert status == 400


def test_what_is_left_of_a_minute() -> None:
    key: Any = SimpleNamespace(
        number=1, requests_per_minute=2, plan_per_minute=9, tokens_per_minute=None
    )
    visitor: Any = SimpleNamespace(key=key)
    meter, noon = Meter(), datetime(2026, 5, 1, 12, 0, 20, tzinfo=UTC)
    left = [meter.take(visitor, 5, noon)["x-ratelimit-remaining-requests"] for _ in range(3)]
    assert left == ["1", "0", "0"]
    told = meter.take(visitor, 5, noon + timedelta(seconds=40))
    assert told == {
        "x-ratelimit-limit-requests": "2",
        "x-ratelimit-remaining-requests": "1",
        "x-ratelimit-reset-requests": "60s",
    }
