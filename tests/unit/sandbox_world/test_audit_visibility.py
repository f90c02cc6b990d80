"""What somebody who may see a part of the audit log is told of the rest: how long it is."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from lmchat_desktop.contract.audit import AuditEntry
from lmchat_desktop.domain.audit.checkpoint import Checkpoint
from lmchat_desktop.domain.audit.merkle import is_included
from lmchat_desktop.domain.audit.note import LogKey
from lmchat_desktop.domain.scopes import ROLE_SCOPES, Role, Scope
from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.app import create_app, open_backend
from lmchat_desktop.sandbox.backend import Backend
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.settings import Settings

from .conftest import SMALL

TOKEN = {"X-Sandbox-Token": "the sandbox's"}


@pytest.fixture
def backend(
    own_world: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Backend]:
    """A backend whose owners may read the log of their account, which no role may today."""
    owners = ROLE_SCOPES[Role.OWNER] | {Scope.AUDIT_READ}
    monkeypatch.setitem(ROLE_SCOPES, Role.OWNER, owners)
    with own_world.write() as connection:
        meta.write(connection, Meta.SCHEMA, tables.SCHEMA_VERSION)
    own_world.close()
    settings = Settings(tmp_path, traffic=SMALL, live=False, token=TOKEN["X-Sandbox-Token"])
    opened = open_backend(settings, lambda part, detail: None)
    yield opened
    opened.database.close()


def asked(backend: Backend, person_id: str, *paths: str) -> list[httpx.Response]:
    """What a person is answered, in one session."""

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(create_app(backend))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
            body = {"person_id": person_id}
            signed = await http.post("/v1/sandbox/sign-in", json=body, headers=TOKEN)
            bearer = {"Authorization": f"Bearer {signed.json()['access_token']}"}
            return [await http.get(path, headers=bearer) for path in paths]

    return asyncio.run(ask())


def test_entries_of_others_do_not_exist_and_those_of_ones_own_are_proved(backend: Backend) -> None:
    with backend.database.read() as connection:
        audit, members = tables.audit.c, tables.members.c
        person, mine = connection.execute(
            select(members.person_id, members.account_id)
            .where(members.role == Role.OWNER.value)
            .limit(1)
        ).one()
        theirs = connection.scalar(select(audit.seq).where(audit.account_id != mine).limit(1))
        other = connection.scalar(select(audit.entity_id).where(audit.seq == theirs))
    assert isinstance(other, str)
    size = 20
    page, hidden, absent, point, key, found = asked(
        backend,
        person,
        f"/v1/audit?proof_size={size}&limit=1000",
        f"/v1/audit/{theirs}/proof?size={size}",
        f"/v1/audit/9999/proof?size={size}",
        "/v1/audit/checkpoint",
        "/v1/audit/key",
        f"/v1/audit?entity_id={other}",
    )
    told: dict[str, Any] = page.json()
    assert {one["account_id"] for one in told["data"]} == {mine}
    assert not told["has_more"]
    assert other not in page.text
    assert found.json()["data"] == []
    assert (hidden.status_code, hidden.json()) == (404, absent.json())
    head = Checkpoint.opened(point.json()["checkpoint"], LogKey.parse(key.json()["key"])).head
    assert head.size > len(told["data"]), "how long the log is is known"
    (tree,) = asked(backend, person, f"/v1/audit?proof_size={head.size}&limit=1000")
    for one in tree.json()["data"]:
        entry = AuditEntry.model_validate(one)
        proof = [base64.b64decode(each) for each in entry.proof or []]
        leaf = entry.opened().leaf()
        assert is_included(entry.seq, head.size, leaf, proof, head.root)
