"""The columns of the table of keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.tables.columns import ColumnSpec

NAME, HINT, ACCOUNT, STATE, BUDGET, COURSE, P95, LAST_USED, EXPIRES, CREATED = range(10)
"""The places of the columns."""

LIVE = (BUDGET, COURSE, P95)
"""The columns whose values the backend tells for the rows that are looked at."""

translate = QCoreApplication.translate


def key_columns(*, with_account: bool) -> tuple[ColumnSpec, ...]:
    """The columns; that of the accounts is shown at first where keys of several are."""
    return (
        ColumnSpec("name", translate("KeyColumns", "Name"), stretch=True, whole=190, width=130),
        ColumnSpec(
            "hint",
            translate("KeyColumns", "Key"),
            muted=True,
            yields=2,
            tooltip=translate("KeyColumns", "The beginning and the end of the secret"),
        ),
        ColumnSpec(
            "account_id",
            translate("KeyColumns", "Account"),
            shown=with_account,
            stretch=True,
            whole=150,
            width=110,
            yields=3,
        ),
        ColumnSpec("state", translate("KeyColumns", "State"), drawn=True, width=116),
        ColumnSpec(
            "budget",
            translate("KeyColumns", "Budget"),
            drawn=True,
            told=False,
            width=204,
            yields=6,
            tooltip=translate(
                "KeyColumns", "Spent in the present period; without a budget, in this month"
            ),
        ),
        ColumnSpec(
            "course",
            translate("KeyColumns", "14 days"),
            drawn=True,
            told=False,
            width=100,
            yields=5,
            tooltip=translate("KeyColumns", "Requests by day (UTC) of the last 14 days"),
        ),
        ColumnSpec(
            "p95",
            translate("KeyColumns", "p95"),
            Kind.LATENCY,
            told=False,
            width=94,
            yields=4,
            tooltip=translate(
                "KeyColumns",
                "95th percentile of the total time in the last 14 days, within 1.1 %",
            ),
        ),
        ColumnSpec(
            "last_used_at",
            translate("KeyColumns", "Last used"),
            Kind.TIME,
            tooltip=translate("KeyColumns", "To the hour"),
            yields=7,
        ),
        ColumnSpec("expires_at", translate("KeyColumns", "Expires"), Kind.TIME, yields=8),
        ColumnSpec(
            "created_at", translate("KeyColumns", "Created"), Kind.TIME, muted=True, yields=1
        ),
    )
