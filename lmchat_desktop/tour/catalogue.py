"""The stories that there are."""

from __future__ import annotations

from lmchat_desktop.tour.stage import Story
from lmchat_desktop.tour.stories.first_look import FIRST_LOOK
from lmchat_desktop.tour.stories.usage import USAGE

STORIES: tuple[Story, ...] = (FIRST_LOOK, USAGE)
