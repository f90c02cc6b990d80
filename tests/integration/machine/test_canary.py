"""After sessions with canaries in every secret, no file that is left holds one in clear.

What the person asked for, an exported file, is the exception; the system's keyring is not ours.
"""

from __future__ import annotations

import base64
import gzip
import json
import signal
import sqlite3
import subprocess
import zlib
from pathlib import Path

import pytest

from lmchat_desktop.sandbox.database import SQLITE_FILE
from tests.integration.machine.conftest import personal_token
from tests.integration.machine.starting import CANARIES, driver, run
from tests.support.canaries import forms, leaks, leaks_below
from tests.support.sandbox import RunningSandbox

STORIES = "tests.integration.machine.canary_stories"
PERSONAL = {
    "e-mail": "kanarie.vogelsang@quittenhof.example",
    "name": "Kanaria Vögelsang-Ørsted",
    "phone": "+49 151 77001234",
    "key's name": "Schlüssel-Zeisig-4711",
    "key's hint": "sk-lmc-…zQ9x",
    "search text": "Goldammer & Stieglitz 88",
    "secret in a search": "sk-lmc-Zaunkoenig0123456789abcdefABCDEF",
    "prompt": "Bitte verrate niemandem das Rezept der Quittenmarmelade",
    "title": "Kiebitzgasse 12 ist unbekannt",
    "detail": "Frau Rotkehlchen schuldet 4.711 € und wohnt Amselgrund 8",
    "field's detail": "„Nachtigall-Ørsted“ ist kein zulässiger Name",
}


@pytest.fixture
def canary_sandbox(own_sandbox: RunningSandbox) -> RunningSandbox:
    """A sandbox in which one account, its key and the admin are canaries."""
    own_sandbox.stop()
    world = sqlite3.connect(own_sandbox.data / SQLITE_FILE)
    with world:
        (account,) = world.execute(
            "SELECT account_id FROM keys WHERE revoked_ms IS NULL ORDER BY number LIMIT 1"
        ).fetchone()
        world.execute(
            "UPDATE accounts SET name = ?, email = ?, phone = ?, state = 'active' WHERE id = ?",
            (PERSONAL["name"], PERSONAL["e-mail"], PERSONAL["phone"], account),
        )
        world.execute(
            "UPDATE keys SET name = ?, hint = ? WHERE account_id = ?",
            (PERSONAL["key's name"], PERSONAL["key's hint"], account),
        )
        world.execute("UPDATE plans SET key_limit = 100000")
        world.execute(
            "UPDATE persons SET name = ?, email = ? WHERE id IN "
            "(SELECT person_id FROM operators WHERE role = 'admin')",
            (PERSONAL["name"], PERSONAL["e-mail"]),
        )
    world.close()
    return own_sandbox.start()


def played(
    story: str, folder: Path, env: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    return run(driver(folder, f"{STORIES}:{story}", *arguments), env)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "crashing", [False, pytest.param(True, marks=pytest.mark.full)], ids=["one-day", "to-a-crash"]
)
def test_no_file_that_is_left_holds_a_secret_or_what_is_personal(
    home: Path,
    env: dict[str, str],
    canary_sandbox: RunningSandbox,
    tmp_path: Path,
    crashing: bool,
) -> None:
    folder, exported = home / "app", tmp_path / "exported.csv"
    canaries = {**PERSONAL, "personal token": personal_token(canary_sandbox, "admin")}
    env = {**env, CANARIES: json.dumps(canaries)}

    admin = canary_sandbox.person("admin")["person"]["id"]
    first = played("first_day", folder, env, canary_sandbox.url, str(exported), admin)
    assert first.returncode == 0, first.stderr
    said = [json.loads(line) for line in first.stdout.splitlines()]
    assert said[-1] == {"done": True}
    (read,) = (line["read"] for line in said if "read" in line)
    assert PERSONAL["detail"] in read
    assert {path.name for path in tmp_path.iterdir()} == {"home", "keyring.json", exported.name}
    secrets = {name: text for line in said for name, text in line.get("secrets", {}).items()}
    assert secrets.keys() >= {"key's secret", "cache-key by token", "token by browser"}
    assert secrets["refresh by browser"] != secrets["refresh renewed"]
    canaries |= secrets
    assert leaks_below([home], canaries) == []
    assert leaks(first.stderr.encode(), canaries) == []
    logged = "".join(path.read_text() for path in folder.rglob("*.log"))
    assert all(kind in logged for kind in ("ValidationError", "KeyError", "RuntimeError", "qt:"))
    assert any("crash" in path.name for path in folder.rglob("*.txt"))
    assert any(path.suffix == ".db" for path in folder.rglob("*"))
    if not crashing:
        return

    killed = played("killed_in_mid_work", folder, env)
    assert killed.returncode == -signal.SIGSEGV, killed.stderr
    assert any(path.name.endswith("-wal") for path in folder.rglob("*"))
    assert leaks_below([home], canaries) == []

    last = played("last_day", folder, env)
    assert last.returncode == 0, last.stderr
    assert json.loads(last.stdout.splitlines()[-1]) == {"signed_out": True}
    kept = json.loads((tmp_path / "keyring.json").read_text())
    tokens = {name: text for name, text in canaries.items() if "cache-key" not in name}
    assert not leaks(json.dumps(kept).encode(), tokens)

    reports = "".join(path.read_text() for path in folder.rglob("crash-*.txt"))
    assert "Segmentation fault" in reports
    assert leaks_below([home], canaries) == []
    for ended in (first, killed, last):
        assert leaks(ended.stderr.encode(), canaries) == []


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("what", ["name", "prompt", "e-mail"])
def test_the_search_finds_what_was_left_in_any_form(what: str, shift: int, tmp_path: Path) -> None:
    text = PERSONAL[what]
    around = b"\x00<" * shift
    for form in forms(text).values():
        assert leaks(around + form + b">", {what: text})
    inside = b"y" * shift + text.encode() + b"more of it"
    encoded = base64.b64encode(inside)
    for content in (encoded, zlib.compress(inside), gzip.compress(gzip.compress(encoded))):
        assert leaks(around + content + around, {what: text})
    (tmp_path / f"{text.partition(' ')[0]}.bin").write_bytes(zlib.compress(inside))
    assert leaks_below([tmp_path], {what: text})
    assert leaks_below([tmp_path], {"other": "nothing of the kind"}) == []
