"""Operators & devices: who works for lmchat, what waits for a second person, whose devices read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.domain.wording import said
from lmchat_desktop.services import operators as service
from lmchat_desktop.sync.states import SyncPhase
from lmchat_desktop.ui.pages.acting.allowing import allow
from lmchat_desktop.ui.pages.operators import tables
from lmchat_desktop.ui.pages.operators.cards import RolesCard, TableCard
from lmchat_desktop.ui.pages.operators.ending_dialogs import (
    DecideDialog,
    RemoveDialog,
    RevokeDialog,
)
from lmchat_desktop.ui.pages.operators.model import OperatorsModel
from lmchat_desktop.ui.pages.operators.roles_dialogs import InviteDialog, RolesDialog
from lmchat_desktop.ui.pages.operators.waiting_card import WaitingCard
from lmchat_desktop.ui.pages.operators.words import tr
from lmchat_desktop.ui.shell.context import Page, PageContext
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.headline import Headline
from lmchat_desktop.ui.widgets.page_scroll import scroll_page
from lmchat_desktop.ui.widgets.panes import Panes
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.toast import Toast
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from lmchat_desktop.contract.identity import Device
    from lmchat_desktop.contract.operators import Grant, Operator
    from lmchat_desktop.ui.pages.operators.operator_dialog import OperatorDialog

OFFLINE = said("Operators", "The backend cannot be reached now.")
NONE_CHOSEN = said("Operators", "Choose a row first.")


class OperatorsPage(Page):
    """Who works for lmchat in which roles, and everybody's devices."""

    page_id: ClassVar[str] = "operators"
    title: ClassVar[str] = "Operators & devices"
    icon: ClassVar[str] = "operators"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model = OperatorsModel(context, self)
        self._entered = False
        self._stale = True
        self._told_offline: str | None = None
        self._make()
        self._lay_out()
        self._connect()
        self._allow()

    # What the shell calls

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the page; it takes no arguments."""
        self._entered = True
        self.model.ask_roles()
        if self._stale:
            self.model.load()
        self._stale = False

    def leave(self) -> None:
        """Another page is shown; what sync brings waits until this one is again."""
        self._entered = False

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        if self._entered:
            self.model.refresh(changed_kinds)
        else:
            self._stale = True

    # Building

    def _make(self) -> None:
        zone = self.context.zone.zone
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self.toast = Toast(self)
        self.invite = Button(tr("Invite…"), self, look="primary", icon_name="add")
        self.invite.setObjectName("invite-operator")
        self.operators = tables.operators_table(self, zone)
        self.change = Button(tr("Change roles…"), self, small=True)
        self.remove = Button(tr("Remove…"), self, look="danger", small=True)
        self.devices = tables.devices_table(self, zone)
        self.which = SegmentedControl(
            [(tables.IN_USE, tr("In use")), (tables.ALL, tr("All"))],
            tables.IN_USE,
            self,
            name=tr("Which devices"),
        )
        self.revoke = Button(tr("Revoke…"), self, look="danger", small=True)
        self.waiting_card = WaitingCard(self)
        self.roles_card = RolesCard(self)
        self.operators_card = TableCard(
            tr("Operators"),
            self.operators,
            EmptyState("operators", tr("No operators are known here yet."), "", self),
        )
        self.devices_card = TableCard(
            tr("Devices"),
            self.devices,
            EmptyState("devices", tr("No devices are known here yet."), "", self),
        )
        for button in (self.change, self.remove):
            self.operators_card.add_trailing(button)
        for widget in (self.which, self.revoke):
            self.devices_card.add_trailing(widget)

    def _lay_out(self) -> None:
        title = PlainLabel(tr("Operators & devices"), self, role="title")
        left = QWidget(self)
        beside = QVBoxLayout(left)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(CARD_GAP)
        beside.addWidget(self.waiting_card)
        beside.addWidget(self.operators_card)
        beside.addWidget(self.devices_card, 1)
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(CARD_GAP)
        column.addWidget(Headline([title], self.invite, self))
        column.addWidget(self.banner)
        column.addWidget(Panes([(left, 8), (self.roles_card, 5)], content, narrowest=1180))
        column.addStretch(1)
        self.scroller = scroll_page(self, QWidget(self), content, "operators-scroll")

    def _connect(self) -> None:
        self.model.picture_changed.connect(self._put)
        self.model.failed.connect(self._say_failure)
        self.model.roles_changed.connect(self._put_roles)
        self.model.roles_failed.connect(self._say_roles_failure)
        self.roles_card.retry.action_triggered.connect(self.model.ask_roles)
        self.banner.action_triggered.connect(self.model.load)
        self.context.zone.changed.connect(self._zone_changed)
        self.context.connection.changed.connect(self._connection_changed)
        self.which.current_changed.connect(lambda _which: self._put_devices())
        self.invite.clicked.connect(self._invite)
        self.change.clicked.connect(self._change)
        self.remove.clicked.connect(self._remove)
        self.revoke.clicked.connect(self._revoke)
        self.waiting_card.asked.connect(self._decide)
        for table in (self.operators, self.devices):
            table.selectionModel().selectionChanged.connect(lambda *_: self._allow())

    # What people do

    @property
    def chosen_operator(self) -> Operator | None:
        """The operator whose row is selected."""
        picture, keys = self.model.picture, self.operators.selected_keys()
        return picture.operator(str(keys[0])) if picture is not None and keys else None

    @property
    def chosen_device(self) -> Device | None:
        """The device whose row is selected."""
        picture, keys = self.model.picture, self.devices.selected_keys()
        return picture.device(str(keys[0])) if picture is not None and keys else None

    def _invite(self) -> None:
        if self.model.picture is not None:
            self._open(InviteDialog(self.context, self.model.picture, self))

    def _change(self) -> None:
        operator, picture = self.chosen_operator, self.model.picture
        if operator is not None and picture is not None:
            self._open(RolesDialog(self.context, picture, operator, self))

    def _remove(self) -> None:
        operator, picture = self.chosen_operator, self.model.picture
        if operator is not None and picture is not None:
            self._open(RemoveDialog(self.context, picture, operator, self))

    def _revoke(self) -> None:
        device, picture = self.chosen_device, self.model.picture
        if device is not None and picture is not None:
            person = picture.names.get(device.person_id, device.person_id)
            self._open(RevokeDialog(self.context, device, person, self))

    def _decide(self, grant: Grant, how: str) -> None:
        self._open(DecideDialog(self.context, grant, how, self))

    def _open(self, dialog: OperatorDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.act_done.connect(lambda words, _answer: self.toast.show_message(words, "good"))
        dialog.open()

    # What is shown

    def _put(self) -> None:
        picture = self.model.picture
        assert picture is not None
        self.banner.hide()
        me = self.context.session.me
        rows = tables.operator_rows(picture, me.person.id)
        model = self.operators.rows
        model.set_rows(rows, keys=[one.id for one in picture.operators])  # type: ignore[attr-defined]
        self.operators_card.show_rows(len(rows))
        self._put_devices()
        self._put_waiting()
        self.filled.emit()

    def _put_devices(self) -> None:
        picture = self.model.picture
        if picture is None:
            return
        mine = self.context.session.me.device
        devices = tables.shown_devices(picture, self.which.current)
        rows = tables.device_rows(
            picture,
            devices,
            self.context.session.clock.now(),
            self.context.zone.zone,
            "" if mine is None else mine.id,
        )
        model = self.devices.rows
        model.set_rows(rows, keys=[one.id for one in devices])  # type: ignore[attr-defined]
        self.devices_card.show_rows(len(rows))
        self._allow()

    def _put_roles(self) -> None:
        if self.model.roles is not None:
            self.roles_card.put(self.model.roles)

    def _allow(self) -> None:
        """Grey what cannot be done now, with the reason."""
        me, picture = self.context.session.me, self.model.picture
        offline = self._offline()
        allow(self.invite, offline or service.against_inviting(me))
        operator, device = self.chosen_operator, self.chosen_device
        if picture is None or operator is None:
            changing: str | None = NONE_CHOSEN
            removing: str | None = NONE_CHOSEN
        else:
            changing = service.against_changing(me, operator)
            removing = service.against_removing(picture, me, operator)
        allow(self.change, offline or changing)
        allow(self.remove, offline or removing)
        revoking = NONE_CHOSEN if device is None else service.against_revoking(me, device)
        allow(self.revoke, offline or revoking)

    def _put_waiting(self) -> None:
        picture = self.model.picture
        if picture is not None:
            self._told_offline = self._offline()
            self.waiting_card.put(
                picture,
                self.context.session.me,
                self.context.session.clock.now(),
                self._told_offline,
            )

    def _offline(self) -> str | None:
        state = self.context.connection.state
        away = state is not None and state.phase in (SyncPhase.OFFLINE, SyncPhase.STOPPED)
        return OFFLINE if away else None

    def _connection_changed(self, _state: object) -> None:
        self._allow()
        if self._offline() != self._told_offline:
            self._put_waiting()
        if self._entered and self._offline() is None:
            self.model.ask_roles()

    def _zone_changed(self, zone: Any) -> None:
        for table in (self.operators, self.devices):
            table.rows.set_zone(zone)
        self._put_devices()

    def _say_failure(self, error: BaseException) -> None:
        text = translated(getattr(error, "message", "")) or tr("This page could not be read.")
        self.banner.set_message("bad", text, action=tr("Try again"))
        self.banner.show()
        self.filled.emit()

    def _say_roles_failure(self, error: BaseException) -> None:
        self.roles_card.fail(translated(getattr(error, "message", "")))
