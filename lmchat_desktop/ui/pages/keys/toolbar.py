"""The controls over the table of keys: state, search, what should be looked at, a new key."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.keys.query import KeyQuery, StateFilter
from lmchat_desktop.ui.widgets.buttons import Button, MenuButton
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.headline import Headline
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip
from lmchat_desktop.ui.widgets.search_field import SearchField
from lmchat_desktop.ui.widgets.segmented import SegmentedControl


class KeysToolbar(QWidget):
    """Says what a person wants to see or do; it decides nothing itself.

    Attributes:
        new_key: the button for a new key.
        suggestions: the button that opens what should be looked at.
        leaks: the button that looks for keys in a text; for those who may.
        more: the button whose menu holds what is done with the whole table.
        search: the field that narrows the table.
    """

    state_chosen = Signal(object)
    searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel(self.tr("API keys"), self, role="title")
        self.states = SegmentedControl(
            [
                (StateFilter.ACTIVE.value, self.tr("Active")),
                (StateFilter.EXPIRED.value, self.tr("Expired")),
                (StateFilter.REVOKED.value, self.tr("Revoked")),
                (StateFilter.ALL.value, self.tr("All")),
            ],
            parent=self,
            name=self.tr("State"),
        )
        self.states.current_changed.connect(
            lambda value: self.state_chosen.emit(StateFilter(value))
        )
        self.search = SearchField(self.tr("Name, key or id"), self)
        self.search.searched.connect(self.searched)
        self.count = PlainLabel("", self, tone="muted")
        self.suggestions = Button(self.tr("Worth a look"), self, icon_name="info")
        self.suggestions.setObjectName("show-suggestions")
        self.suggestions.setCheckable(True)
        self.leaks = Button(self.tr("Leaked keys…"), self, icon_name="warn")
        self.leaks.setObjectName("leaked-keys-button")
        self.leaks.hide()
        self.more = MenuButton(self.tr("Table"), self, icon_name="columns")
        self.new_key = Button(self.tr("New key"), self, look="primary", icon_name="add")
        self.new_key.setObjectName("new-key")
        acts = QWidget(self)
        row = FlowLayout(acts, gap=10)
        for act in (self.more, self.leaks, self.new_key):
            row.addWidget(act)
        self.head = Headline((self.title, self.count), acts, self)
        rest = QWidget(self)
        flow = FlowLayout(rest, gap=10)
        for widget in (self.states, self.search, self.suggestions):
            flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.head)
        column.addWidget(rest)

    def put(self, query: KeyQuery) -> None:
        """Show a question."""
        self.states.set_current(query.state.value)

    def put_count(self, count: int) -> None:
        """Say how many keys the table has."""
        self.count.setText(f"{count:,}")
        self.head.fit()

    def offer_leaks(self, offered: bool) -> None:
        """Show or hide the button for leaked keys."""
        self.leaks.setVisible(offered)
        self.head.fit()

    def put_suggestions(self, count: int | None) -> None:
        """Say how many keys should be looked at; None where that is not known."""
        text = self.tr("Worth a look")
        self.suggestions.set_caption(text if not count else f"{text} · {count:,}")

    def allow_create(self, allowed: bool, reason: str) -> None:
        """Grey the button for a new key out, with the reason."""
        self.new_key.setEnabled(allowed)
        self.new_key.setToolTip("" if allowed else plain_tooltip(reason))
