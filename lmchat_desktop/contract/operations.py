"""Every operation of the API: the list from which the OpenAPI document is made and which the
sandbox serves, no more and no less.
"""

from __future__ import annotations

from lmchat_desktop.contract.operation import Operation
from lmchat_desktop.contract.operations_account_records import ACCOUNT_RECORD_OPERATIONS
from lmchat_desktop.contract.operations_accounts import ACCOUNT_OPERATIONS
from lmchat_desktop.contract.operations_audit import AUDIT_OPERATIONS
from lmchat_desktop.contract.operations_caller import CALLER_OPERATIONS
from lmchat_desktop.contract.operations_catalog import CATALOG_OPERATIONS
from lmchat_desktop.contract.operations_contacts import CONTACT_OPERATIONS
from lmchat_desktop.contract.operations_keys import KEY_OPERATIONS
from lmchat_desktop.contract.operations_leaks import LEAK_OPERATIONS
from lmchat_desktop.contract.operations_members import MEMBER_OPERATIONS
from lmchat_desktop.contract.operations_operators import OPERATOR_OPERATIONS
from lmchat_desktop.contract.operations_outbox import OUTBOX_OPERATIONS
from lmchat_desktop.contract.operations_records import RECORD_OPERATIONS
from lmchat_desktop.contract.operations_usage import USAGE_OPERATIONS

OPERATIONS: tuple[Operation, ...] = (
    *CALLER_OPERATIONS,
    *ACCOUNT_OPERATIONS,
    *MEMBER_OPERATIONS,
    *CONTACT_OPERATIONS,
    *ACCOUNT_RECORD_OPERATIONS,
    *KEY_OPERATIONS,
    *LEAK_OPERATIONS,
    *OPERATOR_OPERATIONS,
    *CATALOG_OPERATIONS,
    *USAGE_OPERATIONS,
    *RECORD_OPERATIONS,
    *AUDIT_OPERATIONS,
    *OUTBOX_OPERATIONS,
)

BY_ID: dict[str, Operation] = {operation.id: operation for operation in OPERATIONS}
"""The operations by their names."""
