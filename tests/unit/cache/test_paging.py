"""Pages of keys out of a real encrypted cache: every order, every page size, ties and unknowns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmchat_desktop.cache import entities, paging
from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.paging import EntityPages
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.cache.tables import SORTED_FIELDS
from lmchat_desktop.contract.changes import KeyChange
from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.domain.paging import RowOrder

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = ("id", "name", "created_at", "last_used_at", "state")


def a_key(
    number: int, name: str, used: int | None = None, account: str = "acct_1", etag: str = "1"
) -> ApiKey:
    return ApiKey(
        id=f"key_{number:04d}",
        account_id=account,
        name=name,
        hint="sk-lmc-…a1b2",
        state=KeyState.ACTIVE if number % 3 else KeyState.REVOKED,
        created_at=BEGUN + timedelta(minutes=number // 2),
        created_by="person_1",
        last_used_at=None if used is None else BEGUN + timedelta(hours=used),
        etag=etag,
    )


def fill(cache: Cache, keys: list[ApiKey]) -> None:
    with cache.write() as connection:
        changes = [KeyChange(kind="key", id=key.id, entity=key) for key in keys]
        entities.apply(connection, changes, generation=1)


def in_order(keys: list[ApiKey], order: RowOrder) -> list[str]:
    """The plain rule: by value, what is unknown first, and equals by id."""

    def rank(key: ApiKey) -> tuple[object, ...]:
        value = getattr(key, order.field)
        if isinstance(value, str):
            folded = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in value)
            return (folded.encode(), key.id)
        return (value is not None, value or BEGUN, key.id)

    return [key.id for key in sorted(keys, key=rank, reverse=order.descending)]


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
some_keys = st.lists(
    st.tuples(names, st.none() | st.integers(0, 3), st.sampled_from(["acct_1", "acct_2"])),
    max_size=25,
).map(lambda found: [a_key(at, *each) for at, each in enumerate(found)])
orders = st.builds(RowOrder, st.sampled_from(SORTED_FIELDS["key"]), st.booleans())


@settings(max_examples=60, deadline=None)
@given(keys=some_keys, order=orders, size=st.integers(1, 9), account=st.booleans())
def test_pages_put_together_are_all_rows_in_their_order(
    keys: list[ApiKey], order: RowOrder, size: int, account: bool
) -> None:
    cache = open_cache(None, None)
    try:
        fill(cache, keys)
        pages = EntityPages(cache, "key", FIELDS, {"account_id": "acct_1"} if account else None)
        mine = [key for key in keys if not account or key.account_id == "acct_1"]
        wanted = in_order(mine, order)
        total = pages.count()
        assert total == len(wanted)
        starts = range(0, total, size)
        for known in (None, total):
            read = [pages.page(order, start, size, known) for start in starts]
            assert [key for page in read for key in page.keys] == wanted
            assert [page.start for page in read] == list(starts)
        assert pages.places(order, ["key_gone", *wanted]) == {k: i for i, k in enumerate(wanted)}
        told = list(pages.all_rows(order))
        assert [key for page in told for key in page.keys] == wanted
        by_id = {key.id: key for key in mine}
        for page in told:
            for key_id, row in zip(page.keys, page.rows, strict=True):
                assert row == tuple(getattr(by_id[str(key_id)], name) for name in FIELDS)
    finally:
        cache.close()


def lower(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


@settings(max_examples=60, deadline=None)
@given(
    keys=some_keys,
    order=orders,
    size=st.integers(1, 9),
    state=st.none() | st.sampled_from(KeyState),
    begins=st.none() | names | st.sampled_from(["SK-lmc", "key_00", "a", "A"]),
    few=st.sampled_from([0, 5, 100]),
    near=st.sampled_from([0, 4, 100]),
)
def test_what_is_asked_for_is_paged_however_it_is_found(
    keys: list[ApiKey],
    order: RowOrder,
    size: int,
    state: KeyState | None,
    begins: str | None,
    few: int,
    near: int,
) -> None:
    cache = open_cache(None, None)
    try:
        fill(cache, keys)
        equals = {} if state is None else {"state": state}
        pages = EntityPages(cache, "key", FIELDS, equals, begins)
        mine = [
            key
            for key in keys
            if state in (None, key.state)
            and (
                not begins
                or lower(key.name).startswith(lower(begins))
                or lower(key.hint).startswith(lower(begins))
                or key.id.startswith(begins)
            )
        ]
        wanted = in_order(mine, order)
        total = pages.count()
        assert total == len(wanted)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(paging, "FEW", few)
            patched.setattr(paging, "NEAR", near)
            for known in (None, total):
                read = [pages.page(order, start, size, known) for start in range(0, total, size)]
                assert [key for page in read for key in page.keys] == wanted
        assert pages.places(order, wanted) == {key: at for at, key in enumerate(wanted)}
        assert [key for page in pages.all_rows(order) for key in page.keys] == wanted
    finally:
        cache.close()


@pytest.mark.parametrize("equals", [{}, {"state": KeyState.ACTIVE}])
def test_what_rows_begin_with_is_looked_up(
    opened: Callable[..., Cache], equals: dict[str, KeyState]
) -> None:
    cache = opened()
    fill(cache, [a_key(at, f"name {at}", at) for at in range(50)])
    pages = EntityPages(cache, "key", FIELDS, equals, "NAME 1")
    plans: list[str] = []
    with cache.read() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(plans.append)
    try:
        assert pages.count() == len(pages.page(RowOrder("name"), 0, 50).keys) > 0
    finally:
        driver.set_trace_callback(None)
    for statement in (each for each in plans if each.lstrip().startswith("SELECT")):
        with cache.read() as connection:
            plan = [
                row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            ]
        for index in ("keys_by_name", "keys_by_hint"):
            assert any(f"INDEX {index} (" in step and "SEARCH" in step for step in plan), plan
        assert not any(step.startswith("SCAN keys") for step in plan), plan


@pytest.mark.parametrize("field", SORTED_FIELDS["key"])
@pytest.mark.parametrize("descending", [False, True])
def test_an_order_is_read_from_its_index(
    opened: Callable[..., Cache], field: str, descending: bool
) -> None:
    """Nothing is sorted when it is looked at, and going on from a key is looked up."""
    cache = opened()
    fill(cache, [a_key(at, f"name {at}", at) for at in range(50)])
    pages, order = EntityPages(cache, "key", FIELDS), RowOrder(field, descending)
    plans: list[str] = []
    with cache.read() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(plans.append)
    try:
        pages.page(order, 10, 5)
        pages.places(order, ["key_0007"])
        last = next(iter(pages.all_rows(order)))
        assert len(last.keys) == 50
        list(pages.all_rows(order))
    finally:
        driver.set_trace_callback(None)
    selects = [each for each in plans if each.lstrip().startswith("SELECT") and "keys" in each]
    assert len(selects) >= 6
    with cache.read() as connection:
        for statement in selects:
            plan = [
                row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            ]
            index = f"keys_by_{field}"
            assert any(index in step for step in plan) or "WHERE keys.id = " in statement, plan
            # The few rows of one page are put in order after the join; no other sorting is.
            assert sum("TEMP B-TREE" in step for step in plan) <= ("JOIN" in statement)


def test_there_is_no_order_without_an_index(opened: Callable[..., Cache]) -> None:
    pages = EntityPages(opened(), "key", FIELDS)
    with pytest.raises(KeyError):
        pages.page(RowOrder("hint"), 0, 10)
    assert "hint" not in pages.orders


def test_rows_that_come_and_go_while_all_are_told_are_told_once_at_most(
    opened: Callable[..., Cache], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lmchat_desktop.cache.paging.EXPORTED_AT_ONCE", 10)
    cache = opened()
    fill(cache, [a_key(at, f"name {at:03d}") for at in range(40)])
    told: list[object] = []
    for number, page in enumerate(EntityPages(cache, "key", FIELDS).all_rows(RowOrder("name"))):
        told.extend(page.keys)
        fill(cache, [a_key(500 + number, f"name {number:03d}a")])
    assert len(told) == len(set(told))
    assert {f"key_{at:04d}" for at in range(40)} <= set(told)
    assert EntityRepository(cache).count("key") > 40
