"""The sandbox on PostgreSQL: the same service, on a server that can be lost and shared."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from lmchat_desktop.sandbox.audit_signing import HEADS_FILE
from tests.integration.sandbox import test_keys as on_sqlite
from tests.integration.sandbox.api import LOOKS, Api, as_person, problem
from tests.integration.sandbox.outbox import code_to
from tests.integration.sandbox.test_acts import Writers
from tests.integration.sandbox.whole_log import verified
from tests.support.postgres import NoServer, PostgresServer
from tests.support.sandbox import SMALL_TRAFFIC, RunningSandbox

pytestmark = pytest.mark.full

SEEDED = "seeded"
DAY_S = 86_400
LOCKS = {"one sandbox": 0x6C6D6374, "one writer": 0x6C6D6368}

World = Callable[..., RunningSandbox]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server with one database that a sandbox has filled."""
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    try:
        made = PostgresServer()
    except NoServer as reason:
        pytest.skip(str(reason))
    try:
        made.start()
        data = tmp_path_factory.mktemp("postgres") / "seeding"
        data.mkdir()
        RunningSandbox(data, database=made.create(SEEDED)).start().stop()
        yield made
    finally:
        made.close()


@pytest.fixture
def world(server: PostgresServer, tmp_path: Path) -> Iterator[World]:
    """Starts sandboxes, each in a copy of the filled database unless one is named."""
    made: list[RunningSandbox] = []

    def start(database: str | None = None, **environment: str) -> RunningSandbox:
        data = tmp_path / f"data-{len(made)}"
        data.mkdir()
        if database is None:
            database = server.create(f"world-{uuid.uuid4().hex}", f'TEMPLATE "{SEEDED}"')
        sandbox = RunningSandbox(data, database=database, environment=environment)
        made.append(sandbox)
        return sandbox.start()

    yield start
    for sandbox in made:
        sandbox.stop()


def name_of(sandbox: RunningSandbox) -> str:
    assert sandbox.database is not None
    return sandbox.database.rsplit("/", 1)[1]


def refused(data: Path, database: str) -> tuple[int, str, str]:
    """How a sandbox ends that cannot start."""
    command = [sys.executable, "-m", "lmchat_desktop", "serve-sandbox", "--data", str(data)]
    command += ["--traffic", str(SMALL_TRAFFIC), "--database", database]
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    return ended.returncode, ended.stdout, ended.stderr


def account_of(owner: Api) -> str:
    return str(owner.get("/v1/me")["memberships"][0]["account_id"])


def slices(api: Api) -> dict[str, Any]:
    found = api.get("/v1/usage/slices", scope="service")["data"]
    return {one["id"]: one["etag"] for one in found if one["closed"]}


def finished(api: Api, path: str) -> dict[str, Any]:
    for _ in range(LOOKS * 100):
        job: dict[str, Any] = api.get(path)
        if job["finished_at"] is not None:
            return job
    pytest.fail("the job did not finish")


def test_a_world_is_served_and_is_the_same_after_a_restart(world: World) -> None:
    sandbox = world()
    admin = as_person(sandbox, "admin")
    assert "admin" in admin.get("/v1/me")["operator_roles"]
    state, cursor = admin.changes(limit=7)
    ids = [one["id"] for one in state if one["kind"] == "account"]
    assert ids == sorted(ids)
    requests = list(admin.pages("/v1/requests", limit=200, account_id=ids[0]))
    numbers = [one["id"] for page in requests for one in page["data"]]
    assert len(requests) > 1
    assert len(set(numbers)) == len(numbers)
    assert admin.get(f"/v1/requests/{numbers[0]}")["attempts"]
    listed = slices(admin)
    newest = sorted(listed)[0]
    answer = admin.call("GET", f"/v1/usage/slices/{newest}", params={"scope": "service"})
    assert (answer.status_code, answer.headers["ETag"]) == (200, listed[newest])
    span = {"start": "2000-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}
    top = admin.get("/v1/usage/top", by="account", scope="service", **span)["data"]
    costs = [row["cost_nanos"] for row in top]
    assert costs == sorted(costs, reverse=True)
    assert all(type(cost) is int for cost in costs)
    sandbox.stop()
    sandbox.start()
    after = slices(admin)
    assert {name: after[name] for name in listed if name in after} == listed
    for change in admin.changes(cursor)[0]:
        assert change["kind"] in ("key", "device")


def test_the_same_traffic_makes_the_same_slices_as_on_sqlite(
    world: World, own_sandbox: RunningSandbox
) -> None:
    """ETags are hashes of what was computed, so that they are equal where every cell is."""
    here, there = as_person(world(), "admin"), as_person(own_sandbox, "admin")
    ours, theirs = slices(here), slices(there)
    # The first day is cut where the seed began, some seconds apart; the others are whole.
    days = sorted(name for name in ours.keys() & theirs.keys() if "T" not in name)[1:]
    assert len(days) > 10
    assert {day: ours[day] for day in days} == {day: theirs[day] for day in days}


def test_two_threads_with_one_key_do_it_once(world: World) -> None:
    owner = as_person(world(), "owner")
    body, key = {"account_id": account_of(owner), "name": "raced"}, str(uuid.uuid4())
    begin = threading.Barrier(2)
    answers: list[httpx.Response] = []

    def ask() -> None:
        begin.wait(30)
        answers.append(owner.post("/v1/keys", body, key))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = [one for one in owner.every("/v1/keys") if one["name"] == "raced"]
    assert len(made) == 1
    assert owner.post("/v1/keys", body, key).json()["key"] == made[0]
    path = f"/v1/keys/{made[0]['id']}/revoke"
    assert owner.post(path, {}).json()["state"] == "revoked"


@pytest.mark.parametrize("acts", [1, 5, 12])
def test_killed_in_the_middle_of_writes_each_act_is_whole_or_not_there(
    world: World, server: PostgresServer, acts: int
) -> None:
    sandbox = world()
    writers = Writers(sandbox)
    known = {key["id"] for key in writers.api.every("/v1/keys")}
    before, cursor = writers.api.changes()
    writers.until(acts)
    sandbox.kill()
    writers.join()
    sandbox.start()

    def ids(statement: str) -> set[str]:
        return {row[0] for row in server.rows(name_of(sandbox), statement)} - known

    keys = ids("SELECT id FROM keys")
    assert set(writers.made) <= keys, "an answered act is gone"
    assert keys == ids("SELECT entity_id FROM audit WHERE action = 'key.create'")
    assert keys <= ids("SELECT entity_id FROM changes WHERE kind = 'key'")
    revoked = ids("SELECT id FROM keys WHERE revoked_ms IS NOT NULL")
    assert revoked == ids("SELECT entity_id FROM audit WHERE action = 'key.revoke'")
    remembered = server.rows(name_of(sandbox), "SELECT count(*) FROM idempotency WHERE sealed")
    assert remembered == [(len(keys),)]
    state = {(one["kind"], one["id"]): one["entity"] for one in before}
    for change in writers.api.changes(cursor)[0]:
        state[change["kind"], change["id"]] = change["entity"]
    assert state == {(one["kind"], one["id"]): one["entity"] for one in writers.api.changes()[0]}
    again = [writers.api.post("/v1/keys", body, key) for key, body in writers.acts]
    made = [answer.json()["key"]["id"] for answer in again if answer.status_code == 201]
    assert len(set(made)) == len(made)
    assert keys <= set(made), "an act was done twice"
    verified(as_person(sandbox, "admin"))


VERSION_2 = """
DROP TABLE account_events, account_names, account_notes, contact_changes, exports, invitations,
    outbox, recoveries, staff, grants;
DROP INDEX aliases_by_folded, members_by_person, keys_by_hint_end;
ALTER TABLE persons DROP COLUMN phone;
ALTER TABLE aliases DROP COLUMN folded;
ALTER TABLE members DROP COLUMN version;
ALTER TABLE accounts DROP COLUMN suspended_ms, DROP COLUMN suspended_reason;
CREATE TABLE keys_3 (
    id TEXT NOT NULL, number INTEGER NOT NULL, account_id TEXT NOT NULL, name TEXT NOT NULL,
    hint TEXT NOT NULL, secret_hash TEXT NOT NULL, models TEXT, monthly_limit_nanos BIGINT,
    created_ms BIGINT NOT NULL, created_by TEXT NOT NULL, expires_ms BIGINT, last_used_ms BIGINT,
    revoked_ms BIGINT, version INTEGER DEFAULT 1 NOT NULL);
INSERT INTO keys_3 SELECT id, number, account_id, name, hint,
    (SELECT hash FROM key_secrets WHERE key_id = keys.id AND ends_ms IS NULL), models,
    CASE budget_period WHEN 'month' THEN budget_nanos END, created_ms, created_by, expires_ms,
    last_used_ms, revoked_ms, version FROM keys;
DROP TABLE keys, key_secrets, key_days, key_uses, key_refusals;
ALTER TABLE keys_3 RENAME TO keys;
ALTER TABLE keys ADD CONSTRAINT keys_pkey PRIMARY KEY (id);
ALTER TABLE keys ADD CONSTRAINT keys_number_key UNIQUE (number);
ALTER TABLE keys ADD CONSTRAINT keys_secret_hash_key UNIQUE (secret_hash);
CREATE INDEX ix_keys_account_id ON keys (account_id);
CREATE TABLE audit_2 (
    seq BIGSERIAL PRIMARY KEY, at_ms BIGINT NOT NULL, actor_id TEXT NOT NULL, device_id TEXT,
    action TEXT NOT NULL, entity_kind TEXT NOT NULL, entity_id TEXT NOT NULL, account_id TEXT,
    reason TEXT NOT NULL);
INSERT INTO audit_2
    SELECT 3 * seq, at_ms, actor_id, device_id, action, entity_kind, entity_id, account_id, reason
    FROM audit;
DROP TABLE audit, audit_nodes, audit_restores;
ALTER TABLE audit_2 RENAME TO audit;
ALTER INDEX audit_2_pkey RENAME TO audit_pkey;
UPDATE meta SET value = '2' WHERE name = 'schema'"""
"""Makes a database one of version 2, with the names that PostgreSQL gave its constraints."""


def test_a_database_of_version_2_is_brought_up_to_date(
    world: World, server: PostgresServer
) -> None:
    sandbox = world()
    before = verified(as_person(sandbox, "admin"))
    keys = as_person(sandbox, "admin").every("/v1/keys", limit=1000)
    found = as_person(sandbox, "admin").get("/v1/accounts/search", q="acme")
    sandbox.stop()
    (sandbox.data / HEADS_FILE).unlink()
    server.run(name_of(sandbox), VERSION_2)
    sandbox.start()
    told_of = {"id", "name", "hint", "account_id", "state", "created_at", "expires_at"}
    assert [{name: one[name] for name in told_of} for one in keys] == [
        {name: one[name] for name in told_of}
        for one in as_person(sandbox, "admin").every("/v1/keys", limit=1000)
    ]
    assert found == as_person(sandbox, "admin").get("/v1/accounts/search", q="acme")
    after = verified(as_person(sandbox, "admin"))[: len(before)]
    told = {"salts", "proof"}
    assert [one.model_dump(exclude=told) for one in after] == [
        one.model_dump(exclude=told) for one in before
    ]


def test_the_clock_moves_and_a_recount_finds_what_was_tampered_with(
    world: World, server: PostgresServer
) -> None:
    sandbox = world()
    admin = as_person(sandbox, "admin")
    before = slices(admin)
    sandbox.move_clock(1.5 * DAY_S, str(admin.token))
    admin = as_person(sandbox, "admin")
    assert len([name for name in slices(admin).keys() - before.keys() if "T" not in name]) >= 1
    days = sorted(name for name in slices(admin) if "T" not in name)
    sandbox.stop()
    server.run(
        name_of(sandbox),
        "UPDATE usage_slices SET etag = '\"wrong\"' WHERE scope = 'service' AND slice_id = %s",
        days[2],
    )
    sandbox.start()
    started = admin.post("/v1/usage/recounts")
    assert started.status_code == 202
    job = finished(admin, started.headers["Location"])
    assert job["state"] == "succeeded"
    assert job["result"]["slices"] == [f"service/{days[2]}"]


def test_a_job_goes_on_after_a_kill_and_counts_nothing_twice(world: World) -> None:
    sandbox = world()
    admin = as_person(sandbox, "admin")
    path = admin.post("/v1/usage/recounts").headers["Location"]
    for _ in range(LOOKS):
        job = admin.get(path)
        if job["done"] > 0 or job["finished_at"] is not None:
            break
    sandbox.kill()
    sandbox.start()
    assert admin.get(path)["done"] >= job["done"]
    job = finished(admin, path)
    assert job["result"] == {"checked": job["total"], "different": 0, "slices": []}


def test_accounts_are_found_changed_and_exported_as_on_sqlite(world: World) -> None:
    sandbox = world()
    support, owner = as_person(sandbox, "support"), as_person(sandbox, "Dana Whitfield")
    path = f"/v1/accounts/{owner.get('/v1/me')['memberships'][0]['account_id']}"
    for q, matched in (
        ("acme rob", "name"),
        ("robotics", "name"),
        ("dana@acme-robots", "former-email"),
        ("+1 555 0100", "phone"),
        (path.rsplit("/", 1)[1], "id"),
    ):
        found = support.get("/v1/accounts/search", q=q)["data"]
        assert matched in {one["matched"] for one in found[0]["matches"]}
    assert support.get("/v1/accounts/search", q="東雲")["data"]
    key = owner.post("/v1/keys", {"account_id": path.rsplit("/", 1)[1], "name": "x"}).json()["key"]
    for q in (key["hint"][:11], key["hint"][-4:]):
        (one,) = support.get("/v1/accounts/search", q=q)["data"]
        assert one["account"]["name"] == "Acme Robotics Inc."
    wanted = {"kind": "email", "value": "new@acme-robotics.example"}
    change = owner.post(f"{path}/contact-changes", wanted).json()
    code = code_to(sandbox, wanted["value"])
    assert owner.post(f"{path}/contact-changes/{change['id']}/confirm", {"code": code}).is_success
    assert owner.every(f"{path}/events", kind="contact-changed")
    job = owner.post(f"{path}/exports").json()
    for _ in range(LOOKS):
        if (state := owner.get(f"/v1/jobs/{job['id']}"))["state"] not in ("queued", "running"):
            break
        time.sleep(0.05)
    assert state["state"] == "succeeded", state["detail"]


def test_a_database_has_one_sandbox(world: World, tmp_path: Path) -> None:
    sandbox = world()
    assert sandbox.database is not None
    code, out, errors = refused(tmp_path / "other", sandbox.database)
    assert (code, out) == (3, "")
    assert errors == "The sandbox did not start. Another sandbox uses this database.\n"
    sandbox.kill()
    other = world(sandbox.database)
    assert as_person(other, "owner").get("/v1/me")


def test_a_sandbox_that_lost_its_database_to_another_writes_nothing(
    world: World, server: PostgresServer
) -> None:
    sandbox = world()
    owner = as_person(sandbox, "owner")
    body = {"account_id": account_of(owner), "name": "late"}
    with server.connect(name_of(sandbox)) as taker:
        taken = False
        while not taken:
            server.run(
                name_of(sandbox),
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                "AND objid = %s AND pid <> %s AND granted",
                LOCKS["one sandbox"],
                taker.info.backend_pid,
            )
            taken = taker.execute(
                "SELECT pg_try_advisory_lock(%s)", [LOCKS["one sandbox"]]
            ).fetchone()[0]
        answer = owner.post("/v1/keys", body)
        assert (answer.status_code, problem(answer)) == (503, "unavailable")
        assert owner.get("/v1/me")
    assert owner.post("/v1/keys", body).status_code == 201


def test_a_locked_database_is_unavailable_and_comes_back(
    world: World, server: PostgresServer
) -> None:
    sandbox = world(LMCHAT_SANDBOX_PATIENCE="0.1")
    owner = as_person(sandbox, "owner")
    body = {"account_id": account_of(owner), "name": "waits"}
    with server.connect(name_of(sandbox)) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCKS["one writer"]])
        answer = owner.post("/v1/keys", body)
        assert (answer.status_code, problem(answer)) == (503, "unavailable")
        assert owner.get("/v1/me")
    assert owner.post("/v1/keys", body).status_code == 201


def test_a_server_that_is_restarted_is_found_again(world: World, server: PostgresServer) -> None:
    # Not a copy of a template: a copy's sequences can fall back when its server crashes.
    sandbox = world(server.create("crashed"))
    writers = Writers(sandbox, each=6)
    job = writers.api.post("/v1/usage/recounts").headers["Location"]
    writers.until(4)
    server.restart()
    writers.join()
    again = [writers.api.post("/v1/keys", body, key) for key, body in writers.acts]
    assert {answer.status_code for answer in again} <= {201, 409}
    made = {answer.json()["key"]["id"] for answer in again if answer.status_code == 201}
    assert set(writers.made) <= made, "an answered act is gone"
    assert finished(writers.api, job)["state"] == "succeeded"
    sandbox.stop()
    log = (sandbox.data.parent / f"{sandbox.data.name}.log").read_text()
    assert server.password not in log
    assert "Traceback" not in log


def test_a_text_that_it_cannot_hold_is_refused(world: World) -> None:
    owner = as_person(world(), "owner")
    answer = owner.post("/v1/keys", {"account_id": account_of(owner), "name": "a\0b"})
    assert (answer.status_code, problem(answer)) == (422, "invalid-request")
    answer = owner.call("GET", "/v1/accounts", params={"search": "a\0b"})
    assert (answer.status_code, problem(answer)) == (422, "invalid-request")


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("CREATE TABLE accounts (other TEXT)", "cannot be read; it was left as it is"),
        ("CREATE TABLE meta (other TEXT)", "cannot be read; it was left as it is"),
        (
            "CREATE TABLE meta (name TEXT, value TEXT); INSERT INTO meta VALUES ('schema', '999')",
            "newer version",
        ),
    ],
)
def test_what_is_not_ours_is_left_as_it_is(
    server: PostgresServer, tmp_path: Path, before: str, reason: str
) -> None:
    name = f"foreign-{uuid.uuid4().hex}"
    url = server.create(name)
    server.run(name, before)
    code, out, errors = refused(tmp_path, url)
    assert (code, out) == (2, "")
    assert reason in errors
    assert "Traceback" not in errors
    assert len(server.rows(name, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")) == 1


def test_a_database_in_another_encoding_is_refused(server: PostgresServer, tmp_path: Path) -> None:
    more = "ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
    code, out, errors = refused(tmp_path, server.create("ascii", more))
    assert (code, out) == (2, "")
    assert "UTF8" in errors


def test_no_way_in_is_said_without_the_password(server: PostgresServer, tmp_path: Path) -> None:
    wrong = "wrong-and-hushed"
    for url in (
        server.url(SEEDED, wrong),
        server.url("no-such-database"),
        f"postgresql+psycopg://lmchat:{wrong}@127.0.0.1:1/{SEEDED}",
    ):
        code, out, errors = refused(tmp_path, url)
        assert (code, out) == (2, "")
        assert errors.count("\n") == 1
        assert "The database cannot be reached" in errors
        assert wrong not in errors
        assert server.password not in errors


def test_keys_are_found_rotated_and_used_as_on_sqlite(world: World) -> None:
    sandbox = world()
    admin = as_person(sandbox, "admin")
    for sort in ("id", "name", "-name", "-last_used_at", "expires_at", "created_at"):
        on_sqlite.test_lists_are_sorted_page_after_page(admin, sort)
    on_sqlite.test_lists_are_filtered(admin)
    on_sqlite.test_standings_are_told_in_the_order_that_was_asked(admin)
    on_sqlite.test_the_sample_world_has_each_kind_of_suggestion(admin)
    on_sqlite.test_the_sample_world_has_a_key_in_the_middle_of_a_rotation(admin)
    key = on_sqlite.made(admin, budget_nanos=1, budget_period="month", addresses=["127.0.0.1"])
    path = f"/v1/keys/{key['id']}"
    secret = admin.post(f"{path}/rotate", {"overlap_s": 60}).json()["secret"]
    asked = {"model": "gpt-3.5-turbo", "messages": [{"role": "user", "content": "?"}]}
    codes = [
        sandbox.call("POST", "/inference/v1/chat/completions", secret, json=asked).status_code
        for _ in range(2)
    ]
    assert codes == [200, 429]
    assert admin.get(f"{path}/use")["requests"] == 1
    assert admin.get("/v1/keys/standings", ids=key["id"])["data"][0]["over_budget"]
    job = admin.post("/v1/keys/bulk", {"act": "revoke", "key_ids": [key["id"]]}).json()
    ended = finished(admin, f"/v1/jobs/{job['id']}")
    assert [each["outcome"] for each in ended["result"]["keys"]] == ["done"]
    assert sandbox.call("GET", "/inference/v1/models", secret).status_code == 401
