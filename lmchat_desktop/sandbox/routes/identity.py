"""Who is signed in, personal tokens, and whether the backend answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import insert, select, update
from starlette.responses import Response

from lmchat_desktop import __version__
from lmchat_desktop.contract.identity import Capability, Me, Membership
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.contract.service import Health
from lmchat_desktop.contract.tokens import PersonalToken, PersonalTokenCreate, PersonalTokenCreated
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.sandbox import entities, sessions, tables
from lmchat_desktop.sandbox.calls import Call, Caller, View, serve
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.identifiers import PERSONAL_TOKEN, hash_secret, new_token
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.principals import TokenKind
from lmchat_desktop.sandbox.problems import invalid, not_found
from lmchat_desktop.sandbox.routes.answers import answer
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()

BACKEND = "lmchat sandbox"


@serve(router, "health")
def health(call: Caller) -> Response:
    """It answers."""
    return answer(Health(backend=BACKEND, version=__version__))


@serve(router, "get_me")
def get_me(call: Caller) -> Response:
    """The caller."""
    with call.view() as view:
        return answer(_me(call, view))


@serve(router, "list_tokens")
def list_tokens(call: Caller, query: Annotated[PageQuery, Query()]) -> Response:
    """The caller's personal tokens that have not ended."""
    tokens = tables.tokens.c
    with call.view() as view:
        pager = Pager(call.backend.cursors, "tokens", view.principal.person_id, query)
        rows, more = pager.rows(
            view.connection,
            select(tables.tokens).where(
                tokens.person_id == view.principal.person_id,
                tokens.kind == TokenKind.PERSONAL.value,
                tokens.revoked_ms.is_(None),
            ),
            [tokens.id],
        )
        data = [
            PersonalToken(
                id=row.id,
                name=row.name,
                hint=row.hint,
                created_at=from_ms(row.created_ms),
                expires_at=maybe_from_ms(row.expires_ms),
            )
            for row in rows
        ]
        return answer(pager.page(rows, data, more, lambda row: [row.id]))


@serve(router, "create_token")
def create_token(call: Caller, body: PersonalTokenCreate) -> Response:
    """A personal token of the caller."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        if body.expires_at is not None and body.expires_at <= unit.now:
            raise invalid("/expires_at", "it lies in the past")
        secret, token_id = new_token(PERSONAL_TOKEN), new_id("tok")
        hint = f"{PERSONAL_TOKEN}…{secret[-4:]}"
        unit.connection.execute(
            insert(tables.tokens).values(
                hash=hash_secret(secret),
                id=token_id,
                kind=TokenKind.PERSONAL.value,
                name=body.name,
                hint=hint,
                person_id=unit.principal.person_id,
                family=token_id,
                created_ms=to_ms(unit.now),
                expires_ms=None if body.expires_at is None else to_ms(body.expires_at),
            )
        )
        unit.audit("token.create", "token", token_id)
        token = PersonalToken(
            id=token_id,
            name=body.name,
            hint=hint,
            created_at=from_ms(to_ms(unit.now)),
            expires_at=body.expires_at,
        )
        return Reply(201, PersonalTokenCreated(token=token, secret=secret), secret=True)

    return call.act(work)


@serve(router, "revoke_token")
def revoke_token(call: Caller, token_id: str) -> Response:
    """End one of the caller's personal tokens."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        tokens = tables.tokens
        ended = unit.connection.execute(
            update(tokens)
            .where(
                tokens.c.id == token_id,
                tokens.c.kind == TokenKind.PERSONAL.value,
                tokens.c.person_id == unit.principal.person_id,
                tokens.c.revoked_ms.is_(None),
            )
            .values(revoked_ms=to_ms(unit.now))
        )
        if ended.rowcount == 0:
            raise not_found()
        unit.audit("token.revoke", "token", token_id)
        return Reply(204)

    return call.act(work)


def _me(call: Call, view: View) -> Me:
    connection, principal = view.connection, view.principal
    person = connection.execute(
        select(tables.persons).where(tables.persons.c.id == principal.person_id)
    ).one()
    memberships = connection.execute(
        select(tables.accounts.c.id, tables.accounts.c.name)
        .where(tables.accounts.c.id.in_(sorted(principal.account_roles)))
        .order_by(tables.accounts.c.name)
    )
    devices = (
        []
        if principal.device_id is None
        else entities.fetch(
            connection, "device", tables.devices.c.id == principal.device_id, view.now
        )
    )
    return Me.model_validate(
        {
            "person": entities.person_of(person),
            "device": devices[0] if devices else None,
            "memberships": [
                Membership(
                    account_id=row.id,
                    account_name=row.name,
                    role=principal.account_roles[row.id],
                )
                for row in memberships
            ],
            "operator_roles": sorted(principal.operator_roles),
            "scopes": sessions.scopes_held(principal),
            "capabilities": [
                Capability.MOVABLE_CLOCK,
                Capability.KEY_ROTATION,
                Capability.USAGE_RECOUNT,
                Capability.AUDIT_PROOFS,
                Capability.OUTBOX,
            ],
            "backend": BACKEND,
            "notice": call.backend.notice,
            "server_time": view.now,
        }
    )
