"""The words in which keys are spoken of: their states, secrets, budgets' periods, suggestions."""

from __future__ import annotations

from enum import StrEnum


class KeyState(StrEnum):
    """Whether a key can be used."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class BudgetPeriod(StrEnum):
    """When a key's budget begins anew, by UTC: weeks on Monday, months on the first."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"
    """Never."""


class UsedSecret(StrEnum):
    """Which of a key's secrets was shown."""

    PRESENT = "present"
    OLD = "old"


class SuggestionKind(StrEnum):
    """Why a key should be looked at."""

    UNUSED = "unused"
    """Not used for 90 days."""
    NEVER_USED = "never-used"
    """Made more than 7 days ago and not used since."""
    NO_EXPIRY = "no-expiry"
    EXPIRING = "expiring"
    """It expires within 14 days and was used in the last 14."""
    OVER_BUDGET = "over-budget"
    FOREIGN_ADDRESS = "foreign-address"
    """It was tried from an address outside its networks in the last 30 days, and refused."""
