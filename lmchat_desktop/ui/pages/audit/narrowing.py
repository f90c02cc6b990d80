"""Narrows the entries: asks for a range of time, a person, an action or a kind of object."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from lmchat_desktop.ui.pages.audit.query import Field
from lmchat_desktop.ui.pages.audit.words import action_words, kind_words
from lmchat_desktop.ui.pages.figures.range_dialog import RangeDialog
from lmchat_desktop.ui.pages.figures.ranges import Preset, TimeRange
from lmchat_desktop.ui.widgets.choice_panel import Choice, ChoicePanel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.domain.timebasis import Period
    from lmchat_desktop.ui.pages.audit.model import AuditModel
    from lmchat_desktop.ui.pages.audit.toolbar import AuditToolbar
    from lmchat_desktop.ui.shell.context import PageContext


class AuditNarrowing(QObject):
    """What the toolbar asks of the model's query.

    Args:
        context: the page's.
        model: holds the query.
        toolbar: where it is asked.
        page: what panels and dialogs are over.
        put_back: has the toolbar show the query again, where nothing was chosen.

    Attributes:
        choices: the panel of values to choose from.
    """

    def __init__(
        self,
        context: PageContext,
        model: AuditModel,
        toolbar: AuditToolbar,
        page: QWidget,
        put_back: Callable[[], None],
    ) -> None:
        super().__init__(page)
        self._context = context
        self._model = model
        self._toolbar = toolbar
        self._page = page
        self._put_back = put_back
        self._asked = Field.ACTOR
        self.choices = ChoicePanel(page)
        toolbar.range_chosen.connect(self._choose_range)
        toolbar.custom_asked.connect(self.choose_range)
        toolbar.object_typed.connect(lambda typed: model.narrow(Field.OBJECT, typed))
        toolbar.choice_asked.connect(self.open_choices)
        toolbar.filter_removed.connect(lambda field: model.narrow(field, ""))
        toolbar.filters_cleared.connect(model.show_all)
        self.choices.chosen.connect(lambda value: model.narrow(self._asked, value))

    def choose_range(self) -> None:
        """Ask for a range of time."""
        now, zone = self._context.session.clock.now(), self._context.zone.zone
        chosen = self._model.query.range or TimeRange(Preset.WEEK)
        period = chosen.period(now, zone)
        dialog = RangeDialog(period, zone, now, None, self._page, of_charts=False)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._take_period(dialog.period))
        dialog.rejected.connect(self._put_back)
        dialog.open()

    def open_choices(self, field: Field) -> None:
        """Show the values of a field to choose from."""
        self._asked = field
        anchor = self._toolbar.anchor(field)
        if field is Field.ACTOR:
            self.choices.open_at(
                anchor,
                self.tr("Search people by name or id"),
                self.tr("The person with the id “{typed}”"),
            )
            self._model.people(self._put_people)
            return
        hint, typed = self.tr("Search actions"), self.tr("The action “{typed}”")
        words = action_words()
        if field is Field.KIND:
            hint, typed = self.tr("Search kinds of objects"), self.tr("The kind “{typed}”")
            words = kind_words()
        self.choices.open_at(anchor, hint, typed)
        self._put_words(words)

    def _choose_range(self, preset: Preset | None) -> None:
        chosen = None if preset is None else TimeRange(preset)
        self._model.change(replace(self._model.query, range=chosen))

    def _take_period(self, period: Period | None) -> None:
        if period is not None:
            chosen = TimeRange(None, period.start, period.end)
            self._model.change(replace(self._model.query, range=chosen))

    def _put_words(self, words: Mapping[str, str]) -> None:
        found = sorted(words.items(), key=lambda pair: pair[1].casefold())
        self.choices.put([Choice(code, name, code) for code, name in found])

    def _put_people(self, people: Mapping[str, str]) -> None:
        if self.choices.isVisible() and self._asked is Field.ACTOR:
            found = sorted(people.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
            self.choices.put([Choice(person, name, person) for person, name in found])
