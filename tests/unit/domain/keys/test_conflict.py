"""Two people change one key: what goes together does, and the rest is asked field by field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.keys.conflict import FieldConflict, merge, same

BASE: dict[str, Any] = {
    "name": "a",
    "notes": "",
    "models": ["m1", "m2"],
    "budget_nanos": 5,
    "budget_period": "month",
}


@pytest.mark.parametrize(
    ("mine", "theirs", "changes", "taken", "conflicts"),
    [
        ({}, {}, {}, {}, ()),
        ({"name": "b"}, {}, {"name": "b"}, {}, ()),
        ({}, {"name": "b"}, {}, {"name": "b"}, ()),
        ({"name": "b"}, {"notes": "x"}, {"name": "b"}, {"notes": "x"}, ()),
        ({"name": "b"}, {"name": "b"}, {}, {"name": "b"}, ()),
        ({"name": "b"}, {"name": "c"}, {}, {}, ("name",)),
        ({"models": ["m2", "m1"]}, {"models": None}, {}, {"models": None}, ()),
        ({"models": ["m1"]}, {"models": ["m2"]}, {}, {}, ("models",)),
        ({"models": None}, {"models": []}, {}, {}, ("models",)),
        ({"budget_nanos": 6}, {"budget_period": "day"}, {}, {}, ("budget_nanos", "budget_period")),
        ({"budget_nanos": 6}, {"budget_nanos": 6}, {}, {"budget_nanos": 6}, ()),
    ],
)
def test_merging(
    mine: dict[str, Any],
    theirs: dict[str, Any],
    changes: dict[str, Any],
    taken: dict[str, Any],
    conflicts: tuple[str, ...],
) -> None:
    found = merge(BASE, mine, theirs)
    assert found.changes == changes
    assert found.theirs == taken
    assert tuple(each.name for each in found.conflicts) == conflicts


def test_a_conflict_tells_all_three_versions_and_is_decided_by_field() -> None:
    found = merge(BASE, {"name": "b", "notes": "mine"}, {"name": "c", "notes": "theirs"})
    assert found.conflicts[0] == FieldConflict("name", "a", "b", "c")
    assert found.decided(frozenset({"notes"})) == {"notes": "mine"}
    assert found.decided(frozenset()) == {}


values = st.fixed_dictionaries({}, optional={"x": st.integers(0, 2), "y": st.integers(0, 2)})


@given(mine=values, theirs=values)
def test_nothing_that_either_side_wants_is_lost(
    mine: dict[str, int], theirs: dict[str, int]
) -> None:
    base = {"x": 0, "y": 0}
    found = merge(base, mine, theirs)
    for name, value in base.items():
        in_conflict = name in {each.name for each in found.conflicts}
        wanted, there = mine.get(name, value), theirs.get(name, value)
        assert in_conflict == (wanted != value and there != value and wanted != there)
        result = found.changes.get(name, there)
        if not in_conflict:
            assert result == (wanted if wanted != value else there)
    assert same("x", 1, 1)
