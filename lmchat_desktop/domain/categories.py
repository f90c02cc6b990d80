"""The four data categories of lmchat, everywhere in the same order."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What kind of personal data a field holds."""

    ACCOUNT = "A"
    USAGE = "B"
    METADATA = "C"
    CONTENT = "D"
