"""The design tokens: every colour of the interface, light and dark, and arithmetic on colours."""

from __future__ import annotations

from dataclasses import dataclass, replace

SERIES = (
    "#4C78D8",
    "#E2902A",
    "#169E8C",
    "#C45A9E",
    "#8267CF",
    "#5CB0E6",
    "#B9A12B",
    "#8C7B6B",
)
TINT_SHARE = 0.4
"""How far a tint lies from its series colour: towards black on light ground, white on dark."""
PALE_SHARE = 0.42
"""How far a pale colour lies from its series colour towards the ground."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme's colours as #RRGGBB.

    Attributes:
        name: "light" or "dark".
        canvas, surface, raised: backgrounds of the page, of cards, of menus and controls.
        line, soft: hairlines, and the background of what is selected.
        text, muted: first and second text colour.
        accent: the one accent; good, warn, bad: the three judgements.
        series: the eight colours of data, the same in both themes; see also `series_tints`.
    """

    name: str
    canvas: str
    surface: str
    raised: str
    line: str
    soft: str
    text: str
    muted: str
    accent: str
    good: str
    warn: str
    bad: str
    series: tuple[str, ...] = SERIES

    @property
    def dark(self) -> bool:
        """Whether this is the dark theme."""
        return self.name == "dark"

    @property
    def series_tints(self) -> tuple[str, ...]:
        """A second colour for each of `series`, further from the ground than the first."""
        away = "#FFFFFF" if self.dark else "#000000"
        return tuple(mix(colour, away, TINT_SHARE) for colour in self.series)

    @property
    def series_pales(self) -> tuple[str, ...]:
        """A third colour for each of `series`, nearer to the ground than the first."""
        return tuple(mix(colour, self.surface, PALE_SHARE) for colour in self.series)

    @property
    def on_accent(self) -> str:
        """Text on a filled accent."""
        return self.canvas if self.dark else self.surface

    @property
    def hover(self) -> str:
        """The background of a control or row below the pointer."""
        return mix(self.raised if self.dark else self.surface, self.text, 0.05)

    @property
    def pressed(self) -> str:
        """The background of a control that is held down."""
        return mix(self.raised if self.dark else self.surface, self.text, 0.10)

    @property
    def faint(self) -> str:
        """Text of what is disabled, and hints of structure: between muted and the surface."""
        return mix(self.muted, self.surface, 0.42)

    @property
    def border_strong(self) -> str:
        """The border of a control that has to be found: a little firmer than a hairline."""
        return mix(self.line, self.muted, 0.30)

    def colour(self, token: str) -> str:
        """The colour of a token by name; a #RRGGBB is given back as it is."""
        if token.startswith("#"):
            return token
        return str(getattr(self, token))


LIGHT = Tokens(
    name="light",
    canvas="#F5F6F8",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#E2E5EA",
    soft="#E9EDFC",
    text="#1A1E26",
    muted="#5A6372",
    accent="#3D5BD9",
    good="#1F7A36",
    warn="#A85400",
    bad="#C22A2A",
)

DARK = replace(
    LIGHT,
    name="dark",
    canvas="#12151A",
    surface="#1A1E25",
    raised="#222731",
    line="#2E3540",
    soft="#262E4A",
    text="#E6E9EF",
    muted="#98A2B1",
    accent="#93A7FF",
    good="#5FD07A",
    warn="#F5A94A",
    bad="#FF8080",
)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """The colour that lies `share` of the way (0 to 1) from the first to the second."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 to 1 (WCAG 2.2)."""

    def linear(channel: int) -> float:
        ratio = channel / 255
        return ratio / 12.92 if ratio <= 0.04045 else ((ratio + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
