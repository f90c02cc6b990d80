"""What an operation of the API is: its call, its types, and the conventions it follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from lmchat_desktop.contract.base import Body
from lmchat_desktop.domain.scopes import Scope


class Trait(StrEnum):
    """A convention that an operation follows beyond the ones that hold for all."""

    PUBLIC = "public"
    """Needs no sign-in."""
    SANDBOX = "sandbox"
    """Offered by a sandbox only."""
    SANDBOX_TOKEN = "sandbox-token"
    """Needs the one-time token of the sandbox's start in `X-Sandbox-Token`."""
    SANDBOX_EITHER = "sandbox-either"
    """Needs a sign-in, or the sandbox's token instead."""
    NO_DEVICE = "no-device"
    """A personal token may call it without a device."""
    PAGED = "paged"
    """Answers cursor pages."""
    IDEMPOTENT = "idempotent"
    """Carries an Idempotency-Key."""
    IDEMPOTENT_OPTIONAL = "idempotent-optional"
    """May carry an Idempotency-Key."""
    SECRET = "secret"
    """The answer carries a secret."""
    ETAG = "etag"
    """The answer carries an ETag."""
    IF_MATCH = "if-match"
    """Needs If-Match."""
    MERGE_PATCH = "merge-patch"
    """The body is a merge patch (RFC 7396)."""
    CONDITIONAL = "conditional"
    """Understands If-None-Match."""
    ARROW = "arrow"
    """Answers an Apache Arrow stream."""
    ZIP = "zip"
    """Answers a ZIP archive."""
    JOB = "job"
    """Starts a job."""
    FORM = "form"
    """The body is a form; its errors are those of RFC 6749."""
    HTML = "html"
    """Answers a page for a person's browser."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    Attributes:
        id: its name, also as `operationId`.
        method, path: what is called.
        summary: what it does, in a line.
        tag: the resource that it belongs to.
        answer: the type of a success's body, None for an empty one.
        scope: what the caller must hold, somewhere at least.
        query, body: the types of what is sent along.
        status: the HTTP status of a success.
        traits: the conventions it follows.
        description: what a summary cannot hold.
        refusals: statuses of problems beyond those that its traits bring.
    """

    id: str
    method: str
    path: str
    summary: str
    tag: str
    answer: Any = None
    scope: Scope | None = None
    query: type[BaseModel] | None = None
    body: type[Body] | None = None
    status: int = 200
    traits: frozenset[Trait] = frozenset()
    description: str = ""
    refusals: frozenset[int] = frozenset()

    def has(self, trait: Trait) -> bool:
        """Whether it follows the convention."""
        return trait in self.traits


def traits(*names: Trait) -> frozenset[Trait]:
    """Several conventions together."""
    return frozenset(names)
