"""Keeps who is signed in, and forgets the usage that this person may no longer see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.cache import entities, slicerows, state
from lmchat_desktop.client.identity import me as fetch_me
from lmchat_desktop.contract.identity import Capability
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.scopes import ROLE_SCOPES, Scope

if TYPE_CHECKING:
    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.domain.clock import EffectiveClock

_TELLS_NOTHING = {"server_time", "device"}


def may_see_usage(me: Me, scope: str) -> bool:
    """Whether the person may see the usage of a scope ("service" or an account's id)."""
    if Scope.SERVICE_READ in me.scopes:
        return True
    return any(
        member.account_id == scope and Scope.USAGE_READ in ROLE_SCOPES[member.role]
        for member in me.memberships
    )


def has_movable_clock(me: Me) -> bool:
    """Whether the backend is a sandbox whose clock people move: it disputes with no other."""
    return Capability.MOVABLE_CLOCK in me.capabilities


def hear_time(clock: EffectiveClock, me: Me) -> None:
    """Take over the time that the backend has just told with who is signed in."""
    clock.movable = has_movable_clock(me)
    clock.saw(me.server_time)


def refresh_me(api: ApiClient, cache: Cache, cancel: CancelToken) -> tuple[Me, bool]:
    """Ask who is signed in, store it, and answer whether anything but the time is another now."""
    me = fetch_me(api, cancel)
    hear_time(cache.clock, me)
    with cache.write() as connection:
        known = state.load(connection).me
        state.note_me(connection, me)
        state.note_time(connection, cache.clock.reading())
    changed = known is None or known.model_dump(exclude=_TELLS_NOTHING) != me.model_dump(
        exclude=_TELLS_NOTHING
    )
    return me, changed


def forget_hidden(cache: Cache, me: Me) -> set[str]:
    """Forget the usage of scopes that the person may no longer see; answers those scopes."""
    with cache.read() as connection:
        hidden = {
            scope
            for scope in slicerows.scopes(connection)
            if not may_see_usage(me, scope)
            or (scope != SERVICE_SCOPE and not entities.read(connection, "account", id=scope))
        }
    for scope in hidden:
        forget_scope(cache, scope)
    return hidden


def forget_scope(cache: Cache, scope: str) -> None:
    """Forget the usage of one scope."""
    with cache.write() as connection:
        slicerows.forget_scope(connection, scope)
