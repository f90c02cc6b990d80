"""What each scope lets a person do, in a line: for the API's document and for tables of roles."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lmchat_desktop.domain.wording import Sentence

SCOPE_WORDS: Mapping[Scope, Sentence] = MappingProxyType(
    {
        Scope.USAGE_READ: said("Scopes", "See usage and cost"),
        Scope.REQUESTS_READ: said("Scopes", "See requests without their content"),
        Scope.KEYS_READ: said("Scopes", "See API keys"),
        Scope.KEYS_WRITE: said("Scopes", "Make, change and revoke API keys"),
        Scope.ACCOUNTS_READ: said("Scopes", "See accounts and their members"),
        Scope.ACCOUNTS_WRITE: said("Scopes", "Change accounts"),
        Scope.MEMBERS_WRITE: said("Scopes", "Invite members and remove them"),
        Scope.ACCOUNTS_SUSPEND: said("Scopes", "Suspend accounts and reinstate them"),
        Scope.ACCOUNTS_RECOVER: said(
            "Scopes", "Let people in by a new address, together with a second person"
        ),
        Scope.ACCOUNTS_EXPORT: said("Scopes", "Export everything that is held on an account"),
        Scope.EVENTS_READ: said("Scopes", "See sign-ins, devices and changes of accounts"),
        Scope.NOTES_READ: said("Scopes", "Read staff's notes on accounts"),
        Scope.NOTES_WRITE: said("Scopes", "Write notes on accounts"),
        Scope.KEYS_LEAKS: said("Scopes", "Look up leaked API keys and revoke them"),
        Scope.CATALOG_READ: said("Scopes", "See plans, models and providers"),
        Scope.SERVICE_READ: said("Scopes", "See the usage of the whole service"),
        Scope.AUDIT_READ: said("Scopes", "See the audit log"),
        Scope.DEVICES_READ: said("Scopes", "See everybody's devices"),
        Scope.DEVICES_WRITE: said("Scopes", "Revoke anybody's device"),
        Scope.JOBS_RUN: said("Scopes", "Start work that takes long, and see everybody's"),
        Scope.OPERATORS_READ: said("Scopes", "See operators and what they may do"),
        Scope.OPERATORS_WRITE: said("Scopes", "Invite operators, change their roles, remove them"),
        Scope.OPERATORS_APPROVE: said("Scopes", "Approve rights of others as the second person"),
        Scope.DELETIONS_APPROVE: said("Scopes", "Approve deletion requests"),
        Scope.LEGAL_RELEASE: said("Scopes", "Release legal disclosures"),
        Scope.CONTENT_READ: said("Scopes", "Read prompts and completions, with a written reason"),
    }
)
"""Every scope has its words."""
