"""Keys that were found where they should not be."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from lmchat_desktop.contract.leaks import LeakedKeys, LeakLookup, LeakRevoke
from lmchat_desktop.sandbox import leaks
from lmchat_desktop.sandbox.calls import Caller, serve
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "look_up_leaked_keys")
def look_up_leaked_keys(call: Caller, body: LeakLookup) -> Response:
    """Whose keys these are."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        found = leaks.find(unit, sight, body.hashes)
        for one in found:
            unit.audit("key.look-up", "key", one.key.id, one.account_id)
        # It changes nothing, and its answer names people: it is not kept to be given again.
        return Reply(200, LeakedKeys(data=found), remembered=False)

    return call.act(work)


@serve(router, "revoke_leaked_keys")
def revoke_leaked_keys(call: Caller, body: LeakRevoke) -> Response:
    """End leaked keys."""
    return call.act(lambda unit, sight: Reply(200, leaks.revoke(unit, sight, body)))
