"""The zone of all times, from what a person prefers."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from lmchat_desktop.settings.preferences import LOCAL_ZONE

logger = logging.getLogger(__name__)

UTC_NAME = "UTC"
_NAMES_OF_UTC = frozenset({None, "", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "Zulu"})


def local_zone() -> ZoneInfo:
    """The machine's zone; UTC where the machine does not tell one that the zone data know."""
    import tzlocal

    try:
        name = tzlocal.get_localzone_name()
        return ZoneInfo(UTC_NAME if name in _NAMES_OF_UTC else name)
    except (LookupError, OSError, ValueError) as error:
        logger.warning("the machine's time zone is not known: %s", type(error).__name__)
        return ZoneInfo(UTC_NAME)


def preferred_zone(preference: str) -> ZoneInfo:
    """The zone that a preference means: "local", "UTC" or an IANA name."""
    return local_zone() if preference == LOCAL_ZONE else ZoneInfo(preference)
