"""When a call is made again, and after what wait: backoff with full jitter, and Retry-After."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import ApiTrouble, CutShort, Refused, Unreachable, Untrusted
from lmchat_desktop.contract.base import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a safe call is made again.

    Attributes:
        attempts: calls in all, the first included.
        base_s: ceiling of the first wait in seconds; it doubles with each attempt.
        cap_s: ceiling of any wait that the backend did not ask for, in seconds.
        retry_after_cap_s: the longest wait that a backend may ask for; beyond it the call fails at
            once and says when to try again, and whoever waits all the same waits no longer.
        uniform: draws a number from [0, ceiling] (full jitter, so that many clients spread out).
    """

    attempts: int = 4
    base_s: float = 0.5
    cap_s: float = 8.0
    retry_after_cap_s: float = 30.0
    uniform: Callable[[float, float], float] = random.uniform

    def wait_s(self, attempt: int, trouble: BaseException | None) -> float:
        """Seconds to wait after the attempt of that number (from 1) failed."""
        jitter = self.uniform(0.0, min(self.cap_s, self.base_s * 2 ** (attempt - 1)))
        if isinstance(trouble, Refused) and trouble.retry_after_s is not None:
            return min(trouble.retry_after_s, self.retry_after_cap_s) + min(jitter, 1.0)
        return jitter

    def again(self, trouble: BaseException) -> bool:
        """Whether a safe call that failed so is made again."""
        if isinstance(trouble, Refused):
            waits = trouble.retry_after_s is None or (
                trouble.retry_after_s <= self.retry_after_cap_s
            )
            under_way = trouble.kind == ProblemKind.IDEMPOTENCY_UNDER_WAY
            return (trouble.status in RETRIED_STATUSES or under_way) and waits
        return isinstance(trouble, Unreachable | CutShort) and not isinstance(trouble, Untrusted)


NO_RETRY = RetryPolicy(attempts=1)


def is_safe(method: str, idempotency_key: str | None) -> bool:
    """Whether making the call twice does no more than making it once."""
    return method in SAFE_METHODS or (method == "POST" and idempotency_key is not None)


def retrying(call: Callable[[], T], policy: RetryPolicy, cancel: CancelToken | None) -> T:
    """Make a safe call until it succeeds or the policy gives up; the last error is raised."""
    import tenacity

    def sleep(seconds: float) -> None:
        (cancel or CancelToken()).wait(seconds)

    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(policy.attempts),
        wait=lambda state: policy.wait_s(
            state.attempt_number, state.outcome.exception() if state.outcome else None
        ),
        retry=tenacity.retry_if_exception(
            lambda trouble: isinstance(trouble, ApiTrouble) and policy.again(trouble)
        ),
        sleep=sleep,
        reraise=True,
    )(call)


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that `Retry-After` asks for (RFC 9110 10.2.3), None without a readable one.

    A date is measured from the answer's own `Date`, so that a wrong clock here does not matter;
    `now` serves where that is missing.
    """
    asked = headers.get("Retry-After", "").strip()
    if not asked:
        return None
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    until = _http_date(asked)
    if until is None:
        return None
    return max(0.0, (until - (_http_date(headers.get("Date", "")) or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
