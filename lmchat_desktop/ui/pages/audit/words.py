"""What the log's codes are called: actions, kinds of things, and values that are not there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def action_words() -> dict[str, str]:
    """The actions that are known, in words; others are shown as the log names them."""
    return {
        "account.update": translate("AuditActions", "Changed an account"),
        "account.suspend": translate("AuditActions", "Suspended an account"),
        "account.reinstate": translate("AuditActions", "Reinstated an account"),
        "clock.move": translate("AuditActions", "Moved the sandbox's clock"),
        "device.register": translate("AuditActions", "Registered a device"),
        "device.revoke": translate("AuditActions", "Ended a device's access"),
        "job.cancel": translate("AuditActions", "Stopped a job"),
        "key.create": translate("AuditActions", "Created a key"),
        "key.revoke": translate("AuditActions", "Revoked a key"),
        "key.rotate": translate("AuditActions", "Rotated a key"),
        "key.update": translate("AuditActions", "Changed a key"),
        "log.restored": translate("AuditActions", "A backup was restored"),
        "session.begin": translate("AuditActions", "Signed in"),
        "token.create": translate("AuditActions", "Created a personal token"),
        "token.revoke": translate("AuditActions", "Revoked a personal token"),
        "traffic.order": translate("AuditActions", "Ordered sample traffic"),
        "usage.recount": translate("AuditActions", "Had usage counted again"),
    }


def action_name(action: str) -> str:
    """An action in words."""
    return action_words().get(action, action)


def kind_words() -> dict[str, str]:
    """The kinds of things that are known, in words; others are shown as the log names them."""
    return {
        "account": translate("AuditKinds", "Account"),
        "clock": translate("AuditKinds", "Clock"),
        "device": translate("AuditKinds", "Device"),
        "job": translate("AuditKinds", "Job"),
        "key": translate("AuditKinds", "Key"),
        "log": translate("AuditKinds", "Audit log"),
        "member": translate("AuditKinds", "Member"),
        "person": translate("AuditKinds", "Person"),
        "plan": translate("AuditKinds", "Plan"),
        "token": translate("AuditKinds", "Personal token"),
        "traffic": translate("AuditKinds", "Sample traffic"),
    }


def kind_name(kind: str) -> str:
    """A kind of thing in words, in front of its name."""
    return kind_words().get(kind, kind)


def erased() -> str:
    """What stands for a value that is committed to, and not there; the two cannot be told apart."""
    return translate("AuditWords", "erased or withheld")
