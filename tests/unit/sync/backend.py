"""A backend in memory behind the real client: a feed, slices, and faults on order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx

from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.base import ARROW_STREAM, PROBLEM_JSON, PROBLEM_TYPE_ROOT, Answer
from lmchat_desktop.contract.changes import ENTITY_TYPES
from lmchat_desktop.contract.identity import Device, Me, Membership, Person
from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.contract.usage import SliceInfo, SliceList
from lmchat_desktop.domain.scopes import ROLE_SCOPES, Role
from tests.unit.cache.traffic import NOW, Requests, slices_of

Fault = Callable[[httpx.Request], httpx.Response | None]


def problem(status: int, kind: str) -> httpx.Response:
    body = {"type": PROBLEM_TYPE_ROOT + kind, "title": kind, "status": status}
    return httpx.Response(status, json=body, headers={"Content-Type": PROBLEM_JSON})


class FakeBackend:
    """What a backend knows, as plain attributes that a test changes."""

    def __init__(self) -> None:
        self.now = NOW
        self.roles: list[Role] = [Role.ADMIN]
        self.lease: timedelta | None = None
        self.members: list[tuple[str, Role]] = []
        self.entities: dict[str, dict[str, Answer]] = {kind: {} for kind in ENTITY_TYPES}
        self.log: list[tuple[str, str]] = []
        self.access = 0
        self.traffic: dict[str, Requests] = {}
        self.page_size = 1000
        self.calls: Counter[str] = Counter()
        self.fetched: list[str] = []
        self.lists: list[SliceList] = []
        self.remembers_lists = True
        self._states: dict[str, dict[str, SliceInfo]] = {}
        self.faults: list[Fault] = []
        self.listed: Callable[[list[SliceInfo]], list[SliceInfo]] = lambda infos: infos
        self.body: Callable[[str, bytes], bytes] = lambda slice_id, body: body

    def client(self) -> ApiClient:
        return ApiClient(
            "http://127.0.0.1:9",
            StaticToken("token"),
            transport=httpx.MockTransport(self._answer),
            retry=NO_RETRY,
        )

    def put(self, kind: str, entity: Any) -> None:
        self.entities[kind][entity.id] = entity
        self.log.append((kind, entity.id))

    def remove(self, kind: str, entity_id: str) -> None:
        del self.entities[kind][entity_id]
        self.log.append((kind, entity_id))

    def add_account(self, number: int) -> None:
        account = Account(
            id=f"acct_{number}",
            name=f"Account {number}",
            email=f"a{number}@mail.test",
            email_verified=True,
            plan_id="plan_1",
            state="active",
            created_at=NOW,
            etag="1",
        )
        key = ApiKey(
            id=f"key_{number}",
            account_id=account.id,
            name="main",
            hint="sk-lmc-…",
            state="active",
            created_at=NOW,
            created_by="person_1",
            etag="1",
        )
        self.put("account", account)
        self.put("key", key)

    def me(self) -> Me:
        roles = [*self.roles, *(role for _, role in self.members)]
        return Me(
            person=Person(id="person_1", name="P", email="p@mail.test", created_at=NOW),
            device=self._device(),
            memberships=[
                Membership(account_id=account_id, account_name="", role=role)
                for account_id, role in self.members
            ],
            operator_roles=self.roles,
            scopes=sorted({scope.value for role in roles for scope in ROLE_SCOPES[role]}),
            capabilities=[],
            backend="fake",
            server_time=self.now,
        )

    def _device(self) -> Device | None:
        if self.lease is None:
            return None
        return Device(
            id="dev_1",
            person_id="person_1",
            name="",
            platform="",
            app_version="",
            registered_at=NOW,
            last_seen_at=self.now,
            lease_until=self.now + self.lease,
            etag="1",
        )

    def slices(self, scope: str) -> dict[str, tuple[SliceInfo, bytes]]:
        requests = self.traffic.get(scope)
        if requests is None:
            return {}
        return {info.id: (info, body) for info, body in slices_of(requests, self.now)}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.calls[request.url.path.rsplit("/", 1)[-1]] += 1
        while self.faults:
            answer = self.faults.pop(0)(request)
            if answer is not None:
                return answer
            break
        query = dict(request.url.params)
        parts = request.url.path.removeprefix("/v1/").split("/")
        if parts == ["me"]:
            return _json(self.me())
        if parts == ["changes"]:
            return self._changes(query)
        infos = self.slices(query["scope"])
        if parts == ["usage", "slices"]:
            return _json(self._list(query, [info for info, _ in infos.values()]))
        return self._slice(parts[-1], infos, request)

    def _list(self, query: dict[str, str], infos: list[SliceInfo]) -> SliceList:
        data = self.listed(infos)
        told: dict[str, Any] = {"data": data}
        if self.remembers_lists:
            cursor = f"list {len(self._states)}"
            known = self._states.get(query.get("after", ""))
            self._states[cursor] = {info.id: info for info in data}
            told["next_cursor"] = cursor
            if known is not None:
                told["complete"] = False
                told["gone"] = sorted(known.keys() - {info.id for info in data})
                told["data"] = [info for info in data if known.get(info.id) != info]
        answer = SliceList(scope=query["scope"], as_of=self.now, **told)
        self.lists.append(answer)
        return answer

    def _slice(
        self, slice_id: str, infos: dict[str, tuple[SliceInfo, bytes]], request: httpx.Request
    ) -> httpx.Response:
        if slice_id not in infos:
            return problem(404, "not-found")
        self.fetched.append(slice_id)
        info, body = infos[slice_id]
        if request.headers.get("If-None-Match") == info.etag:
            return httpx.Response(304)
        return httpx.Response(
            200,
            content=self.body(slice_id, body),
            headers={"Content-Type": ARROW_STREAM, "ETag": info.etag},
        )

    def _changes(self, query: dict[str, str]) -> httpx.Response:
        size = min(int(query["limit"]), self.page_size)
        after = query.get("after")
        if after is None:
            after = f"snapshot {self.access} - {len(self.log)}"
        kind, access, position, *rest = after.split()
        if int(access) != self.access:
            return problem(410, "cursor-gone")
        if kind == "snapshot":
            every = sorted((k, i) for k, found in self.entities.items() for i in found)
            left = [one for one in every if "/".join(one) > position or position == "-"]
            chosen, more = left[:size], len(left) > size
            goes_on = f"snapshot {access} {'/'.join(chosen[-1])} {rest[0]}" if more else ""
            return _page(
                [self._change(*one) for one in chosen],
                more,
                goes_on or f"feed {access} {rest[0]}",
                snapshot=True,
                snapshot_complete=not more,
            )
        at = int(position)
        changes = [self._change(*one) for one in self.log[at : at + size]]
        end = at + len(changes)
        return _page(changes, end < len(self.log), f"feed {access} {end}")

    def _change(self, kind: str, entity_id: str) -> dict[str, Any]:
        entity = self.entities[kind].get(entity_id)
        body = None if entity is None else json.loads(entity.model_dump_json())
        return {"kind": kind, "id": entity_id, "entity": body}


def _json(answer: Answer) -> httpx.Response:
    return httpx.Response(
        200, content=answer.model_dump_json(), headers={"Content-Type": "application/json"}
    )


def _page(data: list[dict[str, Any]], more: bool, cursor: str, **marks: bool) -> httpx.Response:
    return httpx.Response(
        200, json={"data": data, "has_more": more, "next_cursor": cursor, **marks}
    )
