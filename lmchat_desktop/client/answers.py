"""What came back: bodies within bounds, JSON as contract types, broken answers as errors."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import httpx
import pydantic

from lmchat_desktop.client.errors import (
    ApiTrouble,
    BadAnswer,
    CutShort,
    Effect,
    Unreachable,
    Untrusted,
)
from lmchat_desktop.client.unpacking import NotUnpackable, Unpacker
from lmchat_desktop.domain.wording import in_order, said

if TYPE_CHECKING:
    from lmchat_desktop.client.cancel import CancelToken

M = TypeVar("M", bound=pydantic.BaseModel)

OnBytes = Callable[[int, int | None], None]
"""Told the bytes received so far and, where the answer says it, how many there will be."""

MAX_JSON = 32 * 2**20
MAX_DETAIL = 300


def content_type(response: httpx.Response) -> str:
    """The media type alone, in lower case; "" without one."""
    found: str = response.headers.get("Content-Type", "")
    return found.partition(";")[0].strip().lower()


def expect_type(response: httpx.Response, wanted: str, effect: Effect) -> None:
    """Raise `BadAnswer` unless the answer is of the wanted media type."""
    found = content_type(response)
    if found != wanted:
        raise BadAnswer(
            in_order(
                said(
                    "Client",
                    "The backend's answer is not of the agreed kind, as when another server, a "
                    "proxy or a network's log-in page answers.",
                ),
                effect.value,
                said("Client", "Check the address of the profile."),
            ),
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
        BadAnswer: it is larger than that, or its encoding is broken or was not asked for.
        CutShort: the connection ended before the answer did.
        Unreachable: no more came in time.
        Cancelled: on the token.
    """
    whole = BytesIO()
    write_body(response, whole, limit, effect, cancel, on_bytes)
    return whole.getvalue()


def write_body(
    response: httpx.Response,
    into: BinaryIO,
    limit: int,
    effect: Effect,
    cancel: CancelToken | None = None,
    on_bytes: OnBytes | None = None,
) -> None:
    """As `read_body`, but each piece is written as it comes.

    Raises:
        OSError: it cannot be written.
    """
    total = _announced(response)
    if total is not None and total > limit:
        raise _too_large(total, limit, effect)
    received = 0
    assert isinstance(response.stream, httpx.SyncByteStream)
    try:
        unpacker = Unpacker(response.headers.get("Content-Encoding", ""))
        for sent in response.stream:
            for part in unpacker.feed(sent):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                received += len(part)
                if received > limit:
                    raise _too_large(received, limit, effect)
                into.write(part)
                if on_bytes is not None:
                    on_bytes(received, total)
        unpacker.end()
    except httpx.TransportError as trouble:
        raise broken_off(trouble, received, effect) from None
    except NotUnpackable as trouble:
        raise _not_unpackable(trouble, received, effect) from None


def _announced(response: httpx.Response) -> int | None:
    """How long the answer says that it is; None where it does not, or is packed."""
    length = response.headers.get("Content-Length", "")
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
        return None
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else None


def _not_unpackable(trouble: NotUnpackable, received: int, effect: Effect) -> BadAnswer:
    return (CutShort if trouble.ended else BadAnswer)(
        in_order(
            said(
                "Client",
                "The backend's answer is damaged: its compression cannot be undone.",
            ),
            effect.value,
            said("Client", "Try again; if it stays so, tell whoever runs the backend."),
        ),
        f"{trouble} after {received} bytes",
    )


def _too_large(size: int, limit: int, effect: Effect) -> BadAnswer:
    return BadAnswer(
        in_order(
            said(
                "Client",
                "The backend's answer is larger than anything expected here, and was not read.",
            ),
            effect.value,
            said("Client", "Tell whoever runs the backend."),
        ),
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
            in_order(
                said("Client", "The backend's answer cannot be read as what was agreed."),
                effect.value,
                said(
                    "Client",
                    "The backend may be of another version: look for an update of this "
                    "application, or tell whoever runs the backend.",
                ),
            ),
            f"{model.__name__}: {places}",
        ) from None


def _place(location: tuple[int | str, ...]) -> str:
    return "/".join("*" if isinstance(part, int) else part[:40] for part in location[:6])


def broken_off(trouble: httpx.TransportError, received: int, effect: Effect) -> ApiTrouble:
    """The error for a connection that failed in the middle of an answer."""
    technical = f"{type(trouble).__name__} after {received} bytes"
    if isinstance(trouble, httpx.TimeoutException):
        return Unreachable(
            in_order(
                said("Client", "The backend stopped sending in the middle of an answer."),
                effect.value,
                said("Client", "It is tried again by itself where that is safe."),
            ),
            technical,
        )
    return CutShort(
        in_order(
            said("Client", "The connection ended in the middle of the backend's answer."),
            effect.value,
            said("Client", "Try again."),
        ),
        technical,
    )


def no_answer(trouble: httpx.TransportError, host: str, effect: Effect) -> Unreachable:
    """The error for a call that got no answer at all."""
    technical = type(trouble).__name__
    certificate = _certificate_error(trouble)
    if certificate is not None:
        return Untrusted(
            in_order(
                said(
                    "Client",
                    "{host} could not prove that it is the backend: its certificate is not "
                    "trusted here ({reason}).",
                    host=host,
                    reason=bounded(certificate),
                ),
                Effect.NONE.value,
                said(
                    "Client",
                    "Do not go around this: ask whoever runs the backend, and check this "
                    "machine's clock.",
                ),
            ),
            technical,
        )
    if isinstance(trouble, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        technical = f"{technical}: {bounded(str(trouble))}"
        return Unreachable(
            in_order(
                said("Client", "No connection to {host}.", host=host),
                Effect.NONE.value,
                said(
                    "Client",
                    "Check the network and the address; it is tried again by itself where that "
                    "is safe.",
                ),
            ),
            technical,
        )
    if isinstance(trouble, httpx.PoolTimeout):
        return Unreachable(
            in_order(
                said("Client", "All connections to {host} are busy.", host=host),
                Effect.NONE.value,
                said("Client", "Wait for the work under way."),
            ),
            technical,
        )
    return Unreachable(
        in_order(
            said("Client", "{host} did not answer.", host=host),
            effect.value,
            said("Client", "Check the network; it is tried again by itself where that is safe."),
        ),
        technical,
    )


def _certificate_error(trouble: BaseException) -> str | None:
    seen: BaseException | None = trouble
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message
        seen = seen.__cause__ or seen.__context__
    return None


def bounded(text: str) -> str:
    """Foreign text for one line: no control or direction characters, not longer than a sentence."""
    clean = "".join(character if character.isprintable() else " " for character in text)
    return clean if len(clean) <= MAX_DETAIL else f"{clean[:MAX_DETAIL]}…"
