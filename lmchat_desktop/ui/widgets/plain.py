"""Text from anywhere shown as it is: never as markup or a mnemonic, never out of its bounds."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lmchat_desktop.ui.theme.fonts import Typography
from lmchat_desktop.ui.theme.manager import typography

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFont, QResizeEvent

LONGEST_LINE = 1000
LONGEST_TOOLTIP = 2000
LONGEST_TEXT = 10_000

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, but not those that break lines
    "\u200b\u2060\ufeff\ufff9-\ufffb"  # no width at all, annotations
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates of the bidi algorithm
    "\ud800-\udfff]"  # halves of pairs, which Qt cannot take
)


def shown(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text in bounded length, with a mark for each character that would not be seen.

    An override in a name would else turn round what stands beside it (Unicode Technical Report 36,
    3.2; "Trojan Source", CVE-2021-42574). Scripts that run from right to left do not need them:
    they are laid out by their letters.
    """
    return _UNSEEN.sub("\ufffd", _shortened(text, longest))


def plain_tooltip(text: str) -> str:
    """The text so that a tooltip shows it literally, whatever it holds."""
    short = shown(text, LONGEST_TOOLTIP)
    if "<" not in short:
        return short
    return f'<span style="white-space: pre-wrap">{html.escape(short)}</span>'


def plain_caption(text: str) -> str:
    """The text for a button or menu entry, its ampersands not taken for mnemonics."""
    return one_line(text).replace("&", "&&")


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """The text in one line of bounded length, its line breaks as spaces."""
    return shown(" ".join(text[: longest + 1].splitlines()), longest)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


class PlainLabel(QLabel):
    """A label that shows its text literally.

    Use it wherever a QLabel would be. It can elide, with the whole text as its tooltip then.

    Args:
        text: what it shows.
        role: "text", "strong", "label", "label_strong", "title" or "figure".
        tone: "muted", "faint", "accent", "good", "warn" or "bad"; none for the text's colour.
        elide: where to cut what does not fit; None lets the label ask for its whole width.
        wrap: break lines at words.
        selectable: lets people select and copy with mouse and keyboard.
    """

    FONTS: ClassVar[dict[str, Callable[[Typography], QFont]]] = {
        "text": lambda type_: type_.text(tabular=True),
        "strong": lambda type_: type_.text(strong=True, tabular=True),
        "label": lambda type_: type_.label(tabular=True),
        "label_strong": lambda type_: type_.label(strong=True, tabular=True),
        "title": Typography.title,
        "figure": Typography.figure,
    }

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "text",
        tone: str | None = None,
        elide: Qt.TextElideMode | None = None,
        wrap: bool = False,
        selectable: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setFont(self.FONTS[role](typography()))
        self._whole = ""
        self._elide = elide
        if tone is not None:
            self.setProperty("tone", tone)
        if elide is not None:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show the text literally."""
        if text == self._whole and self.text():
            return
        self._whole = text
        self._show()
        self.updateGeometry()

    def whole_text(self) -> str:
        """The text, also where only a part of it is shown."""
        return self._whole

    def set_tone(self, tone: str | None) -> None:
        """Change the colour to that of a tone."""
        if self.property("tone") == tone:
            return
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)

    def sizeHint(self) -> QSize:
        if self._elide is None:
            return super().sizeHint()
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(one_line(self._whole)) + 2
        return QSize(width, metrics.height())

    def minimumSizeHint(self) -> QSize:
        if self._elide is None:
            return super().minimumSizeHint()
        metrics = self.fontMetrics()
        few = metrics.horizontalAdvance(one_line(self._whole)[:3] + "…")
        return QSize(min(few, self.sizeHint().width()), metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide is not None:
            self._show()

    def _show(self) -> None:
        if self._elide is None:
            super().setText(shown(self._whole))
            return
        line = one_line(self._whole)
        fitting = self.fontMetrics().elidedText(line, self._elide, max(0, self.width()))
        super().setText(fitting)
        self.setAccessibleName(line if fitting != line else "")
        self.setToolTip(plain_tooltip(self._whole) if fitting != self._whole else "")
