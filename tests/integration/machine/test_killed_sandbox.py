"""A sandbox that ends at the commit of an act has done all of it or nothing, and never twice."""

from __future__ import annotations

import sqlite3
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from lmchat_desktop.sandbox.database import SQLITE_FILE
from tests.integration.machine.dying_sandbox import DIED
from tests.integration.sandbox.api import Api, as_person
from tests.support.sandbox import RunningSandbox

pytestmark = pytest.mark.full


class Dying(RunningSandbox):
    """A sandbox whose process ends when an act tells it to."""

    def start(self) -> RunningSandbox:
        """Start the process under the module that makes it die."""
        start, module = subprocess.Popen, "tests.integration.machine.dying_sandbox"

        def dying(command: list[str], **more: Any) -> subprocess.Popen[str]:
            named = [module if part == "lmchat_desktop" else part for part in command]
            made: subprocess.Popen[str] = start(named, **more)
            return made

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(subprocess, "Popen", dying)
            return super().start()


@pytest.fixture
def dying(own_sandbox: RunningSandbox) -> Iterator[Dying]:
    own_sandbox.stop()
    made = Dying(own_sandbox.data)
    made.start()
    yield made
    made.stop()


Call = tuple[str, dict[str, Any] | None]


def make_key(api: Api) -> Call:
    account = api.every("/v1/keys")[0]["account_id"]
    return "/v1/keys", {"account_id": account, "name": "dying"}


def revoke_key(api: Api) -> Call:
    known = next(each for each in api.every("/v1/keys") if each["state"] == "active")
    return f"/v1/keys/{known['id']}/revoke", {"reason": "dying"}


def rotate_key(api: Api) -> Call:
    known = next(
        each
        for each in api.every("/v1/keys")
        if each["state"] == "active" and each["old_ends_at"] is None
    )
    return f"/v1/keys/{known['id']}/rotate", {"overlap_s": 60}


def make_token(_api: Api) -> Call:
    return "/v1/tokens", {"name": "dying"}


def start_recount(_api: Api) -> Call:
    return "/v1/usage/recounts", None


ACTS: dict[str, tuple[Callable[[Api], Call], list[str]]] = {
    "make-key": (make_key, ["key.create"]),
    "revoke-key": (revoke_key, ["key.revoke"]),
    "rotate-key": (rotate_key, ["key.rotate"]),
    "make-token": (make_token, ["token.create"]),
    "recount": (start_recount, []),
}


def audited(data: Path, action: str) -> int:
    database = sqlite3.connect(data / SQLITE_FILE)
    try:
        (count,) = database.execute(
            "SELECT count(*) FROM audit WHERE action = ?", (action,)
        ).fetchone()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(count)
    finally:
        database.close()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_done_once(dying: Dying, act: str, when: str) -> None:
    wanted, actions = ACTS[act]
    api = as_person(dying, "admin")
    path, body = wanted(api)
    before = {each: audited(dying.data, each) for each in actions}
    key = f"die-{when}-{uuid.uuid4()}"
    with suppress(httpx.TransportError):
        pytest.fail(f"it lived, and answered {api.post(path, body, key).status_code}")
    process = dying.process
    assert process is not None
    assert process.wait(30) == DIED
    for each in actions:
        assert audited(dying.data, each) - before[each] == (1 if when == "after" else 0)

    dying.environment["DIE"] = "no"
    dying.stop()
    dying.start()
    answers = [api.post(path, body, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [answers[0].status_code] * 2
    assert answers[0].is_success, answers[0].text
    assert answers[0].json() == answers[1].json()
    for each in actions:
        assert audited(dying.data, each) - before[each] == 1
