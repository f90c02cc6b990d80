"""What was answered is recorded as any other request: metadata, usage, and the key's own use."""

from __future__ import annotations

from typing import Any

from lmchat_desktop.contract import usage_arrow
from lmchat_desktop.domain.usage.cells import Dimension, Measure
from tests.integration.inference.conftest import ASKED, MODEL, Desk


def requests_of(desk: Desk, key_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.admin.get("/v1/requests", key_id=key_id)["data"]
    return found


def counted(desk: Desk, key_id: str) -> int:
    """The requests of a key in the slices of its account."""
    total = 0
    scope = desk.account_id
    for each in desk.admin.get("/v1/usage/slices", scope=scope)["data"]:
        if each["end"] <= requests_of(desk, key_id)[0]["started_at"]:
            continue
        answer = desk.admin.call("GET", f"/v1/usage/slices/{each['id']}", params={"scope": scope})
        block = usage_arrow.decode(answer.content)
        keys = block.labels[Dimension.KEY]
        if key_id in keys:
            mine = block.codes[Dimension.KEY] == keys.index(key_id)
            total += int(block.measures[Measure.REQUESTS][mine].sum())
    return total


def test_an_answer_is_recorded_with_its_cost(desk: Desk) -> None:
    key, secret = desk.key()
    answer = desk.ask(secret, "192.0.2.50")
    (request,) = requests_of(desk, key["id"])
    assert request["id"] == answer._request_id
    assert request["model"] == MODEL
    assert (request["outcome"], request["error_code"], request["attempt_count"]) == ("ok", "", 1)
    assert request["input_tokens"] == answer.usage.prompt_tokens
    assert request["output_tokens"] == answer.usage.completion_tokens
    assert request["total_ms"] > 0
    model = next(each for each in desk.admin.every("/v1/models") if each["id"] == MODEL)
    price = next(each for each in model["prices"] if each["provider_id"] == request["provider"])
    exact = sum(
        round(count * float(price[name]) * 1e9)
        for count, name in (
            (request["input_tokens"], "input_usd"),
            (request["output_tokens"], "output_usd"),
        )
    )
    assert request["cost_nanos"] == exact
    detail = desk.admin.get(f"/v1/requests/{request['id']}")
    assert [each["number"] for each in detail["attempts"]] == [1]
    after = desk.admin.get(f"/v1/keys/{key['id']}")
    assert after["last_used_at"] == request["started_at"]


def test_a_stream_is_recorded_when_it_has_ended(desk: Desk) -> None:
    key, secret = desk.key()
    stream = desk.ask(secret, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    text = "".join(each.choices[0].delta.content or "" for each in chunks if each.choices)
    assert "no model was asked" in text.lower()
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [each.choices[0].finish_reason for each in chunks if each.choices][-1] == "stop"
    assert [each.usage for each in chunks[:-1]] == [None] * (len(chunks) - 1)
    usage = chunks[-1].usage
    (request,) = requests_of(desk, key["id"])
    assert (request["input_tokens"], request["output_tokens"]) == (
        usage.prompt_tokens,
        usage.completion_tokens,
    )
    assert 0 < request["first_token_ms"] <= request["total_ms"]
    assert len({each.id for each in chunks}) == 1


def test_a_stream_without_usage_and_an_answer_cut_short(desk: Desk) -> None:
    _, secret = desk.key()
    chunks = list(desk.ask(secret, stream=True, max_tokens=3))
    assert all(each.usage is None for each in chunks)
    assert chunks[-1].choices[0].finish_reason == "length"
    short = desk.ask(secret, max_completion_tokens=2)
    assert short.usage.completion_tokens <= 2


def test_a_keys_use_tells_addresses_models_and_secrets(desk: Desk) -> None:
    key, old = desk.key()
    desk.ask(old, "192.0.2.1")
    new = desk.admin.post(f"/v1/keys/{key['id']}/rotate", {"overlap_s": 600}).json()["secret"]
    desk.ask(old, "192.0.2.1")
    desk.ask(new, "2001:DB8::7")
    desk.ask(new, "2001:db8::7")
    desk.ask(new, "::ffff:192.0.2.1", model="claude-3-haiku")
    report = desk.admin.get(f"/v1/keys/{key['id']}/use")
    assert (report["requests"], report["old_requests"], report["has_more"]) == (5, 1, False)
    assert report["old_last_at"] is not None
    assert sorted(
        (use["address"], use["model"], use["secret"], use["requests"]) for use in report["data"]
    ) == [
        ("192.0.2.1", "claude-3-haiku", "present", 1),
        ("192.0.2.1", MODEL, "old", 1),
        ("192.0.2.1", MODEL, "present", 1),
        ("2001:db8::7", MODEL, "present", 2),
    ]
    standing = desk.admin.get("/v1/keys/standings", ids=key["id"])["data"][0]
    assert standing["daily_requests"] == [0] * 13 + [5]
    assert standing["p95_ms"] > 0
    spent = sum(each["cost_nanos"] for each in requests_of(desk, key["id"]))
    assert standing["spent_nanos"] == spent


def test_requests_are_in_the_usage(desk: Desk) -> None:
    key, secret = desk.key()
    for _ in range(3):
        desk.ask(secret)
    headers = {"X-Sandbox-Token": desk.sandbox.token}
    # What arrives by itself has to have come as far.
    desk.sandbox.call("POST", "/v1/sandbox/clock", headers=headers, json={"advance_s": 1})
    desk.admin.token = desk.sandbox.sign_in("admin")
    assert counted(desk, key["id"]) >= 3


def test_limits_of_a_minute_are_told_and_not_enforced(desk: Desk) -> None:
    _, secret = desk.key(requests_per_minute=1, tokens_per_minute=50)
    told = []
    for _ in range(3):
        raw = desk.client(secret).chat.completions.with_raw_response.create(
            model=MODEL, messages=ASKED
        )
        told.append(raw.headers)
        assert raw.headers["x-ratelimit-limit-requests"] == "1"
        assert raw.headers["x-ratelimit-limit-tokens"] == "50"
        assert raw.headers["x-ratelimit-reset-requests"].endswith("s")
    assert {each["x-ratelimit-remaining-requests"] for each in told} == {"0"}
    _, other = desk.key()
    raw = desk.client(other).chat.completions.with_raw_response.create(model=MODEL, messages=ASKED)
    assert int(raw.headers["x-ratelimit-limit-requests"]) >= 60
    assert "x-ratelimit-limit-tokens" not in raw.headers


def test_the_endpoint_is_not_in_the_admin_api(desk: Desk) -> None:
    from lmchat_desktop.contract.openapi import document

    assert not [path for path in document()["paths"] if "inference" in path]
    assert desk.sandbox.call("GET", "/inference/v1/nothing").status_code == 404
