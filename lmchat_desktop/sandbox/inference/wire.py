"""Requests and answers as OpenAI's chat completions have them (platform.openai.com/docs/api)."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from lmchat_desktop.domain.keys.admission import Refusal


class _Sent(BaseModel):
    """What is not named, such as a temperature, makes no difference to a canned answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(_Sent):
    """A part of a message; parts that are not text count for nothing."""

    type: str
    text: str = ""


class Message(_Sent):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The message's text."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content or ())


class StreamOptions(_Sent):
    """How a stream is told."""

    include_usage: bool = False


_Most = Annotated[int, Field(ge=1, lt=2**31)]


class ChatRequest(_Sent):
    """A request for a completion."""

    model: str = Field(min_length=1, max_length=200)
    messages: list[Message] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    max_tokens: _Most | None = None
    max_completion_tokens: _Most | None = None
    n: Literal[1] | None = None

    @property
    def most_tokens(self) -> int | None:
        """How long the answer may be."""
        given = [each for each in (self.max_tokens, self.max_completion_tokens) if each is not None]
        return min(given, default=None)


def chat_request(body: bytes) -> ChatRequest:
    """What a body asks for.

    Raises:
        Refused: it cannot be understood.
    """
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or None
        raise Refused.invalid(str(first["msg"]), place) from None


class Refused(Exception):
    """A request that is not answered.

    Attributes:
        status: the HTTP status.
        kind, code, param, message: as OpenAI's errors have them.
    """

    def __init__(
        self, status: int, kind: str, code: str | None, param: str | None, message: str
    ) -> None:
        super().__init__(code)
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.message = message

    @classmethod
    def because(cls, refusal: Refusal) -> Refused:
        """Refused by a rule."""
        return cls(refusal.status, refusal.kind, refusal.code, refusal.param, refusal.message)

    @classmethod
    def invalid(cls, message: str, param: str | None = None) -> Refused:
        """Refused because it cannot be understood."""
        return cls(400, "invalid_request_error", None, param, message)

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The answer; a client is told not to try again by itself, since it would be the same."""
        error = {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        }
        every = {"Cache-Control": "no-store", "x-should-retry": "false"} | (headers or {})
        if self.status == 401:
            every["WWW-Authenticate"] = "Bearer"
        return answered({"error": error}, self.status, every)


def answered(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    """An answer of JSON."""
    return Response(
        json.dumps(body, ensure_ascii=False), status, headers, media_type="application/json"
    )


def event(body: dict[str, Any] | str) -> bytes:
    """A server-sent event."""
    data = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return f"data: {data}\n\n".encode()
