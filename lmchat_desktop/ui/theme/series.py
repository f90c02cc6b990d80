"""Colours of data series that stay with a name, whatever page it is shown on."""

from __future__ import annotations

from collections.abc import Iterable

from lmchat_desktop.ui.theme.tokens import SERIES


class SeriesColours:
    """Gives each name of a family (models, providers, …) its own colour and keeps it.

    The first eight names of a family get the eight series colours in the order in which they are
    first seen, so a page hands in its names largest first. Later names start over.
    """

    def __init__(self) -> None:
        self._by_family: dict[str, dict[str, int]] = {}

    def index(self, name: str, family: str = "") -> int:
        """The place of the name in its family, given out at its first use."""
        known = self._by_family.setdefault(family, {})
        return known.setdefault(name, len(known))

    def colour(self, name: str, family: str = "") -> str:
        """The colour of the name as #RRGGBB."""
        return SERIES[self.index(name, family) % len(SERIES)]

    def assign(self, names: Iterable[str], family: str = "") -> list[str]:
        """The colours of names, in their order."""
        return [self.colour(name, family) for name in names]
