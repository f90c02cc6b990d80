"""A service's 14 days of requests: loaded into the sandbox, synced, synced again, and paged.

With DATA, the folder of the published data, the traffic is servegen's m-large (5,249,772 requests
of 88 clients, composed with latencies, errors and prices as the sample world is); without it, the
sample that comes with the product. What is asked:
- loading requests and usage slices, beside a plain sqlite3 executemany of the same rows;
- the first sync of the service into an encrypted cache over HTTP, beside plain GETs of the same
  slices;
- a sync with nothing new, beside the limit of one call a feed and the open hour; with 400 days of
  slices; and beside a world of a hundredth of the requests, so that growth would show;
- pages of requests, beside the first page of that small world.
Run: python -m benchmarks.large_traffic [--recount]
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx

from benchmarks.large_client import LIST
from benchmarks.rows import Row, tell
from lmchat_desktop.services.sandbox_process import SandboxProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "data" / "small-traffic.npz"
LARGE_FILE = Path("servegen", "m-large_14d.csv.gz")
DATABASE = "sandbox.sqlite3"
AT_ONCE = 20_000
MOVED_DAYS = 386
"""With the 14 days that are there from the start: 400, the most that usage is kept."""
PAGE = 100
FEEDS = 2
"""Calls that a sync cannot do without: one for the changes, one for the slices of its scope."""
SERVICE = "service"


@dataclass(frozen=True)
class World:
    """A running sandbox with its folder and how long it took to be ready."""

    process: SandboxProcess
    data: Path
    seconds: float

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        headers = {"X-Sandbox-Token": self.process.token} if token is None else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        headers |= more.pop("headers", {})
        with httpx.Client(base_url=self.process.url, timeout=300, trust_env=False) as http:
            return http.request(method, path, headers=headers, **more).raise_for_status()

    def sign_in(self, role: str) -> str:
        """An access token of the first person who has that role and nothing else."""
        people = self.call("GET", "/v1/sandbox/people").json()["data"]
        for each in sorted(people, key=lambda person: len(person["accounts"])):
            if role in each["operator_roles"] or (role == "owner" and not each["operator_roles"]):
                body = {"person_id": each["person"]["id"], "device_name": "benchmark"}
                return str(
                    self.call("POST", "/v1/sandbox/sign-in", json=body).json()["access_token"]
                )
        raise LookupError(role)

    def scope_of(self, token: str) -> str:
        """The account that an owner is of."""
        me = self.call("GET", "/v1/me", token).json()
        return str(me["memberships"][0]["account_id"])

    def peak_mb(self) -> float | None:
        """The most memory that the sandbox has had, where the system tells (Linux)."""
        status = Path("/proc", str(self.process.pid), "status")
        if not status.exists():
            return None
        line = next(each for each in status.read_text().splitlines() if "VmHWM" in each)
        return int(line.split()[1]) / 1024


@contextmanager
def world(data: Path, traffic: Path | None) -> Iterator[World]:
    """A sandbox with a world made of a traffic file."""
    begun = time.perf_counter()
    process = SandboxProcess.start(data, traffic=traffic, timeout_s=1200)
    try:
        yield World(process, data, time.perf_counter() - begun)
    finally:
        process.stop()


def traffic_of(folder: Path) -> tuple[Path | None, str, str]:
    """The traffic file, None for the built-in sample; its name; and what is to be said of it."""
    data = os.environ.get("DATA")
    if not data:
        return None, "sample", "the built-in sample; set DATA for servegen m-large"
    if not Path(data, LARGE_FILE).exists():
        return None, "sample", f"the built-in sample: DATA has no {LARGE_FILE}"
    made = folder / "large.npz"
    tool = ROOT / "tools" / "build_sample.py"
    subprocess.run([sys.executable, str(tool), data, "--large", str(made)], check=True)
    return made, "m-large", "servegen m-large, composed"


def plain_load(source: Path, target: Path) -> tuple[float, int]:
    """Seconds that sqlite3 takes for the same rows and indexes, and how many rows they are.

    The rows are read in between, off the clock.
    """
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as theirs:
        table, *indexes = (
            sql
            for (sql,) in ours.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = 'requests' AND sql IS NOT NULL "
                "ORDER BY type = 'index', name"
            )
        )
        begun = time.perf_counter()
        theirs.execute(table)
        seconds, count = time.perf_counter() - begun, 0
        cursor = ours.execute("SELECT * FROM requests ORDER BY id")
        while rows := cursor.fetchmany(AT_ONCE):
            places = ",".join("?" * len(rows[0]))
            begun = time.perf_counter()
            theirs.executemany(f"INSERT INTO requests VALUES ({places})", rows)
            seconds, count = seconds + time.perf_counter() - begun, count + len(rows)
        begun = time.perf_counter()
        theirs.commit()
        for index in indexes:
            theirs.execute(index)
        theirs.commit()
        return seconds + time.perf_counter() - begun, count


def client(kind: str, at: World, token: str, scope: str, folder: Path) -> dict[str, Any]:
    """What `large_client` has to say."""
    command = [sys.executable, "-m", "benchmarks.large_client"]
    done = subprocess.run(
        [*command, kind, at.process.url, token, scope, str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    return dict(json.loads(done.stdout))


def first_sync(at: World, name: str, folder: Path) -> list[Row]:
    """The first sync of the service: time and bytes, beside plain GETs."""
    token = at.sign_in("admin")
    plains, syncs = [], []
    for _ in range(3):
        plains.append(client("plain", at, token, SERVICE, folder))
        syncs.append(client("first", at, token, SERVICE, folder))
    best = min(syncs, key=lambda each: each["first"]["seconds"])
    other = min(plains, key=lambda each: each["first"]["seconds"])
    slices = sum(path.startswith(f"{LIST}/") for path in best["first"]["calls"])
    return [
        Row(
            f"first sync of {name}",
            best["first"]["seconds"],
            "s",
            "plain GETs of the same slices",
            other["first"]["seconds"],
            goal=4.0,
            state="cold",
            peak_mb=best["peak_mb"],
            note=f"{slices} slices, {best['first']['received'] / 2**20:.1f} MB received, "
            f"{best['stored'] / 2**20:.1f} MB stored, encrypted; peak of the plain GETs "
            f"{other['peak_mb']:.0f} MB",
        ),
        Row(
            f"first sync of {name}, bytes",
            best["first"]["received"] / 2**20,
            "MB",
            "plain GETs of the same slices",
            other["first"]["received"] / 2**20,
            goal=1.1,
            state="cold",
        ),
    ]


def nothing_new(name: str, done: dict[str, Any]) -> list[Row]:
    """Calls and slices of the syncs after the first, the worst of them."""
    again = done["again"]
    fetched = [sum(path.startswith(f"{LIST}/") for path in each["calls"]) for each in again]
    feeds = [len(each["calls"]) - many for each, many in zip(again, fetched, strict=True)]
    received = median(each["received"] for each in again)
    return [
        Row(
            f"nothing new, {name}: calls of feeds",
            max(feeds),
            "requests",
            "limit: one a feed",
            FEEDS,
            goal=1.0,
            state="hot",
            note=f"worst of {len(again)} syncs while traffic arrives; median "
            f"{median(each['seconds'] for each in again) * 1e3:.0f} ms, {received / 2**10:.1f} kB",
        ),
        Row(
            f"nothing new, {name}: slices",
            max(fetched),
            "requests",
            "limit: the open hour",
            1,
            goal=1.0,
            state="hot",
            note=f"none in {fetched.count(0)} of {len(again)} syncs",
        ),
    ]


def quiet_s(done: dict[str, Any]) -> float:
    """Seconds of a sync that found nothing at all to fetch; of the quickest where none did."""
    again = done["again"]
    quiet = [each["seconds"] for each in again if len(each["calls"]) == FEEDS]
    return median(quiet) if quiet else min(float(each["seconds"]) for each in again)


def after_days(at: World) -> str:
    """Let the clock pass `MOVED_DAYS` and traffic arrive; answers a new token of an admin."""
    for _ in range(2):
        move = {"advance_s": MOVED_DAYS * 86_400 / 2}
        at.call("POST", "/v1/sandbox/clock", json=move)
    token = at.sign_in("admin")
    wanted = datetime.now(UTC) + timedelta(days=MOVED_DAYS) - timedelta(hours=6)
    for _ in range(600):
        page = at.call("GET", "/v1/requests", token, params={"limit": 1}).json()["data"]
        if datetime.fromisoformat(page[0]["started_at"]) > wanted:
            return token
        time.sleep(0.5)
    raise TimeoutError("the traffic of 400 days did not arrive")


def page_ms(at: World, token: str, **query: str) -> float:
    """Milliseconds of a page of requests, best of several."""
    with httpx.Client(base_url=at.process.url, timeout=60, trust_env=False) as http:
        headers = {"Authorization": f"Bearer {token}"}
        found = []
        for _ in range(7):
            begun = time.perf_counter()
            http.get(
                "/v1/requests", params={"limit": str(PAGE), **query}, headers=headers
            ).raise_for_status()
            found.append((time.perf_counter() - begun) * 1e3)
    return min(found)


def pages(at: World, name: str, small_ms: float) -> list[Row]:
    """Pages of requests, beside the first page of the small world."""
    token = at.sign_in("admin")
    accounts = at.call("GET", "/v1/accounts", token).json()["data"]
    keys = at.call("GET", "/v1/keys", token, params={"limit": 1000}).json()["data"]
    ended = [key for key in keys if key["state"] != "active" and key["last_used_at"]]
    middle = (datetime.now(UTC) - timedelta(days=7)).isoformat()
    query = {"limit": str(PAGE), "end": middle}
    deep = at.call("GET", "/v1/requests", token, params=query).json()["next_cursor"]
    questions = {
        "first page": {},
        "a page 7 days deep, by cursor": {"end": middle, "cursor": deep},
        "the oldest": {"sort": "started_at"},
        "of the last account": {"account_id": accounts[-1]["id"]},
        "of a key that ended": {"key_id": ended[0]["id"]},
        "that failed": {"outcome": "failed"},
        "with the rarest error": {"error_code": "provider_error"},
    }
    return [
        Row(
            f"requests of {name}: {what}",
            page_ms(at, token, **asked),
            "ms",
            "first page of a hundredth",
            small_ms,
            goal=2.0,
            state="hot",
        )
        for what, asked in questions.items()
    ]


def recount(at: World, name: str, load_s: float) -> Row:
    """The sandbox's own check that every slice is what its requests add up to."""
    token = at.sign_in("admin")
    begun = time.perf_counter()
    started = at.call(
        "POST",
        "/v1/usage/recounts",
        token,
        headers={"Idempotency-Key": f"recount-{time.time_ns()}"},
    )
    while (job := at.call("GET", started.headers["Location"], token).json())["finished_at"] is None:
        time.sleep(1)
    result = job["result"]
    return Row(
        f"recount of {name}",
        time.perf_counter() - begun,
        "s",
        "loading",
        load_s,
        note=f"{result['checked']} slices, {result['different']} different",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recount", action="store_true", help="have the sandbox check all slices")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small_s, small_page_ms = small_world(folder)
        traffic, called, note = traffic_of(folder)
        with world(folder / "large", traffic) as large:
            load_peak = large.peak_mb()
            plain_s, count = plain_load(large.data / DATABASE, folder / "plain.sqlite3")
            (folder / "plain.sqlite3").unlink()
            tell(
                Row(
                    f"loading {called} into the sandbox",
                    large.seconds,
                    "s",
                    "sqlite3 executemany",
                    plain_s,
                    goal=3.0,
                    state="cold",
                    peak_mb=load_peak,
                    note=f"{note}: {count:,} requests, {count / large.seconds:,.0f} a second, with "
                    "start, composition, attempts and all usage slices; the rival inserts rows "
                    "that it is given",
                )
            )
            tell(*first_sync(large, called, folder))
            again = client("sync", large, large.sign_in("admin"), SERVICE, folder)
            tell(
                *nothing_new(called, again),
                Row(
                    f"nothing new, {called}: time",
                    quiet_s(again) * 1e3,
                    "ms",
                    "a hundredth of the sample",
                    small_s * 1e3,
                    goal=1.5,
                    state="hot",
                    note="a sync that finds nothing, median",
                ),
            )
            tell(*pages(large, called, small_page_ms))
            if options.recount:
                tell(recount(large, called, large.seconds))


def small_world(folder: Path) -> tuple[float, float]:
    """Tell of 400 days of slices; answers what a sync and a page take with a little traffic."""
    with world(folder / "small", SMALL) as small:
        token = small.sign_in("admin")
        short = client("sync", small, token, SERVICE, folder)
        small_page_ms = page_ms(small, token)
        token = after_days(small)
        owner = small.sign_in("owner")
        for who, shown, scope in (
            ("admin", token, SERVICE),
            ("owner", owner, small.scope_of(owner)),
        ):
            long = client("sync", small, shown, scope, folder)
            many = sum(path.startswith(f"{LIST}/") for path in long["first"]["calls"])
            tell(
                *nothing_new(f"400 days, {who}", long),
                Row(
                    f"nothing new, 400 days, {who}: time",
                    quiet_s(long) * 1e3,
                    "ms",
                    "14 days, admin",
                    quiet_s(short) * 1e3,
                    goal=2.0,
                    state="hot",
                    note=f"{many} slices are kept",
                ),
            )
        return quiet_s(short), small_page_ms


if __name__ == "__main__":
    main()
