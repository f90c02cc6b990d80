"""What the command says of a file, and its exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lmchat_desktop.domain.audit.note import Signer
from lmchat_desktop.evidence.verify_audit import main
from tests.unit.evidence.making import KEY, SmallLog, entry, erased

LOG = SmallLog(21)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "whole").write_bytes(LOG.exported())
    (tmp_path / "part").write_bytes(LOG.exported([1, 2, 9]))
    (tmp_path / "range").write_bytes(LOG.exported(range(4, 9)))
    (tmp_path / "erased").write_bytes(
        LOG.exported(entries=[erased(entry(seq), "reason") for seq in range(21)])
    )
    (tmp_path / "altered").write_bytes(LOG.exported().replace(b"actor_id 7", b"actor_id 8"))
    (tmp_path / "short").write_bytes(LOG.exported()[:-200])
    (tmp_path / "forged").write_bytes(LOG.exported(signer=Signer(bytes(32)), key=KEY.text))
    (tmp_path / "none").write_bytes(b"\x1b[31mhello\n")
    (tmp_path / "empty").touch()
    (tmp_path / "key").write_text(KEY.text + "\n")
    (tmp_path / "other-key").write_text(Signer(bytes(32)).key.text)
    (tmp_path / "head").write_text(LOG.note(13))
    (tmp_path / "other-head").write_text(SmallLog(3).note().replace("\n3\n", "\n4\n"))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "key", "head", "code", "told"),
    [
        ("whole", "key", "head", 0, "all 21 entries up to the signed head: none is missing"),
        ("whole", "key", "head", 0, "beginning of this log"),
        ("whole", "key", None, 0, "21 of 21 entries are proved"),
        ("whole", None, None, 0, "taken from the file itself"),
        ("part", "key", None, 0, "that no other one would belong here is not"),
        ("part", "key", "head", 1, "could NOT be compared"),
        ("range", "key", None, 0, "all entries from number 4 to 8"),
        ("erased", "key", None, 0, "21 values are not in the file"),
        ("altered", "key", None, 1, "entry 7 is not what was signed"),
        ("altered", "key", None, 1, "nothing is said of whether entries are missing"),
        ("short", "key", None, 1, "ends"),
        ("forged", None, None, 1, "not signed by the key that it names"),
        ("whole", "other-key", None, 1, "not signed by the key that was given"),
        ("none", "key", None, 2, "is no export"),
        ("empty", None, "head", 2, "is no export"),
        ("missing", None, None, 2, "cannot be read"),
        ("missing", None, "head", 2, "cannot be read"),
        ("whole", "head", None, 2, "holds no key"),
        ("whole", "missing", None, 2, "cannot be read"),
        ("whole", "key", "key", 2, "holds no head"),
        ("whole", "key", "other-head", 2, "holds no head"),
        (".", None, None, 2, "cannot be read"),
    ],
)
def test_verdicts(
    files: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    key: str | None,
    head: str | None,
    code: int,
    told: str,
) -> None:
    answered = main(
        files / name, None if key is None else files / key, None if head is None else files / head
    )
    out, err = capsys.readouterr()
    assert answered == code
    assert told in (err if code == 2 else out)
    assert bool(err) == (code == 2)
    assert "\x1b" not in out + err
    if code < 2:
        assert out.splitlines()[0].endswith(": proved." if code == 0 else ": NOT PROVED.")
        assert ("Key: " in out) == ("not signed" not in out)


def test_a_terminal_that_knows_few_letters(files: Path) -> None:
    odd = files / "exportée …"
    odd.write_bytes(LOG.exported())
    done = subprocess.run(
        [sys.executable, "-m", "lmchat_desktop", "verify-audit", str(odd)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"export\xe9e \u2026: proved." in done.stdout


def test_the_command_needs_no_network_no_window_and_no_backend(files: Path) -> None:
    script = (
        "import sys\n"
        "from lmchat_desktop.__main__ import main\n"
        "code = main(['verify-audit', sys.argv[1], '--key', sys.argv[2]])\n"
        "heavy = ('httpx', 'sqlalchemy', 'pydantic', 'PySide6', 'fastapi', 'keyring')\n"
        "print([name for name in heavy if name in sys.modules], code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(files / "whole"), str(files / "key")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[] 0"
