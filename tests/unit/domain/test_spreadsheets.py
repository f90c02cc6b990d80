"""Text that a spreadsheet could run, and text that it could not."""

from __future__ import annotations

import pytest

from lmchat_desktop.domain.spreadsheets import neutralised


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0@x", "\uff1d1"]
)
def test_formulas_are_neutralised(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["gpt-4", "a=b", "", "'x", "5", "two\nlines", "日本語"])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutralised(text) == text
