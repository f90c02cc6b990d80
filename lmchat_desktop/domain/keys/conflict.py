"""Two people changed one key: what both can have, and in which fields they must choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

UNORDERED = frozenset({"models", "providers", "countries", "addresses"})
"""Fields whose lists say the same in any order."""

TOGETHER = (("budget_nanos", "budget_period"),)
"""Fields that mean something together: where both sides changed one of them, all are in conflict
unless both sides want the same of all."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that both sides changed, each in another way."""

    name: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """What comes of two changes of one key.

    Attributes:
        changes: what is still to be sent: the fields that only I changed, by name.
        theirs: the fields that only they changed, by name, with their values.
        conflicts: the fields that both changed, in the order of the base.
    """

    changes: Mapping[str, Any]
    theirs: Mapping[str, Any]
    conflicts: tuple[FieldConflict, ...]

    def decided(self, mine: frozenset[str]) -> dict[str, Any]:
        """What to send, where I keep my version of these fields and take theirs of the others."""
        kept = {each.name: each.mine for each in self.conflicts if each.name in mine}
        return {**self.changes, **kept}


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """Compare what I want and what they have done against what both had seen.

    Args:
        base: the fields that can be changed, as I saw them.
        mine: the fields that I want otherwise; others can be among them, or missing.
        theirs: the fields as they stand now.
    """
    wanted = {name: mine.get(name, value) for name, value in base.items()}
    found = {name: theirs.get(name, value) for name, value in base.items()}
    groups = {name: group for group in TOGETHER for name in group}
    changes: dict[str, Any] = {}
    taken: dict[str, Any] = {}
    conflicts: list[FieldConflict] = []
    for name, value in base.items():
        group = [each for each in groups.get(name, (name,)) if each in base]
        by_me = any(not same(each, wanted[each], base[each]) for each in group)
        by_them = any(not same(each, found[each], base[each]) for each in group)
        agreed = all(same(each, wanted[each], found[each]) for each in group)
        if by_me and by_them and not agreed:
            conflicts.append(FieldConflict(name, value, wanted[name], found[name]))
        elif by_me and not by_them and not same(name, wanted[name], value):
            changes[name] = wanted[name]
        elif by_them and not same(name, found[name], value):
            taken[name] = found[name]
    return Merge(changes, taken, tuple(conflicts))


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same."""
    if name in UNORDERED and one is not None and other is not None:
        return sorted(set(one)) == sorted(set(other))
    return bool(one == other)
