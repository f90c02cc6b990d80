"""The sandbox as a process: how it starts, ends, and answers what is not its fault."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from lmchat_desktop.sandbox.stores import FILES
from tests.integration.sandbox.api import Api, as_person, check_answer, problem
from tests.support.sandbox import SMALL_TRAFFIC, RunningSandbox, SandboxFactory


def started(
    data: Path, traffic: Path | None = SMALL_TRAFFIC, **environment: str
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "lmchat_desktop", "serve-sandbox", "--data", str(data)]
    if traffic is not None:
        command += ["--traffic", str(traffic)]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("LMCHAT_")}
        | environment,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, errors = process.communicate(timeout=60)
    return process.returncode, out, errors


def test_it_tells_how_far_it_is_and_then_where_it_listens(tmp_path: Path) -> None:
    process = started(tmp_path / "new" / "folder")
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    assert said["url"].startswith("http://127.0.0.1:")
    assert said["pid"] == process.pid
    assert len(said["token"]) >= 32
    process.send_signal(signal.SIGTERM)
    code, out, errors = ended(process)
    assert (code, out) == (0, "")
    progress = [json.loads(line) for line in errors.splitlines()]
    parts = [one["progress"] for one in progress]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0, 1)
    assert all(one["detail"] for one in progress)
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == {
        "audit-heads.jsonl",
        "sandbox.sqlite3",
        "sandbox.lock",
    }


def test_it_ends_when_the_process_that_began_it_is_gone(sandbox_factory: SandboxFactory) -> None:
    sandbox = sandbox_factory()
    assert sandbox.process is not None
    assert sandbox.process.stdin is not None
    sandbox.process.stdin.close()
    assert sandbox.process.wait(60) == 0


def test_it_ends_in_order_while_the_process_that_began_it_stays(
    own_sandbox: RunningSandbox,
) -> None:
    process = own_sandbox.process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_it_listens_on_one_address_alone(sandbox: RunningSandbox) -> None:
    """Another address of the loopback interface would be served by a socket on all addresses."""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", sandbox.port), timeout=10)


def test_a_folder_has_one_sandbox(own_sandbox: RunningSandbox) -> None:
    code, out, errors = ended(started(own_sandbox.data))
    assert (code, out) == (3, "")
    assert "Another sandbox uses this folder" in errors
    own_sandbox.kill()
    process = started(own_sandbox.data)
    assert process.stdout is not None
    assert process.stdout.readline()
    process.kill()
    ended(process)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("UPDATE meta SET value = '999' WHERE name = 'schema'", "newer version"),
        pytest.param(
            "DROP TABLE meta; CREATE TABLE meta (other TEXT)",
            "cannot be read",
            marks=pytest.mark.full,
        ),
    ],
)
def test_a_folder_that_cannot_be_used_is_left_as_it_is(
    own_sandbox: RunningSandbox, damage: str, reason: str
) -> None:
    own_sandbox.stop()
    file = own_sandbox.data / "sandbox.sqlite3"
    database = sqlite3.connect(file)
    database.executescript(damage)
    database.close()
    before = file.read_bytes()
    code, out, errors = ended(started(own_sandbox.data))
    assert (code, out) == (2, "")
    assert reason in errors
    assert "Traceback" not in errors
    assert file.read_bytes() == before


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "sandbox.sqlite3").write_bytes(b"something else" * 100)
    code, _, errors = ended(started(tmp_path))
    assert code == 2
    assert "Traceback" not in errors
    assert (tmp_path / "sandbox.sqlite3").read_bytes() == b"something else" * 100


def test_a_traffic_file_that_is_missing_is_said(tmp_path: Path) -> None:
    code, out, errors = ended(started(tmp_path, traffic=tmp_path / "none.npz"))
    assert (code, out) == (2, "")
    assert "Traceback" not in errors
    assert errors.strip()


def test_a_seed_that_is_killed_begins_again(tmp_path: Path) -> None:
    process = started(tmp_path)
    assert process.stderr is not None
    while '"usage"' not in process.stderr.readline():
        pass
    process.kill()
    ended(process)
    sandbox = RunningSandbox(tmp_path).start()
    assert len(as_person(sandbox, "admin").every("/v1/accounts")) >= 12
    sandbox.stop()


def test_every_file_is_declared(sandbox: RunningSandbox) -> None:
    names = {str(path.relative_to(sandbox.data)) for path in sandbox.data.rglob("*")}
    assert {name for name in names if not any(fnmatch(name, one.pattern) for one in FILES)} == set()


def test_a_locked_database_is_unavailable_and_comes_back(sandbox_factory: SandboxFactory) -> None:
    sandbox = sandbox_factory(environment={"LMCHAT_SANDBOX_PATIENCE": "0.1"})
    owner = as_person(sandbox, "owner")
    account = owner.get("/v1/me")["memberships"][0]["account_id"]
    other = sqlite3.connect(sandbox.data / "sandbox.sqlite3", isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    answer = owner.post("/v1/keys", {"account_id": account, "name": "waits"})
    assert (answer.status_code, problem(answer)) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    owner.get("/v1/me")
    other.execute("ROLLBACK")
    other.close()
    answer = owner.post("/v1/keys", {"account_id": account, "name": "waits"})
    assert answer.status_code == 201
    sandbox.stop()


def test_too_many_calls_are_held_back(sandbox_factory: SandboxFactory) -> None:
    sandbox = sandbox_factory(environment={"LMCHAT_SANDBOX_LIMIT": "5:0.001"})
    owner = as_person(sandbox, "owner")
    answers = [owner.call("GET", "/v1/me") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    left = [answer.headers["RateLimit-Remaining"] for answer in answers]
    assert left == ["4", "3", "2", "1", "0", "0"]
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"5"}
    assert problem(answers[-1]) == "rate-limited"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert as_person(sandbox, "admin").get("/v1/me"), "another session has a bucket of its own"
    sandbox.stop()


def test_a_limit_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    code, _, errors = ended(started(tmp_path, LMCHAT_SANDBOX_LIMIT="many"))
    assert code == 2
    assert "Traceback" not in errors


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/v1/keys/", "/docs", "/openapi.json"])
def test_what_is_not_served_is_a_problem(owner: Api, path: str) -> None:
    answer = owner.sandbox.call("GET", path, owner.token)
    assert (answer.status_code, problem(answer)) == (404, "not-found")


def test_another_method_is_a_problem(owner: Api) -> None:
    answer = owner.sandbox.call("PUT", "/v1/me", owner.token)
    assert answer.status_code == 405
    assert problem(answer) == "invalid-request"
    assert answer.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/keys/bulk", "POST"),
        ("/v1/accounts/search", "GET"),
        ("/v1/keys/key_1", "GET, PATCH"),
        ("/v1/accounts/acct_1/exports", "GET, POST"),
    ],
)
def test_the_methods_of_a_path_are_those_of_the_document(
    owner: Api, path: str, methods: str
) -> None:
    """Also where a path that is written out could be one with a parameter."""
    answer = owner.sandbox.call("OPTIONS", path, owner.token)
    assert (answer.status_code, answer.headers["Allow"]) == (405, methods)


@pytest.mark.parametrize(
    ("content", "status"), [(b"{", 400), (b"[]", 422), (b"", 422), (b"\xff", 400), (b"null", 422)]
)
def test_a_body_that_is_not_what_it_should_be(owner: Api, content: bytes, status: int) -> None:
    headers = {"Idempotency-Key": "0123456789abcdef", "Content-Type": "application/json"}
    answer = owner.call("POST", "/v1/keys", content=content, headers=headers)
    assert (answer.status_code, problem(answer)) == (status, "invalid-request")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(owner: Api) -> None:
    headers = {"Idempotency-Key": "0123456789abcdef", "Content-Type": "application/json"}
    large = b'{"name": "' + b"x" * (1 << 20) + b'"}'
    for content in (large, iter([large[:700_000], large[700_000:]])):
        answer = owner.call("POST", "/v1/keys", content=content, headers=headers)
        assert (answer.status_code, problem(answer)) == (413, "invalid-request")


def test_nothing_secret_or_personal_is_logged(sandbox_factory: SandboxFactory) -> None:
    sandbox = sandbox_factory()
    admin = as_person(sandbox, "admin")
    email = admin.every("/v1/accounts")[0]["email"]
    admin.every("/v1/accounts", search=email)
    account = admin.every("/v1/accounts")[0]["id"]
    secret = admin.post("/v1/keys", {"account_id": account, "name": "hush"}).json()["secret"]
    admin.call("GET", "/v1/nothing", params={"token": secret})
    sandbox.stop()
    log = (sandbox.data.parent / f"{sandbox.data.name}.log").read_text()
    for what in (email, secret, str(admin.token), sandbox.token, "hush", "GET /"):
        assert what not in log


def test_the_service_answers_while_many_ask(sandbox: RunningSandbox) -> None:
    admin = as_person(sandbox, "admin")
    statuses: list[int] = []

    def ask(path: str, params: dict[str, Any]) -> None:
        for _ in range(5):
            statuses.append(admin.call("GET", path, params=params).status_code)

    calls: list[tuple[str, dict[str, Any]]] = [
        ("/v1/changes", {}),
        ("/v1/usage/slices", {}),
        ("/v1/requests", {"limit": 200}),
        ("/v1/me", {}),
    ] * 3
    threads = [threading.Thread(target=ask, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 60
    check_answer(admin.call("GET", "/v1/health"))
