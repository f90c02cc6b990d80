"""Keys in a text that comes in pieces: found wherever it is cut, and in files of any encoding."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import Cancelled
from lmchat_desktop.domain.keys.secret import LENGTH, new_secret
from lmchat_desktop.domain.leaks import LeakScan, hashes_in
from lmchat_desktop.services import leak_files
from lmchat_desktop.services.leak_files import FileTrouble, hashes_in_file

SECRETS = [new_secret() for _ in range(3)]
TEXT = f"a={SECRETS[0]};ü {SECRETS[1]}{SECRETS[2]} sk-lmc-{'0' * 42} {SECRETS[0]}"


def test_every_secret_is_as_long_as_is_said() -> None:
    assert {len(secret) for secret in SECRETS} == {LENGTH}


@given(st.lists(st.integers(0, len(TEXT)), max_size=8))
def test_it_does_not_matter_where_a_text_is_cut(cuts: list[int]) -> None:
    scan = LeakScan()
    places = [0, *sorted(cuts), len(TEXT)]
    for start, end in itertools.pairwise(places):
        scan.feed(TEXT[start:end])
    assert scan.hints == hashes_in(TEXT)
    assert len(scan.hints) == len(SECRETS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-32"])
def test_a_file_is_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(leak_files, "PIECE", 37)
    file = tmp_path / "log"
    file.write_bytes(TEXT.encode(encoding))
    heard: list[float | None] = []
    assert hashes_in_file(file, on_progress=heard.append) == hashes_in(TEXT)
    assert heard[-1] == 1.0
    assert len(heard) > 2


def test_what_cannot_be_looked_through_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log"
    with pytest.raises(FileTrouble, match="no file"):
        hashes_in_file(file)
    file.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(leak_files, "LARGEST", 100)
    with pytest.raises(FileTrouble, match="larger than"):
        hashes_in_file(file)


def test_reading_can_be_cancelled(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(TEXT, encoding="utf-8")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        hashes_in_file(file, cancel)
