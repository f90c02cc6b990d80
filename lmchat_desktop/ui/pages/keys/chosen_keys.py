"""Keys that an act is to be done on, as the dialogs of acts know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmchat_desktop.contract.keys import ApiKey, KeySuggestion


@dataclass(frozen=True, slots=True)
class ChosenKey:
    """A key by what tells it from others. Name and hint came from outside: plain text.

    Attributes:
        id: the key's id.
        name: what people call it.
        hint: its redacted secret.
    """

    id: str
    name: str
    hint: str

    @classmethod
    def of(cls, key: ApiKey) -> ChosenKey:
        """As a list of keys knows it."""
        return cls(key.id, key.name, key.hint)

    @classmethod
    def suggested(cls, suggestion: KeySuggestion) -> ChosenKey:
        """As a suggestion names it."""
        return cls(suggestion.key_id, suggestion.name, suggestion.hint)
