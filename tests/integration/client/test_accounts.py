"""What staff and owners do with accounts, through the client and its services."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lmchat_desktop.client import (
    account_records,
    accounts,
    contacts,
    identity,
    jobs,
    keys,
    leaks,
    members,
    sandbox,
)
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.errors import Cancelled, Invalid, NotAllowed
from lmchat_desktop.contract.account_events import EventKind
from lmchat_desktop.contract.accounts import (
    AbuseReason,
    AccountReinstate,
    AccountState,
    AccountSuspend,
    Matched,
    MemberUpdate,
)
from lmchat_desktop.contract.contacts import ContactChangeCreate
from lmchat_desktop.contract.invitations import (
    InvitationCreate,
    InvitationJoin,
    InvitationState,
)
from lmchat_desktop.contract.keys import KeyCreate, KeyState
from lmchat_desktop.contract.leaks import LeakRevoke
from lmchat_desktop.contract.outbox import MessageKind
from lmchat_desktop.contract.recoveries import CheckKind, RecoveryCheck, RecoveryCreate
from lmchat_desktop.domain.contact.addresses import ContactKind
from lmchat_desktop.domain.contact.codes import CodeState
from lmchat_desktop.domain.contact.recovery import RecoveryState
from lmchat_desktop.domain.keys import secret as apikeys
from lmchat_desktop.domain.policy import PRODUCT_DEFAULT
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.services.account_export import (
    AccountExportService,
    ExportPhase,
    ExportProgress,
)
from lmchat_desktop.services.leaks import LeakService
from tests.support.sandbox import RunningSandbox, SandboxFactory


class Desk:
    """People of one sandbox, each with a client."""

    def __init__(self, server: RunningSandbox, stack: ExitStack) -> None:
        self.server = server
        self._stack = stack

    def client(self, who: str) -> ApiClient:
        tokens = OAuthTokens(self.server.sign_in(who), None)
        return self._stack.enter_context(ApiClient(self.server.url, tokens))

    def code(self, to: str, kind: MessageKind | None = None) -> str:
        """The newest code to an address."""
        nobody = self._stack.enter_context(ApiClient(self.server.url, None))
        page = sandbox.outbox(nobody, to=to, kind=kind, sandbox_token=self.server.token)
        message = sandbox.outbox_message(nobody, page.data[0].id, sandbox_token=self.server.token)
        found = re.search(r"\b[0-9]{6}\b|lmc-inv-\S+", message.body)
        assert found is not None
        return found.group()


@pytest.fixture(scope="module")
def desk(sandbox_factory: SandboxFactory) -> Iterator[Desk]:
    server = sandbox_factory()
    with ExitStack() as stack:
        yield Desk(server, stack)
    server.stop()


def account_of(api: ApiClient) -> str:
    return identity.me(api).memberships[0].account_id


def test_staff_search_suspend_and_reinstate(desk: Desk) -> None:
    support = desk.client("support")
    (found,) = accounts.search_accounts(support, "dana@acme-robots").data
    assert [match.matched for match in found.matches] == [Matched.FORMER_EMAIL]
    account = found.account
    why = AccountSuspend(reason=AbuseReason.PAYMENT, text="two invoices")
    stopped = accounts.suspend_account(support, account.id, why)
    assert (stopped.state, stopped.suspended_reason) == (
        AccountState.SUSPENDED,
        AbuseReason.PAYMENT,
    )
    back = accounts.reinstate_account(support, account.id, AccountReinstate(text="paid"))
    assert (back.state, back.suspended_since) == (AccountState.ACTIVE, None)
    note = account_records.create_note(support, account.id, "paid <b>late</b>")
    assert account_records.list_notes(support, account.id).data[0] == note
    assert account_records.strike_note(support, note).struck_at is not None
    kinds = (EventKind.SUSPENDED, EventKind.REINSTATED)
    events = account_records.list_events(support, account.id, kinds=kinds, start=note.at)
    assert events.data == []
    events = account_records.list_events(support, account.id, kinds=kinds)
    assert [event.kind for event in events.data] == [EventKind.REINSTATED, EventKind.SUSPENDED]


def test_what_is_kept_of_an_account_and_who_receives_it(desk: Desk) -> None:
    owner = desk.client("Dana Whitfield")
    account_id = account_of(owner)
    policy = account_records.get_policy(owner, account_id)
    assert {one.part: one.days for one in policy.parts} == PRODUCT_DEFAULT
    first = account_records.list_recipients(owner, account_id, limit=1)
    rest = account_records.list_recipients(owner, account_id, cursor=first.next_cursor)
    ids = [one.processor.id for one in (*first.data, *rest.data)]
    assert ids == sorted(set(ids))
    assert {"proc_mail", "proc_sms"} < set(ids)


def test_an_owner_changes_addresses_and_people(desk: Desk) -> None:
    owner = desk.client("Dana Whitfield")
    account_id = account_of(owner)
    wanted = ContactChangeCreate(kind=ContactKind.PHONE, value="+1 555 010 0177")
    change = contacts.ask_for_contact(owner, account_id, wanted)
    code = desk.code("+15550100177", MessageKind.SMS)
    with pytest.raises(Invalid) as refused:
        contacts.confirm_contact(owner, change, f"{(int(code) + 1) % 10**6:06}")
    assert refused.value.errors[0].pointer == "/code"
    assert contacts.confirm_contact(owner, change, code).state is CodeState.CONFIRMED
    assert accounts.get_account(owner, account_id).phone == "+15550100177"
    assert contacts.list_contact_changes(owner, account_id).data[0].tries_left == 4
    own = contacts.ask_for_contact(
        owner, None, ContactChangeCreate(kind=ContactKind.EMAIL, value="d.w@acme-robotics.example")
    )
    contacts.confirm_contact(owner, own, desk.code("d.w@acme-robotics.example"))
    assert identity.me(owner).person.email == "d.w@acme-robotics.example"
    invitation = members.invite(
        owner, account_id, InvitationCreate(email="new@acme-robotics.example", role=Role.MEMBER)
    )
    code = desk.code("new@acme-robotics.example")
    with ApiClient(desk.server.url, None) as nobody:
        joined = sandbox.join(nobody, desk.server.token, InvitationJoin(code=code, name="Newcomer"))
    states = {one.id: one.state for one in members.list_invitations(owner, account_id).data}
    assert states[invitation.id] is InvitationState.ACCEPTED
    promoted = members.update_member(owner, joined, MemberUpdate(role=Role.OWNER))
    assert promoted.role is Role.OWNER
    members.remove_member(owner, promoted)
    assert joined.person_id not in {
        one.person_id for one in members.list_members(owner, account_id).data
    }
    other = members.invite(
        owner, account_id, InvitationCreate(email="kwame@lmchat.example", role=Role.MEMBER)
    )
    kwame = desk.client("Kwame Asante")
    code = desk.code("kwame@lmchat.example")
    assert members.accept_invitation(kwame, code).account_id == other.account_id
    third = members.invite(
        owner, account_id, InvitationCreate(email="third@acme-robotics.example", role=Role.MEMBER)
    )
    assert members.withdraw_invitation(owner, third).state is InvitationState.WITHDRAWN


def test_two_operators_recover_somebody(desk: Desk) -> None:
    aoife, admin = desk.client("Aoife Brennan"), desk.client("Martin Kovač")
    owner = desk.client("Jürgen Größmann")
    account_id, person = account_of(owner), identity.me(owner).person
    checks = [
        RecoveryCheck(kind=CheckKind.VIDEO_CALL, text="with a passport"),
        RecoveryCheck(kind=CheckKind.NOTARISED_LETTER, text="of 20 November"),
    ]
    wanted = RecoveryCreate(person_id=person.id, checks=checks, email="jg@mailbox.example")
    first = contacts.prepare_recovery(aoife, account_id, wanted)
    assert contacts.refuse_recovery(admin, first, "blurred").state is RecoveryState.REFUSED
    second = contacts.prepare_recovery(aoife, account_id, wanted)
    with pytest.raises(NotAllowed):
        contacts.approve_recovery(aoife, second)
    contacts.approve_recovery(admin, second)
    desk.server.move_clock(72 * 3600, desk.server.sign_in("admin"))
    aoife = desk.client("Aoife Brennan")
    contacts.send_recovery_code(aoife, second)
    done = contacts.complete_recovery(aoife, second, desk.code("jg@mailbox.example"))
    assert done.state is RecoveryState.COMPLETED
    assert [one.id for one in contacts.list_recoveries(aoife, account_id).data] == [
        second.id,
        first.id,
    ]
    third = contacts.prepare_recovery(aoife, account_id, wanted)
    assert contacts.withdraw_recovery(aoife, third, "twice").state is RecoveryState.WITHDRAWN


def test_everything_is_exported_to_a_file(desk: Desk, tmp_path: Path) -> None:
    owner = desk.client("Siobhán O'Reilly")
    account_id = account_of(owner)
    target = tmp_path / "everything.zip"
    seen: list[ExportProgress] = []
    AccountExportService(owner).export(account_id, target, CancelToken(), seen.append)
    (export,) = account_records.list_exports(owner, account_id).data
    assert hashlib.sha256(target.read_bytes()).hexdigest() == export.sha256
    assert [path.name for path in tmp_path.iterdir()] == ["everything.zip"]
    assert {one.phase for one in seen} == set(ExportPhase)
    assert seen[-1].done == export.size
    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as archive:
        (account,) = archive.read("accounts.jsonl").splitlines()
    assert json.loads(account)["id"] == account_id
    buffer = io.BytesIO(b"what an earlier try wrote")
    account_records.fetch_export(owner, account_id, export.id, buffer)
    assert buffer.getvalue() == target.read_bytes()
    job = account_records.start_export(owner, account_id)
    assert jobs.wait_for_job(owner, job.id, CancelToken()).result is not None


def test_a_stopped_export_leaves_no_file(desk: Desk, tmp_path: Path) -> None:
    owner = desk.client("João Figueiredo")
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        AccountExportService(owner).export(
            account_of(owner), tmp_path / "x.zip", cancel, lambda progress: cancel.cancel()
        )
    assert list(tmp_path.iterdir()) == []


def test_keys_in_a_text_are_named_and_ended_and_stay_here(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    owner, support = desk.client("佐々木 陽子"), desk.client("support")
    account_id = account_of(owner)
    made = [
        keys.create_key(owner, KeyCreate(account_id=account_id, name=name)) for name in ("a", "b")
    ]
    unknown = apikeys.new_secret()
    text = f"export A={made[0].secret}\n{unknown} {made[1].secret!r} sk-lmc-{'0' * 42}"
    service = LeakService(support)
    with caplog.at_level(logging.DEBUG):
        found = service.find(text)
        assert [one.hint for one in found] == [
            apikeys.hint(secret) for secret in (made[0].secret, unknown, made[1].secret)
        ]
        assert [one.known.key.id if one.known else None for one in found] == [
            made[0].key.id,
            None,
            made[1].key.id,
        ]
        ended = service.revoke([one.hash for one in found], found_in="a forum")
    assert [one.revoked_now for one in ended] == [True, True]
    assert keys.get_key(owner, made[0].key.id).state is KeyState.REVOKED
    for secret in (made[0].secret, made[1].secret, unknown):
        assert secret not in caplog.text
        assert secret not in repr(found)
    many = " ".join(apikeys.new_secret() for _ in range(201))
    assert len(service.find(many)) == 201
    with pytest.raises(NotAllowed):
        leaks.look_up(owner, [found[0].hash])
    with pytest.raises(NotAllowed):
        leaks.revoke(owner, LeakRevoke(hashes=[found[0].hash]))
