"""The tables of operators and of devices: their columns, and their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmchat_desktop.contract.operators import OperatorState
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.services.operators import DeviceState, OperatorsPicture, device_state
from lmchat_desktop.ui.pages.operators.words import BETWEEN, role_list, tr
from lmchat_desktop.ui.tables.cell_delegate import CellDelegate
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.pill_delegate import PillDelegate
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.identity import Device

IN_USE, ALL = "in-use", "all"


def operators_table(parent: QWidget, zone: ZoneInfo) -> DataTable:
    """The table of operators."""
    columns = (
        ColumnSpec("name", tr("Name"), width=110, stretch=True, whole=180),
        ColumnSpec("email", tr("E-mail"), muted=True, yields=2),
        ColumnSpec("roles", tr("Roles"), width=150),
        ColumnSpec(
            "waiting", tr("Waiting"), width=100, tooltip=tr("For a second person"), yields=4
        ),
        ColumnSpec("state", tr("State"), yields=3),
        ColumnSpec("since", tr("Since"), Kind.TIME, muted=True, yields=1),
    )
    table = DataTable(RowsModel(columns, parent, zone=zone), parent, name=tr("Operators"))
    table.setObjectName("operators-table")
    table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
    base = table.itemDelegate()
    assert isinstance(base, CellDelegate)
    for place, token in ((2, "accent"), (3, "warn")):
        table.setItemDelegateForColumn(
            place, PillDelegate(base, table, between=BETWEEN, token=token)
        )
    return table


def operator_rows(picture: OperatorsPicture, me: str) -> list[tuple[Any, ...]]:
    """A row for each operator."""
    states = {OperatorState.ACTIVE: tr("Active"), OperatorState.INVITED: tr("Invited")}
    return [
        (
            tr("{name} (you)").replace("{name}", one.name) if one.id == me else one.name,
            one.email,
            role_list(one.roles) or None,
            role_list(one.waiting) or None,
            states[one.state],
            one.since,
        )
        for one in picture.operators
    ]


def devices_table(parent: QWidget, zone: ZoneInfo) -> DataTable:
    """The table of devices."""
    columns = (
        ColumnSpec("person", tr("Person"), width=100, stretch=True, whole=150),
        ColumnSpec("name", tr("Device"), width=100, stretch=True, whole=180),
        ColumnSpec("platform", tr("Platform"), muted=True, yields=2),
        ColumnSpec("version", tr("Version"), muted=True, yields=1),
        ColumnSpec("seen", tr("Last seen"), Kind.TIME, yields=4),
        ColumnSpec("lease", tr("Lease until"), Kind.TIME, muted=True, yields=3),
        ColumnSpec("state", tr("State")),
    )
    table = DataTable(RowsModel(columns, parent, zone=zone), parent, name=tr("Devices"))
    table.setObjectName("devices-table")
    table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
    return table


def shown_devices(picture: OperatorsPicture, which: str) -> Sequence[Device]:
    """The devices that are not revoked, or all."""
    return [one for one in picture.devices if which == ALL or one.revoked_at is None]


def device_rows(
    picture: OperatorsPicture, devices: Sequence[Device], now: datetime, zone: ZoneInfo, mine: str
) -> list[tuple[Any, ...]]:
    """A row for each of the devices."""
    return [
        (
            picture.names.get(one.person_id, one.person_id),
            tr("{name} (this one)").replace("{name}", one.name) if one.id == mine else one.name,
            one.platform or None,
            one.app_version or None,
            one.last_seen_at,
            one.lease_until,
            _state(one, now, zone),
        )
        for one in devices
    ]


def _state(device: Device, now: datetime, zone: ZoneInfo) -> str:
    state = device_state(device, now)
    if state is DeviceState.REVOKED:
        at = translated(formatting.moment(device.revoked_at, zone))
        return tr("Revoked {at}").replace("{at}", at)
    return translated(state.value)
