"""Request metadata (category C): one record per request, with its routing attempts."""

from __future__ import annotations

from lmchat_desktop.contract.base import Answer, Count, Instant, Nanos
from lmchat_desktop.domain.usage.cells import Outcome


class RequestSummary(Answer):
    """One request as a row of a list. Latencies are milliseconds; null where none was measured."""

    id: str
    account_id: str
    key_id: str
    started_at: Instant
    model: str
    provider: str
    region: str
    outcome: Outcome
    error_code: str
    """Empty for a request that succeeded."""
    input_tokens: Count
    cached_tokens: Count
    """The part of `input_tokens` that the provider had cached."""
    output_tokens: Count
    cost_nanos: Nanos
    total_ms: float | None
    first_token_ms: float | None
    attempt_count: int


class Attempt(Answer):
    """One try to serve a request at one provider."""

    number: int
    provider: str
    region: str
    model: str
    wait_ms: float
    """Milliseconds between the request's arrival and this try."""
    total_ms: float | None
    error_code: str
    fallback_reason: str
    """Why the next provider was tried; empty on the last attempt."""


class RequestDetail(RequestSummary):
    """One request with its attempts, first to last."""

    attempts: list[Attempt]
