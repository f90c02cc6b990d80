"""The rail says where something waits for this very person."""

from __future__ import annotations

from lmchat_desktop.contract.operators import Grant, GrantState
from lmchat_desktop.ui.shell.workspace import Workspace
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

WHY = {"reason": "Agreed at the meeting."}


def badge(workspace: Workspace) -> int:
    return workspace.rail.items["operators"].badge


def grants_in(workspace: Workspace) -> set[str]:
    kept = workspace.session.entities.list(Grant, state=GrantState.PENDING)
    return {one.id for one in kept}


def test_roles_that_wait_are_counted_for_those_who_may_decide(
    office: Office, own_sandbox: RunningSandbox
) -> None:
    asking = own_sandbox.sign_in("Martin Kovač")
    operators = own_sandbox.call("GET", "/v1/operators", asking).json()["data"]
    gaining = next(one for one in operators if one["name"] == "Ruth Feldstein")

    desk = office.desk(sandbox=AttachedSandbox(own_sandbox))
    asks, decides, gains = (
        office.workspace(office.window(desk, name))
        for name in ("Martin Kovač", "Priya Raghunathan", "Ruth Feldstein")
    )
    before = [badge(one) for one in (asks, decides, gains)]
    body = {"roles": ["admin", "legal"]} | WHY
    headers = {
        "Content-Type": "application/merge-patch+json",
        "If-Match": gaining["etag"],
    }
    path = f"/v1/operators/{gaining['id']}"
    own_sandbox.call("PATCH", path, asking, headers=headers, json=body).raise_for_status()
    office.until(lambda: badge(decides) == before[1] + 1)
    item = decides.rail.items["operators"]
    assert item.accessibleDescription() == f"{item.badge} due"
    for one in (asks, gains):
        office.until(lambda one=one: grants_in(one) == grants_in(decides))
        office.until(lambda one=one: not one.context.tasks.busy)
    assert (badge(asks), badge(gains)) == (before[0], before[2])

    grants = own_sandbox.call("GET", "/v1/grants", asking).json()["data"]
    (waiting,) = (
        one for one in grants if (one["person_id"], one["state"]) == (gaining["id"], "pending")
    )
    deciding = own_sandbox.sign_in("Priya Raghunathan")
    headers = {"Idempotency-Key": "approved-by-the-second"}
    path = f"/v1/grants/{waiting['id']}/approve"
    own_sandbox.call("POST", path, deciding, headers=headers, json=WHY).raise_for_status()
    office.until(lambda: badge(decides) == before[1])


def test_the_badge_stays_when_the_pages_change(office: Office, own_sandbox: RunningSandbox) -> None:
    desk = office.desk(sandbox=AttachedSandbox(own_sandbox))
    workspace = office.workspace(office.window(desk, "Priya Raghunathan"))
    office.until(lambda: badge(workspace) > 0)
    counted = badge(workspace)
    entries = workspace.stack.entries
    workspace.rail.put_entries(entries[:-1])
    workspace.rail.put_entries(entries)
    assert badge(workspace) == counted
    workspace.context.attention.put("operators", 0)
    assert workspace.rail.items["operators"].accessibleDescription().startswith("Ctrl+")
