"""Answers that say no: made into errors, with what happened and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydantic

from lmchat_desktop.client.answers import bounded, content_type, read_body
from lmchat_desktop.client.call import JSON_TYPE
from lmchat_desktop.client.errors import (
    BackendTrouble,
    BadAnswer,
    Conflict,
    CursorGone,
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
)
from lmchat_desktop.client.retry import retry_after_s
from lmchat_desktop.contract.base import PROBLEM_JSON, Problem, ProblemKind
from lmchat_desktop.domain.wording import in_order, said

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

    from lmchat_desktop.domain.wording import Sentence

MAX_PROBLEM = 64 * 2**10


def refusal(response: httpx.Response, now: datetime, request: str, effect: Effect) -> Refused:
    """The error for an answer of 400 and above; whatever its body is, it is survived."""
    problem = _problem(response)
    kind = problem.type.rstrip("/").rpartition("/")[2]
    refused = _BY_KIND.get(kind) or _BY_STATUS.get(problem.status)
    if refused is None:
        refused = BackendTrouble if problem.status >= 500 else Refused
    wait = retry_after_s(response.headers, now)
    return refused(
        _message(refused, problem, wait, effect),
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

_WORDS: dict[type[Refused], tuple[Sentence, Sentence]] = {
    DeviceRevoked: (
        said("Client", "This device's access was taken away"),
        said("Client", "Sign in again, or ask an administrator."),
    ),
    SignedOut: (
        said("Client", "The backend does not accept the sign-in"),
        said("Client", "Sign in again."),
    ),
    NotAllowed: (
        said("Client", "Your roles do not allow this"),
        said("Client", "Ask an administrator for the right to do it."),
    ),
    NotFound: (
        said("Client", "There is no such thing here, or it is not for you to see"),
        said("Client", "Refresh the list."),
    ),
    Conflict: (
        said("Client", "Something else stands against this"),
        said("Client", "Wait a moment, look, and try again."),
    ),
    CursorGone: (
        said("Client", "The backend no longer knows where the last sync ended"),
        said("Client", "Everything is synced from the start by itself."),
    ),
    Stale: (
        said("Client", "This is no longer what it was when you looked at it"),
        said("Client", "Compare both versions and decide; yours may already be there."),
    ),
    Invalid: (
        said("Client", "The backend does not accept what was sent"),
        said("Client", "Correct what is named and send again."),
    ),
    Limited: (
        said("Client", "The backend asks for fewer requests"),
        said("Client", "Wait and try again."),
    ),
    NotOffered: (
        said("Client", "This backend does not offer this"),
        said("Client", "Ask whoever runs it."),
    ),
    BackendTrouble: (
        said("Client", "The backend has a fault of its own"),
        said("Client", "Try again later; if it stays so, tell whoever runs it."),
    ),
    Refused: (
        said("Client", "The backend refused this"),
        said("Client", "Tell whoever runs it what you wanted to do."),
    ),
}


def _message(kind: type[Refused], problem: Problem, wait: float | None, effect: Effect) -> Sentence:
    happened, do_next = _WORDS[kind]
    named = ", ".join(bounded(error.pointer) for error in problem.errors[:5])
    return in_order(
        _happened(happened, bounded(problem.detail or problem.title)),
        said("Client", "Fields: {names}.", names=named) if named else None,
        _effect(kind, problem, effect),
        do_next if wait is None or wait <= 0 else _try_again_in(wait),
    )


def _effect(kind: type[Refused], problem: Problem, effect: Effect) -> Sentence | None:
    """What was changed: nothing by a refusal, but a stale write may be the echo of a good one."""
    if kind is Stale:
        return None
    return (effect if problem.status >= 500 else Effect.NONE).value


def _happened(happened: Sentence, detail: str) -> Sentence:
    """What happened, with the backend's own words for it, which end in a stop only once."""
    if not detail:
        return said("Client", "{happened}.", happened=happened)
    if detail.endswith((".", "!", "?")):
        return said("Client", "{happened}: {detail}", happened=happened, detail=detail)
    return said("Client", "{happened}: {detail}.", happened=happened, detail=detail)


def _try_again_in(seconds: float) -> Sentence:
    whole = max(1, round(seconds))
    if whole < 120:
        return said("Client", "Try again in {count} s.", count=whole)
    return said("Client", "Try again in {count} min.", count=round(whole / 60))
