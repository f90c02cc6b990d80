"""What needs attention: keys, devices, accounts and providers that somebody should look at.

Pure rules over what the cache holds; the words and the next steps are the window's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.domain.usage.cells import Latency, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lmchat_desktop.contract.identity import Device
    from lmchat_desktop.domain.usage.query import UsageAnswer
    from lmchat_desktop.services.usage import UsageReport

KEY_EXPIRY_NOTICE = timedelta(days=7)
LEASE_NOTICE = timedelta(days=3)
REVOKED_DEVICE_SHOWN = timedelta(days=14)
STILL_CALLED_WITHIN = timedelta(days=7)
FEWEST_REQUESTS = 50
"""Providers with fewer requests in either period are not judged."""
SLOWER_BY = 2.0
LEAST_RISE = 0.005
"""A rise of the error rate below half a percentage point is not told."""
Z_LEAST = 3.0
"""How many standard errors a rise must be, so that chance alone is not reported."""
NAMED_APART = 3
"""More accounts than this with the same lack become one item."""


class Concern(StrEnum):
    """What an item is about."""

    ACCOUNT_SUSPENDED = "account-suspended"
    ERRORS_RISE = "errors-rise"
    PROVIDER_SLOW = "provider-slow"
    KEY_OVER_BUDGET = "key-over-budget"
    KEY_STILL_CALLED = "key-still-called"
    KEY_FOREIGN_ADDRESS = "key-foreign-address"
    KEY_EXPIRES = "key-expires"
    LEASE_ENDS = "lease-ends"
    DEVICE_REVOKED = "device-revoked"
    EMAIL_UNVERIFIED = "email-unverified"
    COUNTRY_UNKNOWN = "country-unknown"


class Urgency(IntEnum):
    """How soon somebody should look; the smaller the sooner."""

    NOW = 0
    SOON = 1
    NOTE = 2


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """One thing that needs attention, as facts.

    Attributes:
        concern: what it is about.
        urgency: how soon.
        subject_id: the key, device, account or provider.
        names: the subjects' names; they came from outside.
        subjects: how many subjects the item speaks of.
        account_id: the account it belongs to, where there is one.
        at: the instant it turns on, such as an expiry.
        value, previous: a rate (fraction of 1) or a time (milliseconds), now and before.
        failed, requests: counts behind a rate.
    """

    concern: Concern
    urgency: Urgency
    subject_id: str
    names: tuple[str, ...]
    subjects: int = 1
    account_id: str | None = None
    at: datetime | None = None
    value: float | None = None
    previous: float | None = None
    failed: int | None = None
    requests: int | None = None


def due_count(items: Iterable[AttentionItem]) -> int:
    """How many items are due: somebody should act on them; notes need not be acted on."""
    return sum(item.urgency < Urgency.NOTE for item in items)


def by_urgency(items: Iterable[AttentionItem]) -> list[AttentionItem]:
    """Most urgent first, then by instant, so that the list stays put while nothing changes."""
    return sorted(
        items,
        key=lambda item: (
            item.urgency,
            list(Concern).index(item.concern),
            item.at.timestamp() if item.at else 0.0,
            item.subject_id,
        ),
    )


def key_items(keys: Iterable[ApiKey], now: datetime) -> list[AttentionItem]:
    """Keys that expire within a week, and keys that were called after they had ended."""
    items: list[AttentionItem] = []
    for key in keys:
        ended = ended_at(key, now)
        if ended is None:
            if key.expires_at is not None and key.expires_at - now <= KEY_EXPIRY_NOTICE:
                soon = key.expires_at - now <= timedelta(days=1)
                items.append(
                    AttentionItem(
                        Concern.KEY_EXPIRES,
                        Urgency.NOW if soon else Urgency.SOON,
                        key.id,
                        (key.name,),
                        account_id=key.account_id,
                        at=key.expires_at,
                    )
                )
        elif (
            key.last_used_at is not None
            and key.last_used_at > ended
            and now - key.last_used_at <= STILL_CALLED_WITHIN
        ):
            items.append(
                AttentionItem(
                    Concern.KEY_STILL_CALLED,
                    Urgency.SOON,
                    key.id,
                    (key.name,),
                    account_id=key.account_id,
                    at=key.last_used_at,
                )
            )
    return items


def ended_at(key: ApiKey, now: datetime) -> datetime | None:
    """When the key ceased to work; None while it works."""
    ends = [at for at in (key.expires_at, key.revoked_at) if at is not None and at <= now]
    if ends:
        return min(ends)
    return now if key.state is not KeyState.ACTIVE else None


def device_items(devices: Iterable[Device], now: datetime) -> list[AttentionItem]:
    """Devices revoked lately, and devices whose lease ends soon and destroys their cache."""
    items: list[AttentionItem] = []
    for device in devices:
        if device.revoked_at is not None:
            if now - device.revoked_at <= REVOKED_DEVICE_SHOWN:
                items.append(
                    AttentionItem(
                        Concern.DEVICE_REVOKED,
                        Urgency.NOTE,
                        device.id,
                        (device.name,),
                        at=device.revoked_at,
                    )
                )
        elif now < device.lease_until <= now + LEASE_NOTICE:
            items.append(
                AttentionItem(
                    Concern.LEASE_ENDS,
                    Urgency.SOON,
                    device.id,
                    (device.name,),
                    at=device.lease_until,
                )
            )
    return items


def account_items(accounts: Sequence[Account]) -> list[AttentionItem]:
    """Suspended accounts, and accounts whose e-mail or country is not known for sure."""
    suspended = [account for account in accounts if account.state is AccountState.SUSPENDED]
    unverified = [account for account in accounts if not account.email_verified]
    nowhere = [account for account in accounts if account.country is None]
    return [
        *_of_accounts(Concern.ACCOUNT_SUSPENDED, Urgency.NOW, suspended),
        *_of_accounts(Concern.EMAIL_UNVERIFIED, Urgency.SOON, unverified),
        *_of_accounts(Concern.COUNTRY_UNKNOWN, Urgency.NOTE, nowhere),
    ]


def _of_accounts(
    concern: Concern, urgency: Urgency, accounts: Sequence[Account]
) -> list[AttentionItem]:
    if len(accounts) <= NAMED_APART:
        return [
            AttentionItem(concern, urgency, account.id, (account.name,), account_id=account.id)
            for account in accounts
        ]
    names = tuple(account.name for account in accounts)
    return [AttentionItem(concern, urgency, concern.value, names, subjects=len(accounts))]


def provider_items(report: UsageReport) -> list[AttentionItem]:
    """Providers with more errors or slower answers than in the period before.

    The report must be grouped by provider and compare. A rise is told if it is at least half a
    percentage point and three standard errors of the difference of two proportions; slowness if
    the 95th percentile has doubled. Names are the provider's ids: the caller knows better ones.
    """
    answer, previous = report.answer, report.previous
    if previous is None or not report.previous_whole:
        return []
    before = _by_provider(previous)
    items: list[AttentionItem] = []
    for provider, now in _by_provider(answer).items():
        then = before.get(provider)
        if then is None or min(now.requests, then.requests) < FEWEST_REQUESTS:
            continue
        if _rose(now, then):
            items.append(
                AttentionItem(
                    Concern.ERRORS_RISE,
                    Urgency.NOW,
                    provider,
                    (provider,),
                    value=now.rate,
                    previous=then.rate,
                    failed=now.failed,
                    requests=now.requests,
                )
            )
        if now.p95 >= SLOWER_BY * then.p95:
            items.append(
                AttentionItem(
                    Concern.PROVIDER_SLOW,
                    Urgency.SOON,
                    provider,
                    (provider,),
                    value=now.p95,
                    previous=then.p95,
                    requests=now.requests,
                )
            )
    return items


@dataclass(frozen=True, slots=True)
class _Health:
    requests: int
    failed: int
    p95: float
    """Milliseconds; NaN (which compares as not slower) where none was measured."""

    @property
    def rate(self) -> float:
        return self.failed / self.requests


def _by_provider(answer: UsageAnswer) -> dict[str, _Health]:
    requests = answer.totals[Measure.REQUESTS]
    failed = answer.failed.sum(axis=1)
    p95 = answer.group_quantiles(Latency.TOTAL, 0.95)
    return {
        group: _Health(int(requests[i]), int(failed[i]), float(p95[i]))
        for i, group in enumerate(answer.groups)
        if group and requests[i] > 0
    }


def _rose(now: _Health, then: _Health) -> bool:
    rise = now.rate - then.rate
    if rise < LEAST_RISE:
        return False
    pooled = (now.failed + then.failed) / (now.requests + then.requests)
    error = sqrt(pooled * (1 - pooled) * (1 / now.requests + 1 / then.requests))
    return error == 0 or not np.isfinite(error) or rise / error >= Z_LEAST
