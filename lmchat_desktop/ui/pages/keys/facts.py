"""What is known of one key, as label and value; pure words, no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.pages.keys.words import period_words
from lmchat_desktop.ui.widgets.fact_grid import Fact
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from lmchat_desktop.contract.keys import ApiKey, KeyStanding

MOST_NAMED = 6

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a key's facts are told by.

    Attributes:
        now: the present.
        zone: the zone of times.
        names: names of accounts, models, providers and people by their ids.
    """

    now: datetime
    zone: tzinfo
    names: Mapping[str, str]


def facts_of(key: ApiKey, standing: KeyStanding | None, around: Surroundings) -> list[Fact]:
    """Every fact about a key that it has; what it does not have is said as such."""
    named = around.names.get
    when = _when_in(around)
    facts = [
        Fact(translate("KeyFacts", "Account"), named(key.account_id, key.account_id)),
        Fact(
            translate("KeyFacts", "Created"),
            when(key.created_at),
            translate("KeyFacts", "by {name}").format(name=named(key.created_by, key.created_by)),
        ),
        _last_used(key, around),
        _end(key, around),
        *_budget(key, standing, around),
        Fact(translate("KeyFacts", "Models"), _listed(key.models, named)),
        Fact(translate("KeyFacts", "Providers"), _listed(key.providers, named)),
        Fact(translate("KeyFacts", "Data stay in"), _listed(key.countries, named)),
        Fact(translate("KeyFacts", "Used from"), _listed(key.addresses, named)),
        Fact(translate("KeyFacts", "Limits"), _limits(key)),
        Fact(translate("KeyFacts", "Id"), key.id),
    ]
    if key.notes:
        facts.append(Fact(translate("KeyFacts", "Notes"), key.notes))
    return facts


def _when_in(around: Surroundings) -> Callable[[datetime], str]:
    return lambda at: translated(formatting.moment(at, around.zone))


def _last_used(key: ApiKey, around: Surroundings) -> Fact:
    label = translate("KeyFacts", "Last used")
    if key.last_used_at is None:
        return Fact(label, translate("KeyFacts", "never"), tone="muted")
    return Fact(
        label,
        translated(formatting.ago((around.now - key.last_used_at).total_seconds())),
        _when_in(around)(key.last_used_at),
    )


def _end(key: ApiKey, around: Surroundings) -> Fact:
    when = _when_in(around)
    if key.revoked_at is not None:
        return Fact(translate("KeyFacts", "Revoked"), when(key.revoked_at))
    label = translate("KeyFacts", "Expires")
    if key.expires_at is None:
        return Fact(label, translate("KeyFacts", "never"), tone="muted")
    left_s = (key.expires_at - around.now).total_seconds()
    if left_s <= 0:
        return Fact(translate("KeyFacts", "Expired"), when(key.expires_at))
    note = translate("KeyFacts", "in {age}").format(age=translated(formatting.age(left_s)))
    return Fact(label, when(key.expires_at), note, "warn" if left_s <= 14 * 86_400 else None)


def _budget(key: ApiKey, standing: KeyStanding | None, around: Surroundings) -> list[Fact]:
    label = translate("KeyFacts", "Budget")
    if key.budget_nanos is None or key.budget_period is None:
        facts = [Fact(label, translate("KeyFacts", "none"), tone="muted")]
        if standing is not None:
            spent = str(formatting.money(standing.spent_nanos))
            facts.append(Fact(translate("KeyFacts", "Spent this month"), spent))
        return facts
    whole = translate("KeyFacts", "{amount} {period}").format(
        amount=formatting.money(key.budget_nanos), period=period_words(key.budget_period)
    )
    if standing is None:
        return [Fact(label, whole)]
    spent = str(formatting.money(standing.spent_nanos))
    note = ""
    if standing.period_end is not None:
        note = translate("KeyFacts", "begins anew on {at}").format(
            at=_when_in(around)(standing.period_end)
        )
    tone = "bad" if standing.over_budget else None
    return [Fact(label, whole), Fact(translate("KeyFacts", "Spent"), spent, note, tone)]


def _listed(ids: Sequence[str] | None, named: Callable[[str, str], str]) -> str:
    if ids is None:
        return translate("KeyFacts", "any")
    shown = ", ".join(named(one, one) for one in ids[:MOST_NAMED])
    more = len(ids) - MOST_NAMED
    if more <= 0:
        return shown
    return translate("KeyFacts", "{shown} and {count} more").format(shown=shown, count=more)


def _limits(key: ApiKey) -> str:
    parts = [
        (key.requests_per_minute, translate("KeyFacts", "{count} requests a minute")),
        (key.requests_per_day, translate("KeyFacts", "{count} requests a day")),
        (key.tokens_per_minute, translate("KeyFacts", "{count} tokens a minute")),
        (key.tokens_per_day, translate("KeyFacts", "{count} tokens a day")),
    ]
    told = [
        words.format(count=formatting.count(limit)) for limit, words in parts if limit is not None
    ]
    return ", ".join(told) if told else translate("KeyFacts", "those of the plan")
