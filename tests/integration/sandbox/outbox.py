"""What a sandbox has written to somebody, for tests that have to enter a code."""

from __future__ import annotations

import re
from typing import Any

from tests.support.sandbox import RunningSandbox


def messages(sandbox: RunningSandbox, to: str, kind: str | None = None) -> list[dict[str, Any]]:
    """The messages to an address, newest first."""
    params = {"to": to} | ({} if kind is None else {"kind": kind})
    answer = sandbox.call(
        "GET", "/v1/sandbox/outbox", headers={"X-Sandbox-Token": sandbox.token}, params=params
    )
    answer.raise_for_status()
    return list(answer.json()["data"])


def code_to(sandbox: RunningSandbox, to: str) -> str:
    """The newest code of six digits to an address."""
    found = re.search(r"\b[0-9]{6}\b", messages(sandbox, to)[0]["body"])
    assert found is not None
    return found.group()


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06}"


def invitation_code(sandbox: RunningSandbox, to: str) -> str:
    """The code of the newest invitation to an address."""
    found = re.search(r"lmc-inv-\S+", messages(sandbox, to)[0]["body"])
    assert found is not None
    return found.group()
