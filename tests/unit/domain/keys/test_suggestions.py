"""Why a key should be looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lmchat_desktop.domain.keys.suggestions import Observed, suggestions
from lmchat_desktop.domain.keys.terms import KeyState, SuggestionKind

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FINE = Observed(KeyState.ACTIVE, NOON - 200 * DAY, NOON + 50 * DAY, NOON - DAY)
K = SuggestionKind


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (FINE, {}),
        (replace(FINE, last_used_at=NOON - 90 * DAY), {}),
        (replace(FINE, last_used_at=NOON - 91 * DAY), {K.UNUSED: NOON - 91 * DAY}),
        (replace(FINE, last_used_at=None), {K.NEVER_USED: NOON - 200 * DAY}),
        (replace(FINE, last_used_at=None, created_at=NOON - 7 * DAY), {}),
        (replace(FINE, expires_at=None), {K.NO_EXPIRY: NOON - 200 * DAY}),
        (replace(FINE, expires_at=NOON + 14 * DAY), {K.EXPIRING: None}),
        (replace(FINE, expires_at=NOON + 15 * DAY), {}),
        (replace(FINE, expires_at=NOON + DAY, last_used_at=NOON - 15 * DAY), {}),
        (replace(FINE, over_budget_since=NOON), {K.OVER_BUDGET: NOON}),
        (replace(FINE, foreign_at=NOON - 30 * DAY), {K.FOREIGN_ADDRESS: NOON - 30 * DAY}),
        (replace(FINE, foreign_at=NOON - 31 * DAY), {}),
        (
            replace(FINE, expires_at=None, last_used_at=None, over_budget_since=NOON),
            {
                K.NEVER_USED: NOON - 200 * DAY,
                K.NO_EXPIRY: NOON - 200 * DAY,
                K.OVER_BUDGET: NOON,
            },
        ),
        (replace(FINE, state=KeyState.REVOKED, expires_at=None, last_used_at=None), {}),
        (replace(FINE, state=KeyState.EXPIRED, foreign_at=NOON), {}),
    ],
)
def test_suggestions(key: Observed, found: dict[SuggestionKind, datetime | None]) -> None:
    assert suggestions(key, NOON) == found
