from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.machine.starting import driver, environment, run, with_keyring
from tests.support.sandbox import RunningSandbox

PersonalToken = Callable[[RunningSandbox, str], str]


def personal_token(sandbox: RunningSandbox, who: str) -> str:
    """A token that a person can paste."""
    answer = sandbox.call(
        "POST",
        "/v1/tokens",
        sandbox.sign_in(who),
        json={"name": "machine test"},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    answer.raise_for_status()
    return str(answer.json()["secret"])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where everything of a process lies but its keyring."""
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def env(home: Path, tmp_path: Path) -> dict[str, str]:
    """The surroundings of a process, with a keyring that outlasts it."""
    return environment(home, **with_keyring(tmp_path / "keyring.json"))


@pytest.fixture
def worked(home: Path, env: dict[str, str], own_sandbox: RunningSandbox) -> Path:
    """The application's folder after a first session of an owner, closed as it should be."""
    folder = home / "app"
    story = "tests.integration.machine.stories:begin_work"
    done = run(driver(folder, story, own_sandbox.url, personal_token(own_sandbox, "owner")), env)
    assert done.returncode == 0, done.stderr
    return folder
