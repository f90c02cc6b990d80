"""Every look of a control shows its focus by a ring that stands out, in light and in dark."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.widgets.buttons import Button, ChoiceButton, IconButton
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.date_field import DateTimeField
from lmchat_desktop.ui.widgets.title_choice import TitleChoice
from tests.ui.keyboard import check_sights

LOOKS = ("", "primary", "danger", "quiet", "link")


def controls(parent: QWidget) -> list[QWidget]:
    """One of each kind and look."""
    buttons = [
        Button("Some text", parent, look=look, small=small)
        for look in LOOKS
        for small in (False, True)
    ]
    icons = [
        IconButton("copy", "Copy", parent),
        IconButton("copy", "Copy", parent, small=True),
        IconButton("copy", "Copy", parent, checkable=True),
    ]
    icons[-1].setChecked(True)
    chosen = QCheckBox("Chosen", parent)
    chosen.setChecked(True)
    return [
        *buttons,
        *icons,
        ChoiceButton([("a", "Model")], "a", parent, prefix="By"),
        TitleChoice([("a", "Tokens")], parent, name="Measure"),
        Chip("model is large", parent),
        QCheckBox("Compare", parent),
        chosen,
        QRadioButton("Backend", parent),
        QLineEdit("text", parent),
        QPlainTextEdit("text", parent),
        QComboBox(parent),
        DateTimeField("From", parent),
    ]


@pytest.mark.parametrize("ground", [QDialog, Card])
def test_rings_stand_out(qtbot: QtBot, ground: type[QDialog | Card]) -> None:
    window = ground()
    qtbot.addWidget(window)
    column = window.body if isinstance(window, Card) else QVBoxLayout(window)
    made = controls(window)
    for widget in made:
        column.addWidget(widget)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    check_sights(lambda: made)
