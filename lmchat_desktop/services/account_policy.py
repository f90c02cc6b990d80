"""What is kept of an account and who received some of it, as its page asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.client.account_records import get_policy, list_recipients
from lmchat_desktop.client.pages import pages

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.policies import AccountPolicy, Recipient


@dataclass(frozen=True, slots=True)
class Keeping:
    """An account's policy in force, and every recipient of its data by its name."""

    policy: AccountPolicy
    recipients: tuple[Recipient, ...]


def read_keeping(api: ApiClient, account_id: str, cancel: CancelToken) -> Keeping:
    """Ask the backend for both."""
    policy = get_policy(api, account_id, cancel=cancel)
    found = pages(lambda cursor: list_recipients(api, account_id, cursor=cursor, cancel=cancel))
    by_name = sorted(found, key=lambda one: one.processor.name.casefold())
    return Keeping(policy, tuple(by_name))
