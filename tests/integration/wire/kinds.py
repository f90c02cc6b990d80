"""The kinds of calls that there are, each with what it changes and how that is counted."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from lmchat_desktop.client import changes, identity, jobs, keys, usage
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.pages import pages
from lmchat_desktop.client.signin import Backend, begin_browser_sign_in
from lmchat_desktop.contract.identity import DeviceRegister
from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.contract.keys import KeyCreate, KeyRevoke, KeyUpdate
from tests.integration.client.test_sign_in import Browser
from tests.integration.wire.conftest import TWICE, Wired


@dataclass
class Prepared:
    """One call, ready to be made.

    Attributes:
        path, method: of the request that faults befall.
        act: makes the call.
        effects: how often the backend has done what was asked, seen by a clean connection; None
            for a call that changes nothing.
        again: whether the client makes it again by itself after what passes.
    """

    path: str
    method: str
    act: Callable[[], object]
    effects: Callable[[], int] | None = None
    again: bool = True


def page(wired: Wired) -> Prepared:
    api = wired.client()
    return Prepared("/v1/keys", "GET", lambda: keys.list_keys(api).data)


def feed(wired: Wired) -> Prepared:
    api = wired.client()
    return Prepared("/v1/changes", "GET", lambda: changes.list_changes(api, None, limit=50).data)


def arrow(wired: Wired) -> Prepared:
    api = wired.client()
    listed = usage.list_slices(wired.staff, "service").data
    wanted = next(info.id for info in listed if info.closed and info.cells)

    def fetch() -> bytes:
        found = usage.fetch_slice(api, "service", wanted, None)
        assert found is not None
        return found.body

    return Prepared(f"/v1/usage/slices/{wanted}", "GET", fetch)


def create(wired: Wired) -> Prepared:
    api = wired.client(OAuthTokens(wired.owner, None))
    account_id = identity.me(wired.direct).memberships[0].account_id
    name = f"made {uuid.uuid4()}"

    def made() -> int:
        every = pages(
            lambda cursor: keys.list_keys(wired.direct, account_id=account_id, cursor=cursor)
        )
        return sum(key.name == name for key in every)

    def revoke() -> None:
        for key in keys.list_keys(wired.direct, account_id=account_id, limit=1000).data:
            if key.name == name:
                keys.revoke_key(wired.direct, key.id, KeyRevoke(reason="made by a test"))

    wired.closing.callback(revoke)
    wanted = KeyCreate(account_id=account_id, name=name)
    return Prepared("/v1/keys", "POST", lambda: keys.create_key(api, wanted).key.name, made)


def patch(wired: Wired) -> Prepared:
    api = wired.client(OAuthTokens(wired.owner, None))
    account_id = identity.me(wired.direct).memberships[0].account_id
    key = keys.create_key(wired.direct, KeyCreate(account_id=account_id, name="before")).key

    over = KeyRevoke(reason="made by a test")
    wired.closing.callback(lambda: keys.revoke_key(wired.direct, key.id, over))

    def renamed() -> int:
        return int(keys.get_key(wired.direct, key.id).name == "after")

    return Prepared(
        f"/v1/keys/{key.id}",
        "PATCH",
        lambda: keys.update_key(api, key.id, KeyUpdate(name="after"), key.etag).name,
        renamed,
        again=False,
    )


def job(wired: Wired) -> Prepared:
    api = wired.client()
    ended = next(iter(jobs.list_jobs(wired.staff, state=JobState.SUCCEEDED).data), None)
    if ended is None:
        started = usage.start_recount(wired.staff)
        ended = jobs.wait_for_job(wired.staff, started.id, CancelToken(), longest_s=0.2)
    job_id = ended.id
    return Prepared(
        f"/v1/jobs/{job_id}",
        "GET",
        lambda: jobs.wait_for_job(api, job_id, CancelToken(), patience=0).state,
    )


def refresh(wired: Wired) -> Prepared:
    person = wired.sandbox.person("owner")["person"]["id"]
    signed_in = begin_browser_sign_in(
        Backend(wired.sandbox.url), device(), Browser(person), CancelToken()
    )
    renewed: list[object] = []
    credentials = OAuthTokens("lmc-at-that-ended", signed_in.refresh_token, renewed.append)
    api = wired.client(credentials)
    return Prepared(
        "/oauth/token", "POST", lambda: identity.me(api).person.id, lambda: len(renewed)
    )


def sign_in(wired: Wired) -> Prepared:
    person = wired.sandbox.person("owner")["person"]["id"]
    mine = device()

    def enter() -> str:
        backend = Backend(wired.proxy.url, retry=TWICE)
        return begin_browser_sign_in(backend, mine, Browser(person), CancelToken()).me.person.id

    def registered() -> int:
        every = pages(
            lambda cursor: identity.list_devices(wired.staff, person_id=person, cursor=cursor)
        )
        return sum(each.name == mine.name for each in every)

    return Prepared("/oauth/token", "POST", enter, registered)


def device() -> DeviceRegister:
    return DeviceRegister(name=f"desk {uuid.uuid4()}", platform="Linux", app_version="1")


KINDS: dict[str, Callable[[Wired], Prepared]] = {
    "page": page,
    "feed": feed,
    "arrow": arrow,
    "create": create,
    "patch": patch,
    "job": job,
    "refresh": refresh,
    "sign-in": sign_in,
}
