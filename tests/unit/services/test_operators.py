"""What the page of operators is told: who is there, and why something cannot be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from lmchat_desktop.cache import entities
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.contract.changes import Change
from lmchat_desktop.contract.identity import Device, Me, Person
from lmchat_desktop.contract.operators import Grant, Operator, OperatorState
from lmchat_desktop.domain.operators import Refusal
from lmchat_desktop.domain.scopes import Role, scopes_of
from lmchat_desktop.services import operators as service
from lmchat_desktop.services.operators import DeviceState, OperatorsPicture

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
CHANGE: TypeAdapter[Any] = TypeAdapter(Change)


def operator(name: str, *roles: Role, invited: bool = False) -> Operator:
    state = OperatorState.INVITED if invited else OperatorState.ACTIVE
    return Operator(
        id=name,
        name=name.title(),
        email=f"{name}@b.test",
        roles=list(roles),
        waiting=[],
        state=state,
        since=NOW,
        etag='"v1"',
    )


def grant(name: str, asked_by: str, gains: str, ago_h: int, **more: Any) -> Grant:
    fields = {
        "id": name,
        "person_id": gains,
        "person_name": gains.title(),
        "roles": [Role.LEGAL],
        "reason": "R",
        "state": "pending",
        "asked_by": asked_by,
        "asked_by_name": asked_by.title(),
        "asked_at": NOW - timedelta(hours=ago_h),
        "etag": '"v1"',
    }
    return Grant.model_validate(fields | more)


def device(name: str, person: str, **more: Any) -> Device:
    fields = {
        "id": name,
        "person_id": person,
        "name": name,
        "platform": "",
        "app_version": "1",
        "registered_at": NOW,
        "last_seen_at": NOW,
        "lease_until": NOW + timedelta(days=14),
        "etag": '"v1"',
    }
    return Device.model_validate(fields | more)


def me(person: str, *roles: Role) -> Me:
    return Me(
        person=Person(id=person, name=person, email="", created_at=NOW),
        device=None,
        memberships=[],
        operator_roles=list(roles),
        scopes=[scope.value for scope in scopes_of(roles)],
        capabilities=[],
        backend="",
        server_time=NOW,
    )


EVERYBODY = (
    operator("zoe", Role.ADMIN),
    operator("ann", Role.ADMIN, invited=True),
    operator("lea", Role.LEGAL),
    operator("sam", Role.SUPPORT),
)
ZOE, LEA, SAM = me("zoe", Role.ADMIN), me("lea", Role.LEGAL), me("sam", Role.SUPPORT)


@pytest.fixture
def known() -> Iterator[entities.EntityRepository]:
    cache = open_cache(None, None)
    seen: list[Operator | Grant | Device] = [
        *EVERYBODY,
        grant("g1", "zoe", "sam", 1),
        grant("g2", "zoe", "lea", 5),
        grant("g3", "zoe", "lea", 9, state="approved", decided_at=NOW - timedelta(hours=8)),
        grant("g4", "zoe", "lea", 9, state="rejected", decided_at=NOW - timedelta(hours=2)),
        device("old", "sam", last_seen_at=NOW - timedelta(days=3)),
        device("new", "sam"),
        device("lost", "lea", revoked_at=NOW),
    ]
    kinds = {Operator: "operator", Grant: "grant", Device: "device"}
    changes = [
        CHANGE.validate_python({"kind": kinds[type(one)], "id": one.id, "entity": one})
        for one in seen
    ]
    with cache.write() as connection:
        entities.apply(connection, changes, 1)
    yield entities.EntityRepository(cache)
    cache.close()


@pytest.fixture
def picture(known: entities.EntityRepository) -> OperatorsPicture:
    return service.read_operators(known)


def test_everything_is_in_the_order_of_its_use(picture: OperatorsPicture) -> None:
    assert [one.id for one in picture.operators] == ["ann", "lea", "sam", "zoe"]
    assert [one.id for one in picture.waiting] == ["g2", "g1"]
    assert [one.id for one in picture.decided] == ["g4", "g3"]
    assert [one.id for one in picture.devices][-1] == "old"
    assert picture.names["sam"] == "Sam"
    assert (picture.devices_of("sam"), picture.devices_of("lea")) == (2, 0)
    assert picture.staff.admins == {"zoe"}


def test_what_waits_is_counted_for_whoever_may_decide(known: entities.EntityRepository) -> None:
    due = {one.id: service.count_to_decide(known, one.id) for one in EVERYBODY}
    assert due == {"zoe": 0, "ann": 2, "lea": 1, "sam": 0}
    assert service.count_to_decide(known, "nobody") == 0


def test_why_something_cannot_be_done(picture: OperatorsPicture) -> None:
    zoe, lea, sam = (picture.operator(name) for name in ("zoe", "lea", "sam"))
    assert zoe is not None
    assert lea is not None
    assert sam is not None
    assert service.against_inviting(ZOE) is None
    assert service.against_inviting(LEA) is service.NEEDS_WRITE
    assert service.against_changing(SAM, sam) is None
    assert service.against_changing(SAM, lea) is service.NEEDS_WRITE
    assert service.against_removing(picture, ZOE, zoe) == Refusal.LAST_ADMIN.value
    assert service.against_removing(picture, LEA, sam) == Refusal.NOT_ALLOWED.value
    assert service.against_removing(picture, LEA, lea) is None
    assert service.against_removing(picture, ZOE, sam) is None
    to_lea, to_sam = picture.waiting
    assert service.against_deciding(picture, ZOE, to_sam) == Refusal.ASKED.value
    assert service.against_deciding(picture, LEA, to_lea) == Refusal.GAINS.value
    assert service.against_deciding(picture, SAM, to_lea) == Refusal.MAY_NOT_APPROVE.value
    assert service.against_deciding(picture, LEA, to_sam) is None


def test_what_a_wish_would_bring(picture: OperatorsPicture) -> None:
    change = service.outcome(picture, ZOE, "sam", [Role.SUPPORT, Role.ADMIN])
    assert not isinstance(change, str)
    assert change.waiting == {Role.ADMIN}
    assert service.outcome(picture, SAM, "sam", [Role.ADMIN]) == Refusal.OWN_RIGHTS.value


def test_who_may_revoke_which_device(picture: OperatorsPicture) -> None:
    new, lost = picture.device("new"), picture.device("lost")
    assert new is not None
    assert lost is not None
    assert service.against_revoking(ZOE, new) is None
    assert service.against_revoking(SAM, new) is None
    assert service.against_revoking(LEA, new) is service.NEEDS_DEVICES
    assert service.against_revoking(LEA, lost) is service.REVOKED_BEFORE


def test_how_a_device_stands() -> None:
    assert service.device_state(device("d", "p"), NOW) is DeviceState.IN_USE
    ended = device("d", "p", lease_until=NOW)
    assert service.device_state(ended, NOW) is DeviceState.LEASE_ENDED
    revoked = device("d", "p", revoked_at=NOW, lease_until=NOW)
    assert service.device_state(revoked, NOW) is DeviceState.REVOKED
