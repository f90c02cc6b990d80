"""The page's own texts, in one context for translators, and names of roles in lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain.scope_words import SCOPE_WORDS
from lmchat_desktop.domain.scopes import Role, Scope
from lmchat_desktop.ui.shell.person_menu import role_title
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lmchat_desktop.contract.operators import ScopeInfo

BETWEEN = ", "


def tr(text: str) -> str:
    """Text of the page in the language of the interface."""
    return QCoreApplication.translate("OperatorsPage", text)


def role_list(roles: Iterable[Role]) -> str:
    """Roles by their names, in the order in which they are declared."""
    held = set(roles)
    return BETWEEN.join(role_title(role) for role in Role if role in held)


def scope_text(scope: str, description: str = "") -> str:
    """What a scope lets one do: in the person's language, or as the backend says it."""
    known = next((words for each, words in SCOPE_WORDS.items() if each.value == scope), None)
    return translated(known) if known is not None else description or scope


def scope_list(scopes: Iterable[Scope]) -> str:
    """What scopes let one do, in the order in which they are declared."""
    held = set(scopes)
    return "; ".join(scope_text(scope.value) for scope in Scope if scope in held)


def info_text(info: ScopeInfo) -> str:
    """What a scope of the backend's table lets one do."""
    return scope_text(info.scope, info.description)
