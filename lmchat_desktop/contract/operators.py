"""Operators: who works for lmchat in which roles, and roles that wait for a second person."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Instant
from lmchat_desktop.domain.scopes import Role

OperatorRole = Literal[Role.SUPPORT, Role.LEGAL, Role.ADMIN]

Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
"""Why, in a person's own words; it goes to the audit log."""

Roles = Annotated[list[OperatorRole], Field(max_length=10)]


class OperatorState(StrEnum):
    """Whether an operator has ever signed in."""

    INVITED = "invited"
    ACTIVE = "active"


class Operator(Answer):
    """Somebody who works for lmchat."""

    id: str
    """The person's id."""
    name: str
    email: str
    roles: list[Role]
    waiting: list[Role]
    """Roles that were asked for and wait for a second person."""
    state: OperatorState
    since: Instant
    joined_at: Instant | None = None
    """When they first signed in as an operator."""
    etag: str


class OperatorInvite(Body):
    """A new operator. Somebody with that e-mail who is there already keeps their name."""

    name: str = Field(min_length=1, max_length=200, pattern=r"\S")
    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    roles: Roles = Field(min_length=1)
    reason: Reason


class OperatorUpdate(Body):
    """A merge patch (RFC 7396) of an operator: the roles they are to have, and no others."""

    roles: Roles
    reason: Reason


class OperatorRemove(Body):
    """Why somebody no longer works for lmchat."""

    reason: Reason


class GrantState(StrEnum):
    """What became of roles that were asked for."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Who asked may no longer ask, who would gain is no operator any more, or other roles were
    asked for instead.
    """


class Grant(Answer):
    """Roles that somebody is to be given, and that a second person has to approve."""

    id: str
    person_id: str
    person_name: str
    roles: list[Role]
    reason: str
    state: GrantState
    asked_by: str
    asked_by_name: str
    asked_at: Instant
    decided_by: str | None = None
    decided_by_name: str | None = None
    decided_at: Instant | None = None
    decision_reason: str = ""
    etag: str


class GrantDecision(Body):
    """Why roles that wait are approved, rejected or withdrawn."""

    reason: Reason


class RoleInfo(Answer):
    """What a role may do."""

    role: Role
    operator: bool
    """Whether it is a role at lmchat, and not in an account."""
    second_person: bool
    """Whether somebody without any role is given it by two people only."""
    scopes: list[str]


class ScopeInfo(Answer):
    """What a scope lets a person do."""

    scope: str
    description: str
    second_person: bool
    """Whether a role that adds it has to be approved by a second person."""


class RoleTable(Answer):
    """Every role and every scope of this backend."""

    roles: list[RoleInfo]
    scopes: list[ScopeInfo]
