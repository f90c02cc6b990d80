"""What needs attention in words, each item with a next step that leads somewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lmchat_desktop.domain import formatting
from lmchat_desktop.services.attention import AttentionItem, Concern
from lmchat_desktop.ui.pages.overview.words import tr
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

NAMED_IN_TEXT = 3


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where an item leads.

    Attributes:
        label: what the button says.
        page: the page to go to; empty opens the item's details instead.
        arguments: what the page is told.
        account_id: the account to choose as scope first, where the item belongs to one.
    """

    label: str
    page: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Worded:
    """An item in words. The names in it came from outside: plain text.

    Attributes:
        item: the item.
        title: what is the matter.
        detail: with figures and instants.
        step: what to do next.
        facts: label and text of everything that is known, for the details.
    """

    item: AttentionItem
    title: str
    detail: str
    step: NextStep
    facts: tuple[tuple[str, str], ...]


def word(
    item: AttentionItem,
    now: datetime,
    zone: ZoneInfo,
    period: str,
    accounts: Mapping[str, str],
) -> Worded:
    """Put an item into words.

    Args:
        item: the item.
        now: the present instant.
        zone: the zone of all instants.
        period: the range that is shown, as `navigate` takes it.
        accounts: names of accounts by id.
    """
    name = _quoted(item)
    account = accounts.get(item.account_id or "", "")
    at = translated(formatting.moment(item.at, zone)) + f" ({zone.key})" if item.at else ""
    title, detail = _text(item, name, at, now)
    if account and account not in item.names:
        detail = f"{detail} · {account}" if detail else account
    facts = [
        (tr("Name"), ", ".join(item.names)),
        (tr("Identifier"), item.subject_id if item.subjects == 1 else ""),
        (tr("Account"), account),
        (tr("Time"), at),
        (tr("What it means"), _meaning(item.concern)),
    ]
    return Worded(
        item,
        title,
        detail,
        _step(item, period),
        tuple((label, text) for label, text in facts if text),
    )


def _quoted(item: AttentionItem) -> str:
    named = item.names[:NAMED_IN_TEXT]
    words = ", ".join(f"“{name}”" for name in named)
    rest = len(item.names) - len(named)
    return tr("{names} and {count} more").format(names=words, count=rest) if rest else words


def _in(at: datetime | None, now: datetime) -> str:
    seconds = None if at is None else (at - now).total_seconds()
    return _unbroken(translated(formatting.age(seconds)))


def _ago(at: datetime | None, now: datetime) -> str:
    seconds = None if at is None else (now - at).total_seconds()
    return _unbroken(translated(formatting.ago(seconds)))


def _unbroken(age: str) -> str:
    """An age whose unit is never left alone on the next line."""
    return age.replace(" ", "\N{NO-BREAK SPACE}")


def _text(item: AttentionItem, name: str, at: str, now: datetime) -> tuple[str, str]:
    many = item.subjects > 1
    match item.concern:
        case Concern.KEY_EXPIRES:
            return tr("Key {name} expires in {time}").format(name=name, time=_in(item.at, now)), at
        case Concern.KEY_STILL_CALLED:
            detail = tr("Last called {time}").format(time=_ago(item.at, now))
            if item.requests:
                count = formatting.count(item.requests)
                detail = tr("{count} requests after its end · {last}").format(
                    count=count, last=detail[:1].lower() + detail[1:]
                )
            return tr("Key {name} has ended and is still called").format(name=name), detail
        case Concern.KEY_OVER_BUDGET:
            return tr("Key {name} is over its budget").format(name=name), tr(
                "Its requests are refused until the budget begins anew"
            )
        case Concern.KEY_FOREIGN_ADDRESS:
            return tr("Key {name} was tried from elsewhere").format(name=name), tr(
                "{count} requests from outside its networks were refused in 30 days"
            ).format(count=formatting.count(item.failed))
        case Concern.LEASE_ENDS:
            return (
                tr("Device {name} loses its cache in {time}").format(
                    name=name, time=_in(item.at, now)
                ),
                tr("Unless it syncs before {at}").format(at=at),
            )
        case Concern.DEVICE_REVOKED:
            return tr("Device {name} was revoked").format(name=name), at
        case Concern.ERRORS_RISE:
            return (
                tr("Errors at {name} rose to {now} from {before}").format(
                    name=item.names[0],
                    now=formatting.percent(item.value),
                    before=formatting.percent(item.previous),
                ),
                tr("{failed} of {requests} requests failed").format(
                    failed=formatting.count(item.failed), requests=formatting.count(item.requests)
                ),
            )
        case Concern.PROVIDER_SLOW:
            return (
                tr("{name} is slow: p95 {now}, was {before}").format(
                    name=item.names[0],
                    now=formatting.latency(item.value),
                    before=formatting.latency(item.previous),
                ),
                tr("Total time of {requests} requests, within 1.1 %").format(
                    requests=formatting.count(item.requests)
                ),
            )
        case Concern.ACCOUNT_SUSPENDED:
            if many:
                return tr("{n} accounts are suspended").format(n=item.subjects), name
            return tr("Account {name} is suspended").format(name=name), ""
        case Concern.EMAIL_UNVERIFIED:
            if many:
                return tr("{n} accounts have no verified e-mail").format(n=item.subjects), name
            return tr("The e-mail of {name} is not verified").format(name=name), ""
        case Concern.COUNTRY_UNKNOWN:
            if many:
                return tr("The country of {n} accounts is unknown").format(n=item.subjects), name
            return tr("The country of {name} is unknown").format(name=name), ""


def _meaning(concern: Concern) -> str:
    return {
        Concern.KEY_EXPIRES: tr("Requests with this key are refused from that instant on."),
        Concern.KEY_STILL_CALLED: tr("Something still sends requests with a key that has ended."),
        Concern.KEY_OVER_BUDGET: tr("Requests with this key are refused while it is spent."),
        Concern.KEY_FOREIGN_ADDRESS: tr(
            "Somebody holds the secret who is not where it may be used from: it may have leaked."
        ),
        Concern.LEASE_ENDS: tr(
            "A device that does not sync within its lease destroys the key of its cache. Nothing "
            "is lost at the backend: signing in again reads everything anew."
        ),
        Concern.DEVICE_REVOKED: tr("The device has lost its access and destroys its cache's key."),
        Concern.ERRORS_RISE: tr("More requests fail at this provider than in the period before."),
        Concern.PROVIDER_SLOW: tr("95 of 100 requests used to be answered in half the time."),
        Concern.ACCOUNT_SUSPENDED: tr("Requests of a suspended account are refused."),
        Concern.EMAIL_UNVERIFIED: tr(
            "Notices to this address may not reach the owner, and it does not prove who asks."
        ),
        Concern.COUNTRY_UNKNOWN: tr(
            "The country decides legal deadlines; while it is unknown the strictest ones hold."
        ),
    }[concern]


def _step(item: AttentionItem, period: str) -> NextStep:
    usage = {"range": period}
    match item.concern:
        case Concern.KEY_EXPIRES | Concern.KEY_OVER_BUDGET | Concern.KEY_FOREIGN_ADDRESS:
            return NextStep(
                tr("Open the key"), "keys", {"key_id": item.subject_id}, item.account_id
            )
        case Concern.KEY_STILL_CALLED:
            return NextStep(
                tr("See its usage"),
                "usage",
                usage | {"group_by": "model", "filters": {"key": [item.subject_id]}},
                item.account_id,
            )
        case Concern.ERRORS_RISE:
            return NextStep(
                tr("See the errors"),
                "usage",
                usage
                | {
                    "group_by": "error",
                    "measure": "errors",
                    "view": "errors",
                    "filters": {"provider": [item.subject_id]},
                },
            )
        case Concern.PROVIDER_SLOW:
            return NextStep(
                tr("See its latency"),
                "usage",
                usage
                | {
                    "group_by": "model",
                    "view": "total",
                    "filters": {"provider": [item.subject_id]},
                },
            )
        case Concern.ACCOUNT_SUSPENDED if item.subjects == 1:
            return NextStep(tr("See its usage"), "usage", usage | {"filters": {}}, item.account_id)
        case _:
            return NextStep(tr("Details"))
