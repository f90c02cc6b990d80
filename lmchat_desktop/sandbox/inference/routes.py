"""The endpoint's routes: chat completions, streaming or not, and the models that a key may call."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from lmchat_desktop.sandbox.database import Busy, StorageFull
from lmchat_desktop.sandbox.inference.gateway import Gateway
from lmchat_desktop.sandbox.inference.wire import Refused

PREFIX = "/inference/v1"

router = APIRouter(prefix=PREFIX)


@router.post("/chat/completions")
async def chat_completions(request: Request) -> Response:
    """Answer a conversation."""
    body = await request.body()

    def work(gateway: Gateway) -> Response:
        completion = gateway.begin(request, body)
        if completion.asked.stream:
            return StreamingResponse(
                completion.stream(), headers=completion.headers, media_type="text/event-stream"
            )
        return completion.answer()

    return await _served(request, work)


@router.get("/models")
async def models(request: Request) -> Response:
    """The models that a key may call."""
    return await _served(request, lambda gateway: gateway.models(request))


async def _served(request: Request, work: Callable[[Gateway], Response]) -> Response:
    gateway: Gateway = request.app.state.gateway
    try:
        return await run_in_threadpool(work, gateway)
    except Refused as refused:
        return refused.response()
    except (Busy, StorageFull):
        return Refused(
            503, "server_error", "overloaded", None, "The sandbox is busy. Try again."
        ).response({"Retry-After": "1", "x-should-retry": "true"})
