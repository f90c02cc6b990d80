"""The acts on keys against a real sandbox: lost answers, many at once, the keyring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lmchat_desktop.client import keys
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.errors import Unreachable
from lmchat_desktop.contract.jobs import Job
from lmchat_desktop.contract.keys import (
    ApiKey,
    KeyCreate,
    KeyOutcome,
    KeysAct,
    KeyState,
    SuggestionKind,
)
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.keys import BulkUnfinished, KeyService
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
from tests.support.sandbox import RunningSandbox

NOT_CANCELLED = CancelToken()


class Desk:
    """An administrator, and an account that has room for keys."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.api = ApiClient(sandbox.url, OAuthTokens(sandbox.sign_in("admin"), None))
        self.keyring = MemorySecrets()
        self.service = KeyService(self.api, "profile", self.keyring)
        (known,) = keys.list_keys(self.api, search="Warehouse copilot (production)").data
        self.account_id = known.account_id

    def make(self, name: str = "made") -> ApiKey:
        wanted = KeyCreate(account_id=self.account_id, name=name)
        return self.service.create(wanted, f"made-once-and-never-again-{name}", NOT_CANCELLED).key


@pytest.fixture
def desk(own_sandbox: RunningSandbox) -> Iterator[Desk]:
    found = Desk(own_sandbox)
    yield found
    found.api.close()


def test_a_lost_answer_never_makes_a_second_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = KeyCreate(account_id=desk.account_id, name="only one")
    create = keys.create_key

    def lose(*arguments: Any, **more: Any) -> Any:
        create(*arguments, **more)
        raise Unreachable(said("Client", "Nothing was changed."))

    with monkeypatch.context() as patched:
        patched.setattr(keys, "create_key", lose)
        for _ in range(2):
            with pytest.raises(Unreachable):
                desk.service.create(wanted, "the-same-wish-again", NOT_CANCELLED)
    made = desk.service.create(wanted, "the-same-wish-again", NOT_CANCELLED)
    found = keys.list_keys(desk.api, search="only one").data
    assert [key.id for key in found] == [made.key.id]
    assert made.secret.startswith(made.key.hint.partition("…")[0])
    assert made.secret not in repr(made)


def test_many_keys_are_ended_and_each_has_its_result(desk: Desk) -> None:
    made = [desk.make(f"of many {at}") for at in range(3)]
    wanted = KeysAct(act="revoke", key_ids=[*(key.id for key in made), "key_none"])
    told: list[float | None] = []

    def progress(part: float | None, _detail: str) -> None:
        told.append(part)

    for _ in range(2):
        ended = desk.service.act_on_many(wanted, "all-of-them-once", NOT_CANCELLED, progress)
        assert [each.key_id for each in ended] == wanted.key_ids
        assert [each.outcome for each in ended] == [*[KeyOutcome.DONE] * 3, KeyOutcome.MISSING]
    assert told[-1] == 1.0
    assert desk.service.get(made[0].id, NOT_CANCELLED).state is KeyState.REVOKED


def test_a_job_that_ended_early_tells_what_it_did(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [desk.make(f"part {at}") for at in range(2)]
    wanted = KeysAct(act="revoke", key_ids=[key.id for key in made])
    from lmchat_desktop.services import keys as service

    wait = service.jobs.wait_for_job

    def cut(*arguments: Any, **more: Any) -> Job:
        job = wait(*arguments, **more)
        assert job.result is not None
        return job.model_copy(
            update={"result": {"keys": job.result["keys"][:1]}, "detail": "It was cancelled."}
        )

    monkeypatch.setattr(service.jobs, "wait_for_job", cut)
    with pytest.raises(BulkUnfinished, match="cancelled") as caught:
        desk.service.act_on_many(wanted, "a-part-of-them-only", NOT_CANCELLED, lambda *_: None)
    assert [each.key_id for each in caught.value.results] == [made[0].id]


def test_a_secret_is_kept_by_its_keys_id(desk: Desk) -> None:
    made = desk.service.create(
        KeyCreate(account_id=desk.account_id, name="kept"), "kept-in-the-keyring", NOT_CANCELLED
    )
    desk.service.keep_secret(made.key, made.secret)
    kept = desk.keyring.get("profile", made.key.id, SecretKind.API_KEY)
    assert kept == made.secret


def test_suggestions_come_in_pages_and_are_counted(desk: Desk) -> None:
    counts = desk.service.suggestion_counts(None, NOT_CANCELLED).counts
    assert set(counts) == set(SuggestionKind)
    page = desk.service.suggestions(None, SuggestionKind.NO_EXPIRY, None, NOT_CANCELLED)
    assert len(page.data) == counts[SuggestionKind.NO_EXPIRY]
    ids = [each.key_id for each in page.data[:5]]
    standings = desk.service.standings(ids, NOT_CANCELLED)
    assert [each.key_id for each in standings.data] == ids
