"""The small integers by which request rows name outcomes and errors, and what they mean."""

from __future__ import annotations

from lmchat_desktop.domain.usage.cells import Outcome

OUTCOMES: tuple[Outcome, ...] = (Outcome.OK, Outcome.REROUTED, Outcome.FAILED)
"""`requests.outcome` is a position in this."""

ERROR_CODES: tuple[str, ...] = ("", "rate_limited", "too_few_tokens", "provider_error")
"""`requests.error` and `attempts.error` are positions in this; 0 is no error."""
