"""A sandbox whose keys are used with OpenAI's own client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import openai
import pytest
from openai import DefaultHttpxClient, OpenAI

from tests.integration.sandbox.api import Api, as_person
from tests.support.sandbox import RunningSandbox, SandboxFactory

MODEL = "gpt-3.5-turbo"
ASKED: list[Any] = [{"role": "user", "content": "Is this key any good?"}]


@dataclass
class Desk:
    """One account's keys, and clients that use them."""

    sandbox: RunningSandbox
    admin: Api
    account_id: str
    made: list[OpenAI] = field(default_factory=list)

    def key(self, **wishes: Any) -> tuple[dict[str, Any], str]:
        """A new key and its secret."""
        body = {"account_id": self.account_id, "name": "tried", **wishes}
        answer = self.admin.post("/v1/keys", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["key"], answer.json()["secret"]

    def client(self, secret: str, address: str | None = None) -> OpenAI:
        """A client with a secret, at an address."""
        headers = {}
        if address is not None:
            headers = {
                "X-Sandbox-Token": self.sandbox.token,
                "X-Sandbox-Client-Address": address,
            }
        client = OpenAI(
            api_key=secret,
            base_url=f"{self.sandbox.url}/inference/v1",
            default_headers=headers,
            http_client=DefaultHttpxClient(trust_env=False),
        )
        self.made.append(client)
        return client

    def ask(self, secret: str, address: str | None = None, **more: Any) -> Any:
        """The answer to a short conversation."""
        asked: dict[str, Any] = {"model": MODEL, "messages": ASKED} | more
        return self.client(secret, address).chat.completions.create(**asked)

    def refused(self, secret: str, address: str | None = None, **more: Any) -> str | None:
        """The code of the refusal; None where there is none."""
        try:
            self.ask(secret, address, **more)
        except openai.APIStatusError as caught:
            refusal = caught
        else:
            return None
        assert 400 <= refusal.status_code < 500
        assert secret not in refusal.response.text
        return refusal.code


@pytest.fixture(scope="module")
def sandbox(sandbox_factory: SandboxFactory) -> Iterator[RunningSandbox]:
    running = sandbox_factory()
    yield running
    running.stop()


@pytest.fixture
def desk(sandbox: RunningSandbox) -> Iterator[Desk]:
    admin = as_person(sandbox, "admin")
    account = next(
        each
        for each in admin.every("/v1/accounts")
        if each["plan_id"] == "plan_enterprise" and each["state"] == "active"
    )
    found = Desk(sandbox, admin, account["id"])
    yield found
    for client in found.made:
        client.close()
