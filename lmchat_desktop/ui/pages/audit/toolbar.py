"""The controls over the table of entries: time, object, person and action, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lmchat_desktop.ui.pages.audit.query import Field
from lmchat_desktop.ui.pages.audit.words import action_name, kind_name
from lmchat_desktop.ui.pages.figures.names import preset_name
from lmchat_desktop.ui.pages.figures.ranges import Preset
from lmchat_desktop.ui.widgets.buttons import Button, MenuButton
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip
from lmchat_desktop.ui.widgets.search_field import SearchField
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.pages.audit.query import AuditQuery

ALL = "all"
CUSTOM = "custom"


class AuditToolbar(QWidget):
    """Shows an `AuditQuery` and says what a person wants changed; it decides nothing itself.

    Attributes:
        search: where an object's id is typed.
        filter_button: the button below which values are chosen.
        export_menu: the button whose menu holds what leaves the page.
    """

    range_chosen = Signal(object)
    """Emitted with the preset; None is the whole log."""
    custom_asked = Signal()
    object_typed = Signal(str)
    choice_asked = Signal(object)
    """Emitted with the field whose value is to be chosen."""
    filter_removed = Signal(object)
    filters_cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[Chip] = []
        self._shown: object = None
        self._make()
        self._lay_out()

    def _make(self) -> None:
        self._title = PlainLabel(self.tr("Audit log"), self, role="title")
        self._ranges = SegmentedControl(
            [
                (ALL, self.tr("All")),
                *((preset.value, preset_name(preset)) for preset in Preset),
                (CUSTOM, self.tr("Custom…")),
            ],
            parent=self,
            name=self.tr("Time"),
            asking=(CUSTOM,),
        )
        self._ranges.setObjectName("audit-range")
        self._ranges.activated.connect(self._range_activated)
        self.search = SearchField(self.tr("Object's id"), self)
        self.search.setObjectName("audit-object")
        self.search.setToolTip(
            self.tr("Entries about one thing: an account, a key, a device … by its id")
        )
        self.search.searched.connect(self.object_typed)
        self.filter_button = MenuButton(self.tr("Filter"), self, icon_name="add")
        self.filter_button.setProperty("look", "quiet")
        self.filter_button.setStyleSheet("padding-left: 6px; padding-right: 6px; text-align: left;")
        self.filter_button.setObjectName("audit-filter")
        for field, caption in (
            (Field.ACTOR, self.tr("Person")),
            (Field.ACTION, self.tr("Action")),
            (Field.KIND, self.tr("Kind of object")),
        ):
            action = self.filter_button.add_action(caption)
            action.setData(field.value)
            action.triggered.connect(
                lambda _checked=False, field=field: self.choice_asked.emit(field)
            )
        self._clear = Button(self.tr("Clear filters"), self, look="quiet")
        self._clear.setObjectName("audit-clear-filters")
        self._clear.clicked.connect(self.filters_cleared)
        self.export_menu = MenuButton(self.tr("Export"), self)
        self.export_menu.setObjectName("audit-export")

    def _lay_out(self) -> None:
        self._controls = QWidget(self)
        self._flow = FlowLayout(self._controls, gap=12)
        finding = QWidget(self._controls)
        pair = QHBoxLayout(finding)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(8)
        pair.addWidget(self.search)
        pair.addWidget(self.filter_button)
        for widget in (self._title, self._ranges, finding, self._clear):
            self._flow.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._controls, 1)
        row.addWidget(self.export_menu, 0, Qt.AlignmentFlag.AlignTop)

    def put(self, query: AuditQuery, actor: str, range_words: str) -> None:
        """Show a query; what has not changed is not touched, so that nothing loses the focus.

        Args:
            query: what is shown.
            actor: the name of the person that is filtered by.
            range_words: the chosen time in words.
        """
        preset = None if query.range is None else query.range.preset
        shown = ALL if query.range is None else CUSTOM if preset is None else preset.value
        self._ranges.set_current(shown)
        self._ranges.setToolTip(plain_tooltip(range_words))
        self._ranges.setAccessibleDescription(range_words)
        self.search.put(query.object)
        self._clear.setVisible(len(query.chosen) + (query.range is not None) > 1)
        wanted = [
            (field, self._chip_text(field, value, actor))
            for field, value in query.chosen.items()
            if field is not Field.OBJECT
        ]
        if wanted != self._shown:
            self._shown = wanted
            self._put_chips(wanted)
        self._flow.invalidate()
        self._controls.updateGeometry()

    @property
    def chips(self) -> list[str]:
        """What the filter chips say."""
        return [chip.caption() for chip in self._chips]

    def anchor(self, field: Field) -> QWidget:
        """The control below which a field's values are shown."""
        for chip in self._chips:
            if chip.objectName() == f"audit-chip-{field.value}":
                return chip
        return self.filter_button

    def _chip_text(self, field: Field, value: str, actor: str) -> str:
        if field is Field.ACTOR:
            return self.tr("person is {name}").replace("{name}", actor or value)
        if field is Field.KIND:
            return self.tr("kind is {name}").replace("{name}", kind_name(value))
        return self.tr("action is {name}").replace("{name}", action_name(value))

    def _put_chips(self, wanted: Sequence[tuple[Field, str]]) -> None:
        """One chip for each filter: clicked it opens the values, removed the filter goes."""
        focused = any(chip.hasFocus() for chip in self._chips)
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.setParent(None)
        self._chips = []
        self._flow.removeWidget(self._clear)
        before: QWidget = self.filter_button
        for field, caption in wanted:
            chip = Chip(caption, self._controls)
            chip.setObjectName(f"audit-chip-{field.value}")
            chip.clicked.connect(lambda _checked=False, field=field: self.choice_asked.emit(field))
            chip.removed.connect(lambda field=field: self.filter_removed.emit(field))
            self._flow.addWidget(chip)
            self.setTabOrder(before, chip)
            before = chip
            chip.show()
            self._chips.append(chip)
        self._flow.addWidget(self._clear)
        self.setTabOrder(before, self._clear)
        if focused:
            (self._chips[-1] if self._chips else self.filter_button).setFocus()

    def _range_activated(self, value: str) -> None:
        if value == CUSTOM:
            self.custom_asked.emit()
        else:
            self.range_chosen.emit(None if value == ALL else Preset(value))
