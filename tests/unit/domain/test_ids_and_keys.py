"""Identifiers carry their kind; secrets can be told from noise and are shown as a hint alone."""

from __future__ import annotations

import re

import pytest

from lmchat_desktop.domain.ids import kind_of, new_id
from lmchat_desktop.domain.keys.secret import PREFIX, hint, is_wellformed, new_secret


@pytest.mark.parametrize("kind", ["acct", "person", "key", "req", "evt", "job", "dev"])
def test_an_identifier_carries_its_kind(kind: str) -> None:
    made = {new_id(kind) for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(rf"{kind}_[a-z2-7]{{16}}", one) for one in made)
    assert {kind_of(one) for one in made} == {kind}


@pytest.mark.parametrize("text", ["", "acct", "_x", "acct_", "Acct_x", "a-b_x"])
def test_what_carries_no_kind(text: str) -> None:
    assert kind_of(text) == ""


@pytest.mark.parametrize("kind", ["", "Key", "a_b", "a/b", "9a"])
def test_a_kind_is_plain(kind: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        new_id(kind)


def test_secrets_are_told_from_noise() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    for secret in secrets:
        assert is_wellformed(secret)
        for at in range(len(PREFIX), len(secret), 5):
            other = "x" if secret[at] != "x" else "y"
            assert not is_wellformed(secret[:at] + other + secret[at + 1 :])
    for noise in ("", PREFIX, "sk-" + "a" * 46, PREFIX + "ä" * 42, secret + "\n", " " + secret):
        assert not is_wellformed(noise)


def test_a_hint_shows_little() -> None:
    secret = new_secret()
    shown = hint(secret)
    assert shown == f"{secret[:11]}…{secret[-10:-6]}"
    assert len(shown) == 16


def test_a_hint_of_noise_does_not_repeat_it() -> None:
    with pytest.raises(ValueError, match="well-formed") as told:
        hint("hunter2")
    assert "hunter2" not in str(told.value)
