"""Texts that are found as one types: by what they begin with, hold, abbreviate or resemble."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WORST_LIKENESS = 70.0
SHORTEST_FUZZY = 3
"""Two letters resemble everything."""
CHUNK = 8_000
"""So many texts are compared in one go: a few milliseconds, in which the interface waits."""
MOST_RATED = 4_000
"""Of more matches than this, one letter's for instance, those that begin with it are rated first.
"""

EXACT, ID, BEGINS, WORDS, INITIALS = 500.0, 480.0, 400.0, 320.0, 310.0
WORD, HOLDS, HOLDS_WORDS = 300.0, 200.0, 150.0
_SINGLE = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
"""Letters that Unicode does not take apart, and what people without them type."""
_BREAK = re.compile(r"[\W_]+")
_END = "\n"


class Hit(NamedTuple):
    """A text that was found: how well, and its place."""

    score: float
    place: int


class _Folding(dict[int, str]):
    """What each character is compared as, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFKD", _SINGLE.get(chr(code), chr(code)))
        kept = "".join(part for part in parts if unicodedata.category(part) not in ("Mn", "Cf"))
        self[code] = kept.casefold()
        return self[code]


_FOLDING = _Folding()


def folded(text: str) -> str:
    """The text as it is compared: without case, accents, invisible signs and outer space."""
    plain = text.lower() if text.isascii() else text.casefold().translate(_FOLDING)
    return " ".join(plain.split())


class SearchIndex:
    """Titles with what else they are found by. It can be searched on any thread.

    Args:
        texts: title, further words such as hints and e-mail addresses, and id of each.
    """

    def __init__(self, texts: Iterable[tuple[str, str, str]] = ()) -> None:
        self._titles: list[str] = []
        self._texts: list[str] = []
        for title, others, identity in texts:
            name = folded(title)
            self._titles.append(name)
            self._texts.append(f"{name}{_END}{folded(others)}{_END}{identity.lower()}")

    def __len__(self) -> int:
        return len(self._titles)

    def search(
        self, wanted: str, limit: int, still_wanted: Callable[[], bool] = lambda: True
    ) -> list[Hit]:
        """The best for what was typed, best first.

        Args:
            wanted: what was typed.
            limit: how many at most.
            still_wanted: looked at between two goes; once false, nothing is found.
        """
        text = folded(wanted)
        if not text:
            return []
        words = text.split()
        held: list[int] = []
        for start in range(0, len(self), CHUNK):
            if not still_wanted():
                return []
            part = self._texts[start : start + CHUNK]
            held += [
                place
                for place, held_text in enumerate(part, start)
                if all(word in held_text for word in words)
            ]
        if len(held) > MOST_RATED:
            first = [place for place in held if self._titles[place].startswith(text)]
            held = (first or held)[:MOST_RATED]
        hits = [Hit(self._rate(text, words, place), place) for place in held]
        if len(hits) < limit:
            known = set(held)
            for hit in (*self._abbreviated(text), *self._alike(text, limit, still_wanted)):
                if hit.place not in known:
                    known.add(hit.place)
                    hits.append(hit)
        hits.sort(key=lambda hit: (-hit.score, len(self._titles[hit.place]), hit.place))
        return hits[:limit]

    def _rate(self, text: str, words: Sequence[str], place: int) -> float:
        title = self._titles[place]
        if title == text:
            return EXACT
        if self._texts[place].endswith(_END + text):
            return ID
        if title.startswith(text):
            return BEGINS
        beginnings = f" {_BREAK.sub(' ', title)}"
        if f" {text}" in beginnings or f" {_BREAK.sub(' ', text)}" in beginnings:
            return WORD
        if len(words) > 1 and all(f" {word}" in beginnings for word in words):
            return WORDS
        if text in title:
            return HOLDS
        every = f" {_BREAK.sub(' ', self._texts[place])}"
        return HOLDS_WORDS + (30 if all(f" {word}" in every for word in words) else 0)

    def _abbreviated(self, text: str) -> Iterable[Hit]:
        """Titles whose words begin with the typed letters, as "nb" for "nightly batch"."""
        if not 2 <= len(text) <= 6 or not text.isalnum():
            return
        for place, title in enumerate(self._titles):
            if title[:1] == text[0] and _initials(title).startswith(text):
                yield Hit(INITIALS, place)

    def _alike(self, text: str, limit: int, still_wanted: Callable[[], bool]) -> Iterable[Hit]:
        if len(text) < SHORTEST_FUZZY:
            return
        from rapidfuzz import fuzz, process

        for start in range(0, len(self), CHUNK):
            if not still_wanted():
                return
            found = process.extract(
                text,
                self._titles[start : start + CHUNK],
                scorer=fuzz.WRatio,
                limit=limit,
                score_cutoff=WORST_LIKENESS,
            )
            yield from (Hit(score, start + place) for _title, score, place in found)


def _initials(title: str) -> str:
    return "".join(word[0] for word in _BREAK.split(title) if word)
