"""Puts the sentences of the layers below into the person's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain.wording import Sentence


def translated(text: str) -> str:
    """The text in the person's language; what is no `Sentence` stays as it is."""
    if not isinstance(text, Sentence):
        return text
    if text.parts:
        # Some languages put no space between sentences.
        return QCoreApplication.translate("Sentences", " ").join(map(translated, text.parts))
    template = QCoreApplication.translate(text.context, text.template)
    if not text.values:
        return template
    return template.format(
        **{
            name: translated(value) if isinstance(value, str) else value
            for name, value in text.values.items()
        }
    )
