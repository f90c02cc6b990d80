"""Devices: their lease, and their end."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.integration.sandbox.api import Api, as_person, problem
from tests.support.sandbox import RunningSandbox

WHY = {"reason": "left in a taxi"}


def test_a_revoked_device_is_told_so_whatever_its_token(own_sandbox: RunningSandbox) -> None:
    phone, laptop = as_person(own_sandbox, "owner"), as_person(own_sandbox, "owner")
    device = phone.get("/v1/me")["device"]
    assert laptop.post(f"/v1/devices/{device['id']}/revoke", {}).status_code == 204
    assert problem(phone.call("GET", "/v1/me")) == "device-revoked"
    headers = {"X-Sandbox-Token": own_sandbox.token}
    own_sandbox.call("POST", "/v1/sandbox/clock", headers=headers, json={"advance_s": 7200})
    assert problem(phone.call("GET", "/v1/changes")) == "device-revoked"
    assert laptop.call("GET", "/v1/me").status_code == 401


def test_the_refresh_token_of_a_revoked_device_is_told_so(own_sandbox: RunningSandbox) -> None:
    headers = {"X-Sandbox-Token": own_sandbox.token}
    person = own_sandbox.person("owner")["person"]["id"]
    tokens = own_sandbox.call(
        "POST", "/v1/sandbox/sign-in", headers=headers, json={"person_id": person}
    ).json()
    api = Api(own_sandbox, tokens["access_token"])
    device = api.get("/v1/me")["device"]
    assert api.post(f"/v1/devices/{device['id']}/revoke", {}).status_code == 204
    form = {
        "grant_type": "refresh_token",
        "client_id": "lmchat-desktop",
        "refresh_token": tokens["refresh_token"],
    }
    answer = api.call("POST", "/oauth/token", data=form)
    assert (answer.status_code, problem(answer)) == (401, "device-revoked")


def test_revocation_is_seen_in_the_feed_and_in_the_audit_log(own_sandbox: RunningSandbox) -> None:
    admin, owner = as_person(own_sandbox, "admin"), as_person(own_sandbox, "owner")
    _, cursor = admin.changes()
    device = owner.get("/v1/me")["device"]
    assert owner.post(f"/v1/devices/{device['id']}/revoke", {}).status_code == 204
    changes, _ = admin.changes(cursor)
    assert [(one["kind"], one["id"]) for one in changes] == [("device", device["id"])]
    assert changes[0]["entity"]["revoked_at"] is not None
    entry = admin.get("/v1/audit", limit=1)["data"][0]
    assert (entry["action"], entry["entity_id"]) == ("device.revoke", device["id"])
    assert (entry["actor_id"], entry["reason"]) == (device["person_id"], "")


def test_only_devices_write_revokes_for_others(own_sandbox: RunningSandbox) -> None:
    admin, owner = as_person(own_sandbox, "admin"), as_person(own_sandbox, "owner")
    device = owner.get("/v1/me")["device"]
    assert as_person(own_sandbox, "support").get(f"/v1/devices/{device['id']}", 404)
    assert admin.post(f"/v1/devices/{device['id']}/revoke", WHY).status_code == 204
    assert problem(owner.call("GET", "/v1/me")) == "device-revoked"


def test_somebody_elses_device_is_revoked_for_a_reason_that_is_on_record(
    own_sandbox: RunningSandbox,
) -> None:
    admin, owner = as_person(own_sandbox, "admin"), as_person(own_sandbox, "owner")
    device = owner.get("/v1/me")["device"]
    path = f"/v1/devices/{device['id']}/revoke"
    for body in ({}, {"reason": ""}, {"reason": " \n"}):
        refused = admin.post(path, body)
        assert (refused.status_code, problem(refused)) == (422, "invalid-request")
        assert [one["pointer"] for one in refused.json()["errors"]] == ["/reason"]
    assert admin.post(path, {"reason": "x" * 501}).status_code == 422
    assert admin.get(f"/v1/devices/{device['id']}") == device
    assert admin.post(path, WHY, key="once-and-once-again").status_code == 204
    assert admin.post(path, WHY, key="once-and-once-again").status_code == 204
    assert problem(admin.post(path, WHY)) == "not-found"
    (entry,) = [one for one in admin.every("/v1/audit") if one["entity_id"] == device["id"]][:1]
    assert (entry["action"], entry["reason"]) == ("device.revoke", WHY["reason"])
    assert entry["actor_id"] == admin.get("/v1/me")["person"]["id"]


def test_a_call_renews_the_lease_and_the_feed_says_so(own_sandbox: RunningSandbox) -> None:
    owner = as_person(own_sandbox, "owner")
    _, cursor = owner.changes()
    before = owner.get("/v1/me")["device"]
    assert owner.changes(cursor)[0] == []
    headers = {"X-Sandbox-Token": own_sandbox.token}
    own_sandbox.call("POST", "/v1/sandbox/clock", headers=headers, json={"advance_s": 1800})
    owner.get("/v1/me")
    after = owner.get("/v1/me")["device"]
    seen = datetime.fromisoformat(after["last_seen_at"])
    assert seen - datetime.fromisoformat(before["last_seen_at"]) >= timedelta(minutes=30)
    assert datetime.fromisoformat(after["lease_until"]) - seen == timedelta(days=14)
    assert after["etag"] == before["etag"]
    changed = [one["entity"] for one in owner.changes(cursor)[0] if one["kind"] == "device"]
    assert changed == [after]
