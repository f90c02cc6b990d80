"""What can go wrong between the application and a backend, in words for a person.

Every message says what happened, what was and was not done, and what to do next. Technical details
are apart, and hold neither secrets nor content.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from lmchat_desktop.contract.base import FieldProblem, Problem
    from lmchat_desktop.domain.wording import Sentence


class Effect(Enum):
    """What a failed call can have changed on the backend; its value says so."""

    NONE = said("Client", "Nothing was changed.")
    UNKNOWN = said(
        "Client", "It is not known whether the change was made: look before you try again."
    )
    READING = said("Client", "What you see is what was known before.")


class ApiTrouble(Exception):
    """A call to a backend failed.

    Attributes:
        code: a stable name of the kind of trouble.
        message: what happened, what was not done, what to do next; to be shown as plain text.
        technical: details for a report, without secrets or content.
        transient: whether the same call can succeed later without anybody doing anything.
    """

    code: ClassVar[str] = "trouble"
    transient: ClassVar[bool] = False

    def __init__(self, message: Sentence, technical: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.technical = technical


class Cancelled(ApiTrouble):
    """The person, or the application's end, stopped the call."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__(said("Client", "This was stopped before it ended."))


class BadAddress(ApiTrouble):
    """The text is not the address of a backend."""

    code = "bad-address"


class InsecureAddress(BadAddress):
    """Plain http to another machine, which would show the token to the network."""

    code = "insecure-address"


class Unreachable(ApiTrouble):
    """No answer came: offline, wrong address, refused, timed out, or cut before it began."""

    code = "unreachable"
    transient = True


class Untrusted(Unreachable):
    """The backend could not prove with its TLS certificate that it is who it says."""

    code = "untrusted"
    transient = False


class BadAnswer(ApiTrouble):
    """An answer came, but it is cut short, too large, of another type, or not what was agreed."""

    code = "bad-answer"


class CutShort(BadAnswer):
    """The connection ended in the middle of an answer."""

    code = "cut-short"
    transient = True


class Refused(ApiTrouble):
    """The backend answered that it will not do this.

    Attributes:
        status: the HTTP status.
        kind: the last segment of the problem's type, one of `ProblemKind`, or "".
        errors: the invalid fields, where the backend named any.
        retry_after_s: seconds after which the backend asks to be called again, or None.
        current_etag: on a stale write, the ETag of the resource as it now stands, or None.
    """

    code = "refused"

    def __init__(
        self,
        message: Sentence,
        technical: str = "",
        *,
        problem: Problem,
        retry_after_s: float | None = None,
        current_etag: str | None = None,
    ) -> None:
        super().__init__(message, technical)
        self.status = problem.status
        self.kind = problem.type.rstrip("/").rpartition("/")[2]
        self.errors: tuple[FieldProblem, ...] = tuple(problem.errors)
        self.retry_after_s = retry_after_s
        self.current_etag = current_etag if current_etag is not None else problem.current_etag


class SignedOut(Refused):
    """401: the sign-in is over, or was never valid here."""

    code = "signed-out"


class DeviceRevoked(SignedOut):
    """401: an operator or the person took this device's access away."""

    code = "device-revoked"


class NotAllowed(Refused):
    """403: the person's roles do not bring the scope for this."""

    code = "not-allowed"


class NotFound(Refused):
    """404: there is no such thing, or not for this person."""

    code = "not-found"


class Conflict(Refused):
    """409: something else is under way or stands against it."""

    code = "conflict"


class CursorGone(Refused):
    """410: the change feed's cursor is no longer good; start from a snapshot."""

    code = "cursor-gone"


class Stale(Refused):
    """412: somebody changed it in the meantime."""

    code = "stale"


class Invalid(Refused):
    """400 or 422: the backend does not accept what was sent; `errors` names the fields."""

    code = "invalid"


class Limited(Refused):
    """429: too many requests."""

    code = "limited"
    transient = True


class BackendTrouble(Refused):
    """5xx: the backend itself failed."""

    code = "backend-trouble"
    transient = True


class NotOffered(Refused):
    """501, or a problem of that kind: this backend does not have the feature."""

    code = "not-offered"


class SignInFailed(ApiTrouble):
    """The browser sign-in did not come to its end: declined, timed out, or no browser."""

    code = "sign-in-failed"


class SignInDeclined(SignInFailed):
    """The person, or the backend, said no in the browser."""

    code = "sign-in-declined"


class SignInTimedOut(SignInFailed):
    """Nobody finished the sign-in in the browser in time."""

    code = "sign-in-timed-out"
