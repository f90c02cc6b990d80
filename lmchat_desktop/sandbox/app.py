"""The sandbox's application: its parts joined, its routes mounted, its troubles answered."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import Connection, inspect
from starlette.concurrency import run_in_threadpool

from lmchat_desktop.sandbox import exporting, meta, problems, recount, tables, upgrades, upkeep
from lmchat_desktop.sandbox.arrivals import Arrivals
from lmchat_desktop.sandbox.audit_signing import HEADS_FILE, HeadNotes, LogSigner, log_signer
from lmchat_desktop.sandbox.backend import Backend
from lmchat_desktop.sandbox.clock import SandboxClock, to_ms
from lmchat_desktop.sandbox.cursors import Cursors, secret_key
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.delivery import Delivery
from lmchat_desktop.sandbox.errands import Errands
from lmchat_desktop.sandbox.export_files import ExportFiles
from lmchat_desktop.sandbox.exporting import AccountExportJob
from lmchat_desktop.sandbox.identifiers import NumberedIds
from lmchat_desktop.sandbox.inference import routes as inference
from lmchat_desktop.sandbox.inference.gateway import Gateway
from lmchat_desktop.sandbox.jobs import JobRunner
from lmchat_desktop.sandbox.keys import bulk
from lmchat_desktop.sandbox.limits import Limiter
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.middleware import Envelope
from lmchat_desktop.sandbox.routes import (
    account_records,
    accounts,
    audit,
    catalog,
    contacts,
    devices,
    exports,
    identity,
    keys,
    leaks,
    members,
    oauth,
    operators,
    outbox,
    policies,
    records,
    recoveries,
    requests,
    sandbox,
    usage,
)
from lmchat_desktop.sandbox.settings import Settings
from lmchat_desktop.sandbox.uow import Units
from lmchat_desktop.sandbox.world.live import Traffic
from lmchat_desktop.sandbox.world.seed import Progress, seed

ROUTERS = (
    identity.router,
    oauth.router,
    devices.router,
    accounts.router,
    members.router,
    contacts.router,
    recoveries.router,
    account_records.router,
    policies.router,
    exports.router,
    leaks.router,
    keys.router,
    operators.router,
    catalog.router,
    usage.router,
    requests.router,
    records.router,
    audit.router,
    sandbox.router,
    outbox.router,
)


class NewerDatabase(Exception):
    """The database was made by a newer version; it is left alone."""


def open_backend(settings: Settings, progress: Progress) -> Backend:
    """Open the database, fill it where it is empty, and join the parts.

    Raises:
        NewerDatabase: it was made by a newer version.
        UnusableDatabase: it is not one that a sandbox can be in.
        Busy, StorageFull: the database cannot be used now.
    """
    traffic = Traffic(settings.traffic)
    database = Database.at(settings.data, settings.database, settings.patience_s)
    with database.write() as connection:
        _prepare(connection, traffic, progress)
        key = secret_key(connection)
        clock = SandboxClock.restored(connection)
        notice = meta.read(connection, Meta.NOTICE)
        log = LogSigner(log_signer(connection), HeadNotes(settings.data / HEADS_FILE), clock.now)
        log.announce_restore(connection)
    with database.read() as connection:
        log.begin(connection)
    request_ids = NumberedIds(_derived(key, "requests"), "req")
    event_ids = NumberedIds(_derived(key, "events"), "evt")
    message_ids = NumberedIds(_derived(key, "messages"), "msg")
    happening_ids = NumberedIds(_derived(key, "happenings"), "evt")
    exports = ExportFiles(settings.data)
    export = AccountExportJob(
        exports,
        clock.now,
        {
            ("requests", "id"): request_ids.text,
            ("attempts", "request_id"): request_ids.text,
            ("audit", "seq"): event_ids.text,
            ("outbox", "id"): message_ids.text,
            ("account_events", "id"): happening_ids.text,
        },
    )
    return Backend(
        settings=settings,
        database=database,
        clock=clock,
        cursors=Cursors(_derived(key, "cursors")),
        request_ids=request_ids,
        event_ids=event_ids,
        message_ids=message_ids,
        happening_ids=happening_ids,
        units=Units(database, clock.now),
        log=log,
        limiter=Limiter(settings.limit),
        jobs=JobRunner(
            database,
            clock.now,
            {
                recount.KIND: recount.Recount(),
                bulk.KIND: bulk.KeyActs(clock.now),
                exporting.KIND: export,
            },
            {exporting.KIND: export.abandon},
        ),
        arrivals=Arrivals(database, clock, traffic),
        errands=Errands(
            database,
            clock.now,
            Delivery(settings.data, settings.smtp),
            message_ids,
            (exports,),
        ),
        exports=exports,
        notice=notice,
    )


def create_app(backend: Backend) -> FastAPI:
    """The application over a backend; jobs and traffic run while it does."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        backend.jobs.start()
        backend.errands.start()
        if backend.settings.live:
            backend.arrivals.start()
        try:
            yield
        finally:
            await run_in_threadpool(backend.errands.stop)
            await run_in_threadpool(backend.arrivals.stop)
            await run_in_threadpool(backend.jobs.stop)

    app = FastAPI(
        title="lmchat admin API",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.backend = backend
    app.state.gateway = Gateway(backend)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(inference.router)
    app.add_middleware(Envelope)
    return app


def _prepare(connection: Connection, traffic: Traffic, progress: Progress) -> None:
    """Make sure that the database is ours and filled; a crash in between leaves it empty."""
    if inspect(connection).has_table(tables.meta.name):
        stored = meta.read_int(connection, Meta.SCHEMA)
        if stored > tables.SCHEMA_VERSION:
            raise NewerDatabase
        if stored < tables.SCHEMA_VERSION:
            upgrades.bring_up_to_date(connection)
        return
    # Without a look at each table: those of another program are not to be filled.
    tables.metadata.create_all(connection, checkfirst=False)
    now = SandboxClock().now()
    seed(connection, now, traffic, progress)
    upkeep.note_first_names(connection)
    meta.write(connection, Meta.EXPIRED_UNTIL, to_ms(now))
    meta.write(connection, Meta.SCHEMA, tables.SCHEMA_VERSION)


def _derived(key: bytes, purpose: str) -> bytes:
    return hashlib.blake2b(purpose.encode(), key=key, digest_size=32).digest()
