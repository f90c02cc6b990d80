"""Crashes and faults: written without a value of what was handled, and offered at a start."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.services import crash_reports, running
from lmchat_desktop.services.crash_reports import KEPT, MOST_BYTES, CrashReports
from lmchat_desktop.services.running import Ending, earlier_runs, report_crashes
from lmchat_desktop.services.stores import FILES
from lmchat_desktop.ui.shell.crash.dialog import CrashDialog, kept_reports
from lmchat_desktop.ui.shell.crash.offer import CrashOffer
from lmchat_desktop.ui.shell.faults import FaultReporter
from lmchat_desktop.ui.shell.single import SingleInstance
from tests.ui.shell.crashing import CANARY, MAIL

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)


def run(how: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.ui.shell.crashing", how, str(home)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home)},
    )


def files(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): path.read_text(errors="replace")
        for path in home.rglob("*")
        if path.is_file()
    }


def crash_folder(home: Path) -> Path:
    return home / "log" / "crashes"


@pytest.mark.parametrize("how", ["slot", "pool"])
def test_a_fault_is_reported_at_once_and_offered_if_nobody_saw_it(how: str, tmp_path: Path) -> None:
    done = run(how, tmp_path)
    assert done.returncode == 0, done.stderr
    (report,) = CrashReports(crash_folder(tmp_path)).all()
    text = report.text()
    assert "in fail" in text
    assert "crashing.py" in text
    assert "ValueError" in text
    assert "KeyError" in text
    assert report.path.stat().st_mode & 0o077 == 0
    for content in files(tmp_path).values():
        assert CANARY not in content
        assert MAIL not in content
    assert run("offered", tmp_path).stdout.strip() == "offered"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_segfault_is_recognised_at_the_next_start(tmp_path: Path) -> None:
    died = run("segfault", tmp_path)
    assert died.returncode == -signal.SIGSEGV
    assert CrashReports(crash_folder(tmp_path)).all() == []
    assert run("offered", tmp_path).stdout.strip() == "offered"
    (report,) = CrashReports(crash_folder(tmp_path)).all()
    text = report.text()
    assert "Segmentation fault" in text
    assert "in segfault" in text
    assert "lmchat desktop" in text
    for content in files(tmp_path).values():
        assert CANARY not in content
        assert MAIL not in content
        assert str(tmp_path) not in content
    assert run("offered", tmp_path).stdout.strip() == "offered"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_kill_leaves_no_report_and_the_log_says_so(tmp_path: Path) -> None:
    assert run("kill", tmp_path).returncode == -signal.SIGKILL
    assert run("offered", tmp_path).stdout.strip() == "nothing"
    assert "was killed" in files(tmp_path)["log/lmchat-desktop.log"]


def test_every_file_of_a_run_is_declared(tmp_path: Path) -> None:
    single = SingleInstance(tmp_path / "data")
    (tmp_path / "data").mkdir()
    assert single.take()
    run("kill", tmp_path)
    run("slot", tmp_path)
    patterns = [store.pattern for store in FILES]
    names = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    ours = [name for name in names if name.parts[0] in ("log", "data")]
    assert len(ours) == 5
    for name in ours:
        assert any(fnmatch(str(name), pattern) for pattern in patterns), name
    for pattern in patterns:
        assert any(fnmatch(str(name), pattern) for name in ours), pattern
    single.close()


def test_an_ordinary_end_leaves_nothing(tmp_path: Path) -> None:
    assert run("nothing", tmp_path).returncode == 0
    assert not [name for name in files(tmp_path) if "crashes" in name]


def test_a_run_of_an_earlier_start_of_the_machine_did_not_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f"boot: other\nversions: v\n{running._HEAD_END}\n"
    (tmp_path / "running-1.txt").write_text(head)
    (run_,) = earlier_runs(tmp_path)
    assert run_.ending is Ending.MACHINE_STOPPED
    monkeypatch.setattr(running, "_boot", lambda: "1000000")
    for noted, ending in (("1000030", Ending.CUT_OFF), ("2000000", Ending.MACHINE_STOPPED)):
        (tmp_path / "running-1.txt").write_text(head.replace("other", noted))
        (run_,) = earlier_runs(tmp_path)
        assert run_.ending is ending
    assert list(tmp_path.iterdir()) == []


def test_only_lines_of_a_traceback_get_out_of_what_a_crash_left(tmp_path: Path) -> None:
    (tmp_path / "running-1.txt").write_text(
        f"boot: b\nversions: v\n{running._HEAD_END}\n"
        "Fatal Python error: Aborted\n\n"
        "Current thread 0x00007f01 (most recent call first):\n"
        '  File "/home/anna/lib/lmchat_desktop/ui/x.py", line 3 in paint\n'
        f"password={CANARY}\n  File /x {MAIL}\n\nExtension modules: a, b (total: 2)\n"
    )
    (report,) = report_crashes(CrashReports(tmp_path))
    text = report.text()
    assert 'File "lmchat_desktop/ui/x.py", line 3, in paint' in text
    assert "Fatal Python error: Aborted" in text
    for gone in ("anna", CANARY, MAIL, "Extension"):
        assert gone not in text


def test_a_crash_whose_report_cannot_be_written_is_reported_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        (tmp_path / f"running-{number}.txt").write_text(
            f"boot: b\nversions: v\n{running._HEAD_END}\nFatal Python error: Aborted\n"
        )
    reports = CrashReports(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(crash_reports, "write_private", full_disk)
        with pytest.raises(OSError, match="No space"):
            report_crashes(reports)
    assert reports.all() == []
    assert len(report_crashes(reports)) == len(reports.all()) == 2
    assert report_crashes(reports) == []


def full_disk(_path: Path, _content: bytes) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_five_are_kept_and_none_is_large(tmp_path: Path) -> None:
    times = iter(range(100))
    reports = CrashReports(tmp_path, now=lambda: NOW + timedelta(seconds=next(times)))
    for number in range(KEPT + 3):
        reports.write("what", f"number {number} {'x' * MOST_BYTES * 2}")
    kept = reports.all()
    assert len(kept) == KEPT
    assert "number 7 " in kept[0].text()
    assert all(report.path.stat().st_size <= MOST_BYTES for report in kept)
    seen = reports.mark_seen(kept[0])
    assert reports.unseen() == kept[1:]
    reports.delete(kept[0])
    assert not seen.path.exists()


def test_two_at_the_same_moment_are_two(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path, now=lambda: NOW)
    reports.write("what", "first")
    reports.write("what", "second")
    assert {report.text().splitlines()[-1] for report in reports.all()} == {"first", "second"}


def test_the_dialog_shows_copies_opens_the_folder_and_deletes(qtbot: QtBot, tmp_path: Path) -> None:
    times = iter(range(100))
    reports = CrashReports(tmp_path, now=lambda: NOW + timedelta(seconds=next(times)))
    reports.write("what", "first")
    reports.write("what", "second")
    opened: list[str] = []
    dialog = kept_reports(reports, reports.all())
    dialog._show_folder = lambda folder: bool(opened.append(folder))
    qtbot.addWidget(dialog)
    dialog.show()
    assert "second" in dialog.details.toPlainText()
    dialog.next_button.click()
    assert "first" in dialog.details.toPlainText()
    assert len(reports.unseen()) == 2
    dialog.copy_button.click()
    assert "first" in QGuiApplication.clipboard().text()
    dialog.folder_button.click()
    assert opened == [str(tmp_path)]
    dialog.delete_button.click()
    assert "second" in dialog.details.toPlainText()
    dialog.accept()
    assert reports.unseen() == []
    (last,) = reports.all()
    again = kept_reports(reports, [last])
    qtbot.addWidget(again)
    again.show()
    again.delete_button.click()
    assert not again.isVisible()
    assert reports.all() == []


def test_a_report_that_cannot_be_read_or_deleted_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    reports = CrashReports(tmp_path, now=lambda: NOW)
    report = reports.write("what", "first")
    report.path.unlink()
    report.path.mkdir()
    dialog = kept_reports(reports, [report])
    qtbot.addWidget(dialog)
    assert "cannot be read" in dialog.details.toPlainText()
    dialog.delete_button.click()
    assert "not deleted" in dialog._when.whole_text()


def test_a_start_offers_what_nobody_saw(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    reports = CrashReports(tmp_path, now=lambda: NOW)
    reports.write("what", "first")
    found = []
    for over in (None, window, window):
        offer = CrashOffer(reports, lambda over=over: over)  # type: ignore[misc]
        offer._begun = NOW + timedelta(days=1)
        with qtbot.waitSignal(offer.looked) as told:
            offer.begin()
        found.append((told.args[0], isinstance(offer.dialog, CrashDialog)))
        if offer.dialog is not None:
            offer.dialog.accept()
    assert found == [(True, False), (True, True), (False, False)]


def test_the_same_fault_is_reported_once(qtbot: QtBot, tmp_path: Path) -> None:
    reports = CrashReports(tmp_path)
    reporter = FaultReporter(None, reports)
    shown: list[str] = []
    reporter.reported.connect(shown.append)
    for _ in range(20):
        try:
            raise ZeroDivisionError
        except ZeroDivisionError as error:
            reporter.take(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(shown))
    assert len(reports.all()) == 1
    assert len(shown) == 1
    assert reporter.dialog is not None
    reporter.dialog.close()


def test_a_folder_that_cannot_be_written_keeps_nothing_from_going_on(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    reporter = FaultReporter(None, CrashReports(blocked / "crashes"))
    with qtbot.waitSignal(reporter.reported, timeout=5000):
        reporter.take(ValueError, ValueError("x"), None)
    assert "was not written" in caplog.text
    assert reporter.dialog is not None
    reporter.dialog.close()
