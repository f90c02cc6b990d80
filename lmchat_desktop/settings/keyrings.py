"""Which of the keyrings that this installation can speak to answer here."""

from __future__ import annotations


def usable_keyrings() -> tuple[str, ...]:
    """Names of the keyrings that are trusted with a secret, the preferred first."""
    from keyring.backend import get_all_keyring

    from lmchat_desktop.settings.secrets import refusal_of

    usable = [each for each in get_all_keyring() if refusal_of(each) is None]
    return tuple(each.name for each in sorted(usable, key=lambda each: -each.priority))
