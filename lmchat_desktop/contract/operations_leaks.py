"""Operations on keys that were found where they should not be."""

from __future__ import annotations

from lmchat_desktop.contract.leaks import LeakedKeys, LeakLookup, LeakRevoke
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.domain.scopes import Scope

_T = Trait

LEAK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "look_up_leaked_keys",
        "POST",
        "/v1/keys/lookup",
        "Whose keys these are, by the hashes of their secrets",
        "keys",
        answer=LeakedKeys,
        scope=Scope.KEYS_LEAKS,
        body=LeakLookup,
        traits=traits(_T.IDEMPOTENT_OPTIONAL),
        description="SHA-256 of each secret; a secret is never sent. The look-up is audited.",
    ),
    Operation(
        "revoke_leaked_keys",
        "POST",
        "/v1/keys/leaked",
        "End leaked keys at once, and tell their owners; one that has ended stays as it is",
        "keys",
        answer=LeakedKeys,
        scope=Scope.KEYS_LEAKS,
        body=LeakRevoke,
        traits=traits(_T.IDEMPOTENT),
    ),
)
