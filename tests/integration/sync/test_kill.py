"""Killed at any commit or any moment, sync goes on from what is stored and ends equal."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.sync.child import KILLED
from tests.integration.sync.conftest import SignIn
from tests.support.sandbox import RunningSandbox

SCOPES = "service"


@contextmanager
def child(
    path: Path, sandbox: RunningSandbox, token: str, at: int = 0, when: str = "after"
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.integration.sync.child"]
    process = subprocess.Popen(
        [*command, str(path), sandbox.url, SCOPES, str(at), when],
        env={**os.environ, "TOKEN": token},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        with process.stdout:
            yield process
    finally:
        process.kill()
        process.wait(30)


@pytest.fixture(scope="module")
def token(sandbox: RunningSandbox) -> str:
    return sandbox.sign_in("admin", device="kill")


@pytest.fixture(scope="module")
def commits(sandbox: RunningSandbox, token: str, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many commits a first sync of the small world has."""
    path = tmp_path_factory.mktemp("whole") / "cache.db"
    with child(path, sandbox, token) as process:
        assert process.stdout is not None
        lines = process.stdout.readlines()
        assert process.wait(60) == 0
    return len(lines)


def end_at(
    at: int, when: str, path: Path, sandbox: RunningSandbox, token: str, sign_in: SignIn
) -> None:
    with child(path, sandbox, token, at, when) as process:
        assert process.stdout is not None
        said = process.stdout.readlines()
        assert process.wait(60) == KILLED
    assert len(said) == (at if when == "after" else at - 1)
    sign_in(sandbox, token=token, path=path).assert_equal()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "part",
    [pytest.param(part, marks=pytest.mark.full) for part in (0.0, 0.03)] + [0.5, 1.0],
)
def test_ended_at_a_chosen_commit(
    sandbox: RunningSandbox,
    token: str,
    commits: int,
    sign_in: SignIn,
    tmp_path: Path,
    part: float,
    when: str,
) -> None:
    assert commits > 60
    at = 1 + round(part * (commits - 1))
    end_at(at, when, tmp_path / "cache.db", sandbox, token, sign_in)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("when", ["before", "after"])
def test_ended_at_every_commit(
    sandbox: RunningSandbox, token: str, commits: int, sign_in: SignIn, tmp_path: Path, when: str
) -> None:
    for at in range(1, commits + 1):
        end_at(at, when, tmp_path / f"{at}.db", sandbox, token, sign_in)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in (1, 2))]
)
def test_killed_at_any_moment_again_and_again(
    sandbox: RunningSandbox, token: str, sign_in: SignIn, tmp_path: Path, seed: int
) -> None:
    """The kill comes from outside, while the next transactions and downloads are under way."""
    path = tmp_path / "cache.db"
    chance = random.Random(seed)
    for _ in range(3):
        with child(path, sandbox, token) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 15)):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
            assert process.wait(30) in (-signal.SIGKILL, 0)
    signed = sign_in(sandbox, token=token, path=path)
    signed.assert_equal()
    signed.cache.check()
