"""The stories that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.tour.stories.accounts import ACCOUNTS
from lmchat_desktop.tour.stories.audit import AUDIT
from lmchat_desktop.tour.stories.first_look import FIRST_LOOK
from lmchat_desktop.tour.stories.keys import KEYS
from lmchat_desktop.tour.stories.usage import USAGE

if TYPE_CHECKING:
    from lmchat_desktop.tour.stage import Story

STORIES: tuple[Story, ...] = (FIRST_LOOK, USAGE, KEYS, ACCOUNTS, AUDIT)
