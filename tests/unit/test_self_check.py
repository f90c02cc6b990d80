"""`self-check` says what works and what does not; the frozen build's own test runs all of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lmchat_desktop.resource_files import resource_path
from lmchat_desktop.tour.self_check import NAMES, installed, main, running, secrecy
from lmchat_desktop.tour.self_check.findings import Finding, NotSound, Place, State

QUICK = ("files", "time-zones", "certificates", "cache")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, tmp_path / "out")


def self_check(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lmchat_desktop", "self-check", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_every_named_check_exists() -> None:
    assert list(running.WHERE) == list(NAMES)
    assert all(callable(running.check_of(name)) for name in NAMES)


@pytest.mark.parametrize("name", QUICK)
def test_this_installation_is_sound(name: str, place: Place) -> None:
    finding = running.check_of(name)(place)
    assert finding.state is State.GOOD
    assert finding.words


def test_the_first_window_and_the_display_as_a_command() -> None:
    done = self_check("--only", "window", "--only", "display")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:3]] == [
        ["ok", "window"],
        ["ok", "display"],
    ]
    assert "All that was checked works." in done.stdout


def test_an_unknown_check_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flying"], None, None) == 2
    assert "no check 'flying'" in capsys.readouterr().err


def test_the_others_are_run_where_one_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_place: Place) -> Finding:
        raise NotSound("the sample is gone")

    monkeypatch.setattr(installed, "files", broken)
    assert main(["files", "time-zones"], None, None) == 1
    said = capsys.readouterr().out
    assert "FAILED  files         NotSound: the sample is gone" in said
    assert "ok      time-zones" in said
    assert "1 of 2 do not work: files." in said


def test_a_missing_resource_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_sample(name: str) -> Path:
        if name == "sample":
            raise FileNotFoundError("resource 'sample' is missing from this installation")
        return resource_path(name)

    monkeypatch.setattr(installed, "resource_path", without_sample)
    with pytest.raises(FileNotFoundError, match="sample"):
        installed.files(place)


def test_no_authorities_are_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "trusted_authorities", lambda: 0)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with pytest.raises(NotSound, match="no authority"):
        installed.certificates(place)


def test_a_cache_in_clear_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrecy, "_all_bytes", lambda _path: b"... SQLite format 3 ...")
    with pytest.raises(NotSound, match="in clear"):
        secrecy.cache(place)


def test_what_qt_complains_of_is_noted() -> None:
    finding = Finding("drawn")
    assert finding.noting([]) is finding
    assert finding.noting(["no such file"]) == Finding("drawn; Qt says: no such file", State.NOTE)
