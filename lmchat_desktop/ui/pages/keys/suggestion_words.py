"""What the kinds of suggestions are called, what they mean, and what can be done about each."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.contract.keys import SuggestionKind

translate = QCoreApplication.translate


class Step(StrEnum):
    """What can be done about a suggestion."""

    OPEN = "open"
    REVOKE = "revoke"
    EXPIRE = "expire"


KINDS = (
    SuggestionKind.FOREIGN_ADDRESS,
    SuggestionKind.OVER_BUDGET,
    SuggestionKind.EXPIRING,
    SuggestionKind.NEVER_USED,
    SuggestionKind.UNUSED,
    SuggestionKind.NO_EXPIRY,
)
"""The most pressing first."""

STEPS: dict[SuggestionKind, tuple[Step, ...]] = {
    SuggestionKind.FOREIGN_ADDRESS: (Step.OPEN, Step.REVOKE, Step.EXPIRE),
    SuggestionKind.OVER_BUDGET: (Step.OPEN, Step.REVOKE, Step.EXPIRE),
    SuggestionKind.EXPIRING: (Step.OPEN, Step.EXPIRE),
    SuggestionKind.NEVER_USED: (Step.REVOKE, Step.EXPIRE, Step.OPEN),
    SuggestionKind.UNUSED: (Step.EXPIRE, Step.REVOKE, Step.OPEN),
    SuggestionKind.NO_EXPIRY: (Step.EXPIRE, Step.OPEN),
}
"""What is offered for each kind, what most people want first."""


def kind_title(kind: SuggestionKind) -> str:
    """A kind in a few words."""
    return {
        SuggestionKind.UNUSED: translate("KeySuggestions", "Unused for 90 days"),
        SuggestionKind.NEVER_USED: translate("KeySuggestions", "Never used"),
        SuggestionKind.NO_EXPIRY: translate("KeySuggestions", "No expiry"),
        SuggestionKind.EXPIRING: translate("KeySuggestions", "Expiring soon"),
        SuggestionKind.OVER_BUDGET: translate("KeySuggestions", "Over budget"),
        SuggestionKind.FOREIGN_ADDRESS: translate("KeySuggestions", "Tried from elsewhere"),
    }[kind]


def kind_meaning(kind: SuggestionKind) -> str:
    """What a kind means, and what to do about it."""
    return {
        SuggestionKind.UNUSED: translate(
            "KeySuggestions",
            "Nothing has used these keys for 90 days. Let those expire that nobody misses; a date "
            "ahead leaves time to object.",
        ),
        SuggestionKind.NEVER_USED: translate(
            "KeySuggestions",
            "Made more than 7 days ago and not used since. Revoke those that nobody waits for.",
        ),
        SuggestionKind.NO_EXPIRY: translate(
            "KeySuggestions",
            "These keys work for ever. Give them an expiry, so that one that leaks ends by itself.",
        ),
        SuggestionKind.EXPIRING: translate(
            "KeySuggestions",
            "These keys expire within 14 days and are in use: what uses them will fail. Move the "
            "expiry, or replace the key in time.",
        ),
        SuggestionKind.OVER_BUDGET: translate(
            "KeySuggestions",
            "Their budget is used up: requests fail until it begins anew. Open the key to change "
            "the budget.",
        ),
        SuggestionKind.FOREIGN_ADDRESS: translate(
            "KeySuggestions",
            "Somebody tried these keys from an address outside their networks in the last 30 days, "
            "and was refused. Either the network is missing there, or the key has leaked: then "
            "rotate or revoke it.",
        ),
    }[kind]


def step_caption(step: Step, kind: SuggestionKind) -> str:
    """What the button of a step says."""
    if step is Step.OPEN:
        return translate("KeySuggestions", "Open the key")
    if step is Step.REVOKE:
        return translate("KeySuggestions", "Revoke…")
    return {
        SuggestionKind.NO_EXPIRY: translate("KeySuggestions", "Set an expiry…"),
        SuggestionKind.EXPIRING: translate("KeySuggestions", "Move the expiry…"),
    }.get(kind, translate("KeySuggestions", "Let expire…"))


def since_title(kind: SuggestionKind) -> str:
    """What `since` of a kind is, as a column's title; empty where there is none."""
    return {
        SuggestionKind.UNUSED: translate("KeySuggestions", "Last used"),
        SuggestionKind.NEVER_USED: translate("KeySuggestions", "Made"),
        SuggestionKind.NO_EXPIRY: translate("KeySuggestions", "Made"),
        SuggestionKind.EXPIRING: "",
        SuggestionKind.OVER_BUDGET: translate("KeySuggestions", "Since"),
        SuggestionKind.FOREIGN_ADDRESS: translate("KeySuggestions", "Last tried"),
    }[kind]
