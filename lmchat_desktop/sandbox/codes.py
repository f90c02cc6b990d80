"""The small integers by which rows name outcomes, errors and secrets, and what they mean."""

from __future__ import annotations

from lmchat_desktop.domain.keys.terms import UsedSecret
from lmchat_desktop.domain.usage.cells import Outcome

OUTCOMES: tuple[Outcome, ...] = (Outcome.OK, Outcome.REROUTED, Outcome.FAILED)
"""`requests.outcome` is a position in this."""

ERROR_CODES: tuple[str, ...] = ("", "rate_limited", "too_few_tokens", "provider_error")
"""`requests.error` and `attempts.error` are positions in this; 0 is no error."""

SECRETS: tuple[UsedSecret, ...] = (UsedSecret.PRESENT, UsedSecret.OLD)
"""`key_uses.secret` is a position in this."""
