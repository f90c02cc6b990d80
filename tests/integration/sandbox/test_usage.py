"""The usage cube over HTTP: slices equal to the requests, conditional, and changed by late ones."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from lmchat_desktop.contract import usage_arrow
from lmchat_desktop.domain.usage import slices
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure, UsageBlock
from lmchat_desktop.domain.usage.histogram import bucket_index
from tests.integration.sandbox.api import LOOKS, Api, as_person, problem
from tests.support.sandbox import RunningSandbox

ALWAYS = {"start": "2020-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}
MEASURED = {Latency.TOTAL: "total_ms", Latency.FIRST_TOKEN: "first_token_ms"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def fetched(api: Api, scope: str, slice_id: str) -> UsageBlock:
    answer = api.call("GET", f"/v1/usage/slices/{slice_id}", params={"scope": scope})
    assert answer.headers["Content-Type"] == "application/vnd.apache.arrow.stream"
    return usage_arrow.decode(answer.content)


def listed(api: Api, scope: str = "service") -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in api.get("/v1/usage/slices", scope=scope)["data"]}


def requests_in(api: Api, one: dict[str, Any], **filters: Any) -> list[dict[str, Any]]:
    span = {"start": one["start"], "end": one["end"]}
    return api.every("/v1/requests", limit=1000, **span, **filters)


def cells_of(block: UsageBlock) -> Counter[tuple[Any, ...]]:
    """How many requests each cell has, by everything that distinguishes it."""
    cells: Counter[tuple[Any, ...]] = Counter()
    for row in range(len(block)):
        labels = [block.labels[d][int(block.codes[d][row])] for d in Dimension]
        cells[int(block.start_s[row]), *labels] += int(block.measures[Measure.REQUESTS][row])
    return cells


def cell_of(request: dict[str, Any], resolution_s: int, with_key: bool) -> tuple[Any, ...]:
    start = int(at(request["started_at"]).timestamp()) // resolution_s * resolution_s
    return (
        start,
        request["model"],
        request["provider"],
        request["region"],
        request["key_id"] if with_key else "",
        request["outcome"],
        request["error_code"],
    )


def test_exactly_the_slices_that_exist_are_listed(admin: Api) -> None:
    answer = admin.get("/v1/usage/slices")
    now, data = at(answer["as_of"]), answer["data"]
    first = min(at(one["start"]) for one in data)
    expected = slices.expected(now, int(first.timestamp()))
    assert sorted(one["id"] for one in data) == sorted(expected)
    assert [at(one["start"]) for one in data] == sorted(at(one["start"]) for one in data)
    for one in data:
        span = slices.parse(one["id"])
        assert at(one["start"]).timestamp() == span.start_s
        assert at(one["end"]).timestamp() == span.end_s
        assert one["resolution_s"] == span.resolution_s
        assert one["closed"] == (at(one["end"]) <= now)
    assert [one["id"] for one in data if not one["closed"]] == [slices.hour_id(now)]
    assert now - first >= timedelta(days=14)


@pytest.mark.parametrize("place", [3, 9])
def test_a_slice_is_its_requests(admin: Api, place: int) -> None:
    account = admin.get("/v1/usage/top", by="account", limit=1, **ALWAYS)["data"][0]["id"]
    for scope in ("service", account):
        one = list(listed(admin, scope).values())[place]
        filters = {} if scope == "service" else {"account_id": account}
        made = requests_in(admin, one, **filters)
        assert made
        block = fetched(admin, scope, one["id"])
        assert len(block) == one["cells"]
        cells = Counter(cell_of(r, one["resolution_s"], scope != "service") for r in made)
        assert cells_of(block) == cells
        for measure in (Measure.INPUT_TOKENS, Measure.CACHED_TOKENS, Measure.OUTPUT_TOKENS):
            assert block.measures[measure].sum() == sum(r[measure.value] for r in made)
        assert block.measures[Measure.COST].sum() == sum(r["cost_nanos"] for r in made)
        for latency, field in (
            (Latency.TOTAL, "total_ms"),
            (Latency.FIRST_TOKEN, "first_token_ms"),
        ):
            measured = np.array([r[field] for r in made if r[field] is not None], dtype=float)
            wanted = Counter(bucket_index(measured).tolist())
            histograms = block.latencies[latency]
            found: Counter[int] = Counter()
            for index, count in zip(histograms.index, histograms.count, strict=True):
                found[int(index)] += int(count)
            assert found == wanted


def test_a_day_says_the_same_in_quarter_hours_and_in_minutes(admin: Api) -> None:
    known = listed(admin)
    days = [name for name in known if "T" not in name]
    day = days[-1]
    hours = [name for name in known if name.startswith(day + "T")]
    if len(hours) < 24:
        day = max(days, key=lambda name: sum(n.startswith(name + "T") for n in known))
        hours = [name for name in known if name.startswith(day + "T")]
    coarse = cells_of(fetched(admin, "service", day))
    fine: Counter[tuple[Any, ...]] = Counter()
    for name in hours:
        for (start, *labels), count in cells_of(fetched(admin, "service", name)).items():
            fine[start // 900 * 900, *labels] += count
    covered = {int(at(known[name]["start"]).timestamp()) for name in hours}
    assert fine == Counter({c: n for c, n in coarse.items() if c[0] // 3600 * 3600 in covered})


def test_accounts_add_up_to_the_service(admin: Api) -> None:
    name = list(listed(admin))[5]
    whole = fetched(admin, "service", name)
    parts = [fetched(admin, one["id"], name) for one in admin.every("/v1/accounts")]
    for measure in Measure:
        total = sum(int(part.measures[measure].sum()) for part in parts)
        assert total == int(whole.measures[measure].sum())


def test_an_unchanged_slice_is_not_sent_again(admin: Api) -> None:
    one = next(iter(listed(admin).values()))
    path = f"/v1/usage/slices/{one['id']}"
    whole = admin.call("GET", path)
    assert whole.headers["ETag"] == one["etag"]
    for tag in (one["etag"], f"W/{one['etag']}", f'"other", {one["etag"]}'):
        same = admin.call("GET", path, headers={"If-None-Match": tag})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["ETag"] == one["etag"]
    assert admin.call("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("name", ["2020-01-01", "2026-13-01", "nonsense", "2026-11-10T25", "%2e"])
def test_other_slices_are_not_there(admin: Api, name: str) -> None:
    assert problem(admin.call("GET", f"/v1/usage/slices/{name}")) == "not-found"


def test_a_late_arrival_changes_its_slices_alone(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    account = admin.get("/v1/usage/top", by="account", limit=1, **ALWAYS)["data"][0]["id"]
    before = {scope: listed(admin, scope) for scope in ("service", account)}
    as_of = at(admin.get("/v1/usage/slices")["as_of"])
    noon = datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=UTC) - timedelta(days=4)
    body = {"count": 25, "started_at": noon.isoformat(), "account_id": account}
    assert admin.post("/v1/sandbox/traffic", body).json() == {"count": 25}
    for scope in before:
        after = listed(admin, scope)
        changed = {name for name in after if after[name] != before[scope].get(name)}
        # What was open may be closed since, and what closes may be new: time goes on meanwhile.
        closed = {name for name, one in before[scope].items() if one["closed"]}
        assert changed & closed == {slices.day_id(noon.date())}
        old, new = (
            requests_in(admin, before[scope][slices.day_id(noon.date())], account_id=account),
            fetched(admin, account, slices.day_id(noon.date())),
        )
        assert len(old) == int(new.measures[Measure.REQUESTS].sum())


def test_late_arrivals_have_to_be_late(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    future = {"count": 1, "started_at": "2100-01-01T00:00:00Z"}
    assert admin.post("/v1/sandbox/traffic", future).status_code == 422
    body = {"count": 1, "started_at": "2100-01-01T00:00:00Z", "account_id": "acct_nothing"}
    assert admin.post("/v1/sandbox/traffic", body).status_code == 422


def test_traffic_arrives_by_itself(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    before = admin.get("/v1/usage/slices")["as_of"]
    for _ in range(LOOKS * 10):
        if admin.get("/v1/usage/slices")["as_of"] > before:
            return
    pytest.fail("nothing arrived")


def test_when_the_clock_moves_the_time_between_is_lived_through(
    own_sandbox: RunningSandbox,
) -> None:
    admin = as_person(own_sandbox, "admin")
    before = admin.get("/v1/usage/slices")
    own_sandbox.move_clock(36 * 3600, str(admin.token))
    admin = as_person(own_sandbox, "admin")
    after = admin.get("/v1/usage/slices")
    assert at(after["as_of"]) - at(before["as_of"]) >= timedelta(hours=36)
    old = {one["id"]: one for one in before["data"]}
    new = {one["id"]: one for one in after["data"]}
    closed_days = {name for name, one in old.items() if one["closed"] and "T" not in name}
    assert {name: old[name] for name in closed_days} == {name: new[name] for name in closed_days}
    assert len([name for name in new if "T" in name]) in (48, 49)
    arrived = admin.every(
        "/v1/requests", start=before["as_of"], end=after["as_of"], limit=1000, sort="started_at"
    )
    assert len({request["started_at"][:10] for request in arrived}) >= 2
    fresh = next(name for name in new if name not in old and "T" not in name)
    block = fetched(admin, "service", fresh)
    assert int(block.measures[Measure.REQUESTS].sum()) == len(requests_in(admin, new[fresh]))


def test_the_world_is_the_same_after_a_kill(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    before = listed(admin)
    own_sandbox.kill()
    own_sandbox.start()
    after = listed(admin)
    closed = {name for name, one in before.items() if one["closed"]}
    assert {n: after[n]["etag"] for n in closed & set(after)} == {
        n: before[n]["etag"] for n in closed & set(after)
    }


@pytest.mark.full
def test_a_recount_finds_what_was_tampered_with(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    names = [name for name in listed(admin) if "T" not in name]
    own_sandbox.stop()
    with sqlite3.connect(own_sandbox.data / "sandbox.sqlite3") as database:
        database.execute(
            "UPDATE usage_slices SET etag = '\"wrong\"', cells = 1 "
            "WHERE scope = 'service' AND slice_id IN (?, ?)",
            names[2:4],
        )
        database.execute(
            "UPDATE slice_bodies SET body = x'00' WHERE scope = 'service' AND slice_id IN (?, ?)",
            names[2:4],
        )
    database.close()
    own_sandbox.start()
    started = admin.post("/v1/usage/recounts")
    assert started.status_code == 202
    job = finished(admin, started.headers["Location"])
    assert job["state"] == "succeeded"
    assert job["done"] == job["total"] == job["result"]["checked"]
    assert set(job["result"]["slices"]) == {f"service/{name}" for name in names[2:4]}
    assert len(fetched(admin, "service", names[2])) > 1


def finished(api: Api, path: str) -> dict[str, Any]:
    for _ in range(LOOKS * 100):
        job: dict[str, Any] = api.get(path)
        if job["finished_at"] is not None:
            return job
    pytest.fail("the job did not finish")


def test_a_job_goes_on_after_a_kill_and_counts_nothing_twice(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    path = admin.post("/v1/usage/recounts").headers["Location"]
    done = 0
    for _ in range(LOOKS):
        job = admin.get(path)
        if job["done"] > done or job["finished_at"] is not None:
            break
    own_sandbox.kill()
    own_sandbox.start()
    assert admin.get(path)["done"] >= job["done"]
    job = finished(admin, path)
    assert job["state"] == "succeeded"
    assert job["result"] == {"checked": job["total"], "different": 0, "slices": []}


def test_a_job_is_cancelled_at_its_next_checkpoint(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    paths = [admin.post("/v1/usage/recounts").headers["Location"] for _ in range(2)]
    cancelled = admin.post(f"{paths[-1]}/cancel")
    assert cancelled.status_code == 200
    assert finished(admin, paths[-1])["state"] == "cancelled"
    assert finished(admin, paths[0])["state"] == "succeeded"
    again = admin.post(f"{paths[-1]}/cancel").json()
    assert again["state"] == "cancelled"
    states = [job["state"] for job in admin.every("/v1/jobs", limit=1)]
    assert sorted(states) == ["cancelled", "succeeded"]
    assert [job["id"] for job in admin.every("/v1/jobs", state="cancelled")] == [again["id"]]
    assert as_person(own_sandbox, "support").get("/v1/jobs")["data"] == []
    assert as_person(own_sandbox, "support").get(paths[0], 404)
