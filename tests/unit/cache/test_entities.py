"""Entities as the feed brings them, kept in columns and given back as they came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import text

from lmchat_desktop.cache import entities
from lmchat_desktop.cache.columns import from_millis, to_millis
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.contract.accounts import Account, Member
from lmchat_desktop.contract.base import Answer
from lmchat_desktop.contract.catalog import Model, Plan, Processor, Provider
from lmchat_desktop.contract.changes import ENTITY_TYPES, Change
from lmchat_desktop.contract.identity import Device
from lmchat_desktop.contract.invitations import Invitation
from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.contract.operators import Grant, Operator
from tests.unit.cache.traffic import NOW

AT = NOW.replace(microsecond=123000)
HOSTILE = "<b>x</b>\u202e '; DROP TABLE keys; -- \x00 😀 =cmd()"

SAMPLES: dict[str, Answer] = {
    "plan": Plan(
        id="plan_1", name=HOSTILE, monthly_fee_nanos=2**62, requests_per_minute=1, key_limit=0
    ),
    "provider": Provider.model_validate(
        {"id": "p", "name": "P", "regions": [{"id": "eu", "name": "EU", "country": None}]}
    ),
    "model": Model.model_validate(
        {
            "id": "m",
            "name": "M",
            "context_tokens": None,
            "prices": [
                {
                    "provider_id": "p",
                    "input_usd": Decimal("0.00000000012345678901234567890"),
                    "cached_input_usd": Decimal("0"),
                    "output_usd": Decimal("1E-7"),
                }
            ],
        }
    ),
    "processor": Processor(
        id="proc_1",
        name="Mailer",
        purpose="mail",
        categories=["A", "B"],
        region="eu",
        transfer="",
        erasure="by ticket",
    ),
    "account": Account(
        id="acct_1",
        name=HOSTILE,
        email="a@b.test",
        email_verified=False,
        phone="+4712345678",
        phone_verified=True,
        country=None,
        plan_id="plan_1",
        state="suspended",
        created_at=AT,
        etag="e1",
    ),
    "member": Member(
        id="acct_1/person_1",
        account_id="acct_1",
        person_id="person_1",
        name="N",
        email="n@b.test",
        role="owner",
        since=AT,
        etag="e4",
    ),
    "invitation": Invitation(
        id="inv_1",
        account_id="acct_1",
        email="n@b.test",
        role="member",
        state="open",
        invited_by="person_1",
        created_at=AT,
        expires_at=AT,
    ),
    "key": ApiKey(
        id="key_1",
        account_id="acct_1",
        name="",
        hint="sk-lmc-…a1b2",
        state="active",
        models=[],
        budget_nanos=-(2**63),
        created_at=AT,
        created_by="person_1",
        expires_at=None,
        last_used_at=AT - timedelta(days=20000),
        etag="e2",
    ),
    "device": Device(
        id="dev_1",
        person_id="person_1",
        name="laptop",
        platform="linux",
        app_version="1",
        registered_at=AT,
        last_seen_at=AT,
        lease_until=AT,
        revoked_at=AT,
        etag="e3",
    ),
    "operator": Operator(
        id="person_1",
        name=HOSTILE,
        email="n@b.test",
        roles=["support", "legal"],
        waiting=[],
        state="invited",
        since=AT,
        joined_at=None,
        etag="e4",
    ),
    "grant": Grant(
        id="grant_1",
        person_id="person_1",
        person_name="N",
        roles=["admin"],
        reason=HOSTILE,
        state="rejected",
        asked_by="person_2",
        asked_by_name="M",
        asked_at=AT,
        decided_by="person_3",
        decided_by_name="O",
        decided_at=AT,
        decision_reason="",
        etag="e5",
    ),
}
CHANGE: TypeAdapter[Any] = TypeAdapter(Change)


def change(kind: str, entity_id: str, entity: Answer | None) -> Any:
    return CHANGE.validate_python({"kind": kind, "id": entity_id, "entity": entity})


def apply(cache: Cache, *changes: Any, generation: int = 1) -> set[str]:
    with cache.write() as connection:
        return entities.apply(connection, changes, generation)


def test_there_is_a_sample_of_every_kind() -> None:
    assert set(SAMPLES) == set(ENTITY_TYPES)


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_entity_comes_back_as_it_went(cache: Cache, kind: str) -> None:
    entity: Any = SAMPLES[kind]
    assert apply(cache, change(kind, entity.id, entity)) == {kind}
    repository = entities.EntityRepository(cache)
    assert repository.get(kind, entity.id) == entity
    assert repository.list(type(entity)) == [entity]
    assert repository.count(kind) == 1
    assert repository.get(kind, "other") is None


def test_prices_stay_exact_decimals(cache: Cache) -> None:
    apply(cache, change("model", "m", SAMPLES["model"]))
    found = entities.EntityRepository(cache).get(Model, "m")
    assert found is not None
    assert found.prices[0].input_usd == Decimal("0.00000000012345678901234567890")


def test_the_last_change_of_a_page_counts(cache: Cache) -> None:
    one: Any = SAMPLES["account"]
    two = one.model_copy(update={"name": "two"})
    apply(cache, change("account", one.id, one), change("account", one.id, two))
    repository = entities.EntityRepository(cache)
    assert repository.list(Account) == [two]
    apply(cache, change("account", one.id, one), change("account", one.id, None))
    assert repository.list(Account) == []
    apply(cache, change("account", one.id, None), change("account", one.id, one))
    assert repository.list(Account) == [one]


def test_a_tombstone_of_what_is_not_there_is_no_trouble(cache: Cache) -> None:
    assert apply(cache, change("key", "key_x", None)) == {"key"}


def test_lists_are_chosen_by_equal_fields(cache: Cache) -> None:
    key: Any = SAMPLES["key"]
    other = key.model_copy(update={"id": "key_2", "account_id": "acct_2", "expires_at": AT})
    apply(cache, change("key", "key_1", key), change("key", "key_2", other))
    repository = entities.EntityRepository(cache)
    assert repository.list(ApiKey, account_id="acct_2") == [other]
    assert repository.list(ApiKey, expires_at=None) == [key]
    assert repository.list(ApiKey, expires_at=AT, state="active") == [other]
    assert repository.count("key", state="active") == 2
    with pytest.raises(KeyError):
        repository.list(ApiKey, colour="red")


def test_a_finished_snapshot_forgets_what_it_did_not_send(cache: Cache) -> None:
    apply(cache, *(change(kind, entity.id, entity) for kind, entity in SAMPLES.items()))  # type: ignore[attr-defined]
    again: Any = SAMPLES["account"]
    apply(cache, change("account", again.id, again), generation=2)
    with cache.write() as connection:
        assert entities.forget_older(connection, 2) == set(SAMPLES) - {"account"}
    repository = entities.EntityRepository(cache)
    assert {kind for kind in SAMPLES if repository.count(kind)} == {"account"}


@given(
    st.datetimes(
        min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)
    )
)
def test_instants_keep_their_milliseconds(at: datetime) -> None:
    assert from_millis(to_millis(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)


@given(st.text(), st.text(), st.lists(st.text()))
def test_any_text_comes_back(name: str, email: str, models: list[str]) -> None:
    cache = _shared()
    account: Any = SAMPLES["account"]
    key: Any = SAMPLES["key"]
    account = account.model_copy(update={"name": name, "email": email})
    key = key.model_copy(update={"models": models})
    apply(cache, change("account", account.id, account), change("key", key.id, key))
    repository = entities.EntityRepository(cache)
    assert repository.get(Account, account.id) == account
    assert repository.get(ApiKey, key.id) == key


_CACHES: list[Cache] = []


def _shared() -> Cache:
    if not _CACHES:
        _CACHES.append(open_cache(None, None))
    return _CACHES[0]


def test_many_entities_are_one_statement_a_kind(cache: Cache) -> None:
    account: Any = SAMPLES["account"]
    changes = [
        change("account", f"acct_{n}", account.model_copy(update={"id": f"acct_{n}"}))
        for n in range(2500)
    ]
    apply(cache, *changes)
    with cache.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM accounts")) == 2500
