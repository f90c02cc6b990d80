"""Faults of the program: shown, logged, copied, and without secrets."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QtMsgType
from pytestqt.qtbot import QtBot

from lmchat_desktop.services.redaction import RedactingFormatter, redacted
from lmchat_desktop.ui.shell.faults import FaultReporter, log_qt_message

SECRETS = (
    "lmc-at-0123456789abcdef",
    "lmc-pat-0123456789abcdef",
    "sk-lmc-0123456789abcdefghij",
    "anna.berg@example.org",
    "x'" + "ab" * 32 + "'",
)


@pytest.fixture
def reporter(qtbot: QtBot) -> Iterator[FaultReporter]:
    made = FaultReporter()
    yield made
    if made.dialog is not None:
        made.dialog.close()


def fail() -> None:
    raise ValueError(f"could not send {' '.join(SECRETS)}")


def test_a_fault_is_shown_with_details_and_without_secrets(
    qtbot: QtBot, reporter: FaultReporter, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        fail()
    except ValueError as error:
        with qtbot.waitSignal(reporter.reported, timeout=5000):
            reporter.take(type(error), error, error.__traceback__)
    assert reporter.dialog is not None
    shown = reporter.dialog.details.toPlainText()
    assert "test_faults.py" in shown
    assert "ValueError" in shown
    for secret in SECRETS:
        assert secret not in shown
        assert secret not in caplog.text
    first = reporter.dialog
    error = RuntimeError("again")
    with qtbot.waitSignal(reporter.reported, timeout=5000):
        reporter.take(type(error), error, None)
    assert reporter.dialog is first


def test_a_fault_on_another_thread_is_shown(qtbot: QtBot, reporter: FaultReporter) -> None:
    def work() -> None:
        error = RuntimeError("on a thread")
        reporter.take(RuntimeError, error, None)

    with qtbot.waitSignal(reporter.reported, timeout=5000) as told:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert "RuntimeError" in told.args[0]
    assert "on a thread" not in told.args[0]


def test_qt_messages_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="qt"):
        log_qt_message(QtMsgType.QtWarningMsg, None, "QLayout: something")  # type: ignore[arg-type]
    assert caplog.records[0].name == "qt"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
        ('{"refresh_token": "abc"}', '{"refresh_token": "…"}'),
        ("GET /callback?code=abc&state=x", "GET /callback?…"),
        (
            "GET https://a.example/v1/keys?search=anna HTTP/1.1",
            "GET https://a.example/v1/keys?… HTTP/1.1",
        ),
        ("what? nothing", "what? nothing"),
        ("Jürgen.Öz@exämple.org wrote", "…@… wrote"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-1", "token eyJ…"),
        ("key " + "0f" * 32, "key …"),
        ("X-Sandbox-Token: abc", "X-Sandbox-Token: …"),
        ("case: damaged-cache", "case: damaged-cache"),
        ("requests: 12, p95 1.8 s", "requests: 12, p95 1.8 s"),
    ],
)
def test_redaction(text: str, expected: str) -> None:
    assert redacted(text) == expected


def test_the_log_is_redacted() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "token %s", (SECRETS[0],), None)
    assert RedactingFormatter("%(message)s").format(record) == "token lmc-at-…"


def test_without_a_display_the_application_says_what_to_do() -> None:
    environment = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "lmchat_desktop", "sandbox"],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    if sys.platform.startswith("linux"):
        assert done.returncode == 2
        assert "no display" in done.stderr
        assert "tour" in done.stderr
