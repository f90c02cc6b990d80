"""A secret is shown once, handed over on purpose, and left nowhere."""

from __future__ import annotations

import ast
import gc
import shlex
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.keys import KeyCreated
from lmchat_desktop.domain.keys.secret import new_secret
from lmchat_desktop.domain.wording import said
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.ui.pages.keys.secret_dialog import SecretDialog
from lmchat_desktop.ui.pages.keys.secret_lines import Lines, lines_for
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.widgets.page_scroll import PageScroll
from lmchat_desktop.ui.widgets.secret_clipboard import SECONDS, SecretClipboard, secret_mime
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from tests.ui.keyboard import check_keyboard
from tests.ui.pages.desk import Desk
from tests.ui.pages.fitting import misfits, settle_layout
from tests.ui.pages.keys.memory_acts import MemoryActs, a_key, put_small_catalogue

SECRET = new_secret()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    made = make_desk()
    put_small_catalogue(made)
    return made


@pytest.fixture
def acts() -> MemoryActs:
    return MemoryActs()


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    board = QGuiApplication.clipboard()
    board.clear()
    yield board
    board.clear()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(qtbot: QtBot, desk: Desk, acts: MemoryActs, window: QWidget) -> SecretDialog:
    return opened(qtbot, desk, acts, window)


def opened(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, window: QWidget, **key: object
) -> SecretDialog:
    made = SecretDialog(
        desk.context, acts, KeyCreated(key=a_key(**key), secret=str(SECRET)), window
    )
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    return made


def press(button: QAbstractButton | None) -> None:
    assert button is not None
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(control: SegmentedControl, value: str) -> None:
    press(dict(zip(control._values, control.findChildren(QAbstractButton), strict=True))[value])


def spoken(widget: QWidget) -> Iterator[str]:
    """Everything that a screen reader can have of a window."""

    def texts(interface: QAccessibleInterface | None) -> Iterator[str]:
        if interface is None or not interface.isValid():
            return
        for kind in (
            QAccessible.Text.Name,
            QAccessible.Text.Description,
            QAccessible.Text.Value,
            QAccessible.Text.Help,
        ):
            yield interface.text(kind)
        for place in range(interface.childCount()):
            yield from texts(interface.child(place))

    yield widget.windowTitle()
    yield from texts(QAccessible.queryAccessibleInterface(widget))


def test_it_is_masked_until_it_is_revealed(dialog: SecretDialog) -> None:
    card = dialog.secret_card
    assert card.secret.text() == "sk-lmc-" + "•" * 36
    press(card.reveal)
    assert card.secret.text() == SECRET
    assert card.reveal.text() == "Hide"
    press(card.reveal)
    assert SECRET not in card.secret.text()
    assert card.reveal.text() == "Reveal"


def test_no_title_name_or_repr_has_the_secret(dialog: SecretDialog) -> None:
    for kind in Lines:
        choose(dialog.lines_card.kind, kind.value)
        assert SECRET not in dialog.lines_card.lines.toPlainText()
    press(dialog.secret_card.reveal)
    assert not [text for text in spoken(dialog) if SECRET in text]
    assert SECRET not in repr(dialog)
    assert SECRET not in repr(KeyCreated(key=a_key(), secret=SECRET))


def test_a_copy_is_cleared_after_45_seconds(dialog: SecretDialog, clipboard: QClipboard) -> None:
    press(dialog.secret_card.copy)
    assert clipboard.text() == SECRET
    assert "cleared in 45 s" in dialog.secret_card.status.text()
    for _ in range(SECONDS - 1):
        dialog.clipboard.tick()
    assert clipboard.text() == SECRET
    assert "cleared in 1 s" in dialog.secret_card.status.text()
    dialog.clipboard.tick()
    assert clipboard.text() == ""
    assert dialog.secret_card.status.text() == "The clipboard was cleared."


def test_what_was_copied_since_is_left_alone(dialog: SecretDialog, clipboard: QClipboard) -> None:
    press(dialog.secret_card.copy)
    clipboard.setText("a shopping list")
    dialog.clipboard.tick()
    assert clipboard.text() == "a shopping list"
    assert "something else" in dialog.secret_card.status.text()
    dialog.clipboard.clear()
    assert clipboard.text() == "a shopping list"


def test_a_copy_outlives_the_dialog_but_not_the_window(
    dialog: SecretDialog, window: QWidget, clipboard: QClipboard
) -> None:
    press(dialog.secret_card.copy)
    dialog.close()
    assert not dialog.isVisible()
    assert clipboard.text() == SECRET
    window.close()
    assert clipboard.text() == ""


def test_a_copy_does_not_outlive_the_application(
    dialog: SecretDialog, clipboard: QClipboard, qapp: QApplication
) -> None:
    press(dialog.secret_card.copy)
    qapp.aboutToQuit.emit()
    assert clipboard.text() == ""


def test_copying_again_begins_to_count_again(window: QWidget, clipboard: QClipboard) -> None:
    guard = SecretClipboard.of(window)
    assert SecretClipboard.of(window) is guard
    guard.copy("first")
    guard.tick()
    guard.copy("second")
    assert guard.left == SECONDS
    guard.clear()
    assert clipboard.text() == ""
    guard.tick()
    assert guard.left == 0


@pytest.mark.parametrize(
    ("platform", "marks"),
    [
        ("linux", {"x-kde-passwordManagerHint": b"secret"}),
        (
            "win32",
            {
                "ExcludeClipboardContentFromMonitorProcessing": b"\x01",
                "CanIncludeInClipboardHistory": b"\0\0\0\0",
                "CanUploadToCloudClipboard": b"\0\0\0\0",
            },
        ),
    ],
)
def test_clipboard_managers_are_told_that_it_is_a_secret(
    platform: str, marks: dict[str, bytes]
) -> None:
    data = secret_mime(SECRET, platform)
    assert data.text() == SECRET
    for name, value in marks.items():
        assert bytes(data.data(name).data()) == value


def test_the_variables_are_copied_with_the_secret(
    dialog: SecretDialog, clipboard: QClipboard
) -> None:
    press(dialog.lines_card.copy)
    assert clipboard.text().splitlines() == [
        f"LMCHAT_API_KEY={SECRET}",
        "OPENAI_BASE_URL=http://127.0.0.1:9/inference/v1",
    ]
    dialog.clipboard.clear()
    assert clipboard.text() == ""


@pytest.mark.parametrize("kind", [Lines.CURL, Lines.PYTHON])
def test_other_lines_are_copied_without_it(
    dialog: SecretDialog, clipboard: QClipboard, kind: Lines
) -> None:
    choose(dialog.lines_card.kind, kind.value)
    press(dialog.lines_card.copy)
    assert clipboard.text() == dialog.lines_card.lines.toPlainText()
    assert "LMCHAT_API_KEY" in clipboard.text()
    assert SECRET not in clipboard.text()
    assert "m-small" in clipboard.text()


def test_a_key_for_any_model_is_shown_with_one_that_there_is(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, window: QWidget
) -> None:
    dialog = opened(qtbot, desk, acts, window, models=None)
    choose(dialog.lines_card.kind, Lines.PYTHON.value)
    assert "m-audio" in dialog.lines_card.lines.toPlainText()


@pytest.mark.parametrize("model", ["gpt-4o", "a'b\"; rm -rf $HOME #", "模型 \\ 1"])
def test_lines_hold_whatever_a_model_is_called(model: str) -> None:
    words = shlex.split(lines_for(Lines.CURL, "https://a.example/", model, ""))
    assert words[1] == "https://a.example/inference/v1/chat/completions"
    assert ast.literal_eval(words[-1])["model"] == model
    tree = ast.parse(lines_for(Lines.PYTHON, "https://a.example", model, ""))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {model, "https://a.example/inference/v1"} <= strings


def test_it_is_kept_in_the_keyring(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: SecretDialog
) -> None:
    press(dialog.secret_card.keep)
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    assert acts.kept == {"key_1": SECRET}
    assert dialog.secret_card.kept.text() == "Saved in the keyring of this machine."
    assert not dialog.secret_card.keep.isEnabled()
    dialog.close()
    assert not dialog.isVisible()


def test_a_missing_keyring_is_said_and_can_be_tried_again(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: SecretDialog
) -> None:
    acts.no_keyring = KeyringMissing(said("Settings", "There is no keyring."))
    press(dialog.secret_card.keep)
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    assert dialog.secret_card.kept.text() == "It was not saved. There is no keyring."
    acts.no_keyring = None
    press(dialog.secret_card.keep)
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    assert acts.kept == {"key_1": SECRET}


def test_closing_without_it_is_asked_about_once(dialog: SecretDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog._asking is not None
    press(dialog._asking.stay)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_close_is_the_primary_button_once_it_is_stored(dialog: SecretDialog) -> None:
    assert dialog.close_button.property("look") != "primary"
    press(dialog.secret_card.copy)
    press(dialog.stored)
    assert dialog.close_button.property("look") == "primary"
    assert dialog.secret_card.copy.property("look") == ""
    QTest.keyClick(dialog.stored, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_nothing_holds_the_secret_after_closing(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, window: QWidget, clipboard: QClipboard
) -> None:
    secret = new_secret()
    made = KeyCreated(key=a_key(), secret=secret)
    dialog = SecretDialog(desk.context, acts, made, window)
    qtbot.addWidget(dialog)
    dialog.show()
    card = dialog.secret_card
    press(card.reveal)
    press(card.copy)
    press(card.keep)
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    dialog.close()
    acts.kept.clear()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    holders = [each for each in gc.get_referrers(made) if each is not globals()]
    assert all(type(each).__name__ == "frame" for each in holders), holders
    assert card.secret.text() == ""
    assert card.secret.whole_text() == ""
    assert dialog.lines_card.lines.toPlainText() == ""
    assert SECRET not in repr(vars(dialog.clipboard))


def test_after_a_rotation_it_says_how_long_the_secret_before_works(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, window: QWidget
) -> None:
    dialog = opened(
        qtbot, desk, acts, window, old_hint="sk-lmc-…old", old_ends_at="2026-12-01T12:00:00Z"
    )
    assert any(
        "The secret before works until 1 Dec 2026, 13:00 (Europe/Berlin)." in text
        for text in spoken(dialog)
    )


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_fits_into_a_small_window(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, window: QWidget, scale: float
) -> None:
    theme = current_theme()
    theme.set_text_scale(scale)
    dialog = opened(qtbot, desk, acts, window)
    press(dialog.secret_card.copy)
    settle_layout()
    scroller = dialog.findChild(PageScroll)
    assert scroller is not None
    assert misfits(scroller) == []
    assert dialog.width() <= 1024 - 24
    assert dialog.height() <= 700 - 24
    theme.set_text_scale(None)


def test_the_keyboard_reaches_everything(qtbot: QtBot, dialog: SecretDialog) -> None:
    check_keyboard(qtbot, dialog)
