"""What the command palette finds: pages, accounts, keys and actions by fuzzy match."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_SHOWN = 40
WORST_SCORE = 70.0


class Kind(StrEnum):
    """What an entry is, in the order in which an empty search lists them."""

    PAGE = "page"
    ACTION = "action"
    ACCOUNT = "account"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the palette can do.

    Attributes:
        kind: what it is.
        title: its name, plain text from wherever it came.
        hint: what tells it apart, such as the account of a key; searched as well.
        run: does it, on the interface thread.
        icon: an icon's name, or an empty text.
        id: what it stands for, where that has an id.
    """

    kind: Kind
    title: str
    hint: str
    run: Callable[[], None]
    icon: str = ""
    id: str = ""


def searchable(text: str) -> str:
    """The text as it is compared: without case, accents and outer space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).strip()


class PaletteModel:
    """Entries that can be searched as one types."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self.fill(entries)

    def fill(self, entries: Sequence[Entry]) -> None:
        """Search these from now on."""
        order = list(Kind)
        self._entries = sorted(entries, key=lambda entry: order.index(entry.kind))
        self._titles = [searchable(entry.title) for entry in self._entries]
        self._texts = [searchable(f"{entry.title} {entry.hint}") for entry in self._entries]

    def find(self, search: str) -> list[Entry]:
        """The best entries for what was typed, best first; all kinds in their order for nothing.

        A title that begins with the search comes before one that has a word beginning so, that
        before one that merely contains it, and that before one that resembles it.
        """
        wanted = searchable(search)
        if not wanted:
            return self._entries[:MOST_SHOWN]
        from rapidfuzz import fuzz, process

        scores: dict[int, float] = {}
        for _, score, place in process.extract(
            wanted, self._texts, scorer=fuzz.WRatio, limit=4 * MOST_SHOWN, score_cutoff=WORST_SCORE
        ):
            scores[place] = score
        for place, title in enumerate(self._titles):
            better = _containment(wanted, title, self._texts[place])
            if better:
                scores[place] = scores.get(place, 0.0) + better
        ranked = sorted(scores, key=lambda place: (-scores[place], place))
        return [self._entries[place] for place in ranked[:MOST_SHOWN]]


def _containment(wanted: str, title: str, text: str) -> float:
    if title.startswith(wanted):
        return 300.0
    if any(word.startswith(wanted) for word in title.split()):
        return 200.0
    return 100.0 if wanted in text else 0.0
