"""Messages: written with their effect, delivered as real mails, again until it succeeds."""

from __future__ import annotations

import email
import email.policy
import socket
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.integration.sandbox.api import LOOKS, Api, as_person, problem
from tests.integration.sandbox.outbox import messages
from tests.support.sandbox import RunningSandbox, SandboxFactory

NEW = "new.address@acme-robotics.example"


class Postbox:
    """An SMTP server's handler that keeps what it is given."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.received.append((list(envelope.rcpt_tos), mail))
        return "250 kept"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any]) -> Any:
    for _ in range(LOOKS):
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def account_of(api: Api) -> str:
    return str(api.get("/v1/me")["memberships"][0]["account_id"])


def ask_for(api: Api, kind: str, value: str) -> dict[str, Any]:
    answer = api.post(
        f"/v1/accounts/{account_of(api)}/contact-changes", {"kind": kind, "value": value}
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.fixture
def smtp(sandbox_factory: SandboxFactory) -> Iterator[tuple[RunningSandbox, int]]:
    port = free_port()
    sandbox = sandbox_factory(smtp=f"127.0.0.1:{port}")
    yield sandbox, port
    sandbox.stop()


def test_a_mail_is_a_real_file_once_it_is_committed(own_sandbox: RunningSandbox) -> None:
    own = as_person(own_sandbox, "owner")
    ask_for(own, "email", NEW)
    message = until(lambda: [one for one in messages(own_sandbox, NEW) if one["sent_at"]])[0]
    assert (message["attempts"], message["failure"], message["gave_up"]) == (1, None, False)
    files = list((own_sandbox.data / "outbox").glob("*.eml"))
    assert len(files) == 1
    mail = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["To"] == NEW
    assert message["id"] in mail["Message-ID"]
    assert mail["Date"] is not None
    assert mail.get_content().strip() == message["body"]
    assert b"\r\n" in files[0].read_bytes()


def test_a_text_message_is_a_text_file(own_sandbox: RunningSandbox) -> None:
    own = as_person(own_sandbox, "owner")
    ask_for(own, "phone", "+1 (555) 010-0199")

    def written() -> list[Path]:
        return list((own_sandbox.data / "outbox").glob("*.txt"))

    text = until(written)[0].read_text()
    assert text.startswith("To: +15550100199\n")
    assert messages(own_sandbox, "+1 555 010 0199", "sms")[0]["body"] in text


def test_a_mail_goes_to_a_real_server_after_it_has_come_back(
    smtp: tuple[RunningSandbox, int],
) -> None:
    sandbox, port = smtp
    own = as_person(sandbox, "owner")
    ask_for(own, "email", NEW)
    failed = until(lambda: [one for one in messages(sandbox, NEW) if one["failure"]])[0]
    assert failed["sent_at"] is None
    assert "ConnectionRefusedError" in failed["failure"]
    assert NEW not in failed["failure"]
    postbox = Postbox()
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        sandbox.move_clock(60, str(own.token))
        until(lambda: messages(sandbox, NEW)[0]["sent_at"])
    finally:
        server.stop()
    (to, mail), *others = postbox.received
    assert others == []
    assert to == [NEW]
    assert mail["Subject"] == "Your lmchat code"
    assert not (sandbox.data / "outbox").exists()


def test_a_message_that_a_crash_left_goes_out_at_the_next_start(
    smtp: tuple[RunningSandbox, int],
) -> None:
    sandbox, port = smtp
    ask_for(as_person(sandbox, "owner"), "email", NEW)
    sandbox.kill()
    postbox = Postbox()
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        sandbox.start()
        as_person(sandbox, "owner").get("/v1/me")
        until(lambda: messages(sandbox, NEW)[0]["sent_at"])
    finally:
        server.stop()
    assert [to for to, _ in postbox.received] == [[NEW]]


def test_what_did_not_happen_is_not_told(own_sandbox: RunningSandbox) -> None:
    own = as_person(own_sandbox, "owner")
    path = f"/v1/accounts/{account_of(own)}/contact-changes"
    assert problem(own.post(path, {"kind": "email", "value": "no address"})) == "invalid-request"
    support = as_person(own_sandbox, "support")
    assert support.every("/v1/sandbox/outbox") == []


def test_the_outbox_is_for_operators_and_who_started_the_sandbox(
    own_sandbox: RunningSandbox,
) -> None:
    own = as_person(own_sandbox, "owner")
    ask_for(own, "email", NEW)
    ask_for(own, "phone", "+15550100199")
    support = as_person(own_sandbox, "support")
    everything = support.every("/v1/sandbox/outbox", limit=1)
    assert [one["to"] for one in everything] == ["+15550100199", NEW]
    assert support.every("/v1/sandbox/outbox", kind="mail")[0]["to"] == NEW
    path = f"/v1/sandbox/outbox/{everything[0]['id']}"
    assert support.get(path) | {"sent_at": None, "attempts": 0} == everything[0] | {
        "sent_at": None,
        "attempts": 0,
    }
    assert problem(own.call("GET", "/v1/sandbox/outbox")) == "missing-scope"
    assert problem(support.call("GET", "/v1/sandbox/outbox/msg_nothing")) == "not-found"
