"""What happened in an account: signs-in, codes, devices, members and keys, with where it came from.

The data are of category B (usage and device) and are kept for 90 days.
"""

from __future__ import annotations

from enum import StrEnum

from lmchat_desktop.contract.base import Answer, Instant


class EventKind(StrEnum):
    """What happened."""

    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    TOKEN_CREATED = "token-created"
    TOKEN_REVOKED = "token-revoked"
    DEVICE_REGISTERED = "device-registered"
    DEVICE_REVOKED = "device-revoked"
    CODE_SENT = "code-sent"
    CODE_REFUSED = "code-refused"
    CONTACT_CHANGED = "contact-changed"
    MEMBER_INVITED = "member-invited"
    INVITATION_WITHDRAWN = "invitation-withdrawn"
    MEMBER_JOINED = "member-joined"
    MEMBER_CHANGED = "member-changed"
    MEMBER_REMOVED = "member-removed"
    KEY_CREATED = "key-created"
    KEY_CHANGED = "key-changed"
    KEY_ROTATED = "key-rotated"
    KEY_REVOKED = "key-revoked"
    POLICY_CHANGED = "policy-changed"
    ACCOUNT_CHANGED = "account-changed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    EXPORT_STARTED = "export-started"
    EXPORT_FETCHED = "export-fetched"
    RECOVERY = "recovery"


class AccountEvent(Answer):
    """One event. Where an operator acted, neither their address nor their device is told."""

    id: str
    account_id: str
    at: Instant
    kind: EventKind
    person_id: str | None = None
    """The member who acted; null where lmchat did."""
    device_id: str | None = None
    device_name: str = ""
    ip: str = ""
    user_agent: str = ""
    """As it was sent: text from outside."""
    new_device: bool = False
    """The person was not seen with this user agent and device before."""
    detail: str = ""
    """What it was about, such as a key's id."""
