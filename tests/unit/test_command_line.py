"""The command line as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lmchat_desktop import __version__


def lmchat(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lmchat_desktop", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_version() -> None:
    assert lmchat("--version").stdout.strip() == f"lmchat-desktop {__version__}"


@pytest.mark.parametrize(
    "command", ["sandbox", "serve-sandbox", "tour", "self-check", "openapi", "verify-audit"]
)
def test_every_command_explains_itself(command: str) -> None:
    assert command in lmchat("--help").stdout
    own = lmchat(command, "--help")
    assert own.returncode == 0
    assert own.stdout.startswith(f"usage: lmchat-desktop {command}")


def test_an_unknown_command_is_refused_with_usage() -> None:
    answer = lmchat("fly")
    assert answer.returncode == 2
    assert "usage:" in answer.stderr


def test_openapi_prints_the_committed_document(tmp_path: Path) -> None:
    out = tmp_path / "openapi.json"
    assert lmchat("openapi", "--out", str(out)).returncode == 0
    assert json.loads(out.read_text())["openapi"].startswith("3.1")
    assert lmchat("openapi").stdout == out.read_text()


def test_the_stories_are_named() -> None:
    listed = lmchat("tour", "--list")
    assert listed.returncode == 0
    assert {"first-look", "usage"} <= {line.split()[0] for line in listed.stdout.splitlines()}
