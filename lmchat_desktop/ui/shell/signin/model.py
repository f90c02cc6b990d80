"""What the sign-in screen knows: the backends, and whether what was typed is an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.errors import BadAddress
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from lmchat_desktop.contract.sandbox import SandboxPerson

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """What was typed as an address.

    Attributes:
        base_url: the normalised address, empty where it is none.
        problem: why it cannot be used, empty where it can.
    """

    base_url: str
    problem: str


def check_address(typed: str) -> AddressCheck:
    """Whether a text is the address of a backend: https, or http to this machine."""
    if not typed.strip():
        return AddressCheck("", "")
    try:
        return AddressCheck(backend_address(typed).base_url, "")
    except BadAddress as trouble:
        return AddressCheck("", translated(trouble.message))


@dataclass(frozen=True, slots=True)
class PeopleGroup:
    """People of a sandbox with one role.

    Attributes:
        title: the role in words.
        words: what they come for.
        people: by name.
    """

    title: str
    words: str
    people: tuple[SandboxPerson, ...]


def by_role(people: list[SandboxPerson]) -> list[PeopleGroup]:
    """The people of a sandbox, staff first, each under their highest role."""
    staff = (
        (
            Role.ADMIN,
            translate("People", "Admin"),
            translate("People", "Sees latency, tokens and cost of the whole service"),
        ),
        (
            Role.SUPPORT,
            translate("People", "Support staff"),
            translate("People", "Helps people, account by account"),
        ),
        (
            Role.LEGAL,
            translate("People", "Legal staff"),
            translate("People", "Works on the legal matters they are assigned to"),
        ),
    )
    groups = []
    left = list(people)
    for role, title, words in staff:
        held = [each for each in left if role in each.operator_roles]
        left = [each for each in left if role not in each.operator_roles]
        if held:
            groups.append(PeopleGroup(title, words, _by_name(held)))
    if left:
        title = translate("People", "Account owners and members")
        words = translate("People", "See usage and cost of their account")
        groups.append(PeopleGroup(title, words, _by_name(left)))
    return groups


def _by_name(people: list[SandboxPerson]) -> tuple[SandboxPerson, ...]:
    return tuple(sorted(people, key=lambda each: each.person.name.casefold()))
