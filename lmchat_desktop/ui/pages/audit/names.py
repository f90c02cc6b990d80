"""What the people and things that the log names are called, as far as the cache knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.accounts import Member
from lmchat_desktop.contract.changes import ENTITY_TYPES
from lmchat_desktop.contract.operators import Operator

if TYPE_CHECKING:
    from collections.abc import Set

    from lmchat_desktop.services.session import Session

KINDS = ("account", "key", "device", "plan", "provider", "model", "processor")
"""The kinds of things that have names in the cache."""


class NameBook:
    """Looks names up in the cache, each once. All of it is called on a pool's threads.

    Names come from outside: they are shown as plain text.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._people: dict[str, str] | None = None
        self._things: dict[tuple[str, str], str] = {}

    def people(self) -> dict[str, str]:
        """The names of all people that are known, by their ids."""
        found = self._people
        if found is None:
            entities, me = self._session.entities, self._session.me.person
            members = entities.as_kept(Member, "person_id", "name")
            operators = entities.as_kept(Operator, "id", "name")
            found = self._people = {**dict(members), **dict(operators), me.id: me.name}
        return found

    def person(self, person_id: str) -> str:
        """A person's name; "" where it is not known."""
        return self.people().get(person_id, "")

    def account(self, account_id: str) -> str:
        """An account's name; "" where it is not known."""
        return self.thing("account", account_id)

    def thing(self, kind: str, thing_id: str) -> str:
        """The name of a thing; "" where it has none, or it is not known."""
        if kind == "person":
            return self.person(thing_id)
        if kind not in KINDS:
            return ""
        known = self._things.get((kind, thing_id))
        if known is None:
            found = self._session.entities.get(ENTITY_TYPES[kind], thing_id)
            known = self._things[kind, thing_id] = str(getattr(found, "name", ""))
        return known

    def forget(self, changed_kinds: Set[str]) -> None:
        """Entities of these kinds have changed."""
        if changed_kinds & {"member", "operator"}:
            self._people = None
        self._things = {
            place: name for place, name in self._things.items() if place[0] not in changed_kinds
        }
