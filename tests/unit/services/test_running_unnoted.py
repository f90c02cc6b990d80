"""A run whose end cannot be noted comes to its end all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmchat_desktop.services.running import RunningMark


def test_it_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mark = RunningMark(tmp_path)
    mark.path.unlink()
    mark.path.mkdir()
    mark.end()
    assert "was not noted" in caplog.text
