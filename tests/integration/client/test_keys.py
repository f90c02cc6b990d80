"""The use cases of keys against a real sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from lmchat_desktop.client import identity, keys
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.errors import Conflict, Invalid, Unreachable
from lmchat_desktop.client.pages import pages
from lmchat_desktop.contract.identity import Me
from lmchat_desktop.contract.jobs import Job, JobState
from lmchat_desktop.contract.keys import (
    ApiKey,
    BudgetPeriod,
    KeyCreate,
    KeyOutcome,
    KeyRotate,
    KeysAct,
    KeyState,
    SuggestionKind,
    UsedSecret,
)
from lmchat_desktop.domain.keys.conflict import FieldConflict
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.keys import Changed, KeyService, results_of
from tests.support.sandbox import RunningSandbox


class Desk:
    """A person at their desk, with the keys of an account that has room."""

    def __init__(self, sandbox: RunningSandbox, who: str) -> None:
        self.api = ApiClient(sandbox.url, OAuthTokens(sandbox.sign_in(who), None))
        self.me: Me = identity.me(self.api)
        self.service = KeyService(self.api, lambda: self.me)
        self.account_id = next(
            key.account_id
            for key in pages(lambda cursor: keys.list_keys(self.api, cursor=cursor))
            if key.name == "Warehouse copilot (production)"
        )

    def make(self, **wishes: Any) -> ApiKey:
        wanted = KeyCreate(account_id=self.account_id, name="made", **wishes)
        return self.service.creation().do(wanted).key


@pytest.fixture
def desk(own_sandbox: RunningSandbox) -> Iterator[Desk]:
    found = Desk(own_sandbox, "admin")
    yield found
    found.api.close()


def test_a_lost_answer_never_makes_a_second_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = KeyCreate(account_id=desk.account_id, name="only one")
    creation = desk.service.creation()
    create = keys.create_key

    def lose(*arguments: Any, **more: Any) -> Any:
        create(*arguments, **more)
        raise Unreachable(said("Client", "Nothing was changed."))

    with monkeypatch.context() as patched:
        patched.setattr(keys, "create_key", lose)
        for _ in range(2):
            with pytest.raises(Unreachable):
                creation.do(wanted)
    made = creation.do(wanted)
    found = keys.list_keys(desk.api, search="only one").data
    assert [key.id for key in found] == [made.key.id]
    assert made.secret.startswith(made.key.hint.partition("…")[0])
    assert made.secret not in repr(made)


def test_a_key_is_rotated_moved_and_gone_back_from(desk: Desk) -> None:
    key = desk.make()
    assert desk.service.rotates
    rotation = desk.service.rotation(key.id)
    rotated = rotation.do(KeyRotate(overlap_s=7_200))
    assert rotated.key.old_hint == key.hint
    assert rotated.key.old_ends_at is not None
    later = rotated.key.old_ends_at + timedelta(days=1)
    assert desk.service.end_overlap(key.id, later).old_ends_at == later
    assert desk.service.undo_rotation(key.id).hint == key.hint
    with pytest.raises(Conflict):
        desk.service.undo_rotation(key.id)
    again = desk.service.rotation(key.id).do(KeyRotate(overlap_s=60)).key
    assert again.old_ends_at is not None
    with pytest.raises(Invalid) as told:
        desk.service.end_overlap(key.id, again.old_ends_at + timedelta(days=91))
    assert [each.pointer for each in told.value.errors] == ["/old_ends_at"]


def test_two_people_change_one_key(desk: Desk, own_sandbox: RunningSandbox) -> None:
    other = Desk(own_sandbox, "support")
    seen = desk.make(notes="first", models=["gpt-3.5-turbo", "gpt-4-turbo"])
    theirs = other.service.update(
        seen,
        {"name": "theirs", "budget_nanos": 5, "budget_period": BudgetPeriod.DAY},
    )
    assert isinstance(theirs, ApiKey)
    found = desk.service.update(
        seen,
        {"name": "mine", "notes": "mine", "models": ["gpt-4-turbo", "gpt-3.5-turbo"]},
    )
    assert isinstance(found, Changed)
    assert found.theirs == theirs
    assert found.merge.conflicts == (FieldConflict("name", "made", "mine", "theirs"),)
    assert found.merge.changes == {"notes": "mine"}
    assert found.merge.theirs == {"budget_nanos": 5, "budget_period": BudgetPeriod.DAY}
    after = desk.service.decide(found, frozenset())
    assert isinstance(after, ApiKey)
    assert (after.name, after.notes, after.budget_nanos) == ("theirs", "mine", 5)
    assert desk.service.update(after, {"notes": "mine"}) == after
    other.api.close()


def test_many_keys_are_ended_and_each_has_its_result(desk: Desk) -> None:
    made = [desk.make() for _ in range(3)]
    wanted = KeysAct(act="revoke", key_ids=[*(key.id for key in made), "key_none"])
    job = desk.service.bulk().do(wanted)
    told: list[Job] = []
    ended = desk.service.wait_for_bulk(wanted, job.id, CancelToken(), told.append)
    assert ended.job.state is JobState.SUCCEEDED
    assert (ended.count(KeyOutcome.DONE), ended.count(KeyOutcome.MISSING)) == (3, 1)
    assert ended.left == ()
    assert told[-1] == ended.job
    assert results_of(ended.job) == ended.keys
    assert keys.get_key(desk.api, made[0].id).state is KeyState.REVOKED


def test_standings_use_and_suggestions(desk: Desk) -> None:
    known = list(pages(lambda cursor: keys.list_keys(desk.api, sort="-name", cursor=cursor)))
    ids = [key.id for key in known]
    standings = desk.service.standings([*ids, "key_none"] * 4)
    assert set(standings) == set(ids)
    rotating = next(key for key in known if key.old_ends_at is not None)
    report = desk.service.use(rotating.id, 48)
    assert {each.secret for each in report.data} == set(UsedSecret)
    counts = desk.service.suggestion_counts().counts
    assert set(counts) == set(SuggestionKind)
    told = list(desk.service.suggestions(kind=SuggestionKind.NO_EXPIRY))
    assert len(told) == counts[SuggestionKind.NO_EXPIRY]
    active = keys.list_keys(desk.api, state=KeyState.ACTIVE, limit=1000).data
    assert {each.key_id for each in told} <= {key.id for key in active}


def test_who_may_change_keys_is_known_beforehand(desk: Desk, own_sandbox: RunningSandbox) -> None:
    assert desk.service.may_write()
    assert desk.service.may_write(desk.account_id)
    for entry in own_sandbox.people():
        if entry["operator_roles"]:
            continue
        api = ApiClient(
            own_sandbox.url, OAuthTokens(own_sandbox.sign_in(entry["person"]["name"]), None)
        )
        me = identity.me(api)
        service = KeyService(api, lambda me=me: me)  # type: ignore[misc]
        for place in me.memberships:
            assert service.may_write(place.account_id) is (place.role == "owner")
        assert not service.may_write("acct_none")
        api.close()
