"""What the fields of a key are called, and their values in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QLocale

from lmchat_desktop.contract.keys import BudgetPeriod
from lmchat_desktop.domain.key_wishes import amount_text
from lmchat_desktop.ui.pages.figures.times import offset_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

translate = QCoreApplication.translate

FIELDS = (
    "name",
    "notes",
    "expires_at",
    "models",
    "providers",
    "countries",
    "addresses",
    "budget_nanos",
    "budget_period",
    "requests_per_minute",
    "requests_per_day",
    "tokens_per_minute",
    "tokens_per_day",
)
"""The fields that can be changed, in the order of the form."""


def field_title(name: str) -> str:
    """What a field is called."""
    return {
        "account_id": translate("KeyForm", "Account"),
        "name": translate("KeyForm", "Name"),
        "notes": translate("KeyForm", "Notes"),
        "expires_at": translate("KeyForm", "Expires"),
        "models": translate("KeyForm", "Models"),
        "providers": translate("KeyForm", "Providers"),
        "countries": translate("KeyForm", "Data stay in"),
        "addresses": translate("KeyForm", "Networks"),
        "budget_nanos": translate("KeyForm", "Budget"),
        "budget_period": translate("KeyForm", "Period of the budget"),
        "requests_per_minute": translate("KeyForm", "Requests a minute"),
        "requests_per_day": translate("KeyForm", "Requests a day"),
        "tokens_per_minute": translate("KeyForm", "Tokens a minute"),
        "tokens_per_day": translate("KeyForm", "Tokens a day"),
    }[name]


def country_name(code: str) -> str:
    """What a country (ISO 3166-1 alpha-2) is called; its code where Qt does not know it."""
    territory = QLocale.codeToTerritory(code)
    if territory == QLocale.Country.AnyTerritory:
        return code
    return QLocale.territoryToString(territory)


def period_title(period: BudgetPeriod) -> str:
    """How often a budget begins anew."""
    return {
        BudgetPeriod.DAY: translate("KeyForm", "A day"),
        BudgetPeriod.WEEK: translate("KeyForm", "A week"),
        BudgetPeriod.MONTH: translate("KeyForm", "A month"),
        BudgetPeriod.TOTAL: translate("KeyForm", "In all"),
    }[period]


def value_text(name: str, value: Any, zone: ZoneInfo, names: Mapping[str, str]) -> str:
    """A field's value in words.

    Args:
        name: the field.
        value: as the API has it.
        zone: the zone of an instant.
        names: what models and providers are called, by id; they came from outside.
    """
    if value is None or value in ("", []):
        return _none_text(name)
    if name == "expires_at":
        return offset_text(value, zone)
    if name == "budget_nanos":
        return f"${amount_text(value)}"
    if name == "budget_period":
        return period_title(BudgetPeriod(value))
    if name == "countries":
        return ", ".join(country_name(code) for code in value)
    if isinstance(value, list):
        return ", ".join(names.get(each, each) for each in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _none_text(name: str) -> str:
    return {
        "notes": translate("KeyForm", "None"),
        "expires_at": translate("KeyForm", "Never"),
        "models": translate("KeyForm", "Any model"),
        "providers": translate("KeyForm", "Any provider"),
        "countries": translate("KeyForm", "Any country"),
        "addresses": translate("KeyForm", "From anywhere"),
        "budget_nanos": translate("KeyForm", "No budget"),
        "budget_period": translate("KeyForm", "None"),
    }.get(name, translate("KeyForm", "No limit"))
