"""Exported text that no spreadsheet takes for a formula."""

from __future__ import annotations

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the full-width forms of the first four."""


def neutralised(text: str) -> str:
    """The text, with an apostrophe before what would start a formula.

    Source of the rule: OWASP, CSV Injection. Blanks before the sign do not hide it.
    """
    bare = text.lstrip(" \u00a0\ufeff")
    if text.startswith(_STARTS_A_FORMULA) or bare.startswith(_STARTS_A_FORMULA):
        return f"'{text}"
    return text
