"""The controls over the usage page: range, grouping, style, filters, comparison, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.pages.figures.measures import ChartStyle
from lmchat_desktop.ui.pages.figures.names import (
    Names,
    dimension_name,
    dimension_word,
    preset_name,
    tr,
)
from lmchat_desktop.ui.pages.figures.ranges import Preset
from lmchat_desktop.ui.pages.figures.times import range_text
from lmchat_desktop.ui.widgets.buttons import Button, ChoiceButton, MenuButton
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import QAction, QResizeEvent

    from lmchat_desktop.domain.timebasis import Period
    from lmchat_desktop.ui.pages.usage.state import UsageState

CUSTOM = "custom"
GAP_PX = 12


class UsageToolbar(QWidget):
    """Shows a `UsageState` and says what a person wants changed; it decides nothing itself.

    Attributes:
        export_menu: the button whose menu holds the export actions.
        filter_button: the button below which the filter panel opens.
    """

    preset_chosen = Signal(object)
    custom_asked = Signal()
    back_asked = Signal()
    group_chosen = Signal(object)
    style_chosen = Signal(object)
    compare_toggled = Signal(bool)
    filter_asked = Signal(object)
    """Emitted with the dimension whose values are to be chosen."""
    filter_removed = Signal(object)
    filters_cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: object = None
        self._chips: list[Chip] = []
        self._dimension_actions: dict[Dimension, QAction] = {}
        self._make_controls()
        self._lead, self._right, self._rest = QWidget(self), QWidget(self), QWidget(self)
        _fill_row(self._lead, self._title, self._ranges)
        _fill_row(self._right, self._compare, self.export_menu)
        self._flow = FlowLayout(self._rest, gap=10)
        for widget in (
            self._back,
            self._groups,
            self._styles,
            self.filter_button,
            self._clear,
        ):
            self._flow.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._top = QHBoxLayout()
        self._top.setSpacing(GAP_PX)
        self._column.addLayout(self._top)
        self._rows = 0
        self._arrange()

    def _make_controls(self) -> None:
        self._title = PlainLabel(self.tr("Usage"), self, role="title")
        self._ranges = SegmentedControl(
            [(preset.value, preset_name(preset)) for preset in Preset]
            + [(CUSTOM, self.tr("Custom…"))],
            parent=self,
            name=self.tr("Range"),
            asking=(CUSTOM,),
        )
        self._ranges.setObjectName("usage-range")
        self._ranges.activated.connect(self._range_activated)
        self._back = Button(self.tr("Back"), self, look="quiet", icon_name="back")
        self._back.setObjectName("usage-back")
        self._back.setToolTip(self.tr("Back to the range before zooming in"))
        self._back.clicked.connect(self.back_asked)
        self._groups = ChoiceButton(
            [(dimension.value, dimension_name(dimension)) for dimension in Dimension],
            parent=self,
            prefix=self.tr("By"),
            name=self.tr("Group by"),
        )
        self._groups.setObjectName("usage-group")
        self._groups.current_changed.connect(lambda value: self.group_chosen.emit(Dimension(value)))
        self._styles = ChoiceButton(
            [
                (ChartStyle.STACKED.value, self.tr("Stacked")),
                (ChartStyle.LINES.value, self.tr("Lines")),
            ],
            parent=self,
            name=self.tr("Chart style"),
        )
        self._styles.setObjectName("usage-style")
        self._styles.current_changed.connect(
            lambda value: self.style_chosen.emit(ChartStyle(value))
        )
        self.filter_button = MenuButton(self.tr("Filter"), self, icon_name="add")
        self.filter_button.setProperty("look", "quiet")
        self.filter_button.setStyleSheet("padding-left: 6px; padding-right: 6px; text-align: left;")
        self.filter_button.setObjectName("usage-filter")
        for dimension in Dimension:
            action = self.filter_button.add_action(dimension_name(dimension))
            action.triggered.connect(
                lambda _checked=False, dimension=dimension: self.filter_asked.emit(dimension)
            )
            self._dimension_actions[dimension] = action
        self._clear = Button(self.tr("Clear filters"), self, look="quiet")
        self._clear.setObjectName("usage-clear-filters")
        self._clear.clicked.connect(self.filters_cleared)
        self._compare = QCheckBox(self.tr("Compare with previous"), self)
        self._compare.setProperty("tone", "muted")
        self._compare.setObjectName("usage-compare")
        self._compare.toggled.connect(self.compare_toggled)
        self.export_menu = MenuButton(self.tr("Export"), self)
        self.export_menu.setObjectName("usage-export")

    def put(self, state: UsageState, scope: str, names: Names) -> None:
        """Show a state; what has not changed is not touched, so that nothing loses the focus."""
        preset = state.range.preset
        self._ranges.set_current(CUSTOM if preset is None else preset.value)
        self._back.setVisible(bool(state.back))
        self._groups.set_current(state.group_by.value)
        self._styles.set_current(state.style.value)
        self._compare.blockSignals(True)
        self._compare.setChecked(state.compare)
        self._compare.blockSignals(False)
        self._offer_keys(scope)
        wanted = [
            (
                dimension,
                filter_text(dimension, values, names),
                filter_text(dimension, values, names, 99),
            )
            for dimension, values in state.filters
        ]
        self._clear.setVisible(len(wanted) > 1)
        if wanted != self._shown:
            self._shown = wanted
            self._put_chips(wanted)
        self._flow.invalidate()
        self._rest.updateGeometry()
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest control: everything else can go below."""
        holders = (self._lead, self._rest, self._right)
        widest = max(holder.minimumSizeHint().width() for holder in holders)
        return QSize(widest, self._column.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take a second row where the width asks for it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """One row if all fits; else the filters have their own; else the far side too."""
        lead, rest, right = (
            holder.sizeHint().width() for holder in (self._lead, self._rest, self._right)
        )
        if self.width() >= lead + rest + right + 2 * GAP_PX:
            rows = 1
        else:
            rows = 2 if self.width() >= lead + right + GAP_PX else 3
        if rows == self._rows:
            return
        self._rows = rows
        for holder in (self._lead, self._rest, self._right):
            self._top.removeWidget(holder)
            self._column.removeWidget(holder)
        top = Qt.AlignmentFlag.AlignTop
        self._top.addWidget(self._lead, int(rows > 1), top)
        if rows == 1:
            self._top.addWidget(self._rest, 1)
        else:
            self._column.addWidget(self._rest)
        if rows < 3:
            self._top.addWidget(self._right, 0, top)
        else:
            self._column.addWidget(self._right)
        self.updateGeometry()

    def say_range(self, period: Period, zone: ZoneInfo) -> None:
        """Tell, on the custom segment's tooltip and to screen readers, what range is shown."""
        self._ranges.setToolTip(range_text(period, zone))
        self._ranges.setAccessibleDescription(range_text(period, zone))

    def _offer_keys(self, scope: str) -> None:
        offered = scope != SERVICE_SCOPE
        reason = self.tr("Figures of the whole service carry no keys. Choose one account first.")
        tooltip = "" if offered else reason
        action = self._dimension_actions[Dimension.KEY]
        action.setEnabled(offered)
        action.setToolTip(tooltip)
        for choice in self._groups.drop_menu.actions():
            if choice.data() == Dimension.KEY.value:
                choice.setEnabled(offered)
                choice.setToolTip(tooltip)

    def _put_chips(self, wanted: Iterable[tuple[Dimension, str, str]]) -> None:
        """One chip for each dimension: clicked it opens the values, removed the filter goes."""
        focused = any(chip.hasFocus() for chip in self._chips)
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.setParent(None)
        self._chips = []
        for widget in (self.filter_button, self._clear):
            self._flow.removeWidget(widget)
        before: QWidget = self._styles
        for dimension, caption, whole in wanted:
            chip = Chip(caption, self._rest)
            chip.setObjectName(f"chip-{dimension.value}")
            chip.setToolTip(plain_tooltip(whole))
            chip.clicked.connect(
                lambda _checked=False, dimension=dimension: self.filter_asked.emit(dimension)
            )
            chip.removed.connect(lambda dimension=dimension: self.filter_removed.emit(dimension))
            self._flow.addWidget(chip)
            self.setTabOrder(before, chip)
            before = chip
            chip.show()
            self._chips.append(chip)
        for widget in (self.filter_button, self._clear):
            self._flow.addWidget(widget)
            self.setTabOrder(before, widget)
            before = widget
        if focused:
            (self._chips[-1] if self._chips else self.filter_button).setFocus()

    @property
    def chips(self) -> list[str]:
        """What the filter chips say."""
        return [chip.caption() for chip in self._chips]

    def _range_activated(self, value: str) -> None:
        if value == CUSTOM:
            self.custom_asked.emit()
        else:
            self.preset_chosen.emit(Preset(value))


def _fill_row(holder: QWidget, *widgets: QWidget) -> None:
    row = FlowLayout(holder, gap=GAP_PX)
    for widget in widgets:
        row.addWidget(widget)


def filter_text(dimension: Dimension, values: Iterable[str], names: Names, most: int = 2) -> str:
    """A filter in words: `region is Frankfurt or Virginia`, the many cut short."""
    texts = sorted(names.full(dimension, value) for value in values)
    if len(texts) > most:
        texts = [*texts[: most - 1], tr("{count} more").format(count=len(texts) - most + 1)]
    listed = tr("{first} or {last}").format(first=", ".join(texts[:-1]), last=texts[-1])
    return tr("{what} is {values}").format(
        what=dimension_word(dimension), values=listed if len(texts) > 1 else texts[0]
    )
