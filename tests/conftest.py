"""Fixtures for every test: real sandboxes, and hypothesis profiles for the two tiers."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.sandbox import RunningSandbox, SandboxFactory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "short", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.getoption("-m") == "full or not full" else "short")


@pytest.fixture(scope="session")
def sandbox_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxFactory]:
    """Makes sandboxes with worlds of their own."""
    factory = SandboxFactory(tmp_path_factory.mktemp("sandboxes"))
    yield factory
    factory.close()


@pytest.fixture(scope="session")
def sandbox(sandbox_factory: SandboxFactory) -> RunningSandbox:
    """One sandbox that the whole run shares: read it, and write only what no other test counts."""
    return sandbox_factory()


@pytest.fixture
def own_sandbox(sandbox_factory: SandboxFactory) -> Iterator[RunningSandbox]:
    """A sandbox of the test's own, to write to, stop, kill and move in time."""
    sandbox = sandbox_factory()
    yield sandbox
    sandbox.stop()
