"""The audit log over real HTTP: proofs hold, and whoever is at the database itself is noticed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.client import audit
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.domain.audit.checkpoint import Restore
from lmchat_desktop.domain.audit.history import Verdict
from lmchat_desktop.domain.audit.merkle import Edge, is_consistent, is_included
from lmchat_desktop.domain.audit.standing import Standing
from lmchat_desktop.sandbox.audit_signing import HEADS_FILE
from lmchat_desktop.sandbox.database import SQLITE_FILE
from lmchat_desktop.sync.audit import AuditFollower
from tests.integration.sandbox.api import Api, as_person, problem
from tests.integration.sandbox.whole_log import entries, hashes, head_of, key_of, verified
from tests.support.sandbox import RunningSandbox, SandboxFactory


def make_key(api: Api, name: str) -> str:
    account = api.every("/v1/accounts")[0]["id"]
    answer = api.post("/v1/keys", {"account_id": account, "name": name})
    assert answer.status_code == 201
    return str(answer.json()["key"]["id"])


def test_every_entry_is_proved_in_the_signed_tree(admin: Api) -> None:
    found = verified(admin)
    single = admin.get("/v1/audit/4/proof", size=len(found))["proof"]
    assert hashes(single) == hashes(found[4].proof or [])
    earlier = admin.get("/v1/audit/4/proof", size=9)["proof"]
    assert len(earlier) == 4


def test_the_log_only_grows(admin: Api) -> None:
    first = head_of(admin)
    make_key(admin, "grows")
    second = head_of(admin)
    assert second.size == first.size + 1
    told = admin.get("/v1/audit/consistency", first=first.size, second=second.size)
    proof = hashes(told["proof"])
    assert is_consistent(first.size, second.size, first.root, second.root, proof)


def test_a_head_that_is_known_is_not_sent_again(admin: Api) -> None:
    answer = admin.call("GET", "/v1/audit/checkpoint")
    etag = answer.headers["ETag"]
    same = admin.call("GET", "/v1/audit/checkpoint", headers={"If-None-Match": etag})
    assert (same.status_code, same.headers["ETag"]) == (304, etag)
    make_key(admin, "another head")
    other = admin.call("GET", "/v1/audit/checkpoint", headers={"If-None-Match": etag})
    assert other.status_code == 200


def test_entries_are_found_by_each_filter(admin: Api) -> None:
    key = make_key(admin, "filtered")
    me = admin.get("/v1/me")["person"]["id"]
    (entry,) = entries(admin, entity_id=key)
    assert (entry.actor_id, entry.action, entry.reason) == (me, "key.create", "")
    assert entry.account_id is not None
    assert entry in entries(admin, account_id=entry.account_id, action="key.create", actor_id=me)
    at = entry.at.isoformat().replace("+00:00", "Z")
    after = (entry.at + timedelta(milliseconds=1)).isoformat().replace("+00:00", "Z")
    assert entry in entries(admin, start=at, end=after)
    assert entry not in entries(admin, end=at)
    assert entry not in entries(admin, start=after)
    whole = entries(admin)
    assert [one.seq for one in whole] == sorted((one.seq for one in whole), reverse=True)
    assert entries(admin, sort="seq") == whole[::-1]
    assert [one.seq for one in entries(admin, proof_size=3)] == [2, 1, 0]
    assert entries(admin, entity_id="nobody") == []


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/v1/audit/999999/proof", {"size": 3}, 404),
        ("/v1/audit/none/proof", {"size": 3}, 404),
        ("/v1/audit/-1/proof", {"size": 3}, 404),
        ("/v1/audit/3/proof", {"size": 3}, 422),
        ("/v1/audit/3/proof", {"size": 999_999}, 422),
        ("/v1/audit/3/proof", {}, 422),
        ("/v1/audit/consistency", {"first": 5, "second": 4}, 422),
        ("/v1/audit/consistency", {"first": 5, "second": 999_999}, 422),
        ("/v1/audit", {"proof_size": 999_999}, 422),
        ("/v1/audit", {"sort": "at"}, 422),
    ],
)
def test_what_cannot_be_proved(admin: Api, path: str, asked: dict[str, Any], status: int) -> None:
    assert admin.call("GET", path, params=asked).status_code == status


def test_only_who_may_read_the_log_is_told_anything_of_it(owner: Api, support: Api) -> None:
    for path in ("", "/checkpoint", "/key", "/consistency?first=1&second=2", "/1/proof?size=2"):
        answer = owner.call("GET", f"/v1/audit{path}")
        assert (answer.status_code, problem(answer)) == (403, "missing-scope")
        assert support.call("GET", f"/v1/audit{path}").status_code == 200


@dataclass
class Watcher:
    """A client with its cache, which keeps the head; the sandbox under it can be stopped."""

    sandbox: RunningSandbox
    token: str
    follower: AuditFollower
    api: ApiClient

    def look(self) -> Standing:
        return self.follower.look()

    def act(self, count: int) -> None:
        api = Api(self.sandbox, self.token)
        for number in range(count):
            make_key(api, f"key {number}")

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The database, while nobody serves it; served again afterwards."""
        self.sandbox.stop()
        with closing(sqlite3.connect(self.sandbox.data / SQLITE_FILE)) as raw:
            yield raw
            raw.commit()
        self.sandbox.start()


@pytest.fixture(scope="module")
def sandbox(sandbox_factory: SandboxFactory) -> Iterator[RunningSandbox]:
    """One of this file's own: its log is tampered with, and no other test should read it then."""
    sandbox = sandbox_factory()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def watcher(own_sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Watcher]:
    token = own_sandbox.sign_in("admin")
    client = ApiClient(own_sandbox.url, StaticToken(token), retry=NO_RETRY)
    with closing(client) as api, closing(open_cache(None, None)) as cache:
        yield Watcher(own_sandbox, token, AuditFollower(api, cache), api)


def test_the_tree_is_the_same_after_a_restart(watcher: Watcher) -> None:
    before = watcher.look()
    watcher.sandbox.kill()
    watcher.sandbox.start()
    after = watcher.look()
    assert (after.verified, after.is_sound) == (before.verified, True)


def rebuilt(raw: sqlite3.Connection, leaves: list[bytes]) -> None:
    """Make the tree one over other leaves, as somebody would who rewrites it with care."""
    edge = Edge()
    raw.execute("DELETE FROM audit_nodes")
    for leaf in leaves:
        nodes = [(*node, hashed) for node, hashed in edge.append(leaf)]
        raw.executemany("INSERT INTO audit_nodes VALUES (?, ?, ?)", nodes)


def leaves(raw: sqlite3.Connection) -> list[bytes]:
    found = raw.execute("SELECT hash FROM audit_nodes WHERE level = 0 ORDER BY position")
    return [row[0] for row in found]


def alter(raw: sqlite3.Connection) -> None:
    made = leaves(raw)
    made[7] = bytes(32)
    rebuilt(raw, made)
    raw.execute("UPDATE audit SET reason = 'another' WHERE seq = 7")


def drop(raw: sqlite3.Connection) -> None:
    made = leaves(raw)
    del made[7]
    rebuilt(raw, made)
    raw.execute("DELETE FROM audit WHERE seq = 7")
    raw.execute("UPDATE audit SET seq = -seq WHERE seq > 7")
    raw.execute("UPDATE audit SET seq = -seq - 1 WHERE seq < 0")


def reorder(raw: sqlite3.Connection) -> None:
    made = leaves(raw)
    made[7], made[8] = made[8], made[7]
    rebuilt(raw, made)
    for one, other in ((7, -1), (8, 7), (-1, 8)):
        raw.execute("UPDATE audit SET seq = ? WHERE seq = ?", (other, one))


def change_one_node(raw: sqlite3.Connection) -> None:
    """So that new roots come out of another past than the kept one did."""
    level = raw.execute("SELECT max(level) FROM audit_nodes").fetchone()[0]
    raw.execute("UPDATE audit_nodes SET hash = ? WHERE level = ?", (bytes(32), level))


@pytest.mark.parametrize(
    "tamper",
    [
        alter,
        drop,
        pytest.param(reorder, marks=pytest.mark.full),
        pytest.param(change_one_node, marks=pytest.mark.full),
    ],
)
def test_a_rewritten_past_is_noticed(
    watcher: Watcher, tamper: Callable[[sqlite3.Connection], None]
) -> None:
    kept = watcher.look().kept
    with watcher.database() as raw:
        tamper(raw)
    watcher.act(3)
    standing = watcher.look()
    assert standing.finding is not None
    assert standing.finding.verdict is Verdict.REWRITTEN
    assert standing.kept == kept


def test_a_log_that_was_cut_short_is_noticed(watcher: Watcher) -> None:
    watcher.act(4)
    kept = watcher.look().kept
    (watcher.sandbox.data / HEADS_FILE).unlink()
    with watcher.database() as raw:
        made = leaves(raw)[:-4]
        rebuilt(raw, made)
        raw.execute("DELETE FROM audit WHERE seq >= ?", (len(made),))
    standing = watcher.look()
    assert standing.finding is not None
    assert standing.finding.verdict is Verdict.TRUNCATED
    watcher.act(9)
    standing = watcher.look()
    assert standing.finding is not None
    assert standing.finding.verdict is Verdict.REWRITTEN
    assert standing.kept == kept


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'No longer used.'",
        "actor_id = 'person_somebody'",
        "entity_id = 'key_another'",
        "action = 'key.read'",
        "at_ms = at_ms + 1",
        "device_id = ''",
        "account_id_salt = zeroblob(32)",
    ],
)
def test_an_entry_that_was_altered_is_not_in_the_tree(sandbox: RunningSandbox, change: str) -> None:
    """Also while the sandbox runs, and though nobody touched the tree."""
    admin = as_person(sandbox, "admin")
    make_key(admin, change)
    head = head_of(admin)
    before = entries(admin)[0]
    with closing(sqlite3.connect(sandbox.data / SQLITE_FILE, timeout=30)) as raw:
        raw.execute(f"UPDATE audit SET {change} WHERE seq = ?", (before.seq,))
        raw.commit()
    after = next(one for one in entries(admin) if one.seq == before.seq)
    proof = hashes(admin.get(f"/v1/audit/{before.seq}/proof", size=head.size)["proof"])
    place = before.seq, head.size
    assert is_included(*place, before.opened().leaf(), proof, head.root)
    assert not is_included(*place, after.opened().leaf(), proof, head.root)


def test_a_value_that_was_erased_is_not_mistaken_for_tampering(watcher: Watcher) -> None:
    watcher.act(1)
    standing = watcher.look()
    with watcher.database() as raw:
        raw.execute("UPDATE audit SET actor_id = NULL, actor_id_salt = NULL")
    size = standing.verified
    page = audit.list_audit(watcher.api, proof_size=size)
    assert standing.kept is not None
    for one in page.data:
        assert one.actor_id is None
        assert set(one.commitments) == {"actor_id"}
        proof = audit.hashes(one.proof or [])
        leaf = one.opened().leaf()
        assert is_included(one.seq, size, leaf, proof, standing.kept.head.root)
    after = watcher.look()
    assert (after.verified, after.is_sound) == (size, True)


def test_a_restored_backup_states_itself(watcher: Watcher, tmp_path: Path) -> None:
    watcher.look()
    data = watcher.sandbox.data
    watcher.sandbox.stop()
    backup = tmp_path / "backup.sqlite3"
    shutil.copy2(data / SQLITE_FILE, backup)
    watcher.sandbox.start()
    watcher.act(3)
    before = watcher.look().kept
    assert before is not None
    watcher.sandbox.stop()
    shutil.copy2(backup, data / SQLITE_FILE)
    watcher.sandbox.start()
    api = Api(watcher.sandbox, watcher.token)
    (entry,) = entries(api, action="log.restored")
    (statement,) = api.get("/v1/audit/checkpoint")["restores"]
    restore = Restore.opened(statement, key_of(api))
    assert restore.lost == before.head
    assert restore.back_to.size == entry.seq == before.head.size - 3
    standing = watcher.look()
    assert standing.is_sound
    assert standing.kept is not None
    assert (standing.kept.verdict, standing.verified) == (Verdict.RESTORED, entry.seq + 1)
    watcher.act(1)
    watcher.sandbox.stop()
    watcher.sandbox.start()
    assert len(api.get("/v1/audit/checkpoint")["restores"]) == 1
    standing = watcher.look()
    assert (standing.is_sound, standing.verified) == (True, entry.seq + 2)


def test_another_backend_at_the_same_address_is_noticed(watcher: Watcher) -> None:
    watcher.look()
    with watcher.database() as raw:
        raw.execute("UPDATE meta SET value = ? WHERE name = 'audit-key'", ("00" * 32,))
    standing = watcher.look()
    assert standing.finding is not None
    assert standing.finding.verdict is Verdict.OTHER_KEY


def test_a_tree_that_lacks_a_node_answers_that_it_is_damaged(watcher: Watcher) -> None:
    watcher.look()
    with watcher.database() as raw:
        raw.execute("DELETE FROM audit_nodes WHERE level = 4")
    standing = watcher.look()
    assert standing.unchecked
    answer = Api(watcher.sandbox, watcher.token).call("GET", "/v1/audit/checkpoint")
    assert (answer.status_code, problem(answer)) == (500, "internal-error")


def test_entries_are_dated_by_the_backends_clock(admin: Api) -> None:
    make_key(admin, "dated")
    clock = datetime.fromisoformat(admin.get("/v1/sandbox/clock")["now"])
    assert timedelta(0) <= clock - entries(admin)[0].at < timedelta(minutes=5)
