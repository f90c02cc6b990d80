"""What needs attention, and the figures of a report: the rules at their edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.identity import Device
from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.domain.coverage import Span
from lmchat_desktop.domain.timebasis import Period, Step, bucket_edges, from_epoch
from lmchat_desktop.domain.usage.build import build_block, empty_block
from lmchat_desktop.domain.usage.cells import Dimension, Measure, UsageBlock
from lmchat_desktop.domain.usage.pairs import together
from lmchat_desktop.domain.usage.rollup import clip, merge
from lmchat_desktop.domain.usage.slices import Level
from lmchat_desktop.domain.usage.totals import Totals, add_up
from lmchat_desktop.services.attention import (
    AttentionItem,
    Concern,
    Urgency,
    account_items,
    by_urgency,
    device_items,
    key_items,
    provider_items,
)
from lmchat_desktop.services.figures import figures_of
from lmchat_desktop.services.overview import calls_after_end, overview_of
from lmchat_desktop.services.usage import UsageQuestion, UsageReport, UsageService

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ZONE = ZoneInfo("UTC")
HOUR = timedelta(hours=1)
TODAY = Period(NOW - timedelta(hours=24), NOW, timedelta(hours=24))


def key(**more: Any) -> ApiKey:
    fields: dict[str, Any] = {
        "id": "key_1",
        "account_id": "acct_1",
        "name": "chat",
        "hint": "sk-lmc-…a1b2",
        "state": KeyState.ACTIVE,
        "created_at": NOW - timedelta(days=9),
        "created_by": "person_1",
        "etag": '"1"',
    }
    return ApiKey(**(fields | more))


def device(**more: Any) -> Device:
    fields: dict[str, Any] = {
        "id": "dev_1",
        "person_id": "person_1",
        "name": "laptop",
        "platform": "linux",
        "app_version": "1",
        "registered_at": NOW,
        "last_seen_at": NOW,
        "lease_until": NOW + timedelta(days=14),
        "etag": '"1"',
    }
    return Device(**(fields | more))


def account(number: int, **more: Any) -> Account:
    fields: dict[str, Any] = {
        "id": f"acct_{number}",
        "name": f"Account {number}",
        "email": "a@b.example",
        "email_verified": True,
        "country": "DE",
        "plan_id": "plan",
        "state": AccountState.ACTIVE,
        "created_at": NOW,
        "etag": '"1"',
    }
    return Account(**(fields | more))


@pytest.mark.parametrize(
    ("left", "urgency"),
    [
        (timedelta(days=7, seconds=1), None),
        (timedelta(days=7), Urgency.SOON),
        (timedelta(days=1, seconds=1), Urgency.SOON),
        (timedelta(days=1), Urgency.NOW),
        (timedelta(seconds=1), Urgency.NOW),
        (timedelta(0), None),
    ],
)
def test_keys_that_expire(left: timedelta, urgency: Urgency | None) -> None:
    items = key_items([key(expires_at=NOW + left)], NOW)
    assert [item.urgency for item in items] == ([] if urgency is None else [urgency])


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"expires_at": NOW - HOUR, "last_used_at": NOW}, True),
        ({"expires_at": NOW - HOUR, "last_used_at": NOW - HOUR}, False),
        ({"revoked_at": NOW - HOUR, "last_used_at": NOW, "state": KeyState.REVOKED}, True),
        ({"expires_at": NOW - 400 * HOUR, "last_used_at": NOW - 200 * HOUR}, False),
        ({"expires_at": NOW - HOUR}, False),
        ({"last_used_at": NOW}, False),
        ({"state": KeyState.REVOKED, "last_used_at": NOW}, False),
    ],
)
def test_keys_called_after_their_end(more: dict[str, Any], told: bool) -> None:
    items = key_items([key(**more)], NOW)
    assert [item.concern for item in items] == ([Concern.KEY_STILL_CALLED] if told else [])


def test_devices() -> None:
    items = device_items(
        [
            device(id="well"),
            device(id="ends", lease_until=NOW + timedelta(days=3)),
            device(id="ended", lease_until=NOW),
            device(id="revoked", revoked_at=NOW - timedelta(days=14)),
            device(id="long ago", revoked_at=NOW - timedelta(days=15)),
        ],
        NOW,
    )
    assert [(item.concern, item.subject_id) for item in items] == [
        (Concern.LEASE_ENDS, "ends"),
        (Concern.DEVICE_REVOKED, "revoked"),
    ]


def test_few_accounts_are_named_and_many_are_counted() -> None:
    three = [account(n, country=None) for n in range(3)]
    assert [item.names for item in account_items(three)] == [
        ("Account 0",),
        ("Account 1",),
        ("Account 2",),
    ]
    many = [account(n, email_verified=False) for n in range(40)]
    (item,) = account_items(many)
    assert (item.concern, item.subjects, len(item.names)) == (Concern.EMAIL_UNVERIFIED, 40, 40)
    (suspended,) = account_items([account(1, state=AccountState.SUSPENDED)])
    assert suspended.urgency is Urgency.NOW


def test_the_most_urgent_stands_first() -> None:
    items = [
        AttentionItem(Concern.COUNTRY_UNKNOWN, Urgency.NOTE, "c", ()),
        AttentionItem(Concern.KEY_EXPIRES, Urgency.SOON, "b", (), at=NOW),
        AttentionItem(Concern.KEY_EXPIRES, Urgency.SOON, "a", (), at=NOW - HOUR),
        AttentionItem(Concern.ERRORS_RISE, Urgency.NOW, "d", ()),
    ]
    assert [item.subject_id for item in by_urgency(items)] == ["d", "a", "b", "c"]


class Blocks:
    """Cells of one scope, covered over the given hours before now."""

    def __init__(self, block: UsageBlock, hours: int = 72) -> None:
        self._block = block
        self._since = int((NOW - hours * HOUR).timestamp())

    def blocks(
        self, scope: str, start_s: int, end_s: int, level: Level, zone: ZoneInfo
    ) -> tuple[list[UsageBlock], list[Span]]:
        return [clip(self._block, start_s, end_s)], [(self._since, int(NOW.timestamp()))]

    def totals(
        self,
        scope: str,
        start_s: int,
        end_s: int,
        level: Level,
        zone: ZoneInfo,
        cancel: object = None,
    ) -> tuple[list[Totals], list[Span]]:
        step = Step.HOUR if level is Level.HOUR else Step.DAY
        edges = bucket_edges(from_epoch(start_s), from_epoch(end_s), step, zone)
        return [add_up([self._block], edges)[0]], [(self._since, int(NOW.timestamp()))]


def traffic(hours_ago: float, provider: str, count: int, failed: int, ms: float) -> UsageBlock:
    """Requests of one provider at one instant, some of them failed, all equally slow."""
    started = np.full(count, int((NOW - hours_ago * HOUR).timestamp()), dtype=np.int64)
    outcome = (np.arange(count) < failed).astype(np.int64)
    return build_block(
        started,
        900,
        {
            Dimension.PROVIDER: ((provider,), np.zeros(count, dtype=np.int64)),
            Dimension.MODEL: ((f"model of {provider}",), np.zeros(count, dtype=np.int64)),
            Dimension.KEY: (("key_1",), np.zeros(count, dtype=np.int64)),
            Dimension.OUTCOME: (("ok", "failed"), outcome),
        },
        {Measure.COST: np.full(count, 10**9, dtype=np.int64)},
        np.full(count, ms),
        np.full(count, ms / 4),
    )


def report(*blocks: UsageBlock, hours: int = 72, **more: Any) -> UsageReport:
    service = UsageService(Blocks(merge(blocks), hours), lambda: NOW)
    question = UsageQuestion("service", TODAY, None, ZONE, Dimension.PROVIDER, {}, True)
    return service.report(question)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        ((1000, 60), (1000, 10), True),
        ((1000, 14), (1000, 10), False),
        ((49, 20), (1000, 10), False),
        ((1000, 60), (49, 0), False),
        ((100, 3), (100, 1), False),
        ((10_000, 150), (10_000, 80), True),
        ((1000, 10), (1000, 60), False),
    ],
)
def test_a_rise_of_errors_is_told_if_it_is_real(
    now: tuple[int, int], before: tuple[int, int], told: bool
) -> None:
    items = provider_items(report(traffic(2, "groq", *now, 100), traffic(26, "groq", *before, 100)))
    assert [item.concern for item in items] == ([Concern.ERRORS_RISE] if told else [])
    for item in items:
        assert item.value == now[1] / now[0]
        assert item.previous == before[1] / before[0]
        assert (item.failed, item.requests) == (now[1], now[0])


@pytest.mark.parametrize(("ms", "told"), [(190.0, False), (210.0, True)])
def test_a_provider_is_slow_when_its_p95_has_doubled(ms: float, told: bool) -> None:
    items = provider_items(report(traffic(2, "groq", 90, 0, ms), traffic(26, "groq", 90, 0, 100)))
    assert [item.concern for item in items] == ([Concern.PROVIDER_SLOW] if told else [])


def test_nothing_is_told_against_days_that_are_not_known() -> None:
    parts = traffic(2, "groq", 1000, 300, 900), traffic(26, "groq", 1000, 1, 100)
    assert len(provider_items(report(*parts))) == 2
    assert provider_items(report(*parts, hours=30)) == []
    figures = figures_of(report(*parts, hours=30))
    assert figures.requests.value == 1000
    assert figures.requests.previous is None


def test_figures_are_exact_beyond_what_floats_hold() -> None:
    block = traffic(2, "groq", 3, 1, 50)
    cost = np.array([9_007_199_254_740_993, 4], dtype=np.int64)[: len(block)]
    block = UsageBlock(
        block.start_s,
        block.labels,
        block.codes,
        {**block.measures, Measure.COST: cost},
        block.latencies,
    )
    figures = figures_of(report(block, traffic(26, "groq", 6, 0, 50)))
    assert figures.cost.value == int(cost.sum())
    assert figures.error_rate.value == pytest.approx(1 / 3)
    assert figures.error_rate.previous == 0
    assert figures.requests.change == pytest.approx(-0.5)
    assert figures.error_rate.difference == pytest.approx(1 / 3)


def test_figures_of_nothing_known() -> None:
    figures = figures_of(report(empty_block(), hours=0))
    assert figures.requests.value is None
    assert figures.p95.value is None
    assert figures.error_rate.value is None
    assert np.isnan(figures.requests.course).all()


def test_calls_after_a_keys_end_are_counted() -> None:
    service = UsageService(
        Blocks(merge([traffic(2, "a", 7, 0, 1), traffic(20, "a", 5, 0, 1)])), lambda: NOW
    )
    question = UsageQuestion("acct_1", TODAY, None, ZONE, Dimension.KEY, {}, False)
    answer = service.report(question).answer
    ended = key(expires_at=NOW - 10 * HOUR)
    assert calls_after_end(answer, [ended], NOW) == {"key_1": 7}
    assert calls_after_end(answer, [key(), key(id="key_2", expires_at=NOW - HOUR)], NOW) == {}


def test_labels_that_occur_together() -> None:
    blocks = [traffic(2, "a", 3, 1, 1), traffic(3, "b", 3, 0, 1)]
    found = together(blocks, Dimension.MODEL, Dimension.PROVIDER)
    assert found == {"model of a": {"a"}, "model of b": {"b"}}
    found = together(
        [merge(blocks)],
        Dimension.KEY,
        Dimension.PROVIDER,
        {Dimension.OUTCOME: frozenset({"failed"})},
    )
    assert found == {"key_1": {"a"}}
    assert together([], Dimension.KEY, Dimension.MODEL) == {}


class Entities:
    """Entities in a list."""

    def __init__(self, *entities: Any) -> None:
        self._entities = entities

    def list(self, kind: type[Any], **equals: Any) -> Sequence[Any]:
        return [
            each
            for each in self._entities
            if isinstance(each, kind)
            and all(getattr(each, name) == value for name, value in equals.items())
        ]

    def due_keys(
        self,
        now: datetime,
        notice: timedelta,
        lately: timedelta,
        account_id: str | None = None,
    ) -> Sequence[ApiKey]:
        mine = {} if account_id is None else {"account_id": account_id}
        return self.list(ApiKey, **mine)


def test_the_overview_joins_reports_and_entities() -> None:
    usage = UsageService(
        Blocks(merge([traffic(2, "groq", 1000, 300, 100), traffic(26, "groq", 1000, 1, 100)])),
        lambda: NOW,
    )
    entities = Entities(
        account(1, country=None),
        account(2, country=None),
        key(expires_at=NOW - 10 * HOUR, last_used_at=NOW),
    )
    seen: Mapping[str, Any] = {
        scope: overview_of(usage, entities, scope, TODAY, ZONE, NOW)
        for scope in ("service", "acct_1")
    }
    service, own = seen["service"], seen["acct_1"]
    assert service.by_key is None
    assert sum(item.concern is Concern.COUNTRY_UNKNOWN for item in service.attention) == 2
    assert sum(item.concern is Concern.COUNTRY_UNKNOWN for item in own.attention) == 1
    assert own.attention[0].concern is Concern.ERRORS_RISE
    called = next(item for item in own.attention if item.concern is Concern.KEY_STILL_CALLED)
    assert called.requests == 1000
    assert own.figures.requests.value == 1000


def test_an_overview_nobody_wants_is_left() -> None:
    class Unwanted:
        def raise_if_cancelled(self) -> None:
            raise InterruptedError

    usage = UsageService(Blocks(traffic(2, "a", 1, 0, 1)), lambda: NOW)
    with pytest.raises(InterruptedError):
        overview_of(usage, Entities(), "service", TODAY, ZONE, NOW, Unwanted())
