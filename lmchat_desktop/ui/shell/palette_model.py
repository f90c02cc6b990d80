"""What the command palette finds: pages, accounts, keys and actions by fuzzy match."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.ui.shell.search_index import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_SHOWN = 40
MOST_RECENT_SHOWN = 5
RECENT_BONUS = 60.0
"""What was chosen last comes before what matches equally well, not before what matches better."""


class Kind(StrEnum):
    """What an entry is, in the order in which an empty search lists them."""

    PAGE = "page"
    ACTION = "action"
    ACCOUNT = "account"
    KEY = "key"


_BONUS = {Kind.PAGE: 12.0, Kind.ACTION: 8.0, Kind.ACCOUNT: 4.0, Kind.KEY: 0.0}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the palette can do.

    Attributes:
        kind: what it is.
        title: its name, plain text from wherever it came.
        hint: what tells it apart, such as the account of a key; searched as well.
        run: does it, on the interface thread.
        icon: an icon's name, or an empty text.
        id: what it stands for, where that has an id; searched as well.
        words: further words to find it by that are not shown, such as an e-mail address.
    """

    kind: Kind
    title: str
    hint: str
    run: Callable[[], None]
    icon: str = ""
    id: str = ""
    words: str = ""

    @property
    def name(self) -> str:
        """What it is remembered by among those chosen last."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and how well it matches; scores of several searches can be compared."""

    score: float
    entry: Entry


class PaletteModel:
    """Entries that can be searched as one types.

    Attributes:
        recent: names of the entries that were chosen last, the latest first.
    """

    def __init__(self, entries: Sequence[Entry] = (), recent: Sequence[str] = ()) -> None:
        self.recent: Sequence[str] = recent
        self.fill(entries)

    def fill(self, entries: Sequence[Entry]) -> None:
        """Search these from now on."""
        order = list(Kind)
        self._entries = sorted(entries, key=lambda entry: order.index(entry.kind))
        self._index = SearchIndex(
            (entry.title, f"{entry.hint} {entry.words}", entry.id) for entry in self._entries
        )

    def find(self, search: str) -> list[Entry]:
        """The best entries for what was typed, best first.

        For nothing, what was chosen last and then all kinds in their order. A title that begins
        with the search comes before one that has a word beginning so, that before one that merely
        contains it, and that before one that resembles it.
        """
        if not search.strip():
            return self._for_nothing()
        return [found.entry for found in self.rated(search)]

    def rated(self, search: str) -> list[Found]:
        """As `find` for a search that is not empty, with how well each matches."""
        found = [
            rated(score, self._entries[place], self.recent)
            for score, place in self._index.search(search, MOST_SHOWN)
        ]
        found.sort(key=lambda each: -each.score)
        return found

    def _for_nothing(self) -> list[Entry]:
        by_name = {entry.name: entry for entry in reversed(self._entries) if entry.id}
        known = [by_name[name] for name in self.recent if name in by_name]
        first = known[:MOST_RECENT_SHOWN]
        chosen = {entry.name for entry in first}
        rest = [entry for entry in self._entries if not entry.id or entry.name not in chosen]
        return [*first, *rest][:MOST_SHOWN]


def rated(score: float, entry: Entry, recent: Sequence[str]) -> Found:
    """An entry with its score, and what its kind and its recent use add to that."""
    bonus = _BONUS[entry.kind]
    if entry.id and entry.name in recent:
        bonus += RECENT_BONUS / (1 + list(recent).index(entry.name))
    return Found(score + bonus, entry)
