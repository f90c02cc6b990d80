"""The words for data categories and data policies."""

from __future__ import annotations

from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.policy import Part, PolicySource
from lmchat_desktop.ui.pages.accounts.words import tr
from lmchat_desktop.ui.tables.columns import Remark


def category_words(category: Category) -> str:
    """A data category's name."""
    return {
        Category.ACCOUNT: tr("Account"),
        Category.USAGE: tr("Usage and device"),
        Category.METADATA: tr("Request metadata"),
        Category.CONTENT: tr("Content"),
    }[category]


def part_words(part: Part) -> str:
    """What a policy decides about."""
    return {
        Part.ACCOUNT: tr("Account"),
        Part.EVENTS: tr("Usage and device"),
        Part.REQUESTS: tr("Request metadata"),
        Part.PROMPTS: tr("Content: prompts"),
        Part.COMPLETIONS: tr("Content: completions"),
    }[part]


def fields_words(part: Part) -> str:
    """Which fields that is."""
    return {
        Part.ACCOUNT: tr("Name, e-mail, phone, country, plan, members, keys"),
        Part.EVENTS: tr("IP address, user agent, time, kind of event"),
        Part.REQUESTS: tr("Model, provider, region, tokens, latency, error, cost"),
        Part.PROMPTS: tr("What was asked"),
        Part.COMPLETIONS: tr("What was answered"),
    }[part]


def kept_words(days: int | None) -> str:
    """For how long."""
    if days is None:
        return tr("As long as the account")
    if days == 0:
        return tr("Not logged")
    return tr("{count} days").replace("{count}", f"{days:,}")


def source_words(source: PolicySource) -> str:
    """Who decided it."""
    return {
        PolicySource.PRODUCT: tr("lmchat, for all"),
        PolicySource.PLAN: tr("the plan"),
        PolicySource.ACCOUNT: tr("the account"),
        PolicySource.PROVIDER: tr("a provider's terms"),
    }[source]


def when_written() -> Remark:
    """In the place of a time: a vendor receives an address whenever lmchat writes to it."""
    return Remark(tr("when written to"))
