"""Redaction lets no planted secret through, and what a sandbox writes is read or left."""

from __future__ import annotations

import math

from hypothesis import assume, example, given
from hypothesis import strategies as st

from lmchat_desktop.services.redaction import redacted
from lmchat_desktop.services.sandbox_process import _progress

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
grains = st.text(LETTERS, min_size=24, max_size=43)
secrets = st.one_of(
    st.tuples(st.sampled_from(["lmc-at-", "lmc-rt-", "lmc-pat-"]), grains),
    st.tuples(st.just("sk-lmc-"), grains),
    st.tuples(st.just("Authorization: Bearer "), grains),
    st.tuples(st.just("X-Sandbox-Token: "), grains),
    st.tuples(
        st.sampled_from(['{"refresh_token": "', "password=", "passphrase: ", "secret='"]), grains
    ),
    st.tuples(st.just("https://h.example/v1/accounts?search="), grains),
    st.tuples(st.just("PRAGMA key = \"x'"), st.binary(min_size=32, max_size=48).map(bytes.hex)),
)
around = st.text(max_size=40)
separators = st.sampled_from([" ", "\n", "\t", " (", '"', "'", ", ", "; ", " <", "\r\n"])


@given(around, separators, secrets, separators, around)
def test_no_planted_secret_is_let_through(
    before: str, opening: str, secret: tuple[str, str], closing: str, after: str
) -> None:
    name, grain = secret
    assume(grain not in before + after)
    text = redacted(f"{before}{opening}{name}{grain}{closing}{after}")
    assert grain not in text
    assert redacted(text) == text or grain not in redacted(text)


@given(
    around,
    separators,
    st.emails(),
    separators,
)
def test_no_address_is_let_through(before: str, opening: str, email: str, closing: str) -> None:
    local, _, domain = email.rpartition("@")
    plain = all(letter.isalnum() or letter in "._%+-" for letter in local) and "." in domain
    text = redacted(f"{before}{opening}{email}{closing}")
    assert not plain or email not in text


@given(st.text(max_size=300))
@example("=" * 20_000)
@example("a" * 20_000 + "@")
@example("sk-" * 8_000)
@example("lmc-at-" * 4_000)
@example("a." * 10_000 + "@" + "b." * 10_000)
@example("/?" * 10_000)
@example("x'" + "0" * 20_000)
@example("bearer " * 4_000)
@example("eyJ" + "a." * 10_000)
def test_any_text_is_redacted_and_not_blown_up(text: str) -> None:
    assert len(redacted(text)) <= 2 * len(text) + 20


@given(st.text(max_size=80) | st.text(max_size=60).map(lambda text: f'{{"progress": {text}}}'))
@example("{" * 100_000)
@example('{"progress": 1' + "0" * 400 + "}")
@example('{"progress": null}')
@example('{"progress": NaN}')
@example('{"progress": {"a": 1}}')
@example('{"progress": true, "detail": ["x"]}')
@example("[1]")
def test_what_a_sandbox_writes_is_progress_or_a_line(line: str) -> None:
    told = _progress(line)
    if told is not None:
        fraction, stage = told
        assert isinstance(fraction, float)
        assert isinstance(stage, str)
        assert math.isfinite(fraction)
