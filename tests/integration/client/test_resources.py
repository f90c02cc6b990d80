"""Every function of the client's resource modules, once at least, against a real sandbox."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from types import ModuleType

import pytest

from lmchat_desktop.client import (
    account_records,
    accounts,
    audit,
    catalog,
    changes,
    contacts,
    identity,
    jobs,
    keys,
    leaks,
    members,
    operators,
    requests,
    sandbox,
    tokens,
    usage,
)
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.errors import (
    Conflict,
    CursorGone,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    Stale,
)
from lmchat_desktop.client.pages import pages
from lmchat_desktop.contract.accounts import AccountUpdate
from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.contract.keys import (
    BudgetPeriod,
    KeyCreate,
    KeyRevoke,
    KeyRotate,
    KeysAct,
    KeyState,
    KeyUpdate,
    RotationMove,
    SuggestionKind,
)
from lmchat_desktop.contract.operators import (
    GrantDecision,
    GrantState,
    OperatorInvite,
    OperatorRemove,
    OperatorState,
    OperatorUpdate,
)
from lmchat_desktop.contract.sandbox import SandboxSignIn, TrafficOrder
from lmchat_desktop.contract.tokens import PersonalTokenCreate
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.contract.usage_arrow import decode
from lmchat_desktop.domain.audit.checkpoint import Checkpoint
from lmchat_desktop.domain.audit.merkle import is_consistent, is_included
from lmchat_desktop.domain.scopes import Role
from tests.integration.client.conftest import SignIn
from tests.support.sandbox import RunningSandbox

RESOURCES: tuple[ModuleType, ...] = (
    account_records,
    accounts,
    audit,
    catalog,
    changes,
    contacts,
    identity,
    jobs,
    keys,
    leaks,
    members,
    operators,
    requests,
    sandbox,
    tokens,
    usage,
)


@pytest.fixture
def admin(as_person: SignIn) -> ApiClient:
    """A client of an administrator."""
    return as_person("admin")


@pytest.fixture
def owner(as_person: SignIn) -> ApiClient:
    """A client of an account's owner."""
    return as_person("owner")


def account_of(api: ApiClient) -> str:
    return identity.me(api).memberships[0].account_id


def test_accounts_are_listed_found_read_and_changed(admin: ApiClient) -> None:
    every = list(pages(lambda cursor: accounts.list_accounts(admin, cursor=cursor, limit=5)))
    assert len(every) >= 12
    assert len({account.id for account in every}) == len(every)
    one = accounts.get_account(admin, every[-1].id)
    assert one == every[-1]
    assert one in accounts.list_accounts(admin, search=one.email.upper()).data

    changed = accounts.update_account(admin, one.id, AccountUpdate(name="Zażółć <b>"), one.etag)
    assert (changed.name, changed.country) == ("Zażółć <b>", one.country)
    with pytest.raises(Stale) as caught:
        accounts.update_account(admin, one.id, AccountUpdate(name="lost"), one.etag)
    assert caught.value.current_etag == changed.etag
    with pytest.raises(Invalid) as invalid:
        accounts.update_account(
            admin, one.id, AccountUpdate.model_construct({"name"}, name=""), changed.etag
        )
    assert [field.pointer for field in invalid.value.errors] == ["/name"]
    with pytest.raises(NotFound):
        accounts.get_account(admin, "acct_../../etc?x=1#y")
    assert accounts.get_account(admin, one.id) == changed
    # The sandbox is shared with tests that know the account by its name.
    again = accounts.update_account(admin, one.id, AccountUpdate(name=one.name), changed.etag)
    assert again.name == one.name


def test_keys_are_made_once_changed_and_revoked(owner: ApiClient) -> None:
    account_id = account_of(owner)
    wanted = KeyCreate(account_id=account_id, name="robot")
    made = keys.create_key(owner, wanted, idempotency_key="once-and-only-once")
    again = keys.create_key(owner, wanted, idempotency_key="once-and-only-once")
    assert again == made
    assert made.secret.startswith("sk-lmc-")
    assert made.key.hint.rpartition("…")[2] in made.secret
    with pytest.raises(Refused) as reused:
        keys.create_key(
            owner,
            KeyCreate(account_id=account_id, name="another"),
            idempotency_key="once-and-only-once",
        )
    assert reused.value.status == 422
    listed = pages(lambda cursor: keys.list_keys(owner, account_id=account_id, cursor=cursor))
    assert [key.id for key in listed].count(made.key.id) == 1

    limit = KeyUpdate(budget_nanos=5, budget_period=BudgetPeriod.WEEK)
    changed = keys.update_key(owner, made.key.id, limit, made.key.etag)
    assert (changed.name, changed.budget_nanos, changed.budget_period) == (
        "robot",
        5,
        BudgetPeriod.WEEK,
    )
    cleared = keys.update_key(owner, made.key.id, KeyUpdate(budget_nanos=None), changed.etag)
    assert (cleared.budget_nanos, cleared.budget_period) == (None, None)
    revoked = keys.revoke_key(owner, made.key.id, KeyRevoke(reason="test"))
    assert revoked.state is KeyState.REVOKED
    assert keys.get_key(owner, made.key.id) == revoked
    with pytest.raises(Conflict):
        keys.update_key(owner, made.key.id, KeyUpdate(name="x"), revoked.etag)


def test_a_rotation_is_moved_finished_and_undone(owner: ApiClient) -> None:
    made = keys.create_key(owner, KeyCreate(account_id=account_of(owner), name="turning"))
    key_id = made.key.id
    wanted = KeyRotate(overlap_s=3600)
    rotated = keys.rotate_key(owner, key_id, wanted, idempotency_key="turned-once-at-most")
    again = keys.rotate_key(owner, key_id, wanted, idempotency_key="turned-once-at-most")
    assert again == rotated
    assert rotated.secret != made.secret
    assert rotated.key.old_hint == made.key.hint
    with pytest.raises(Conflict):
        keys.rotate_key(owner, key_id, wanted)
    assert rotated.key.old_ends_at is not None
    later = RotationMove(old_ends_at=rotated.key.old_ends_at + timedelta(hours=1))
    moved = keys.move_rotation(owner, key_id, later)
    assert moved.old_ends_at == later.old_ends_at
    undone = keys.undo_rotation(owner, key_id)
    assert (undone.hint, undone.old_ends_at) == (made.key.hint, None)
    with pytest.raises(Conflict):
        keys.undo_rotation(owner, key_id)
    keys.revoke_key(owner, key_id, KeyRevoke())


def test_keys_are_watched_and_acted_on_together(owner: ApiClient) -> None:
    account_id = account_of(owner)
    ids = [
        keys.create_key(owner, KeyCreate(account_id=account_id, name=f"of many {at}")).key.id
        for at in range(2)
    ]
    standings = keys.list_standings(owner, [*ids, "key_none"])
    assert [each.key_id for each in standings.data] == ids
    assert keys.get_key_use(owner, ids[0], hours=1).requests == 0
    counts = keys.count_suggestions(owner, account_id=account_id).counts
    kind = SuggestionKind.NO_EXPIRY
    found = keys.list_suggestions(owner, account_id=account_id, kind=kind, limit=1000).data
    assert len(found) == counts[kind]
    assert set(ids) <= {each.key_id for each in found}
    wanted = KeysAct(act="revoke", key_ids=[*ids, "key_none"], reason="test")
    job = keys.act_on_keys(owner, wanted, idempotency_key="together-and-once")
    assert keys.act_on_keys(owner, wanted, idempotency_key="together-and-once").id == job.id
    ended = jobs.wait_for_job(owner, job.id, CancelToken(), first_s=0.01)
    assert ended.result is not None
    assert [each["outcome"] for each in ended.result["keys"]] == ["done", "done", "missing"]


def test_the_catalogue_is_read(owner: ApiClient) -> None:
    plans = catalog.list_plans(owner).data
    providers = {provider.id for provider in catalog.list_providers(owner).data}
    models = catalog.list_models(owner).data
    assert len(plans) == 3
    assert {price.provider_id for model in models for price in model.prices} <= providers
    assert catalog.list_processors(owner).data


def test_the_feed_gives_a_snapshot_and_then_what_changed(owner: ApiClient) -> None:
    page = changes.list_changes(owner, None, limit=7)
    kinds = {change.kind for change in page.data}
    while page.has_more:
        assert page.snapshot
        page = changes.list_changes(owner, page.next_cursor, limit=7)
        kinds |= {change.kind for change in page.data}
    assert page.snapshot_complete
    assert {"account", "key", "model"} <= kinds
    made = keys.create_key(owner, KeyCreate(account_id=account_of(owner), name="fed"))
    after = changes.list_changes(owner, page.next_cursor)
    assert made.key.id in {change.id for change in after.data}
    assert not after.snapshot
    with pytest.raises((CursorGone, Invalid)):
        changes.list_changes(owner, "no-cursor")


def test_slices_are_listed_and_fetched_once(admin: ApiClient, owner: ApiClient) -> None:
    listed = usage.list_slices(admin, SERVICE_SCOPE)
    assert listed.as_of >= listed.data[-1].start
    closed = next(info for info in reversed(listed.data) if info.closed and info.cells)
    progress: list[int] = []
    fetched = usage.fetch_slice(
        admin,
        SERVICE_SCOPE,
        closed.id,
        None,
        CancelToken(),
        lambda received, total: progress.append(received),
    )
    assert fetched is not None
    assert fetched.etag == closed.etag
    assert progress[-1] == len(fetched.body)
    assert len(decode(fetched.body).start_s) == closed.cells
    assert usage.fetch_slice(admin, SERVICE_SCOPE, closed.id, fetched.etag) is None
    with pytest.raises(NotFound):
        usage.fetch_slice(admin, SERVICE_SCOPE, "1999-01-01", None)

    mine = usage.list_slices(owner, account_of(owner))
    assert mine.scope == account_of(owner)
    with pytest.raises((NotAllowed, NotFound)):
        usage.list_slices(owner, SERVICE_SCOPE)
    top = usage.top(admin, "account", listed.data[0].start, listed.as_of, limit=3)
    assert [row.cost_nanos for row in top.data] == sorted(
        (row.cost_nanos for row in top.data), reverse=True
    )


def test_requests_are_paged_filtered_and_read(admin: ApiClient) -> None:
    first = requests.list_requests(admin, requests.RequestFilter(), limit=5)
    assert first.has_more
    one = first.data[0]
    detail = requests.get_request(admin, one.id)
    assert len(detail.attempts) == one.attempt_count
    wanted = requests.RequestFilter(
        account_id=one.account_id,
        start=one.started_at - timedelta(days=1),
        end=one.started_at + timedelta(milliseconds=1),
        model=one.model,
        provider=one.provider,
        region=one.region,
        key_id=one.key_id,
        outcome=one.outcome,
        error_code=one.error_code,
    )
    same = list(
        pages(
            lambda cursor: requests.list_requests(
                admin, wanted, cursor=cursor, limit=3, sort="started_at"
            )
        )
    )
    assert one in same
    assert {row.model for row in same} == {one.model}
    assert [row.started_at for row in same] == sorted(row.started_at for row in same)


def test_a_recount_is_a_job_that_ends(admin: ApiClient, owner: ApiClient) -> None:
    started = usage.start_recount(admin, idempotency_key="recount-only-once")
    ended = jobs.wait_for_job(admin, started.id, CancelToken(), first_s=0.05)
    assert ended.state is JobState.SUCCEEDED
    assert jobs.get_job(admin, started.id) == ended
    assert started.id in {job.id for job in jobs.list_jobs(admin, state=JobState.SUCCEEDED).data}
    assert jobs.cancel_job(admin, started.id).state is JobState.SUCCEEDED
    with pytest.raises(NotAllowed):
        usage.start_recount(owner)


def test_the_audit_log_shows_what_was_done(admin: ApiClient, owner: ApiClient) -> None:
    account_id = account_of(owner)
    made = keys.create_key(owner, KeyCreate(account_id=account_id, name="audited"))
    actor = identity.me(owner).person.id
    found = audit.list_audit(
        admin, account_id=account_id, actor_id=actor, action="key.create", limit=1
    )
    assert [entry.entity_id for entry in found.data] == [made.key.id]
    with pytest.raises(NotAllowed):
        audit.list_audit(owner)


def test_the_audit_log_proves_its_entries_and_its_growth(
    owner: ApiClient, admin: ApiClient
) -> None:
    key = audit.fetch_key(admin)
    etag, told = audit.fetch_checkpoint(admin) or ("", None)
    assert told is not None
    assert audit.fetch_checkpoint(admin, etag) is None
    before = Checkpoint.opened(told.checkpoint, key).head
    account_id = account_of(owner)
    keys.create_key(owner, KeyCreate(account_id=account_id, name="proven"))
    _, told = audit.fetch_checkpoint(admin, etag) or ("", None)
    assert told is not None
    now = Checkpoint.opened(told.checkpoint, key).head
    grown = audit.consistency_proof(admin, before.size, now.size)
    assert is_consistent(before.size, now.size, before.root, now.root, grown)
    (entry,) = audit.list_audit(admin, action="key.create", account_id=account_id, limit=1).data
    proof = audit.inclusion_proof(admin, entry.seq, now.size)
    assert is_included(entry.seq, now.size, entry.opened().leaf(), proof, now.root)
    assert not is_included(
        entry.seq, now.size, entry.opened().leaf(), audit.hashes(["x"]), now.root
    )


def test_the_audit_log_proves_what_it_shows(admin: ApiClient, owner: ApiClient) -> None:
    key = audit.fetch_key(admin)
    found = audit.fetch_checkpoint(admin)
    assert found is not None
    etag, told = found
    head = Checkpoint.opened(told.checkpoint, key).head
    assert (told.restores, audit.fetch_checkpoint(admin, etag)) == ([], None)
    first = audit.list_audit(admin, proof_size=head.size, sort="seq", limit=1).data[0]
    proof = audit.inclusion_proof(admin, first.seq, head.size)
    assert proof == audit.hashes(first.proof or [])
    assert is_included(first.seq, head.size, first.opened().leaf(), proof, head.root)
    assert len(audit.consistency_proof(admin, 3, head.size)) > 1
    assert audit.hashes(["no hash"]) == [b""]
    with pytest.raises(NotFound):
        audit.inclusion_proof(admin, 999_999, head.size)
    with pytest.raises(Invalid):
        audit.consistency_proof(admin, 3, 999_999)
    for ask in (audit.fetch_key, audit.fetch_checkpoint):
        with pytest.raises(NotAllowed):
            ask(owner)


def test_tokens_are_made_listed_and_ended(owner: ApiClient) -> None:
    made = tokens.create_token(owner, PersonalTokenCreate(name="t"))
    mine = pages(lambda cursor: tokens.list_tokens(owner, cursor=cursor, limit=2))
    assert made.token in list(mine)
    tokens.revoke_token(owner, made.token.id)
    assert made.token.id not in {token.id for token in tokens.list_tokens(owner).data}
    with pytest.raises(NotFound):
        tokens.revoke_token(owner, made.token.id)


def test_operators_are_invited_given_roles_and_removed(admin: ApiClient, as_person: SignIn) -> None:
    legal = as_person("legal")
    wanted = OperatorInvite(
        name="Vera", email="vera@lmchat.example", roles=[Role.SUPPORT], reason="New here."
    )
    made = operators.invite_operator(admin, wanted, idempotency_key="invited-once-only")
    assert made == operators.invite_operator(admin, wanted, idempotency_key="invited-once-only")
    assert made.state is OperatorState.INVITED
    assert operators.get_operator(legal, made.id) == made
    listed = pages(lambda cursor: operators.list_operators(admin, cursor=cursor, limit=2))
    assert made in list(listed)
    why = GrantDecision(reason="As agreed.")

    def asked() -> str:
        before = operators.get_operator(admin, made.id)
        more = OperatorUpdate(roles=[Role.SUPPORT, Role.LEGAL], reason="Trained.")
        waits = operators.set_roles(admin, made.id, more, before.etag)
        assert waits.waiting == [Role.LEGAL]
        (grant,) = operators.list_grants(admin, person_id=made.id, state=GrantState.PENDING).data
        return grant.id

    assert operators.withdraw_grant(admin, asked(), why).state is GrantState.WITHDRAWN
    assert operators.reject_grant(legal, asked(), why).state is GrantState.REJECTED
    assert operators.approve_grant(legal, asked(), why).state is GrantState.APPROVED
    assert operators.get_operator(admin, made.id).roles == [Role.LEGAL, Role.SUPPORT]
    operators.remove_operator(admin, made.id, OperatorRemove(reason="Left."))
    with pytest.raises(NotFound):
        operators.get_operator(admin, made.id)
    with pytest.raises(NotAllowed):
        operators.invite_operator(legal, wanted)
    assert {info.role for info in operators.role_table(legal).roles} == set(Role)


def test_a_sandbox_moves_in_time_and_takes_orders(own_sandbox: RunningSandbox) -> None:
    token = own_sandbox.token
    with ApiClient(own_sandbox.url, None) as api:
        people = sandbox.people(api, token)
        admin_id = next(who.person.id for who in people.data if "admin" in who.operator_roles)
        answer = sandbox.sign_in(api, token, SandboxSignIn(person_id=admin_id))
        before = sandbox.clock(api, sandbox_token=token)
        moved = sandbox.move_clock(
            api, 3600, sandbox_token=token, idempotency_key="an-hour-only-once"
        )
        assert (
            sandbox.move_clock(api, 3600, sandbox_token=token, idempotency_key="an-hour-only-once")
            == moved
        )
    assert timedelta(minutes=59) < moved.now - before.now < timedelta(minutes=61)
    with ApiClient(own_sandbox.url, OAuthTokens(answer.access_token, answer.refresh_token)) as api:
        order = TrafficOrder(count=7, started_at=moved.now - timedelta(days=3))
        assert sandbox.order_traffic(api, order).count == 7
        assert sandbox.clock(api).now >= moved.now


def test_no_function_of_a_resource_was_left_out() -> None:
    tested = "".join(inspect.getsource(function) for function in _tests())
    for name in ("test_accounts", "test_sign_in"):
        tested += inspect.getsource(import_module(f"tests.integration.client.{name}"))
    missing = [
        f"{module.__name__}.{name}"
        for module in RESOURCES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and f"{name}(" not in tested
    ]
    assert missing == ["lmchat_desktop.client.identity.register_device"], (
        "only the registration of a device is called by the sign-in itself"
    )


def _tests() -> Iterator[Callable[..., object]]:
    yield from (value for name, value in globals().items() if name.startswith("test_"))
