"""The usage cube: slices of cells, listed as JSON and carried as Apache Arrow streams.

A slice's columns are declared in `lmchat_desktop.contract.usage_arrow`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Count, Instant, Nanos

SERVICE_SCOPE = "service"
"""The scope of the whole service; every other scope is an account's id."""


class SliceInfo(Answer):
    """One slice of the cube, before it is fetched.

    Day slices (`2026-11-10`) hold cells of a quarter hour and exist for closed UTC days; hour
    slices (`2026-11-24T05`) hold cells of a minute and exist for the last 48 hours, the open hour
    included. A closed slice changes only by a late arrival, an erasure or a purge, and then its
    ETag does.
    """

    id: str
    start: Instant
    end: Instant
    resolution_s: int
    closed: bool
    etag: str
    cells: Count


class SliceList(Answer):
    """The slices of a scope, oldest first, as of one instant.

    A `complete` list names all that there are. Any other is what has become another since the
    list that `after` came from: `data` are slices that are new, closed since or of another content,
    `gone` those that ceased to exist, and every other slice is as it was.
    """

    scope: str
    as_of: Instant
    data: list[SliceInfo]
    complete: bool = True
    gone: list[str] = Field(default=[], description="ids; empty in a complete list")
    next_cursor: str | None = Field(
        default=None,
        description="send as `after`, to be told of no more than what changes from now on",
    )


class TopRow(Answer):
    """One of the largest accounts or keys of a period."""

    id: str
    name: str
    requests: Count
    errors: Count
    input_tokens: Count
    output_tokens: Count
    cost_nanos: Nanos


class TopList(Answer):
    """The largest accounts or keys, largest first."""

    by: Literal["account", "key"]
    start: Instant
    end: Instant
    data: list[TopRow]
