"""Accounts as a page drives them: found, suspended, and reached by another address."""

from __future__ import annotations

import re
import uuid

import pytest

from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.errors import Conflict, Invalid
from lmchat_desktop.contract.accounts import AbuseReason, AccountState
from lmchat_desktop.domain.contact.addresses import ContactKind
from lmchat_desktop.domain.contact.codes import CodeState
from lmchat_desktop.domain.keys import secret as apikeys
from lmchat_desktop.services.accounts import AccountService, WrongCode
from tests.integration.sandbox.outbox import messages
from tests.support.sandbox import RunningSandbox

NEW = "new@quill.example"


def test_an_account_is_found_suspended_and_changed(own_sandbox: RunningSandbox) -> None:
    with ApiClient(own_sandbox.url, OAuthTokens(own_sandbox.sign_in("support"), None)) as api:
        service = AccountService(api)
        assert service.search(" q ") is None
        found = service.search("quill & ink")
        assert found is not None
        account = found.data[0].account
        with pytest.raises(Invalid):
            service.search(apikeys.new_secret())
        key = str(uuid.uuid4())
        first = service.suspend(account.id, AbuseReason.SPAM, "", key)
        assert service.suspend(account.id, AbuseReason.SPAM, "", key) == first
        assert first.state is AccountState.SUSPENDED
        assert service.reinstate(account.id, "", str(uuid.uuid4())).state is AccountState.ACTIVE
        change = service.send_code(account.id, ContactKind.EMAIL, NEW, str(uuid.uuid4()))
        sent = re.search(r"\b[0-9]{6}\b", messages(own_sandbox, NEW)[0]["body"])
        assert sent is not None
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(WrongCode) as wrong:
                service.confirm_code(
                    change, f"{(int(sent.group()) + 1) % 10**6:06}", str(uuid.uuid4())
                )
            change = wrong.value.change
            assert change.tries_left == left
        with pytest.raises(Conflict):
            service.confirm_code(change, sent.group(), str(uuid.uuid4()))
        change = service.send_code(account.id, ContactKind.EMAIL, NEW, str(uuid.uuid4()))
        sent = re.search(r"\b[0-9]{6}\b", messages(own_sandbox, NEW)[0]["body"])
        assert sent is not None
        done = service.confirm_code(change, sent.group(), str(uuid.uuid4()))
        assert done.state is CodeState.CONFIRMED
