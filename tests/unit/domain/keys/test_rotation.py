"""Which secrets of a key work when, through rotations, moves and the key's own end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.keys.rotation import (
    LONGEST_OVERLAP,
    Life,
    NotPossible,
    check_undo,
    latest_end,
    moved,
    rotated,
)
from lmchat_desktop.domain.keys.terms import KeyState, UsedSecret

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("life", "present", "old"),
    [
        (Life(), True, False),
        (Life(expires_at=NOON), False, False),
        (Life(expires_at=NOON + DAY), True, False),
        (Life(revoked_at=NOON), False, False),
        (Life(rotated_at=NOON - DAY, old_ends_at=NOON), True, False),
        (Life(rotated_at=NOON - DAY, old_ends_at=NOON + DAY), True, True),
        (Life(expires_at=NOON, rotated_at=NOON - DAY, old_ends_at=NOON + DAY), False, False),
        (Life(revoked_at=NOON, rotated_at=NOON - DAY, old_ends_at=NOON + DAY), False, False),
    ],
)
def test_which_secrets_work(life: Life, present: bool, old: bool) -> None:
    assert life.works(UsedSecret.PRESENT, NOON) is present
    assert life.works(UsedSecret.OLD, NOON) is old


def test_a_rotation_overlaps_as_long_as_was_asked() -> None:
    life = rotated(Life(), DAY, NOON)
    assert life == Life(rotated_at=NOON, old_ends_at=NOON + DAY)
    assert rotated(Life(), timedelta(0), NOON).in_overlap(NOON) is False
    short = rotated(Life(expires_at=NOON + DAY), 3 * DAY, NOON)
    assert short.old_ends_at == NOON + DAY


@pytest.mark.parametrize(
    ("life", "overlap", "why"),
    [
        (Life(revoked_at=NOON - DAY), DAY, "revoked"),
        (Life(expires_at=NOON), DAY, "expired"),
        (Life(rotated_at=NOON - DAY, old_ends_at=NOON + DAY), DAY, "not over"),
        (Life(), LONGEST_OVERLAP + timedelta(seconds=1), "90 days"),
        (Life(), -DAY, "90 days"),
    ],
)
def test_what_cannot_be_rotated(life: Life, overlap: timedelta, why: str) -> None:
    with pytest.raises(NotPossible, match=why):
        rotated(life, overlap, NOON)


def test_the_end_of_an_overlap_moves_within_its_bounds() -> None:
    life = rotated(Life(), DAY, NOON)
    assert moved(life, NOON - DAY, NOON + timedelta(hours=1)).old_ends_at == NOON + timedelta(
        hours=1
    )
    assert moved(life, NOON + 90 * DAY, NOON).old_ends_at == NOON + 90 * DAY
    with pytest.raises(NotPossible, match="90 days"):
        moved(life, NOON + 91 * DAY, NOON)
    with pytest.raises(NotPossible, match="still working"):
        moved(life, NOON + 3 * DAY, NOON + DAY)
    ending = rotated(Life(expires_at=NOON + 2 * DAY), DAY, NOON)
    assert latest_end(ending) == NOON + 2 * DAY
    with pytest.raises(NotPossible, match="itself ends"):
        moved(ending, NOON + 3 * DAY, NOON)
    assert latest_end(Life()) is None


def test_only_a_working_secret_can_be_gone_back_to() -> None:
    life = rotated(Life(), DAY, NOON)
    check_undo(life, NOON + DAY - timedelta(seconds=1))
    for refused, at in ((life, NOON + DAY), (Life(), NOON)):
        with pytest.raises(NotPossible, match="still working"):
            check_undo(refused, at)


spans = st.none() | st.integers(-200, 200)


@given(expires=spans, overlap=st.integers(0, 90), moves=st.lists(st.integers(-10, 120)))
def test_an_old_secret_never_outlives_its_key_or_the_longest_overlap(
    expires: int | None, overlap: int, moves: list[int]
) -> None:
    life = Life(expires_at=None if expires is None else NOON + expires * DAY)
    try:
        life = rotated(life, overlap * DAY, NOON)
        for days in moves:
            life = moved(life, NOON + days * DAY, NOON)
    except NotPossible:
        pass
    for day in range(0, 200, 5):
        at = NOON + day * DAY
        if life.works(UsedSecret.OLD, at):
            assert life.works(UsedSecret.PRESENT, at)
            assert at < NOON + LONGEST_OVERLAP
            assert life.state(at) is KeyState.ACTIVE
