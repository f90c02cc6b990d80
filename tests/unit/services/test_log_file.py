"""The log: redacted whatever logs into it, rotated by several processes, and never in the way."""

from __future__ import annotations

import logging
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from lmchat_desktop.services.log_file import LOG_NAME, SharedLog, start_log
from lmchat_desktop.services.redaction import MOST_CHARACTERS, RedactingFormatter, redacted

CANARY = "Canary-7f3a91-prompt"
MAIL = "canary.person@example.org"
TOKEN = "lmc-at-0123456789abcdef"


@pytest.fixture
def clean_logging() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("lmchat_desktop")
    before = (list(root.handlers), root.level, ours.level)
    yield
    for handler in set(root.handlers) - set(before[0]):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(before[1])
    ours.setLevel(before[2])


def content(folder: Path) -> str:
    return "".join(path.read_text() for path in sorted(folder.glob(f"{LOG_NAME}*")))


@pytest.mark.usefixtures("clean_logging")
def test_what_any_logger_says_is_redacted_with_its_tracebacks(tmp_path: Path) -> None:
    assert start_log(tmp_path / "log") is None
    other = logging.getLogger("sqlalchemy.engine.x")
    try:
        held = {"name": CANARY}
        raise LookupError(f"{held} {MAIL} {TOKEN}")
    except LookupError:
        other.exception("the statement of %s failed\nwith %s", MAIL, TOKEN)
        logging.getLogger("lmchat_desktop.x").error("%s", TOKEN, exc_info=True, stack_info=True)
    other.info("below warnings, others are not heard: %s", CANARY)
    text = content(tmp_path / "log")
    assert "LookupError" in text
    assert "test_log_file.py" in text
    assert "…@…" in text
    for secret in (CANARY, MAIL, TOKEN):
        assert secret not in text
    # No line but a record's first begins like one.
    assert all(line.startswith("    ") or line[:4].isdigit() for line in text.splitlines())


def test_a_traceback_that_another_handler_formatted_is_not_taken_over() -> None:
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), None)
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
        record.exc_text = "".join(traceback.format_exception(error))
    text = RedactingFormatter("%(message)s").format(record)
    assert CANARY not in text
    assert "ValueError" in text


def test_causes_groups_and_harmless_words_are_told() -> None:
    try:
        try:
            raise FileNotFoundError(2, CANARY, f"/home/{CANARY}")
        except FileNotFoundError as error:
            raise ExceptionGroup(CANARY, [ImportError(CANARY, name="numpy")]) from error
    except ExceptionGroup as group:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), None)
        record.exc_info = (type(group), group, group.__traceback__)
        text = RedactingFormatter("%(message)s").format(record)
    for told in ("errno 2 (ENOENT)", "This led to:", "ExceptionGroup", "module numpy"):
        assert told in text
    assert CANARY not in text


@pytest.mark.parametrize(
    "shape",
    ["x" * 10**6, "/" * 10**6, "a@" * 500_000, "a." * 500_000, "eyJ" * 300_000, "?" * 10**6],
)
def test_no_text_is_too_long_to_be_redacted(shape: str) -> None:
    assert redacted(shape)
    record = logging.LogRecord("x", logging.INFO, "f", 1, "%s", (shape,), None)
    assert len(RedactingFormatter("%(message)s").format(record)) < 2 * MOST_CHARACTERS


def test_it_is_rotated_and_private(tmp_path: Path) -> None:
    log = SharedLog(tmp_path, most_bytes=2_000, files=2)
    for number in range(200):
        log.handle(logging.LogRecord("x", logging.INFO, "f", 1, "record %d", (number,), None))
    log.close()
    found = sorted(path.name for path in tmp_path.glob(f"{LOG_NAME}*") if path.suffix != ".lock")
    assert found == [LOG_NAME, f"{LOG_NAME}.1", f"{LOG_NAME}.2"]
    for name in found:
        assert (tmp_path / name).stat().st_size <= 2_000
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert "record 199" in (tmp_path / LOG_NAME).read_text()


WRITER = """
import logging, sys
from pathlib import Path
from lmchat_desktop.services.log_file import SharedLog
log = SharedLog(Path(sys.argv[1]), most_bytes=8_000, files=50)
for number in range(400):
    log.handle(logging.LogRecord("x", logging.INFO, "f", 1, f"{sys.argv[2]}-{number}.", (), None))
assert log.dropped == 0
"""


def test_two_processes_lose_nothing_while_both_rotate(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in "ab"
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    text = content(tmp_path)
    assert all(f"{name}-{number}." in text for name in "ab" for number in range(400))
    assert len(list(tmp_path.glob(f"{LOG_NAME}.[0-9]*"))) > 3


@pytest.mark.usefixtures("clean_logging")
def test_a_folder_that_cannot_be_written_is_said_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text("a file in the folder's place")
    trouble = start_log(tmp_path / "log")
    assert trouble is not None
    assert "cannot be written" in trouble
    logging.getLogger("lmchat_desktop.x").warning("for %s", MAIL)
    said = capsys.readouterr().err
    assert "cannot be written" in said
    assert MAIL not in said


def test_a_log_that_fails_later_drops_its_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SharedLog(tmp_path)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log, "flush", full)
    log.handle(logging.LogRecord("x", logging.INFO, "f", 1, "for %s", (MAIL,), None))
    assert log.dropped == 1
    assert capsys.readouterr().err == ""
    monkeypatch.undo()
    log.close()
