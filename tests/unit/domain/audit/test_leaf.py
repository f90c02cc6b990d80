"""Leaves: every change of an entry is another leaf, and erasing a value is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.audit.leaf import (
    VALUES,
    BadEntry,
    Entry,
    commitment,
    commitments_of,
    leaf_bytes,
    new_salts,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
ENTRIES = st.builds(
    Entry,
    seq=st.integers(0, 2**40),
    at_ms=st.integers(0, 2**45),
    action=TEXT,
    entity_kind=TEXT,
    values=st.fixed_dictionaries({name: st.none() | TEXT for name in VALUES}),
    salts=st.fixed_dictionaries({name: st.binary(min_size=32, max_size=32) for name in VALUES}),
    commitments=st.just({}),
)


def entry(**changes: Any) -> Entry:
    values: dict[str, str | None] = dict.fromkeys(VALUES, "x") | {"device_id": None}
    salts = {name: bytes([place]) * 32 for place, name in enumerate(VALUES)}
    return replace(Entry(3, 1_764_353_204_123, "key.create", "key", values, salts, {}), **changes)


def erased(whole: Entry, *names: str) -> Entry:
    closed = commitments_of(whole)
    return replace(
        whole,
        values={n: None if n in names else v for n, v in whole.values.items()},
        salts={n: s for n, s in whole.salts.items() if n not in names},
        commitments={n: closed[n] for n in names},
    )


def test_the_leaf_of_an_entry_is_this_text() -> None:
    bare = erased(entry(), *VALUES)
    text = leaf_bytes(replace(bare, commitments={name: bytes(32) for name in VALUES})).decode()
    zeros = ",".join(f'"{name}":"{"00" * 32}"' for name in sorted(VALUES))
    assert text == (
        '{"action":"key.create","at_ms":1764353204123,"commitments":{' + zeros + "},"
        '"entity_kind":"key","format":"lmchat-audit-entry/1","seq":3}'
    )


@given(ENTRIES, st.sets(st.sampled_from(VALUES)))
def test_erasing_values_leaves_the_leaf(whole: Entry, names: set[str]) -> None:
    assert erased(whole, *names).leaf() == whole.leaf()


@given(ENTRIES, ENTRIES)
def test_two_entries_have_one_leaf_only_if_they_are_equal(one: Entry, other: Entry) -> None:
    assert (one.leaf() == other.leaf()) == (one == other)


@given(ENTRIES, st.sampled_from(VALUES), st.none() | TEXT)
def test_another_value_or_salt_is_another_leaf(whole: Entry, name: str, value: str | None) -> None:
    if value != whole.values[name]:
        assert replace(whole, values={**whole.values, name: value}).leaf() != whole.leaf()
    assert replace(whole, salts=new_salts()).leaf() != whole.leaf()


def test_an_absent_value_is_not_an_empty_one_and_fields_do_not_mix() -> None:
    salt = bytes(32)
    assert commitment("reason", salt, None) != commitment("reason", salt, "")
    assert commitment("reason", salt, "x") != commitment("actor_id", salt, "x")


@pytest.mark.parametrize(
    "changes",
    [
        {"salts": {}},
        {"commitments": {"reason": bytes(32)}},
        {"salts": dict.fromkeys(VALUES, b"short")},
        {"salts": {}, "commitments": dict.fromkeys(VALUES, b"short")},
        {"salts": {}, "commitments": dict.fromkeys(VALUES, bytes(32))},
        {"action": "\ud800"},
        {"values": dict.fromkeys(VALUES, "\ud800")},
    ],
)
def test_what_can_have_no_leaf(changes: dict[str, Any]) -> None:
    with pytest.raises(BadEntry):
        entry(**changes).leaf()


def test_salts_are_random_and_stay_out_of_what_is_shown() -> None:
    assert len({salt for _ in range(3) for salt in new_salts().values()}) == 3 * len(VALUES)
    assert "values" not in repr(entry())
    assert "salts" not in repr(entry())
