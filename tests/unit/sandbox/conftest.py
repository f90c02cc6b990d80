from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database; nobody waits for its lock."""
    opened = Database.at(tmp_path, None, wait_s=0.05)
    tables.metadata.create_all(opened.engine)
    yield opened
    opened.close()
