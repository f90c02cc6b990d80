"""Lists of slices since an earlier list: what changed and no more, and never less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.sandbox.api import Api, as_person
from tests.support.sandbox import RunningSandbox

LIST = "/v1/usage/slices"
Slices = dict[str, dict[str, Any]]


def listed(api: Api, scope: str = "service", after: str | None = None) -> dict[str, Any]:
    params = {"scope": scope} | ({} if after is None else {"after": after})
    answer: dict[str, Any] = api.get(LIST, **params)
    return answer


def applied(known: Slices, answer: dict[str, Any]) -> Slices:
    """What is known once an answer has been taken over."""
    told = {one["id"]: one for one in answer["data"]}
    if answer["complete"]:
        return told
    gone = set(answer["gone"])
    return {name: one for name, one in (known | told).items() if name not in gone}


def passes(sandbox: RunningSandbox, hours: float) -> None:
    """Time passes for everybody, signed in or not."""
    headers = {"X-Sandbox-Token": sandbox.token}
    move = {"advance_s": hours * 3600}
    sandbox.call("POST", "/v1/sandbox/clock", headers=headers, json=move).raise_for_status()


def test_with_nothing_new_at_most_the_open_hour_is_told(admin: Api) -> None:
    whole = listed(admin)
    assert whole["complete"]
    assert whole["gone"] == []
    again = listed(admin, after=whole["next_cursor"])
    assert not again["complete"]
    opened = {one["id"] for one in whole["data"] if not one["closed"]}
    assert {one["id"] for one in again["data"] if not one["closed"]} <= opened
    assert len(again["data"]) <= 2, "an hour that ends meanwhile is told once more"


def test_late_traffic_is_told_to_those_it_concerns(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    accounts = [one["id"] for one in admin.every("/v1/accounts") if one["state"] == "active"]
    before = {scope: listed(admin, scope) for scope in ("service", *accounts[:2])}
    at = datetime.now(UTC) - timedelta(days=5)
    order = {"count": 3, "started_at": at.isoformat(), "account_id": accounts[0]}
    admin.post("/v1/sandbox/traffic", order).raise_for_status()
    day = f"{at:%Y-%m-%d}"
    for scope, told in (("service", True), (accounts[0], True), (accounts[1], False)):
        answer = listed(admin, scope, before[scope]["next_cursor"])
        assert not answer["complete"]
        assert (day in {one["id"] for one in answer["data"]}) == told


@pytest.mark.parametrize("hours", [[1, 30], [47, 26, 49]])
def test_what_is_told_adds_up_to_the_whole(own_sandbox: RunningSandbox, hours: list[float]) -> None:
    """Hours close, end after two days, and become days; each cursor leads from state to state."""
    admin = as_person(own_sandbox, "admin")
    answer = listed(admin)
    known = applied({}, answer)
    for step in hours:
        passes(own_sandbox, step)
        admin = as_person(own_sandbox, "admin")
        answer = listed(admin, after=answer["next_cursor"])
        assert not answer["complete"]
        known = applied(known, answer)
    whole = listed(admin)
    latest = applied(known, listed(admin, after=answer["next_cursor"]))
    opened = {one["id"] for one in whole["data"] if not one["closed"]}
    assert latest.keys() == {one["id"] for one in whole["data"]}
    # Traffic goes on arriving in the open hour.
    for one in whole["data"]:
        if one["id"] not in opened:
            assert latest[one["id"]] == one


def test_a_cursor_of_another_list_leads_to_a_whole_one(
    admin: Api, owner: Api, support: Api
) -> None:
    mine = owner.get("/v1/me")["memberships"][0]["account_id"]
    known = listed(owner, mine)["next_cursor"]
    assert not listed(owner, mine, known)["complete"]
    for api, scope, after in (
        (admin, mine, known),
        (admin, "service", known),
        (support, mine, known),
        (owner, mine, known[:-2]),
        (owner, mine, owner.changes()[1]),
        (owner, mine, ""),
    ):
        answer = listed(api, scope, after)
        assert answer["complete"]
        assert answer["data"] == sorted(answer["data"], key=lambda one: (one["start"], one["end"]))


def test_cursors_last_over_a_restart(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    before = listed(admin)
    own_sandbox.kill()
    own_sandbox.start()
    answer = listed(admin, after=before["next_cursor"])
    assert not answer["complete"]
    assert len(answer["data"]) <= 2


def test_a_feed_without_news_answers_the_cursor_that_it_was_asked_with(owner: Api) -> None:
    """So that a client need not write down a new one with every look."""
    _, cursor = owner.changes()
    answer = owner.get("/v1/changes", after=cursor)
    assert answer["next_cursor"] == cursor or answer["data"]
