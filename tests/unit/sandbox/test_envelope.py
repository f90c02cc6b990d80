"""A mistake of ours is a problem without its particulars, in the answer and in the log."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from lmchat_desktop.sandbox import problems
from lmchat_desktop.sandbox.database import Busy, StorageFull
from lmchat_desktop.sandbox.middleware import Envelope

SECRET = "mira@example.org"


def answered(error: Exception) -> httpx.Response:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(Envelope)

    @app.get("/")
    def fail() -> None:
        raise error

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
            return await http.get("/")

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(SECRET),
        OperationalError(f"INSERT {SECRET}", {"email": SECRET}, OSError(SECRET)),
    ],
)
def test_particulars_stay_inside(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = answered(error)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/internal-error")
    assert SECRET not in answer.text
    assert SECRET not in caplog.text
    assert "Traceback" not in caplog.text
    assert type(error).__name__ in caplog.text


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [(Busy(), 503, "unavailable"), (StorageFull(), 507, "storage-full")],
)
def test_what_is_nobodys_fault_is_said(error: Exception, status: int, kind: str) -> None:
    answer = answered(error)
    assert answer.status_code == status
    assert answer.json()["type"].endswith(f"/{kind}")
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
