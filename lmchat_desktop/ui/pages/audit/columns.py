"""The columns of the table of entries."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.tables.columns import ColumnSpec

AT, ACTOR, ACTION, OBJECT, ACCOUNT, REASON, SEQ, ENTRY = range(8)
"""The places of a row's values; behind those of the columns stands the entry itself."""

translate = QCoreApplication.translate


def audit_columns() -> tuple[ColumnSpec, ...]:
    """The columns, as they stand from left to right."""
    return (
        ColumnSpec("at", translate("AuditColumns", "Time"), Kind.TIME),
        ColumnSpec(
            "actor",
            translate("AuditColumns", "Person"),
            stretch=True,
            whole=150,
            width=110,
        ),
        ColumnSpec(
            "action", translate("AuditColumns", "Action"), stretch=True, whole=150, width=120
        ),
        ColumnSpec(
            "object",
            translate("AuditColumns", "Object"),
            stretch=True,
            whole=180,
            width=120,
            yields=4,
        ),
        ColumnSpec(
            "account",
            translate("AuditColumns", "Account"),
            stretch=True,
            whole=180,
            width=100,
            yields=2,
        ),
        ColumnSpec(
            "reason",
            translate("AuditColumns", "Reason"),
            stretch=True,
            whole=220,
            width=110,
            muted=True,
            yields=1,
        ),
        ColumnSpec(
            "seq",
            translate("AuditColumns", "Entry"),
            align="right",
            muted=True,
            yields=3,
            tooltip=translate("AuditColumns", "The entry's number in the log, from 0 on"),
        ),
    )
