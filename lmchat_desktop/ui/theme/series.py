"""Colours of data series that stay with a name, whatever page it is shown on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.theme.tokens import LIGHT, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

OTHERS_COLOUR = "#98A2B1"
"""Of small groups that are drawn together."""


class SeriesColours:
    """Gives each name of a family (models, providers, …) its own place and keeps it.

    Places are given out in the order in which names are handed in, so a page hands in all that it
    knows, largest first. While data are still arriving they are given out anew each time, so that
    in the end the largest names have the strongest colours. The first eight get the series
    colours, the next sixteen two rows of tints of them, which follow the theme; later names start
    over. What a page or chart shows never changes a place.
    """

    def __init__(self, tokens: Tokens = LIGHT) -> None:
        self._by_family: dict[str, dict[str, int]] = {}
        self._settled: set[str] = set()
        self._palette: tuple[str, ...] = ()
        self.use(tokens)

    def use(self, tokens: Tokens) -> None:
        """Take the tints of a theme from now on; every name keeps its place."""
        self._palette = tokens.series + tokens.series_tints + tokens.series_pales

    def lasting(self, family: str = "") -> bool:
        """Whether the family's places are given out for the rest of the session."""
        return family in self._settled

    def index(self, name: str, family: str = "") -> int:
        """The place of the name in its family, given out at its first use."""
        known = self._by_family.setdefault(family, {})
        return known.setdefault(name, len(known))

    def colour(self, name: str, family: str = "") -> str:
        """The colour of the name in the theme in use, as #RRGGBB."""
        return self.placed(self.index(name, family))

    def placed(self, place: int) -> str:
        """The colour of a place in the theme in use, as #RRGGBB."""
        return self._palette[place % len(self._palette)]

    def assign(self, names: Iterable[str], family: str = "", *, settled: bool = True) -> list[str]:
        """The colours of names, in their order.

        Args:
            names: names of a family, largest first.
            family: what they are names of.
            settled: whether the order can be relied on; places last from then on.
        """
        names = list(names)
        if names and family not in self._settled:
            self._by_family.pop(family, None)
            if settled:
                self._settled.add(family)
        return [self.colour(name, family) for name in names]
