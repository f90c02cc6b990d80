"""What the audit page shows: which entries, as a person has chosen them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.services.audit_export import AuditFilters

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from lmchat_desktop.ui.pages.figures.ranges import TimeRange


class Field(StrEnum):
    """What entries can be narrowed by, beside their time."""

    ACTOR = "actor"
    ACTION = "action"
    OBJECT = "object"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries are shown; the account is the one of the scope picker.

    Attributes:
        actor: by this person; "" for everybody.
        action: of this action, as the log names it; "" for all.
        object: about the thing with this id; "" for all.
        kind: about things of this kind; "" for all.
        range: of this time; None for the whole log.
    """

    actor: str = ""
    action: str = ""
    object: str = ""
    kind: str = ""
    range: TimeRange | None = None

    @property
    def narrowed(self) -> bool:
        """Whether entries are left out, other than those of other accounts."""
        return self.range is not None or bool(self.chosen)

    @property
    def chosen(self) -> dict[Field, str]:
        """What is filtered by, beside the time."""
        values = {
            Field.ACTOR: self.actor,
            Field.ACTION: self.action,
            Field.KIND: self.kind,
            Field.OBJECT: self.object,
        }
        return {field: value for field, value in values.items() if value}

    def with_value(self, field: Field, value: str) -> AuditQuery:
        """The same with another value of a field; "" for all."""
        value = value.strip()
        match field:
            case Field.ACTOR:
                return replace(self, actor=value)
            case Field.ACTION:
                return replace(self, action=value)
            case Field.OBJECT:
                return replace(self, object=value)
            case Field.KIND:
                return replace(self, kind=value)

    def filters(self, account_id: str | None, now: datetime, zone: ZoneInfo) -> AuditFilters:
        """What is asked of the backend at an instant."""
        period = None if self.range is None else self.range.period(now, zone)
        # A preset ends with what is there: its end is left open, so that newer entries come too.
        ends = self.range is not None and self.range.preset is None
        return AuditFilters(
            account_id=account_id,
            actor_id=self.actor or None,
            action=self.action or None,
            entity_id=self.object or None,
            entity_kind=self.kind or None,
            start=None if period is None else period.start,
            end=period.end if period is not None and ends else None,
        )
