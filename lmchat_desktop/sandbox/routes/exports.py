"""Exports of everything on an account."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Row, Select, insert, select
from starlette.responses import FileResponse, Response

from lmchat_desktop.contract.base import ZIP_ARCHIVE, ProblemKind
from lmchat_desktop.contract.exports import ExportState
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import exporting, jobs, tables
from lmchat_desktop.sandbox.calls import Caller, need, serve
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.exporting import export_of
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.problems import ApiProblem, not_found
from lmchat_desktop.sandbox.routes.answers import answer, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_exports")
def list_exports(call: Caller, account_id: str, query: Annotated[PageQuery, Query()]) -> Response:
    """Exports of an account, newest first."""
    row = tables.exports.c
    with call.view() as view:
        one(view.connection, view.sight, "account", account_id, view.now)
        name = f"exports/{account_id}"
        pager = Pager(call.backend.cursors, name, view.principal.person_id, query)
        rows, more = pager.rows(
            view.connection,
            _exports(view.sight, account_id),
            [row.created_ms, row.id],
            descending=True,
        )
        data = [export_of(each, view.now) for each in rows]
        return answer(pager.page(rows, data, more, lambda each: [each.created_ms, each.id]))


@serve(router, "start_export")
def start_export(call: Caller, account_id: str) -> Response:
    """Begin an export."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        one(unit.connection, sight, "account", account_id, unit.now)
        need(unit, Scope.ACCOUNTS_EXPORT, account_id)
        for row in unit.connection.execute(_exports(sight, account_id)):
            if export_of(row, unit.now).state is ExportState.RUNNING:
                raise ApiProblem(409, ProblemKind.CONFLICT, "An export is being made.")
        export_id = new_id("exp")
        job_id = jobs.submit(
            unit.connection,
            exporting.KIND,
            {"account_id": account_id, "export_id": export_id},
            unit.principal.person_id,
            unit.now,
        )
        unit.connection.execute(
            insert(tables.exports).values(
                id=export_id,
                account_id=account_id,
                job_id=job_id,
                requested_by=unit.principal.person_id,
                created_ms=to_ms(unit.now),
            )
        )
        unit.audit("export.start", "export", export_id, account_id)
        job = unit.connection.execute(select(tables.jobs).where(tables.jobs.c.id == job_id)).one()
        return Reply(202, jobs.job_of(job), {"Location": f"/v1/jobs/{job_id}"})

    response = call.act(work)
    call.backend.jobs.wake()
    return response


@serve(router, "fetch_export")
def fetch_export(call: Caller, account_id: str, export_id: str) -> Response:
    """An export's archive, streamed; that it was fetched is on record."""
    found: list[Row[Any]] = []

    def work(unit: Unit, sight: Visibility) -> Reply:
        row = unit.connection.execute(
            _exports(sight, account_id).where(tables.exports.c.id == export_id)
        ).first()
        if row is None or export_of(row, unit.now).state is not ExportState.READY:
            raise not_found()
        need(unit, Scope.ACCOUNTS_EXPORT, account_id)
        unit.audit("export.fetch", "export", export_id, account_id)
        found.append(row)
        return Reply(200)

    call.act(work)
    path = call.backend.exports.archive(export_id)
    if not path.is_file():
        raise not_found()
    headers = {"ETag": f'"{found[0].sha256}"', "Cache-Control": "no-store"}
    return FileResponse(
        path, headers=headers, media_type=ZIP_ARCHIVE, filename=f"lmchat-{export_id}.zip"
    )


def _exports(sight: Visibility, account_id: str) -> Select[Any]:
    exports, state = tables.exports, tables.jobs.c.state
    return (
        select(exports, state.label("job_state"))
        .outerjoin(tables.jobs, tables.jobs.c.id == exports.c.job_id)
        .where(exports.c.account_id == account_id, sight.of_kind("export"))
    )
