"""One decision for each request of a key, in a fixed order of reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lmchat_desktop.domain.keys.admission import Refusal, Standing, refusal_of, refusal_of_key
from lmchat_desktop.domain.keys.networks import read_address
from lmchat_desktop.domain.keys.rotation import Life
from lmchat_desktop.domain.keys.terms import UsedSecret

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOME = read_address("192.0.2.7")
OFFERED = ("small", "large")
GOOD = Standing(Life(), UsedSecret.PRESENT)
OVERLAP = Life(rotated_at=NOON - DAY, old_ends_at=NOON + DAY)
OVER = Life(rotated_at=NOON - DAY, old_ends_at=NOON)


@pytest.mark.parametrize(
    ("standing", "refused"),
    [
        (GOOD, None),
        (replace(GOOD, life=OVERLAP), None),
        (replace(GOOD, life=OVERLAP, secret=UsedSecret.OLD), None),
        (replace(GOOD, life=OVER), None),
        (replace(GOOD, life=OVER, secret=UsedSecret.OLD), Refusal.ROTATED),
        (replace(GOOD, secret=None), Refusal.ROTATED),
        (replace(GOOD, life=Life(revoked_at=NOON), secret=None), Refusal.REVOKED),
        (replace(GOOD, life=Life(revoked_at=NOON, expires_at=NOON)), Refusal.REVOKED),
        (replace(GOOD, life=Life(expires_at=NOON)), Refusal.EXPIRED),
        (replace(GOOD, life=Life(expires_at=NOON + DAY)), None),
        (replace(GOOD, account_active=False), Refusal.SUSPENDED),
        (replace(GOOD, networks=["192.0.2.0/24"]), None),
        (replace(GOOD, networks=["198.51.100.0/24"]), Refusal.ADDRESS),
        (replace(GOOD, models=["small"]), None),
        (replace(GOOD, models=["large"]), Refusal.MODEL),
        (replace(GOOD, budget_nanos=5, spent_nanos=4), None),
        (replace(GOOD, budget_nanos=5, spent_nanos=5), Refusal.BUDGET),
        (replace(GOOD, networks=[], models=[], budget_nanos=0), Refusal.ADDRESS),
        (replace(GOOD, models=[], budget_nanos=0), Refusal.MODEL),
    ],
)
def test_what_is_let_through(standing: Standing, refused: Refusal | None) -> None:
    assert refusal_of(standing, NOON, HOME, "small", OFFERED) is refused


def test_a_model_that_nobody_offers_is_not_found() -> None:
    named = replace(GOOD, models=["gone"])
    assert refusal_of(named, NOON, HOME, "gone", OFFERED) is Refusal.NO_MODEL


def test_a_used_up_budget_still_lists_models() -> None:
    assert refusal_of_key(replace(GOOD, budget_nanos=0), NOON, HOME) is None


def test_refusals_are_told_apart_by_their_codes() -> None:
    assert len({refusal.code for refusal in Refusal}) == len(Refusal)
    for refusal in Refusal:
        assert refusal.status in {401, 403, 404, 429}
        assert refusal.message.endswith(".")
