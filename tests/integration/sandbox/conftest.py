from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.sandbox.api import OWNERS, Api, Owner, as_person
from tests.support.sandbox import RunningSandbox, SandboxFactory


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


@pytest.fixture(scope="module")
def owners(sandbox_factory: SandboxFactory) -> Iterator[Iterator[Owner]]:
    """Owners of accounts that have another member, each handed out once."""
    made: list[RunningSandbox] = []

    def hand_out() -> Iterator[Owner]:
        while True:
            sandbox = sandbox_factory()
            made.append(sandbox)
            for person in sandbox.people():
                name = person["person"]["name"]
                if name in OWNERS:
                    yield Owner(sandbox, sandbox.sign_in(name), name=name)

    yield hand_out()
    for sandbox in made:
        sandbox.stop()


@pytest.fixture
def own(owners: Iterator[Owner]) -> Owner:
    """An owner whose account no other test has touched."""
    return next(owners)
