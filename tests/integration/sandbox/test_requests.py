"""Request metadata: pages by time, filters, and one request with its attempts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.sandbox.api import Api, problem


@pytest.fixture(scope="module")
def window(admin: Api) -> dict[str, str]:
    """Some closed hours, in which nothing arrives any more."""
    closed = [one for one in admin.get("/v1/usage/slices")["data"] if one["closed"]]
    return {"start": closed[4]["start"], "end": closed[6]["end"]}


@pytest.fixture(scope="module")
def whole(admin: Api, window: dict[str, str]) -> list[dict[str, Any]]:
    found = admin.every("/v1/requests", limit=1000, **window)
    assert len(found) > 200
    return found


@pytest.mark.parametrize("limit", [1, 13, 1000])
def test_pages_of_any_size_hold_each_request_once(
    admin: Api, window: dict[str, str], whole: list[dict[str, Any]], limit: int
) -> None:
    found: list[Any] = []
    for page in admin.pages("/v1/requests", limit=limit, **window):
        assert len(page["data"]) <= limit
        found += page["data"]
        if len(found) >= 60 and limit == 1:
            break
    assert found == whole[: len(found)]


def test_newest_first_and_oldest_first(
    admin: Api, window: dict[str, str], whole: list[dict[str, Any]]
) -> None:
    starts = [request["started_at"] for request in whole]
    assert starts == sorted(starts, reverse=True)
    assert len({request["id"] for request in whole}) == len(whole)
    other = admin.every("/v1/requests", limit=100, sort="started_at", **window)
    assert other == whole[::-1]


def test_a_time_seek_starts_and_ends_exactly(admin: Api, whole: list[dict[str, Any]]) -> None:
    first, last = whole[40]["started_at"], whole[10]["started_at"]
    found = admin.every("/v1/requests", start=first, end=last, limit=1000)
    assert found == [request for request in whole if first <= request["started_at"] < last]
    after = (datetime.fromisoformat(first) + timedelta(milliseconds=1)).isoformat()
    assert whole[40] not in admin.every("/v1/requests", start=after, end=last, limit=1000)


@pytest.mark.parametrize(
    ("parameter", "field"),
    [
        ("account_id", "account_id"),
        ("key_id", "key_id"),
        ("model", "model"),
        ("provider", "provider"),
        ("region", "region"),
        ("outcome", "outcome"),
        ("error_code", "error_code"),
    ],
)
def test_a_filter_keeps_what_it_names(
    admin: Api,
    window: dict[str, str],
    whole: list[dict[str, Any]],
    parameter: str,
    field: str,
) -> None:
    for value in sorted({request[field] for request in whole})[:3]:
        found = admin.every("/v1/requests", limit=1000, **{parameter: value}, **window)
        assert found == [request for request in whole if request[field] == value]


@pytest.mark.parametrize(
    "parameter", ["account_id", "key_id", "model", "provider", "region", "error_code"]
)
def test_a_name_that_nothing_bears_finds_nothing(admin: Api, parameter: str) -> None:
    assert admin.get("/v1/requests", **{parameter: "nothing'; --"})["data"] == []


def test_a_cursor_is_only_good_for_its_own_list(
    admin: Api, owner: Api, window: dict[str, str]
) -> None:
    cursor = admin.get("/v1/requests", limit=1, **window)["next_cursor"]
    for api, path, changed in (
        (admin, "/v1/requests", {"sort": "started_at"}),
        (admin, "/v1/requests", {"model": "x"}),
        (owner, "/v1/requests", {}),
        (admin, "/v1/audit", None),
    ):
        params = {"cursor": cursor} | ({} if changed is None else window | changed)
        answer = api.call("GET", path, params=params)
        assert (answer.status_code, problem(answer)) == (422, "invalid-request")
        assert answer.json()["errors"][0]["pointer"] == "/query/cursor"
    admin.get("/v1/requests", cursor=cursor, limit=500, **window)


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"limit": 0}, "/query/limit"),
        ({"limit": 1001}, "/query/limit"),
        ({"start": "yesterday"}, "/query/start"),
        ({"start": "2026-11-24T00:00:00"}, "/query/start"),
        ({"outcome": "fine"}, "/query/outcome"),
        ({"sort": "cost"}, "/query/sort"),
        ({"offset": 5}, "/query/offset"),
    ],
)
def test_what_cannot_be_meant_is_said(admin: Api, params: dict[str, Any], pointer: str) -> None:
    answer = admin.call("GET", "/v1/requests", params=params)
    assert (answer.status_code, problem(answer)) == (422, "invalid-request")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_one_request_has_its_attempts(admin: Api, whole: list[dict[str, Any]]) -> None:
    single = next(one for one in whole if one["attempt_count"] == 1 and one["outcome"] == "ok")
    detail = admin.get(f"/v1/requests/{single['id']}")
    assert {name: detail[name] for name in single} == single
    (attempt,) = detail["attempts"]
    assert attempt["number"] == 1
    assert attempt["fallback_reason"] == attempt["error_code"] == ""
    assert attempt["total_ms"] == single["total_ms"]


def test_a_rerouted_request_shows_who_failed_first(admin: Api) -> None:
    rerouted = admin.get("/v1/requests", outcome="rerouted", limit=20)["data"]
    assert rerouted
    for one in rerouted:
        attempts = admin.get(f"/v1/requests/{one['id']}")["attempts"]
        assert len(attempts) == one["attempt_count"] > 1
        assert [attempt["number"] for attempt in attempts] == list(range(1, len(attempts) + 1))
        assert all(attempt["error_code"] for attempt in attempts[:-1])
        assert all(attempt["fallback_reason"] for attempt in attempts[:-1])
        assert attempts[-1]["error_code"] == attempts[-1]["fallback_reason"] == ""
        last = attempts[-1]
        assert (last["provider"], last["region"], last["model"]) == (
            one["provider"],
            one["region"],
            one["model"],
        )


@pytest.mark.parametrize("name", ["req_", "nonsense", "req_zzzzzzzzzzzzz", "evt_0000000000000"])
def test_other_names_are_not_there(admin: Api, name: str) -> None:
    admin.get(f"/v1/requests/{name}", 404)


def test_the_largest_are_the_largest(
    admin: Api, window: dict[str, str], whole: list[dict[str, Any]]
) -> None:
    for by, field, path in (
        ("account", "account_id", "/v1/accounts"),
        ("key", "key_id", "/v1/keys"),
    ):
        ranked = admin.get("/v1/usage/top", by=by, limit=100, **window)["data"]
        names = {one["id"]: one["name"] for one in admin.every(path)}
        for row in ranked:
            mine = [request for request in whole if request[field] == row["id"]]
            assert row == {
                "id": row["id"],
                "name": names[row["id"]],
                "requests": len(mine),
                "errors": sum(request["outcome"] == "failed" for request in mine),
                "input_tokens": sum(request["input_tokens"] for request in mine),
                "output_tokens": sum(request["output_tokens"] for request in mine),
                "cost_nanos": sum(request["cost_nanos"] for request in mine),
            }
        costs = [row["cost_nanos"] for row in ranked]
        assert costs == sorted(costs, reverse=True)
        assert {row["id"] for row in ranked} == {request[field] for request in whole}
        assert admin.get("/v1/usage/top", by=by, limit=2, **window)["data"] == ranked[:2]
    answer = admin.call(
        "GET", "/v1/usage/top", params={"by": "key", "start": window["end"], "end": window["end"]}
    )
    assert answer.status_code == 422
