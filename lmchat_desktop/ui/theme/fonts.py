"""Type: one family in four sizes that follow the system's font size, with tabular figures."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

TEXT_PX = 14
LABEL_PX = 12
TITLE_PX = 20
FIGURE_PX = 26
PREFERRED_FAMILY = "Inter"

_USUAL_SYSTEM_PX = {"win32": 12.0, "darwin": 13.0}
_USUAL_ELSEWHERE_PX = 13.0
_SNAP = 0.16
_LARGEST_SCALE = 3.0


def system_scale(system_font: QFont) -> float:
    """How much larger than usual the person has set the system's font: 1.0 to 3.0.

    Desktops differ by a pixel or two in what is usual, so that little stays 1.
    """
    usual = _USUAL_SYSTEM_PX.get(sys.platform, _USUAL_ELSEWHERE_PX)
    ratio = QFontInfo(system_font).pixelSize() / usual
    if ratio < 1 + _SNAP:
        return 1.0
    return min(ratio, _LARGEST_SCALE)


class Typography:
    """The fonts of the interface.

    Attributes:
        family: the family in use.
        scale: factor on all sizes, from the system's font size.
    """

    def __init__(self, system_font: QFont, scale: float | None = None) -> None:
        self.family = (
            PREFERRED_FAMILY
            if PREFERRED_FAMILY in QFontDatabase.families()
            else system_font.family()
        )
        self.scale = system_scale(system_font) if scale is None else scale
        self._made: dict[tuple[float, QFont.Weight, bool], QFont] = {}

    def px(self, pixels: float) -> int:
        """A length that has to grow with the text, such as a row's height."""
        return round(pixels * self.scale)

    def font(
        self, pixels: float, weight: QFont.Weight = QFont.Weight.Normal, tabular: bool = False
    ) -> QFont:
        """A font of the family in a size at scale 1."""
        wanted = pixels, weight, tabular
        if wanted not in self._made:
            font = QFont(self.family)
            font.setPixelSize(self.px(pixels))
            font.setWeight(weight)
            if tabular:
                font.setFeature(QFont.Tag("tnum"), 1)
            self._made[wanted] = font
        # A copy, because whoever asks may change it.
        return QFont(self._made[wanted])

    def text(self, *, strong: bool = False, tabular: bool = False) -> QFont:
        """For text and controls."""
        return self.font(TEXT_PX, _weight(strong), tabular)

    def label(self, *, strong: bool = False, tabular: bool = False) -> QFont:
        """For labels, headers and what accompanies."""
        return self.font(LABEL_PX, _weight(strong), tabular)

    def title(self) -> QFont:
        """For a page's title."""
        return self.font(TITLE_PX, QFont.Weight.DemiBold)

    def figure(self) -> QFont:
        """For the one number a tile is about."""
        return self.font(FIGURE_PX, QFont.Weight.DemiBold, tabular=True)


def _weight(strong: bool) -> QFont.Weight:
    return QFont.Weight.DemiBold if strong else QFont.Weight.Normal
