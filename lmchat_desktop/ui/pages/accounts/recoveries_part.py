"""Recoveries of an account's people: how each stands, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lmchat_desktop.client.contacts import list_recoveries
from lmchat_desktop.domain.contact.recovery import RecoveryAct
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.services import account_picture as service
from lmchat_desktop.ui.pages.accounts.overview_part import NONE_CHOSEN
from lmchat_desktop.ui.pages.accounts.part_layout import scrolled_column
from lmchat_desktop.ui.pages.accounts.words import recovery_state, tr
from lmchat_desktop.ui.pages.acting.act_words import countdown, trouble_words
from lmchat_desktop.ui.pages.acting.allowing import allow
from lmchat_desktop.ui.pages.paged_list import PagedList
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.contract.recoveries import Recovery
    from lmchat_desktop.ui.pages.accounts.model import AccountModel


class RecoveriesPart(QWidget):
    """The recoveries of the account, newest first.

    Attributes:
        table: them, as rows.
        prepare: begins one.
        acts: a button for each act on the chosen one.
        asked: an act on a recovery is wanted; emitted with both.
    """

    asked = Signal(object, object)

    def __init__(self, model: AccountModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.list: PagedList[Recovery] = PagedList(model.context, self._question, self)
        columns = (
            ColumnSpec("person", tr("Person"), stretch=True, whole=160, width=120),
            ColumnSpec("email", tr("New e-mail"), muted=True, width=220, yields=1),
            ColumnSpec("state", tr("State"), drawn=True, width=210),
            ColumnSpec("prepared", tr("Prepared"), Kind.TIME, muted=True, yields=2),
            ColumnSpec("effective", tr("Code from"), Kind.TIME, tooltip=tr("72 h after approval")),
        )
        rows = RowsModel(columns, self, zone=model.context.zone.zone)
        self.table = DataTable(rows, self, name=tr("Recoveries"))
        self.table.setObjectName("recoveries-table")
        self.table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        nothing = tr(
            "Nobody was let in anew so far. Where somebody has lost both e-mail and phone, two "
            "people check who they are before a new address counts."
        )
        self.none = PlainLabel(nothing, self, tone="muted", wrap=True)
        self.waits = PlainLabel("", self, tone="muted", wrap=True)
        self.prepare = Button(tr("Prepare…"), self, small=True, icon_name="add")
        self.prepare.setObjectName("prepare-recovery")
        titles = {
            RecoveryAct.APPROVE: tr("Approve…"),
            RecoveryAct.REFUSE: tr("Refuse…"),
            RecoveryAct.SEND_CODE: tr("Send the code…"),
            RecoveryAct.COMPLETE: tr("Complete…"),
            RecoveryAct.WITHDRAW: tr("Withdraw…"),
        }
        self.acts = {act: Button(title, self, small=True) for act, title in titles.items()}
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self._lay_out()
        for act, button in self.acts.items():
            button.setObjectName(f"recovery-{act.value}")
            button.clicked.connect(lambda _on=False, act=act: self._ask(act))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.put_rights())
        self.list.changed.connect(self._put)
        self.list.failed.connect(self._say_failure)
        model.rights_changed.connect(self.put_rights)
        model.context.zone.changed.connect(rows.set_zone)
        self.put_rights()

    @property
    def chosen(self) -> Recovery | None:
        """The recovery whose row is selected."""
        keys = self.table.selected_keys()
        return next((one for one in self.list.rows or [] if keys and one.id == keys[0]), None)

    def load(self) -> None:
        """Ask for the recoveries."""
        self.list.load()

    def clear(self) -> None:
        """Another account is shown."""
        self.list.clear()
        self._put()

    def put_rights(self) -> None:
        """Grey what cannot be done now, with the reason."""
        me, away = self._model.me, self._model.why_offline()
        now = self._model.context.session.clock.now()
        allow(self.prepare, away or service.against_recovering(me))
        chosen = self.chosen
        for act, button in self.acts.items():
            if chosen is None:
                against: str | None = NONE_CHOSEN
            elif act in (RecoveryAct.APPROVE, RecoveryAct.REFUSE):
                against = service.against_deciding(me, chosen)
            elif act is RecoveryAct.SEND_CODE:
                against = service.against_sending_code(me, chosen, now)
            elif act is RecoveryAct.COMPLETE:
                against = service.against_completing(me, chosen)
            else:
                against = service.against_ending(me, chosen)
            allow(button, away or against)
        left = chosen.effective_at - now if chosen is not None and chosen.effective_at else None
        seconds = 0.0 if left is None or chosen is None or chosen.ended_at else left.total_seconds()
        told = tr("A code can be sent in {span}.").replace("{span}", countdown(seconds))
        self.waits.setText(told if seconds > 0 else "")
        self.waits.setVisible(seconds > 0)

    def _question(self) -> Callable[..., Page[Recovery]]:
        api = self._model.context.session.client
        return partial(list_recoveries, api, self._model.account_id)

    def _ask(self, act: RecoveryAct) -> None:
        if self.chosen is not None:
            self.asked.emit(self.chosen, act)

    def name_of(self, recovery: Recovery) -> str:
        """Whom a recovery is of."""
        picture = self._model.picture
        names = {} if picture is None else picture.names
        return names.get(recovery.person_id, recovery.person_id)

    def _put(self) -> None:
        self.banner.hide()
        found = self.list.rows or []
        rows = [
            (
                self.name_of(one),
                one.email,
                recovery_state(one.state),
                one.prepared_at,
                one.effective_at,
            )
            for one in found
        ]
        model: Any = self.table.rows
        model.set_rows(rows, keys=[one.id for one in found])
        self.table.show_all_rows()
        self.table.setVisible(bool(rows))
        self._acts_row.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.put_rights()

    def _say_failure(self, error: BaseException) -> None:
        self.banner.set_message("bad", trouble_words(error))
        self.banner.show()

    def _lay_out(self) -> None:
        card = Card(tr("Recoveries"), self)
        card.add_trailing(self.prepare)
        self._acts_row = QWidget(self)
        flow = FlowLayout(self._acts_row, gap=8)
        for button in self.acts.values():
            flow.addWidget(button)
        for part in (self._acts_row, self.table, self.none, self.waits):
            card.body.addWidget(part)
        column = scrolled_column(self, "recoveries-scroll")
        column.addWidget(self.banner)
        column.addWidget(card)
        column.addStretch(1)
