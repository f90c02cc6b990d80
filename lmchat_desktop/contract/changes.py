"""The change feed: what this principal may see, as upserts and tombstones in commit order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lmchat_desktop.contract.accounts import Account, Member
from lmchat_desktop.contract.base import Answer
from lmchat_desktop.contract.catalog import Model, Plan, Processor, Provider
from lmchat_desktop.contract.identity import Device
from lmchat_desktop.contract.invitations import Invitation
from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.contract.operators import Grant, Operator


class AccountChange(Answer):
    """An account was added or changed, or is no longer there for this principal."""

    kind: Literal["account"] = "account"
    id: str
    entity: Account | None


class MemberChange(Answer):
    """A membership changed."""

    kind: Literal["member"] = "member"
    id: str
    entity: Member | None


class InvitationChange(Answer):
    """An invitation into an account was made, or ended."""

    kind: Literal["invitation"] = "invitation"
    id: str
    entity: Invitation | None


class KeyChange(Answer):
    """An API key changed."""

    kind: Literal["key"] = "key"
    id: str
    entity: ApiKey | None


class DeviceChange(Answer):
    """A registered device changed."""

    kind: Literal["device"] = "device"
    id: str
    entity: Device | None


class OperatorChange(Answer):
    """An operator joined, left, or has other roles."""

    kind: Literal["operator"] = "operator"
    id: str
    entity: Operator | None


class GrantChange(Answer):
    """Roles were asked for, or decided on."""

    kind: Literal["grant"] = "grant"
    id: str
    entity: Grant | None


class PlanChange(Answer):
    """A plan changed."""

    kind: Literal["plan"] = "plan"
    id: str
    entity: Plan | None


class ProviderChange(Answer):
    """A model provider changed."""

    kind: Literal["provider"] = "provider"
    id: str
    entity: Provider | None


class ModelChange(Answer):
    """A model or its prices changed."""

    kind: Literal["model"] = "model"
    id: str
    entity: Model | None


class ProcessorChange(Answer):
    """A processor changed."""

    kind: Literal["processor"] = "processor"
    id: str
    entity: Processor | None


Change = Annotated[
    AccountChange
    | MemberChange
    | InvitationChange
    | KeyChange
    | DeviceChange
    | OperatorChange
    | GrantChange
    | PlanChange
    | ProviderChange
    | ModelChange
    | ProcessorChange,
    Field(discriminator="kind"),
]
"""One entity's new state; a null `entity` is a tombstone."""

ENTITY_TYPES: dict[str, type[Answer]] = {
    "plan": Plan,
    "provider": Provider,
    "model": Model,
    "processor": Processor,
    "account": Account,
    "member": Member,
    "invitation": Invitation,
    "key": ApiKey,
    "device": Device,
    "operator": Operator,
    "grant": Grant,
}
"""The kinds of entity in the feed, in the order in which a snapshot gives them."""


class ChangePage(Answer):
    """Changes after a cursor. Without a cursor the pages are a snapshot: every visible entity.

    `snapshot` is true on a snapshot's pages; on its last page `snapshot_complete` is true and
    whatever the client holds and was not sent is to be forgotten.
    """

    data: list[Change]
    has_more: bool
    next_cursor: str
    snapshot: bool = False
    snapshot_complete: bool = False
