"""Desks with two weeks of traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.pages.desk import ACCOUNT, Desk
from tests.ui.pages.traffic import Requests, make_requests

NOW = datetime(2026, 11, 24, 13, 47, 20, tzinfo=UTC)
SINCE = NOW - timedelta(days=16)


@pytest.fixture(scope="session")
def requests() -> Requests:
    """Sixteen days of one account's requests."""
    return make_requests(SINCE, NOW, 6_000)


@pytest.fixture
def make_desk(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks and puts them away; work that failed unheard fails the test."""
    desks: list[Desk] = []

    def make(**more: Any) -> Desk:
        desk = Desk(qapp, tmp_path / f"desk-{len(desks)}", more.pop("now", NOW), **more)
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.close()
        assert desk.failures == []


@pytest.fixture
def desk(make_desk: Callable[..., Desk], requests: Requests) -> Desk:
    """A desk on an account with traffic."""
    made = make_desk()
    made.put_catalogue()
    made.put_traffic(ACCOUNT, requests, SINCE)
    return made
