"""Notes that operators write on an account."""

from __future__ import annotations

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Instant


class AccountNote(Answer):
    """A note: plain text that stays as it was written; its author can strike it.

    Operators alone see notes here. They are about the customer all the same, so that the export
    of everything that lmchat holds has them (GDPR art. 15): write them as one whom it is about
    may read them.
    """

    id: str
    account_id: str
    author_id: str
    author_name: str
    at: Instant
    text: str
    struck_at: Instant | None = None


class NoteCreate(Body):
    """A new note."""

    text: str = Field(min_length=1, max_length=4000)
