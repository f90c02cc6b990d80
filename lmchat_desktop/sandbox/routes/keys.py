"""API keys of accounts. A secret is answered once and kept as a hash."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import and_, select
from starlette.responses import Response

from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.keys import (
    MAX_STANDINGS,
    ApiKey,
    KeyCreate,
    KeyCreated,
    KeyRevoke,
    KeyRotate,
    KeysAct,
    KeySuggestion,
    KeyUpdate,
    RotationMove,
)
from lmchat_desktop.contract.queries import (
    KeysQuery,
    KeyUseQuery,
    StandingsQuery,
    SuggestionCountsQuery,
    SuggestionsQuery,
)
from lmchat_desktop.sandbox import jobs, tables
from lmchat_desktop.sandbox.calls import Caller, serve
from lmchat_desktop.sandbox.entities import KINDS
from lmchat_desktop.sandbox.keys import acts, bulk, listing, standings, suggestions, use
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.problems import invalid
from lmchat_desktop.sandbox.routes.answers import answer, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_keys")
def list_keys(call: Caller, query: Annotated[KeysQuery, Query()]) -> Response:
    """Keys that the caller may see."""
    known = KINDS["key"]
    with call.view() as view:
        pager = Pager(call.backend.cursors, "key", view.principal.person_id, query)
        wanted = and_(view.sight.of_kind("key"), listing.condition_of(query, view.now))
        order, descending, place = listing.order_of(query)
        rows, more = pager.rows(
            view.connection, known.statement.where(wanted), order, descending=descending
        )
        data = known.make(view.connection, rows, view.now)
        return answer(pager.page(rows, data, more, place))


@serve(router, "list_standings")
def list_standings(call: Caller, query: Annotated[StandingsQuery, Query()]) -> Response:
    """Where keys stand."""
    ids = query.ids.split(",")
    if len(ids) > MAX_STANDINGS:
        raise invalid("/query/ids", f"{MAX_STANDINGS} at most")
    with call.view() as view:
        return answer(standings.standings(view.connection, view.sight, ids, view.now))


@serve(router, "count_suggestions")
def count_suggestions(call: Caller, query: Annotated[SuggestionCountsQuery, Query()]) -> Response:
    """How many keys should be looked at."""
    with call.view() as view:
        return answer(suggestions.counts(view.connection, view.sight, query.account_id, view.now))


@serve(router, "list_suggestions")
def list_suggestions(call: Caller, query: Annotated[SuggestionsQuery, Query()]) -> Response:
    """Keys that should be looked at."""
    with call.view() as view:
        pager = Pager(call.backend.cursors, "key-suggestions", view.principal.person_id, query)
        found = suggestions.page(
            view.connection,
            view.sight,
            query.account_id,
            query.kind,
            pager.position(),
            query.limit,
            view.now,
        )
    data = found[: query.limit]
    more = len(found) > query.limit
    page: Page[KeySuggestion] = pager.cut(data, more, lambda last: [last.kind.value, last.key_id])
    return answer(page)


@serve(router, "get_key")
def get_key(call: Caller, key_id: str) -> Response:
    """One key."""
    with call.view() as view:
        key = one(view.connection, view.sight, "key", key_id, view.now)
    assert isinstance(key, ApiKey)
    return answer(key, ETag=key.etag)


@serve(router, "get_key_use")
def get_key_use(call: Caller, key_id: str, query: Annotated[KeyUseQuery, Query()]) -> Response:
    """What used a key."""
    with call.view() as view:
        one(view.connection, view.sight, "key", key_id, view.now)
        return answer(use.report(view.connection, key_id, query.hours, view.now))


@serve(router, "create_key")
def create_key(call: Caller, body: KeyCreate) -> Response:
    """A new key of an account."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        key_id, secret = acts.create(unit, sight, body)
        key = acts.found(unit, sight, key_id)
        headers = {"Location": f"/v1/keys/{key_id}", "ETag": key.etag}
        return Reply(201, KeyCreated(key=key, secret=secret), headers, secret=True)

    return call.act(work)


@serve(router, "update_key")
def update_key(call: Caller, key_id: str, body: KeyUpdate) -> Response:
    """Change a key."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = acts.key_for(unit, sight, key_id)
        call.if_match(before.etag)
        acts.change(unit, before, body.model_dump(exclude_unset=True))
        return _reply(acts.found(unit, sight, key_id))

    return call.act(work)


@serve(router, "revoke_key")
def revoke_key(call: Caller, key_id: str, body: KeyRevoke) -> Response:
    """End a key for good."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        acts.revoke(unit, acts.key_for(unit, sight, key_id), body.reason)
        return _reply(acts.found(unit, sight, key_id))

    return call.act(work)


@serve(router, "rotate_key")
def rotate_key(call: Caller, key_id: str, body: KeyRotate) -> Response:
    """Give a key a new secret."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = acts.key_for(unit, sight, key_id)
        secret = acts.rotate(unit, sight, before, timedelta(seconds=body.overlap_s))
        key = acts.found(unit, sight, key_id)
        return Reply(200, KeyCreated(key=key, secret=secret), {"ETag": key.etag}, secret=True)

    return call.act(work)


@serve(router, "move_rotation")
def move_rotation(call: Caller, key_id: str, body: RotationMove) -> Response:
    """End an overlap at another instant."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        acts.move_rotation(unit, acts.key_for(unit, sight, key_id), body.old_ends_at)
        return _reply(acts.found(unit, sight, key_id))

    return call.act(work)


@serve(router, "undo_rotation")
def undo_rotation(call: Caller, key_id: str) -> Response:
    """Go back to the secret before."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        acts.undo_rotation(unit, acts.key_for(unit, sight, key_id))
        return _reply(acts.found(unit, sight, key_id))

    return call.act(work)


@serve(router, "act_on_keys")
def act_on_keys(call: Caller, body: KeysAct) -> Response:
    """Begin a job that acts on many keys."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        person = unit.principal
        params = bulk.params_of(body, person.person_id, person.device_id, unit.now)
        job_id = jobs.submit(unit.connection, bulk.KIND, params, person.person_id, unit.now)
        unit.audit(f"keys.{body.act}", "job", job_id, reason=body.reason)
        row = unit.connection.execute(select(tables.jobs).where(tables.jobs.c.id == job_id)).one()
        return Reply(202, jobs.job_of(row), {"Location": f"/v1/jobs/{job_id}"})

    response = call.act(work)
    call.backend.jobs.wake()
    return response


def _reply(key: ApiKey) -> Reply:
    return Reply(200, key, {"ETag": key.etag})
