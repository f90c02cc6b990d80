"""What is kept comes back as it was, and what is damaged has one kind of error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from lmchat_desktop.cache.columns import codec_of, from_millis, to_millis, to_seconds
from lmchat_desktop.cache.packing import DEFLATE, PLAIN, pack, unpack
from lmchat_desktop.contract.keys import ApiKey

bodies = st.binary(max_size=200) | st.tuples(
    st.binary(min_size=1, max_size=40), st.integers(1, 400)
).map(lambda pair: pair[0] * pair[1])
instants = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))


@given(bodies)
def test_a_body_comes_back_and_takes_no_more_room(body: bytes) -> None:
    packing, packed = pack(body)
    assert unpack(packing, packed) == body
    assert len(packed) <= len(body)


@given(st.sampled_from([PLAIN, DEFLATE, "", "zstd"]), st.binary(max_size=300))
def test_noise_is_refused_or_plain(packing: str, noise: bytes) -> None:
    try:
        unpack(packing, noise)
    except ValueError:
        assert packing != PLAIN


@given(st.integers(0, 2000), st.integers(1, 255))
def test_a_changed_byte_is_noticed_or_harmless(place: int, change: int) -> None:
    body = bytes(range(256)) * 40
    packing, packed = pack(body)
    assert packing == DEFLATE
    damaged = bytearray(packed)
    damaged[place % len(packed)] ^= change
    try:
        assert unpack(packing, bytes(damaged)) == body
    except ValueError:
        return


@given(instants)
@example(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
def test_instants_come_back_to_the_millisecond(at: datetime) -> None:
    millis = to_millis(at)
    back = from_millis(millis)
    assert timedelta(0) <= at - back < timedelta(milliseconds=1)
    assert to_millis(back) == millis
    assert to_seconds(at) * 1000 <= millis < (to_seconds(at) + 1) * 1000


@pytest.mark.parametrize("field", ["models", "name", "budget_nanos", "expires_at", "state"])
def test_every_field_of_a_key_has_a_codec(field: str) -> None:
    assert codec_of(ApiKey.model_fields[field]).column is not None


@given(st.lists(st.text(max_size=10), max_size=5))
def test_lists_come_back(models: list[str]) -> None:
    codec = codec_of(ApiKey.model_fields["models"])
    assert codec.load(codec.store(models)) == models


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**12))
def test_prices_come_back_exactly(price: Decimal) -> None:
    codec = codec_of(FieldInfo.from_annotation(Decimal))
    assert codec.load(codec.store(price)) == price
