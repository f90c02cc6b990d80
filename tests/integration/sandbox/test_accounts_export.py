"""An owner exports everything that lmchat holds on their account."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

from lmchat_desktop.sandbox.export_reading import PORTION
from tests.integration.sandbox.api import LOOKS, Api, Owner, as_person, problem
from tests.support.many_requests import give_requests


def finished(api: Api, job: dict[str, Any]) -> dict[str, Any]:
    for _ in range(LOOKS):
        state = api.get(f"/v1/jobs/{job['id']}")
        if state["state"] in ("succeeded", "failed", "cancelled"):
            return dict(state)
        time.sleep(0.05)
    raise AssertionError("the job did not end")


def test_an_export_is_made_and_fetched(own: Owner) -> None:
    support = as_person(own.sandbox, "support")
    support.post(f"{own.account}/notes", {"text": "a note on them"})
    started = own.post(f"{own.account}/exports")
    assert started.status_code == 202
    job = finished(own, started.json())
    assert job["state"] == "succeeded", job["detail"]
    (export,) = own.every(f"{own.account}/exports")
    assert (export["state"], export["job_id"]) == ("ready", job["id"])
    assert export["id"] == job["result"]["export_id"]
    answer = own.call("GET", f"{own.account}/exports/{export['id']}")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == export["sha256"]
    assert len(answer.content) == export["size"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        notes = [json.loads(one) for one in archive.read("account_notes.jsonl").splitlines()]
        requests = archive.read("requests.jsonl").splitlines()
        ids = {json.loads(one)["id"] for one in requests}
        archive.testzip()
    assert "a note on them" in {one["text"] for one in notes}
    assert {one["id"] for one in own.every("/v1/requests", limit=1000)} <= ids
    kinds = {one["kind"] for one in own.every(f"{own.account}/events")}
    assert {"export-started", "export-fetched"} <= kinds
    actions = [
        one["action"]
        for one in support.every("/v1/audit", limit=1000)
        if one["entity_id"] == export["id"]
    ]
    assert actions == ["export.fetch", "export.start"]


def test_an_export_is_the_owners(own: Owner) -> None:
    job = finished(own, own.post(f"{own.account}/exports").json())
    export = job["result"]["export_id"]
    path = f"{own.account}/exports/{export}"
    support, admin = as_person(own.sandbox, "support"), as_person(own.sandbox, "Martin Kovač")
    for other in (support, admin):
        assert problem(other.call("GET", path)) == "missing-scope"
        assert problem(other.post(f"{own.account}/exports")) == "missing-scope"
    assert problem(own.call("GET", f"{own.account}/exports/exp_nothing")) == "not-found"
    elsewhere = next(
        one["id"] for one in support.every("/v1/accounts") if one["id"] not in own.account
    )
    assert problem(own.call("GET", f"/v1/accounts/{elsewhere}/exports/{export}")) == "not-found"
    assert problem(own.post(f"/v1/accounts/{elsewhere}/exports")) == "not-found"


def test_an_export_ends_after_7_days(own: Owner) -> None:
    job = finished(own, own.post(f"{own.account}/exports").json())
    path = f"{own.account}/exports/{job['result']['export_id']}"
    own.sandbox.move_clock(7 * 86_400 + 1, str(own.token))
    own = own.again()
    assert problem(own.call("GET", path)) == "not-found"


def test_an_export_goes_on_after_a_kill(own: Owner) -> None:
    job = own.post(f"{own.account}/exports").json()
    own.sandbox.kill()
    own.sandbox.start()
    assert finished(own, job)["state"] == "succeeded"


MANY = 8 * PORTION


def seen_when(api: Api, job: dict[str, Any], wanted: Callable[[dict[str, Any]], object]) -> Any:
    """The job once it is as wanted."""
    for _ in range(LOOKS * 10):
        state = api.get(f"/v1/jobs/{job['id']}")
        if wanted(state):
            return state
        assert state["finished_at"] is None, state
    raise AssertionError("the job did not come so far")


def requests_in(own: Owner, job: dict[str, Any]) -> list[str]:
    answer = own.call("GET", f"{own.account}/exports/{job['result']['export_id']}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return [json.loads(one)["id"] for one in archive.read("requests.jsonl").splitlines()]


def test_others_write_while_a_large_account_is_exported(own: Owner) -> None:
    many = give_requests(own.sandbox, own.name, MANY)
    support = as_person(own.sandbox, "support")
    started = own.post(f"{own.account}/exports").json()
    seen, state = [], started
    while state["finished_at"] is None:
        assert support.post(f"{own.account}/notes", {"text": f"{len(seen)}"}).status_code == 201
        state = own.get(f"/v1/jobs/{started['id']}")
        if state["total"] is not None:
            seen.append((state["done"], state["total"]))
    assert state["state"] == "succeeded", state["detail"]
    assert seen == sorted(seen)
    assert len(set(seen)) > 5, "it was seen to move on while others wrote"
    assert len(set(requests_in(own, state))) == len(requests_in(own, state)) == many


def test_a_killed_export_of_a_large_account_is_the_same(own: Owner) -> None:
    many = give_requests(own.sandbox, own.name, MANY)
    plain = finished(own, own.post(f"{own.account}/exports").json())
    job = own.post(f"{own.account}/exports").json()
    seen_when(own, job, lambda state: state["done"] > MANY // 2)
    own.sandbox.kill()
    own.sandbox.start()
    state = own.get(f"/v1/jobs/{job['id']}")
    assert state["state"] == "running"
    assert state["done"] > MANY // 2, "it went on, and did not begin anew"
    seen_when(own, job, lambda state: state["detail"] == "Packing." or state["finished_at"])
    own.sandbox.kill()
    own.sandbox.start()
    killed = finished(own, job)
    assert killed["state"] == "succeeded", killed["detail"]
    assert len(set(requests_in(own, plain))) == many
    assert requests_in(own, killed) == requests_in(own, plain)


def test_a_cancelled_export_leaves_no_file(own: Owner) -> None:
    give_requests(own.sandbox, own.name, MANY)
    job = own.post(f"{own.account}/exports").json()
    seen_when(own, job, lambda state: state["done"] > MANY // 2)
    folder = own.sandbox.data / "exports"
    assert list(folder.iterdir())
    assert own.post(f"/v1/jobs/{job['id']}/cancel").is_success
    assert finished(own, job)["state"] == "cancelled"
    (export,) = [one for one in own.every(f"{own.account}/exports") if one["job_id"] == job["id"]]
    assert export["state"] == "failed"
    for _ in range(LOOKS):
        if not list(folder.glob(f"{export['id']}*")):
            break
    assert not list(folder.glob(f"{export['id']}*"))
    assert finished(own, own.post(f"{own.account}/exports").json())["state"] == "succeeded"
