"""Whatever an operation does, only those may call it whom the table names: every call is made.

A new operation needs a row in `scope_matrix.TABLE`, and a call in `scope_calls.CALLS` unless it
needs nothing but its path. A new role needs a column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lmchat_desktop.contract.operation import Operation
from lmchat_desktop.contract.operations import BY_ID, OPERATIONS
from lmchat_desktop.domain.scopes import Role
from tests.integration.sandbox.api import Api
from tests.integration.sandbox.scope_calls import CALLS, WHY, Ask, Caller, World, plain
from tests.integration.sandbox.scope_calls_accounts import ACCOUNT_CALLS
from tests.integration.sandbox.scope_matrix import columns, rows
from tests.support.sandbox import RunningSandbox, SandboxFactory

ROWS = rows()
ALL_CALLS = CALLS | ACCOUNT_CALLS
UNLIMITED = {"LMCHAT_SANDBOX_LIMIT": "100000:100000"}
PEOPLE = {
    "owner": "Dana Whitfield",
    "member": "Tunde Okafor",
    "support": "Aoife Brennan",
    "legal": "Ruth Feldstein",
    "admin": "Martin Kovač",
}
SECOND_ADMIN, STRANGER, ACCOUNT, FOREIGN_ACCOUNT = (
    "Priya Raghunathan",
    "Gareth Llewellyn-Jones",
    "Acme Robotics",
    "Nordlicht",
)
ANSWERS = {"ok", "empty", "401", "403", "404", "409", "422", "-"}


@pytest.fixture(scope="module")
def served(sandbox_factory: SandboxFactory) -> Iterator[RunningSandbox]:
    """One sandbox for all calls, which answers as often as it is asked."""
    sandbox = sandbox_factory(environment=UNLIMITED)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def world(served: RunningSandbox) -> World:
    staff = Api(served, served.sign_in(SECOND_ADMIN))
    stranger = served.person(STRANGER)["person"]["id"]
    return World(served, staff, _account(staff, FOREIGN_ACCOUNT), stranger)


@pytest.fixture(scope="module")
def callers(served: RunningSandbox, world: World) -> dict[str, Caller]:
    """Somebody for every column."""
    found = {"nobody": Caller("nobody", Api(served))}
    for role, name in PEOPLE.items():
        person = served.person(name)["person"]["id"]
        caller = Caller(role, world.signed_in(person), person)
        if role in ("owner", "member"):
            caller.account_id = _account(world.staff, ACCOUNT)
        found[role] = caller
    gone = world.operator("support")
    assert world.staff.post(f"/v1/operators/{gone}/remove", WHY).status_code == 204
    found["roleless"] = Caller("roleless", world.signed_in(gone), gone)
    return found


def _account(staff: Api, name: str) -> str:
    (account,) = staff.get("/v1/accounts", search=name)["data"]
    return str(account["id"])


def test_every_operation_and_every_role_is_in_the_table() -> None:
    assert set(columns()) == {*Role, "roleless", "nobody"}, "every role has a column"
    named = {row.split()[0] for row in ROWS}
    for operation in OPERATIONS:
        assert operation.id in named, f"add a row for {operation.id} to scope_matrix.TABLE"
    assert named <= set(BY_ID), f"no such operation: {sorted(named - set(BY_ID))}"
    assert set(ALL_CALLS) <= set(ROWS), f"no row: {sorted(set(ALL_CALLS) - set(ROWS))}"


@pytest.mark.parametrize("row", ROWS)
def test_nothing_but_what_the_table_allows(
    row: str, world: World, callers: dict[str, Caller]
) -> None:
    operation = BY_ID[row.split()[0]]
    ask = _ask(row, operation)
    told = {
        name: "/".join(
            "-" if part == "-" else _told(operation, ask(world, callers[name], own))
            for part, own in zip(_parts(cell), (True, False)[-len(_parts(cell)) :], strict=True)
        )
        for name, cell in ROWS[row].items()
    }
    wanted = ROWS[row]
    wrong = {name: (told[name], wanted[name]) for name in wanted if told[name] != wanted[name]}
    assert wrong == {}, "told, and what the table says"


def test_the_table_is_well_formed() -> None:
    for row, cells in ROWS.items():
        for cell in cells.values():
            assert len(_parts(cell)) <= 2, row
            assert set(_parts(cell)) <= ANSWERS, row


def _parts(cell: str) -> list[str]:
    return cell.split("/")


def _ask(row: str, operation: Operation) -> Ask:
    known = ALL_CALLS.get(row)
    if known is None:
        needs_more = operation.method != "GET" or "{" in operation.path
        assert not needs_more, f"add a call for {row} to scope_calls.CALLS"
        return plain(operation)
    return known


def _told(operation: Operation, answer: httpx.Response) -> str:
    """The class of an answer; a success has to be the very one that the operation has."""
    if answer.status_code >= 400:
        return str(answer.status_code)
    assert answer.status_code == operation.status, answer.text
    if answer.headers.get("Content-Type") != "application/json":
        return "ok"
    body: Any = answer.json()
    return "empty" if isinstance(body, dict) and body.get("data") == [] else "ok"
