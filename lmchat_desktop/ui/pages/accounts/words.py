"""The page's own texts, in one context for translators, and the words for the API's codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.contract.account_events import EventKind
from lmchat_desktop.contract.accounts import AbuseReason, AccountState, Matched
from lmchat_desktop.contract.recoveries import CheckKind
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.contact.recovery import RecoveryState
from lmchat_desktop.ui.tables.drawn_values import Status
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from lmchat_desktop.contract.accounts import FoundAccount, Match


def tr(text: str) -> str:
    """Text of the page in the language of the interface."""
    return QCoreApplication.translate("AccountsPage", text)


def at_time(at: datetime, zone: tzinfo) -> str:
    """An instant in the zone of all times."""
    return translated(formatting.moment(at, zone))


def state_of(state: AccountState) -> Status:
    """An account's state as a dot and a word."""
    if state is AccountState.SUSPENDED:
        return Status(tr("Suspended"), "bad")
    return Status(tr("Active"), "good")


def reason_words(reason: AbuseReason) -> str:
    """Why an account is suspended."""
    return {
        AbuseReason.SPAM: tr("Spam"),
        AbuseReason.FRAUD: tr("Fraud"),
        AbuseReason.CREDENTIAL_SHARING: tr("Credentials shared"),
        AbuseReason.TERMS: tr("Terms of service"),
        AbuseReason.LEGAL: tr("Legal order"),
        AbuseReason.PAYMENT: tr("Payment"),
        AbuseReason.OTHER: tr("Other"),
    }[reason]


def match_words(match: Match, zone: tzinfo) -> str:
    """Why an account was found: what matched, whose it is, until when it was theirs."""
    kind = {
        Matched.ID: tr("id"),
        Matched.NAME: tr("name"),
        Matched.EMAIL: tr("e-mail"),
        Matched.FORMER_EMAIL: tr("former e-mail"),
        Matched.PHONE: tr("phone"),
        Matched.FORMER_PHONE: tr("former phone"),
        Matched.KEY_HINT: tr("key"),
        Matched.REQUEST_ID: tr("request"),
    }[match.matched]
    if match.person_id is not None:
        kind = tr("a member's {what}").replace("{what}", kind)
    if match.until is not None:
        until = tr("{what} until {at}").replace("{at}", at_time(match.until, zone))
        kind = until.replace("{what}", kind)
    return f"{kind}: {match.value}"


def found_words(found: FoundAccount, zone: tzinfo) -> str:
    """Every reason why an account was found."""
    return " · ".join(match_words(match, zone) for match in found.matches)


def event_words(kind: EventKind) -> str:
    """What happened."""
    return {
        EventKind.SIGN_IN: tr("Signed in"),
        EventKind.SIGN_OUT: tr("Signed out"),
        EventKind.TOKEN_CREATED: tr("Personal token made"),
        EventKind.TOKEN_REVOKED: tr("Personal token revoked"),
        EventKind.DEVICE_REGISTERED: tr("Device registered"),
        EventKind.DEVICE_REVOKED: tr("Device revoked"),
        EventKind.CODE_SENT: tr("Code sent"),
        EventKind.CODE_REFUSED: tr("Wrong code"),
        EventKind.CONTACT_CHANGED: tr("Address changed"),
        EventKind.MEMBER_INVITED: tr("Member invited"),
        EventKind.INVITATION_WITHDRAWN: tr("Invitation withdrawn"),
        EventKind.MEMBER_JOINED: tr("Member joined"),
        EventKind.MEMBER_CHANGED: tr("Role changed"),
        EventKind.MEMBER_REMOVED: tr("Member removed"),
        EventKind.KEY_CREATED: tr("Key made"),
        EventKind.KEY_CHANGED: tr("Key changed"),
        EventKind.KEY_ROTATED: tr("Key rotated"),
        EventKind.KEY_REVOKED: tr("Key revoked"),
        EventKind.POLICY_CHANGED: tr("Policy changed"),
        EventKind.ACCOUNT_CHANGED: tr("Account changed"),
        EventKind.SUSPENDED: tr("Suspended"),
        EventKind.REINSTATED: tr("Reinstated"),
        EventKind.EXPORT_STARTED: tr("Export begun"),
        EventKind.EXPORT_FETCHED: tr("Export fetched"),
        EventKind.RECOVERY: tr("Recovery"),
    }[kind]


def recovery_state(state: RecoveryState) -> Status:
    """Where a recovery is."""
    return {
        RecoveryState.PREPARED: Status(tr("Waits for a second person"), "warn"),
        RecoveryState.APPROVED: Status(tr("Approved"), "accent"),
        RecoveryState.CODE_SENT: Status(tr("Code sent"), "accent"),
        RecoveryState.COMPLETED: Status(tr("Completed"), "good"),
        RecoveryState.REFUSED: Status(tr("Refused"), "muted"),
        RecoveryState.WITHDRAWN: Status(tr("Withdrawn"), "muted"),
    }[state]


def check_words(kind: CheckKind) -> str:
    """What was checked about who somebody is."""
    return {
        CheckKind.PAYMENT_REFERENCE: tr("Payment reference"),
        CheckKind.VIDEO_CALL: tr("Video call"),
        CheckKind.NOTARISED_LETTER: tr("Notarised letter"),
        CheckKind.IDENTITY_DOCUMENT: tr("Identity document"),
        CheckKind.COMPANY_REGISTER: tr("Company register"),
        CheckKind.KNOWN_MEMBER: tr("Another member vouched"),
    }[kind]
