from __future__ import annotations

import pytest

from tests.integration.sandbox.api import Api, as_person
from tests.support.sandbox import RunningSandbox


@pytest.fixture(scope="module")
def admin(sandbox: RunningSandbox) -> Api:
    return as_person(sandbox, "admin")


@pytest.fixture(scope="module")
def support(sandbox: RunningSandbox) -> Api:
    return as_person(sandbox, "support")


@pytest.fixture(scope="module")
def legal(sandbox: RunningSandbox) -> Api:
    return as_person(sandbox, "legal")


@pytest.fixture(scope="module")
def owner(sandbox: RunningSandbox) -> Api:
    return as_person(sandbox, "owner")
