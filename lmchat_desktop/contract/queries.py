"""Query parameters of the API's lists and reports; what is not named here is refused."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lmchat_desktop.contract.account_events import EventKind
from lmchat_desktop.contract.base import MAX_PAGE, Body, Instant
from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.contract.keys import KeyState, SuggestionKind
from lmchat_desktop.contract.operators import GrantState
from lmchat_desktop.contract.outbox import MessageKind
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.usage.cells import Outcome


class PageQuery(Body):
    """Which page of a list: how many entries, and from where."""

    limit: int = Field(default=100, ge=1, le=MAX_PAGE, description="entries on a page")
    cursor: str | None = Field(
        default=None,
        max_length=2000,
        description="`next_cursor` of the page before, with the same filters",
    )


class AccountsQuery(PageQuery):
    """Accounts, by id."""

    search: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="the beginning of the id, of a word of the name, or of the e-mail or phone",
    )


class KeysQuery(PageQuery):
    """API keys."""

    account_id: str | None = Field(default=None, description="of this account")
    state: KeyState | None = Field(default=None, description="in this state")
    search: str | None = Field(
        default=None,
        min_length=1,
        max_length=120,
        description="what the name, in any case of letters, or the id or the hint begins with",
    )
    sort: Literal[
        "id",
        "name",
        "-name",
        "created_at",
        "-created_at",
        "last_used_at",
        "-last_used_at",
        "expires_at",
        "-expires_at",
    ] = Field(default="id", description="a leading `-` turns it round; unknown counts as smallest")


class StandingsQuery(Body):
    """Of which keys the standings are asked."""

    ids: str = Field(
        min_length=1, max_length=8_000, description="ids of at most 100 keys, joined by commas"
    )


class KeyUseQuery(Body):
    """Of how long the use of a key is asked."""

    hours: int = Field(default=24, ge=1, le=720, description="that end now")


class SuggestionsQuery(PageQuery):
    """Keys that should be looked at."""

    account_id: str | None = Field(default=None, description="of this account")
    kind: SuggestionKind | None = Field(default=None, description="for this reason")


class SuggestionCountsQuery(Body):
    """Of which keys suggestions are counted."""

    account_id: str | None = Field(default=None, description="of this account")


class DevicesQuery(PageQuery):
    """Devices, by id."""

    person_id: str | None = Field(default=None, description="of this person")


class GrantsQuery(PageQuery):
    """Roles that wait for a second person or waited, by id."""

    person_id: str | None = Field(default=None, description="that this person gains")
    state: GrantState | None = Field(default=None, description="in this state")


class AuditQuery(PageQuery):
    """Audit entries in the order of the log."""

    account_id: str | None = Field(default=None, description="about this account")
    actor_id: str | None = Field(default=None, description="by this person")
    action: str | None = Field(default=None, description="of this kind, such as `key.create`")
    entity_id: str | None = Field(default=None, description="about the thing with this id")
    entity_kind: str | None = Field(
        default=None, description="about things of this kind, such as `key`"
    )
    start: Instant | None = Field(default=None, description="written at or after")
    end: Instant | None = Field(default=None, description="written before")
    proof_size: int | None = Field(
        default=None,
        ge=0,
        lt=2**63,
        description="only entries of the tree of this size, each with its inclusion proof in it",
    )
    sort: Literal["-seq", "seq"] = Field(
        default="-seq", description="newest first, or oldest first"
    )


class ConsistencyQuery(Body):
    """Two sizes of the log's tree."""

    first: int = Field(ge=0, lt=2**63, description="the earlier one")
    second: int = Field(ge=0, lt=2**63, description="the later one, at most that of the head")


class InclusionQuery(Body):
    """A size of the log's tree."""

    size: int = Field(ge=1, lt=2**63, description="at most that of the head")


class JobsQuery(PageQuery):
    """Jobs, newest first."""

    state: JobState | None = Field(default=None, description="in this state")


class RequestsQuery(PageQuery):
    """Requests by start; `start` and `end` seek to any time without reading what lies before."""

    account_id: str | None = Field(default=None, description="of this account")
    key_id: str | None = Field(default=None, description="made with this key")
    start: Instant | None = Field(default=None, description="started at or after")
    end: Instant | None = Field(default=None, description="started before")
    model: str | None = Field(default=None, description="a model's id")
    provider: str | None = Field(default=None, description="a provider's id")
    region: str | None = Field(default=None, description="a region's id, at any provider")
    outcome: Outcome | None = Field(default=None, description="how it ended")
    error_code: str | None = Field(default=None, description="empty: without an error")
    sort: Literal["-started_at", "started_at"] = Field(
        default="-started_at", description="newest first, or oldest first"
    )


class ChangesQuery(Body):
    """Where in the change feed to go on."""

    after: str | None = Field(
        default=None,
        max_length=2000,
        description="`next_cursor` of the page before; without it a snapshot begins",
    )
    limit: int = Field(default=MAX_PAGE, ge=1, le=MAX_PAGE, description="changes on a page")


class SlicesQuery(Body):
    """Whose usage."""

    scope: str = Field(
        default=SERVICE_SCOPE, description="`service` for the whole service, or an account's id"
    )


class SliceListQuery(SlicesQuery):
    """Whose usage, and what is known of it."""

    after: str | None = Field(
        default=None,
        max_length=2000,
        description="`next_cursor` of an earlier list of the same scope",
    )


class TopQuery(Body):
    """The largest of what, when."""

    by: Literal["account", "key"] = Field(description="what is ranked")
    start: Instant = Field(description="requests that started at or after")
    end: Instant = Field(description="requests that started before")
    scope: str = Field(
        default=SERVICE_SCOPE, description="`service` for the whole service, or an account's id"
    )
    limit: int = Field(default=10, ge=1, le=100, description="how many")


class AuthorizeQuery(Body):
    """A request for authorisation (RFC 6749 section 4.1.1, RFC 7636 section 4.3)."""

    response_type: Literal["code"]
    client_id: str = Field(description="`lmchat-desktop`")
    redirect_uri: str = Field(
        description="a loopback address with a port, `http://127.0.0.1:PORT/PATH` or "
        "`http://[::1]:PORT/PATH`, without query or fragment"
    )
    state: str = Field(min_length=1, max_length=500, description="comes back as it is")
    code_challenge: str = Field(
        pattern="^[A-Za-z0-9_-]{43}$", description="SHA-256 of the verifier, base64url"
    )
    code_challenge_method: Literal["S256"]


class AuthorizeChoice(AuthorizeQuery):
    """The form of a sandbox's sign-in page: the request for authorisation, and who was chosen."""

    person_id: str = Field(description="whom to be, or `decline`")


class AccountSearchQuery(Body):
    """What somebody knows of an account."""

    q: str = Field(
        min_length=2,
        max_length=200,
        description="the beginning of an id, a name or one of its words, an e-mail or telephone "
        "number that is theirs or was, a key's hint (its beginning or its last four characters), "
        "or a whole request id",
    )
    limit: int = Field(default=20, ge=1, le=50, description="how many accounts")


class EventsQuery(PageQuery):
    """Events of an account, newest first; `start` and `end` seek to any time."""

    kind: list[EventKind] = Field(default=[], description="of one of these kinds")
    start: Instant | None = Field(default=None, description="at or after")
    end: Instant | None = Field(default=None, description="before")


class OutboxQuery(PageQuery):
    """Messages of a sandbox, newest first."""

    to: str | None = Field(default=None, max_length=320, description="to this address")
    kind: MessageKind | None = Field(default=None, description="of this kind")
