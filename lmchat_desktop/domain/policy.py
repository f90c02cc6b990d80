"""What lmchat logs and how long it keeps it: what data policies decide about, and the default."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.usage.slices import RETENTION_CEILING


class Part(StrEnum):
    """What a data policy decides about, in the order of the categories.

    Content has two parts, since prompts and completions are logged separately.
    """

    ACCOUNT = "account"
    EVENTS = "events"
    REQUESTS = "requests"
    PROMPTS = "prompts"
    COMPLETIONS = "completions"


class PolicySource(StrEnum):
    """Who decided how long something is kept; of several, whose word was the last."""

    PRODUCT = "product"
    PLAN = "plan"
    ACCOUNT = "account"
    PROVIDER = "provider"
    """What serving through a model provider obliges lmchat to keep."""


CATEGORY_OF: dict[Part, Category] = {
    Part.ACCOUNT: Category.ACCOUNT,
    Part.EVENTS: Category.USAGE,
    Part.REQUESTS: Category.METADATA,
    Part.PROMPTS: Category.CONTENT,
    Part.COMPLETIONS: Category.CONTENT,
}
"""The data category of each part."""

PRODUCT_DEFAULT: dict[Part, int | None] = {
    Part.ACCOUNT: None,
    Part.EVENTS: 90,
    Part.REQUESTS: RETENTION_CEILING.days,
    Part.PROMPTS: 0,
    Part.COMPLETIONS: 0,
}
"""For how many days each part is kept: 0 is not logged at all, None as long as the account."""


def kept_for(part: Part) -> timedelta:
    """How long a part is kept that has its days.

    Raises:
        ValueError: it is kept as long as the account.
    """
    days = PRODUCT_DEFAULT[part]
    if days is None:
        raise ValueError(f"{part.value} is kept as long as the account")
    return timedelta(days=days)
