from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import SQLITE_FILE, Database
from lmchat_desktop.sandbox.world.live import Traffic
from lmchat_desktop.sandbox.world.seed import seed

SMALL = Path(__file__).parents[2] / "data" / "small-traffic.npz"
NOW = datetime(2026, 11, 24, 5, 40, 12, 345_000, tzinfo=UTC)


@pytest.fixture(scope="session")
def traffic() -> Traffic:
    return Traffic(SMALL)


@pytest.fixture(scope="session")
def seeded_folder(traffic: Traffic, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    database = Database.at(folder, None, wait_s=5)
    tables.metadata.create_all(database.engine)
    with database.write() as connection:
        seed(connection, NOW, traffic, lambda part, detail: None)
    database.close()
    return folder


@pytest.fixture(scope="session")
def seeded(seeded_folder: Path) -> Iterator[Database]:
    """A seeded world to read."""
    database = Database.at(seeded_folder, None, wait_s=5)
    yield database
    database.close()


@pytest.fixture
def own_world(seeded_folder: Path, tmp_path: Path) -> Iterator[Database]:
    """A seeded world to write to."""
    shutil.copyfile(seeded_folder / SQLITE_FILE, tmp_path / SQLITE_FILE)
    database = Database.at(tmp_path, None, wait_s=5)
    yield database
    database.close()
