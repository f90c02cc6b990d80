"""Secrets are found in whatever text they were leaked into."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.keys.secret import PREFIX, found_in, is_wellformed, new_secret

ONE, OTHER = new_secret(), new_secret()
WRONG = ONE[:-1] + ("x" if ONE[-1] != "x" else "y")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (ONE, [ONE]),
        (f"{OTHER} {ONE} {OTHER}", [OTHER, ONE]),
        (json.dumps({"key": ONE, "url": f"https://x.example/?k={OTHER}&z=1"}), [ONE, OTHER]),
        (f"OPENAI_API_KEY='{ONE}'\\nexport", [ONE]),
        (f"x{PREFIX}{ONE}tail", [ONE]),
        (ONE + OTHER, [ONE, OTHER]),
        (f"Bearer {WRONG}", []),
        (ONE.upper(), []),
        (ONE[:-1], []),
        (f"{ONE[:20]}\n{ONE[20:]}", []),
    ],
    ids=range(11),
)
def test_secrets_in_a_text(text: str, found: list[str]) -> None:
    assert found_in(text) == found


@given(before=st.text(), after=st.text())
def test_a_secret_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    assert ONE in found_in(before + ONE + after)


@given(st.text(alphabet="sk-lmc0aZ ", max_size=200))
def test_only_wellformed_ones_are_found(text: str) -> None:
    assert all(is_wellformed(each) for each in found_in(text))
