"""What came back: bodies within bounds, JSON made into contract types, problems into errors."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import httpx
import pydantic

from lmchat_desktop.client.errors import (
    ApiTrouble,
    BackendTrouble,
    BadAnswer,
    Conflict,
    CursorGone,
    CutShort,
    DeviceRevoked,
    Effect,
    Invalid,
    Limited,
    NotAllowed,
    NotFound,
    NotOffered,
    Refused,
    SignedOut,
    Stale,
    Unreachable,
    Untrusted,
)
from lmchat_desktop.client.retry import retry_after_s
from lmchat_desktop.contract.base import PROBLEM_JSON, Problem, ProblemKind

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.client.cancel import CancelToken

M = TypeVar("M", bound=pydantic.BaseModel)

OnBytes = Callable[[int, int | None], None]
"""Told the bytes received so far and, where the answer says it, how many there will be."""

MAX_JSON = 32 * 2**20
MAX_PROBLEM = 64 * 2**10
MAX_DETAIL = 300
JSON_TYPE = "application/json"


def content_type(response: httpx.Response) -> str:
    """The media type alone, in lower case; "" without one."""
    found: str = response.headers.get("Content-Type", "")
    return found.partition(";")[0].strip().lower()


def expect_type(response: httpx.Response, wanted: str, effect: Effect) -> None:
    """Raise `BadAnswer` unless the answer is of the wanted media type."""
    found = content_type(response)
    if found != wanted:
        raise BadAnswer(
            "The backend's answer is not of the agreed kind, as when another server, a proxy or a "
            f"network's log-in page answers. {effect} Check the address of the profile.",
            f"status={response.status_code} type={found[:80]!r} wanted={wanted!r}",
        )


def read_body(
    response: httpx.Response,
    limit: int,
    effect: Effect,
    cancel: CancelToken | None = None,
    on_bytes: OnBytes | None = None,
) -> bytes:
    """All bytes of an answer, decoded, `limit` at most.

    Raises:
        BadAnswer: it is larger than that, or its encoding is broken.
        CutShort: the connection ended before the answer did.
        Unreachable: no more came in time.
        Cancelled: on the token.
    """
    length = response.headers.get("Content-Length", "")
    total = int(length) if length.isascii() and length.isdigit() and len(length) < 19 else None
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
        total = None
    if total is not None and total > limit:
        raise _too_large(total, limit, effect)
    parts: list[bytes] = []
    received = 0
    try:
        for part in response.iter_bytes():
            if cancel is not None:
                cancel.raise_if_cancelled()
            received += len(part)
            if received > limit:
                raise _too_large(received, limit, effect)
            parts.append(part)
            if on_bytes is not None:
                on_bytes(received, total)
    except httpx.TransportError as trouble:
        raise broken_off(trouble, received, effect) from None
    except httpx.DecodingError:
        raise BadAnswer(
            f"The backend's answer is damaged: its compression cannot be undone. {effect} Try "
            "again; if it stays so, tell whoever runs the backend.",
            f"after {received} bytes",
        ) from None
    return b"".join(parts)


def _too_large(size: int, limit: int, effect: Effect) -> BadAnswer:
    return BadAnswer(
        f"The backend's answer is larger than anything expected here, and was not read. {effect} "
        "Tell whoever runs the backend.",
        f"at least {size} bytes, limit {limit}",
    )


def parse(body: bytes, model: type[M], effect: Effect) -> M:
    """JSON as a contract type; `BadAnswer`, without any of the content, where it does not fit."""
    try:
        return model.model_validate_json(body)
    except pydantic.ValidationError as trouble:
        places = "; ".join(
            f"{_place(error['loc'])}: {error['type']}"
            for error in trouble.errors(include_input=False, include_url=False)[:5]
        )
        raise BadAnswer(
            f"The backend's answer cannot be read as what was agreed. {effect} The backend may be "
            "of another version: look for an update of this application, or tell whoever runs "
            "the backend.",
            f"{model.__name__}: {places}",
        ) from None


def _place(location: tuple[int | str, ...]) -> str:
    return "/".join("*" if isinstance(part, int) else part[:40] for part in location[:6])


def broken_off(trouble: httpx.TransportError, received: int, effect: Effect) -> ApiTrouble:
    """The error for a connection that failed in the middle of an answer."""
    technical = f"{type(trouble).__name__} after {received} bytes"
    if isinstance(trouble, httpx.TimeoutException):
        return Unreachable(
            f"The backend stopped sending in the middle of an answer. {effect} It is tried again "
            "by itself where that is safe.",
            technical,
        )
    return CutShort(
        f"The connection ended in the middle of the backend's answer. {effect} Try again.",
        technical,
    )


def no_answer(trouble: httpx.TransportError, host: str, effect: Effect) -> Unreachable:
    """The error for a call that got no answer at all."""
    technical = type(trouble).__name__
    certificate = _certificate_error(trouble)
    if certificate is not None:
        return Untrusted(
            f"{host} could not prove that it is the backend: its certificate is not trusted here "
            f"({_bounded(certificate)}). {Effect.NONE} Do not go around this: ask whoever runs "
            "the backend, and check this machine's clock.",
            technical,
        )
    if isinstance(trouble, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        technical = f"{technical}: {_bounded(str(trouble))}"
        return Unreachable(
            f"No connection to {host}. {Effect.NONE} Check the network and the address; it is "
            "tried again by itself where that is safe.",
            technical,
        )
    if isinstance(trouble, httpx.PoolTimeout):
        return Unreachable(
            f"All connections to {host} are busy. {Effect.NONE} Wait for the work under way.",
            technical,
        )
    return Unreachable(
        f"{host} did not answer. {effect} Check the network; it is tried again by itself where "
        "that is safe.",
        technical,
    )


def _certificate_error(trouble: BaseException) -> str | None:
    seen: BaseException | None = trouble
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message
        seen = seen.__cause__ or seen.__context__
    return None


def refusal(response: httpx.Response, now: datetime, request: str, effect: Effect) -> Refused:
    """The error for an answer of 400 and above; whatever its body is, it is survived."""
    problem = _problem(response)
    kind = problem.type.rstrip("/").rpartition("/")[2]
    refused = _BY_KIND.get(kind) or _BY_STATUS.get(problem.status)
    if refused is None:
        refused = BackendTrouble if problem.status >= 500 else Refused
    wait = retry_after_s(response.headers, now)
    said = _bounded(problem.detail or problem.title)
    return refused(
        _sentence(refused, said, wait, problem, effect),
        f"{request} status={response.status_code} kind={kind or '-'}",
        problem=problem,
        retry_after_s=wait,
        current_etag=response.headers.get("ETag") if problem.status == 412 else None,
    )


def _problem(response: httpx.Response) -> Problem:
    status = response.status_code
    plain = Problem(type="about:blank", title=response.reason_phrase, status=status)
    if content_type(response) not in {PROBLEM_JSON, JSON_TYPE}:
        return plain
    try:
        body = read_body(response, MAX_PROBLEM, Effect.NONE)
        found = Problem.model_validate_json(body)
    except (BadAnswer, Unreachable, pydantic.ValidationError):
        return plain
    return found.model_copy(update={"status": status})


_BY_KIND: dict[str, type[Refused]] = {
    ProblemKind.DEVICE_REVOKED: DeviceRevoked,
    ProblemKind.NOT_OFFERED: NotOffered,
    ProblemKind.CURSOR_GONE: CursorGone,
}

_BY_STATUS: dict[int, type[Refused]] = {
    400: Invalid,
    401: SignedOut,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    410: CursorGone,
    412: Stale,
    422: Invalid,
    429: Limited,
    501: NotOffered,
}

_WORDS: dict[type[Refused], tuple[str, str]] = {
    DeviceRevoked: (
        "This device's access was taken away",
        "Sign in again, or ask an administrator.",
    ),
    SignedOut: ("The backend does not accept the sign-in", "Sign in again."),
    NotAllowed: ("Your roles do not allow this", "Ask an administrator for the right to do it."),
    NotFound: ("There is no such thing here, or it is not for you to see", "Refresh the list."),
    Conflict: ("Something else stands against this", "Wait a moment, look, and try again."),
    CursorGone: (
        "The backend no longer knows where the last sync ended",
        "Everything is synced from the start by itself.",
    ),
    Stale: ("Somebody changed this in the meantime", "Compare both versions and decide."),
    Invalid: ("The backend does not accept what was sent", "Correct what is named and send again."),
    Limited: ("The backend asks for fewer requests", "Wait and try again."),
    NotOffered: ("This backend does not offer this", "Ask whoever runs it."),
    BackendTrouble: (
        "The backend has a fault of its own",
        "Try again later; if it stays so, tell whoever runs it.",
    ),
    Refused: ("The backend refused this", "Tell whoever runs it what you wanted to do."),
}


def _sentence(
    kind: type[Refused], said: str, wait: float | None, problem: Problem, effect: Effect
) -> str:
    happened, do_next = _WORDS[kind]
    effect = effect if problem.status >= 500 else Effect.NONE
    fields = ", ".join(_bounded(error.pointer) for error in problem.errors[:5])
    text = f"{happened}: {said}" if said else happened
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    if fields:
        text += f" Fields: {fields}."
    if wait is not None and wait > 0:
        do_next = f"Try again in {_duration(wait)}."
    return f"{text} {effect} {do_next}"


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 120 else f"{round(whole / 60)} min"


def _bounded(text: str) -> str:
    """Foreign text for one line: no control or direction characters, not longer than a sentence."""
    clean = "".join(character if character.isprintable() else " " for character in text)
    return clean if len(clean) <= MAX_DETAIL else f"{clean[:MAX_DETAIL]}…"
