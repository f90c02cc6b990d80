"""The cache follows the real sandbox: changes, live and late traffic, time, other people."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lmchat_desktop.cache import slicerows, state
from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client import identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.errors import DeviceRevoked, SignedOut
from lmchat_desktop.client.keys import revoke_key
from lmchat_desktop.client.sandbox import order_traffic
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.identity import DeviceRevoke
from lmchat_desktop.contract.keys import ApiKey, KeyRevoke
from lmchat_desktop.contract.sandbox import TrafficOrder
from lmchat_desktop.domain.usage.cells import Measure
from lmchat_desktop.domain.usage.slices import Level
from tests.integration.sync.conftest import Signed, SignIn
from tests.support.sandbox import RunningSandbox

ZONE = ZoneInfo("Asia/Kathmandu")
FAR_S = 2**40


def sums(signed: Signed, scope: str, level: Level) -> dict[Measure, int]:
    blocks, _ = UsageRepository(signed.cache).blocks(scope, 0, FAR_S, level, ZONE)
    return {
        measure: sum(int(block.measures[measure].sum()) for block in blocks) for measure in Measure
    }


def account_of(sandbox: RunningSandbox, token: str) -> str:
    return str(sandbox.call("GET", "/v1/me", token).json()["memberships"][0]["account_id"])


@pytest.mark.parametrize("who", ["admin", "support", "legal"])
def test_staff_end_equal(sandbox: RunningSandbox, sign_in: SignIn, who: str) -> None:
    sign_in(sandbox, who).assert_equal()


def test_an_owner_ends_equal_and_sees_no_other_account(
    sandbox: RunningSandbox, sign_in: SignIn
) -> None:
    token = sandbox.sign_in("owner")
    mine = account_of(sandbox, token)
    signed = sign_in(sandbox, "owner", [mine], token=token)
    signed.assert_equal()
    keys = EntityRepository(signed.cache).list(ApiKey)
    assert keys
    assert {key.account_id for key in keys} == {mine}


def test_sums_are_those_of_the_requests(sandbox: RunningSandbox, sign_in: SignIn) -> None:
    """All requests are read one by one, and added up without the cube."""
    signed = sign_in(sandbox)
    signed.synchroniser.run_once()
    slices = UsageRepository(signed.cache).slices("service")
    start = datetime.fromtimestamp(slices[0].start_s, UTC)
    # The last hours may still grow; what is over is compared.
    end = datetime.fromtimestamp(slices[-1].start_s, UTC)
    wanted: Counter[Measure] = Counter()
    query = {"limit": "1000", "start": start.isoformat(), "end": end.isoformat()}
    while True:
        page = sandbox.call("GET", "/v1/requests", signed.token, params=query)
        answer = page.raise_for_status().json()
        for request in answer["data"]:
            wanted[Measure.REQUESTS] += 1
            for measure in list(Measure)[1:]:
                wanted[measure] += request[measure.value]
        if not answer["has_more"]:
            break
        query["cursor"] = answer["next_cursor"]
    assert wanted[Measure.REQUESTS] > 1000
    usage = UsageRepository(signed.cache)
    for level in Level:
        blocks, _ = usage.blocks("service", 0, int(end.timestamp()), level, ZONE)
        for measure in Measure:
            assert sum(int(b.measures[measure].sum()) for b in blocks) == wanted[measure]


def test_late_traffic_changes_slices_and_roll_ups(
    own_sandbox: RunningSandbox, sign_in: SignIn
) -> None:
    signed = sign_in(own_sandbox)
    signed.synchroniser.run_once()
    before = {level: sums(signed, "service", level) for level in Level}
    at = datetime.now(UTC) - timedelta(days=5)
    etags = UsageRepository(signed.cache).etags("service")
    order_traffic(signed.api, TrafficOrder(count=25, started_at=at))
    signed.synchroniser.run_once()
    changed = UsageRepository(signed.cache).etags("service")
    assert changed[f"{at:%Y-%m-%d}"] != etags[f"{at:%Y-%m-%d}"]
    day = int(at.timestamp()) // 86400 * 86400
    for level in Level:
        after = sums(signed, "service", level)
        assert after[Measure.REQUESTS] >= before[level][Measure.REQUESTS] + 25
    usage = UsageRepository(signed.cache)
    per_level = {
        level: sum(
            int(block.measures[Measure.REQUESTS].sum())
            for block in usage.blocks("service", day, day + 86400, level, ZoneInfo("UTC"))[0]
        )
        for level in Level
    }
    assert len(set(per_level.values())) == 1
    signed.assert_equal()


def test_changes_of_a_person_arrive(own_sandbox: RunningSandbox, sign_in: SignIn) -> None:
    signed = sign_in(own_sandbox)
    signed.synchroniser.run_once()
    key = next(k for k in EntityRepository(signed.cache).list(ApiKey) if k.state == "active")
    revoke_key(signed.api, key.id, KeyRevoke(reason="leaked"))
    outcome = signed.synchroniser.run_once()
    assert "key" in outcome.changed_kinds
    revoked = EntityRepository(signed.cache).get(ApiKey, key.id)
    assert revoked is not None
    assert revoked.state == "revoked"
    signed.assert_equal()


@pytest.mark.full
def test_days_pass_while_away(own_sandbox: RunningSandbox, sign_in: SignIn) -> None:
    signed = sign_in(own_sandbox)
    signed.synchroniser.run_once()
    first = set(UsageRepository(signed.cache).etags("service"))
    own_sandbox.move_clock(3 * 86400, signed.token)
    signed.token = own_sandbox.sign_in("admin")
    again = sign_in(own_sandbox, "support", token=signed.token)
    again.assert_equal()
    then = set(UsageRepository(again.cache).etags("service"))
    assert {each for each in first if "T" in each}.isdisjoint(then)
    assert len({each for each in then if "T" not in each}) >= 16
    levels = [sums(again, "service", level)[Measure.REQUESTS] for level in Level]
    assert max(levels) - min(levels) <= 0
    assert again.cache.clock.now() > datetime.now(UTC) + timedelta(days=2)


def test_a_cursor_of_somebody_else_leads_to_a_snapshot_and_forgets(
    sandbox: RunningSandbox, sign_in: SignIn
) -> None:
    """What the person may see has changed: all that went out of sight is forgotten."""
    staff = sign_in(sandbox)
    staff.synchroniser.run_once()
    assert EntityRepository(staff.cache).count("account") > 10
    token = sandbox.sign_in("owner")
    mine = account_of(sandbox, token)
    path = staff.cache.path
    staff.cache.close()
    owner = sign_in(sandbox, "owner", [mine], token=token, path=path)
    outcome = owner.synchroniser.run_once()
    assert "service" in outcome.changed_scopes
    assert EntityRepository(owner.cache).count("account") == 1
    owner.assert_equal()
    with owner.cache.read() as connection:
        assert state.load(connection).generation == 2
        assert slicerows.scopes(connection) == {mine}


def test_a_person_who_moves_to_another_account(
    own_sandbox: RunningSandbox, sign_in: SignIn
) -> None:
    """What is no longer theirs goes with the next sync, and what is theirs now comes with it."""
    accounts = own_sandbox.call("GET", "/v1/accounts", own_sandbox.sign_in("admin")).json()["data"]
    token = own_sandbox.sign_in("owner")
    before = account_of(own_sandbox, token)
    after = next(each["id"] for each in accounts if each["id"] != before)
    scopes = [before]
    owner = sign_in(own_sandbox, "owner", scopes, token=token)
    owner.synchroniser.run_once()
    owner.assert_equal()
    person = own_sandbox.call("GET", "/v1/me", token).json()["person"]["id"]
    with closing(sqlite3.connect(own_sandbox.data / "sandbox.sqlite3")) as database, database:
        database.execute(
            "UPDATE members SET account_id = ? WHERE account_id = ? AND person_id = ?",
            [after, before, person],
        )
        database.execute(
            "UPDATE persons SET access_version = access_version + 1 WHERE id = ?", [person]
        )
    scopes[:] = [after]
    outcome = owner.synchroniser.run_once()
    assert outcome.me_changed
    assert before in outcome.changed_scopes
    owner.assert_equal()
    kept = EntityRepository(owner.cache).list(Account)
    assert [account.id for account in kept] == [after]
    assert not EntityRepository(owner.cache).list(ApiKey, account_id=before)
    with owner.cache.read() as connection:
        assert slicerows.scopes(connection) == {after}


def test_a_device_that_was_revoked_is_told(own_sandbox: RunningSandbox, sign_in: SignIn) -> None:
    signed = sign_in(own_sandbox)
    signed.synchroniser.run_once()
    device = own_sandbox.call("GET", "/v1/me", signed.token).json()["device"]
    other = own_sandbox.sign_in("admin", device="other")
    with ApiClient(own_sandbox.url, StaticToken(other)) as admin:
        identity.revoke_device(admin, device["id"], DeviceRevoke(reason="it was lost"))
    with pytest.raises(SignedOut) as caught:
        signed.synchroniser.run_once()
    assert isinstance(caught.value, DeviceRevoked)
    assert EntityRepository(signed.cache).count("account") > 10
