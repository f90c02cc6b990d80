"""A run of sync follows the audit log of a real backend, for those who may read it."""

from __future__ import annotations

from lmchat_desktop.cache import audit_heads
from lmchat_desktop.client import keys
from lmchat_desktop.contract.keys import KeyCreate
from lmchat_desktop.domain.audit.history import Verdict
from lmchat_desktop.sync.synchroniser import Synchroniser
from tests.integration.sync.conftest import SignIn
from tests.support.sandbox import RunningSandbox


def test_the_log_is_verified_with_the_rest(sandbox: RunningSandbox, sign_in: SignIn) -> None:
    staff = sign_in(sandbox, "support", scopes=[])
    first = staff.synchroniser.run_once().audit
    assert first is not None
    assert first.is_sound
    made = keys.list_keys(staff.api, limit=1).data[0]
    keys.create_key(staff.api, KeyCreate(account_id=made.account_id, name="seen by sync"))
    assert staff.synchroniser.run_once().audit == first, "it is not asked for at each run"
    started_again = Synchroniser(staff.api, staff.cache, None, list)
    second = started_again.run_once().audit
    assert second is not None
    assert second.kept is not None
    assert second.kept.verdict is Verdict.GROWN
    assert second.verified > first.verified
    with staff.cache.read() as connection:
        assert audit_heads.kept(connection) == second.kept


def test_who_may_not_read_it_is_told_nothing(sandbox: RunningSandbox, sign_in: SignIn) -> None:
    person = sign_in(sandbox, "owner", scopes=[])
    assert person.synchroniser.run_once().audit is None
    with person.cache.read() as connection:
        assert audit_heads.standing(connection).kept is None
