"""Around every answer: headers that all of them carry, a bound on bodies, and mistakes of ours."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lmchat_desktop.sandbox.calls import ANSWER_HEADERS
from lmchat_desktop.sandbox.problems import internal

MAX_BODY = 1 << 20

_ALWAYS = {"X-Content-Type-Options": "nosniff"}


class Envelope:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[str, str] = dict(_ALWAYS)
        scope[ANSWER_HEADERS] = headers
        begun = False
        received = 0

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                named = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.lower().encode(), value.encode())
                        for name, value in headers.items()
                        if name.lower().encode() not in named
                    ),
                ]
            await send(message)

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise HTTPException(413, "The body is larger than 1 MiB.")
            return message

        try:
            await self._app(scope, receiving, sending)
        except Exception as error:
            if begun:
                raise
            await internal(error)(scope, receive, sending)
