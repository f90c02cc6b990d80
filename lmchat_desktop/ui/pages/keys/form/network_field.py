"""A field for the networks that a key may be used from, one a line and checked as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from lmchat_desktop.domain.key_wishes import MOST_NETWORKS, NetworkLine, network_lines
from lmchat_desktop.ui.pages.keys.form.form_field import FormField
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAME = "addresses"
EXAMPLE = "203.0.113.0/24\n2001:db8::/32"
"""Networks of documentation (RFC 5737, RFC 3849); no language writes them otherwise."""
_LINES_PX = 104
_TROUBLES_SAID = 3
_NETWORKS_SAID = 6
ANYWHERE, ONLY = "anywhere", "only"


class NetworkField(FormField):
    """Anywhere, or only from the networks that are typed.

    Attributes:
        choice: anywhere or only from these.
        input: one network a line.
        correct: puts what was probably meant in the place of the first bad line.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", (NAME,), parent)
        self.title = self.tr("Networks")
        self.label.setText(self.title)
        self._as_put: Sequence[str] | None = None
        self.choice = SegmentedControl(
            [(ANYWHERE, self.tr("From anywhere")), (ONLY, self.tr("Only from these"))],
            ANYWHERE,
            self,
            name=self.title,
        )
        self.choice.setObjectName("networks-choice")
        self.choice.current_changed.connect(self._chosen)
        self.input = QPlainTextEdit(self)
        self.input.setObjectName(NAME)
        self.input.setTabChangesFocus(True)
        self.input.setAccessibleName(self.tr("Networks, one a line"))
        self.input.setPlaceholderText(EXAMPLE)
        self.input.setFixedHeight(typography().px(_LINES_PX))
        self.input.textChanged.connect(self._typed)
        self.correct = Button("…", self, look="link", small=True)
        self.correct.setObjectName("correct-network")
        self.correct.clicked.connect(self._correct)
        self.body.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.input)
        self.takes_input_in(self.input, self.choice)
        self.foot.addWidget(self.correct, 0, Qt.AlignmentFlag.AlignLeft)
        self._preview()

    def state(self) -> object:
        return self.choice.current, self.input.toPlainText()

    def wish(self) -> dict[str, Any]:
        if self.choice.current == ANYWHERE:
            return {NAME: None}
        networks = list(dict.fromkeys(line.network for line in self._lines()))
        if self._as_put is not None and _canonical(self._as_put) == networks:
            return {NAME: list(self._as_put)}
        return {NAME: networks}

    def trouble(self) -> str:
        if self.choice.current == ANYWHERE:
            return ""
        lines = self._lines()
        if not lines:
            return self.tr("Write at least one network, or allow it from anywhere.")
        if len(lines) > MOST_NETWORKS:
            return self.tr("{count} networks: {most} at most.").format(
                count=f"{len(lines):,}", most=MOST_NETWORKS
            )
        bad = [line for line in lines if line.reason is not None]
        said = [self._line_text(line) for line in bad[:_TROUBLES_SAID]]
        if len(bad) > _TROUBLES_SAID:
            said.append(
                self.tr("More lines that are no networks: {count}").format(
                    count=len(bad) - _TROUBLES_SAID
                )
            )
        return "\n".join(said)

    def put(self, values: Mapping[str, Any]) -> None:
        self._as_put = values.get(NAME)
        self.choice.set_current(ANYWHERE if self._as_put is None else ONLY)
        self.input.setPlainText("\n".join(self._as_put or ()))
        self._preview()
        self.changed.emit()

    def show_item_problem(self, place: int, text: str) -> None:
        lines = self._lines()
        if place < len(lines):
            text = self.tr("Line {number}: {what}").format(number=lines[place].number, what=text)
        self.show_problem(text)

    def _lines(self) -> list[NetworkLine]:
        return network_lines(self.input.toPlainText())

    def _line_text(self, line: NetworkLine) -> str:
        reason = translated(line.reason or "")
        return self.tr("Line {number}: {what}").format(number=line.number, what=reason)

    def _chosen(self, value: str) -> None:
        self._preview()
        self.edited()
        if value == ONLY and self._lines():
            self.check()

    def _typed(self) -> None:
        self._preview()
        self.edited()
        if self._lines():
            self.check()

    def _preview(self) -> None:
        only = self.choice.current == ONLY
        self.input.setVisible(only)
        lines = self._lines() if only else []
        networks = list(dict.fromkeys(line.network for line in lines if line.network))
        proposed = next((line for line in lines if line.proposal), None)
        self.correct.setVisible(proposed is not None)
        if proposed is not None:
            self.correct.set_caption(
                self.tr("Did you mean {network}? Put it there").format(network=proposed.proposal)
            )
        if not only:
            self.set_hint("")
        elif not networks:
            self.set_hint(self.tr("IPv4 and IPv6, one network or address a line."))
        else:
            self.set_hint(self._networks_text(networks))

    def _networks_text(self, networks: list[str]) -> str:
        shown = " · ".join(networks[:_NETWORKS_SAID])
        if len(networks) > _NETWORKS_SAID:
            return self.tr("{count} networks: {networks} …").format(
                count=f"{len(networks):,}", networks=shown
            )
        if len(networks) == 1:
            return self.tr("One network: {networks}").format(networks=shown)
        return self.tr("{count} networks: {networks}").format(count=len(networks), networks=shown)

    def _correct(self) -> None:
        proposed = next((line for line in self._lines() if line.proposal), None)
        if proposed is None:
            return
        block = self.input.document().findBlockByNumber(proposed.number - 1)
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(proposed.proposal or "")
        self.input.setFocus()


def _canonical(networks: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(line.network for line in network_lines("\n".join(networks))))
