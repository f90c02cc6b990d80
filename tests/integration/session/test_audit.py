"""What a person does with the audit log of a real backend: looks, checks, accepts, exports."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.client import audit
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.errors import Cancelled
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.contract.audit import AuditEntry
from lmchat_desktop.domain.audit.checkpoint import Head
from lmchat_desktop.domain.audit.history import Verdict
from lmchat_desktop.evidence import verify_audit
from lmchat_desktop.sandbox.database import SQLITE_FILE
from lmchat_desktop.services import audit_export
from lmchat_desktop.services.audit import AuditService, Inclusion
from lmchat_desktop.services.audit_export import AuditFilters, AuditTrouble
from tests.support.sandbox import RunningSandbox


@dataclass
class Desk:
    """A person with the service, and the sandbox's database under it."""

    sandbox: RunningSandbox
    api: ApiClient
    service: AuditService

    def change(self, statement: str) -> None:
        """Be at the database, while the sandbox runs."""
        with closing(sqlite3.connect(self.sandbox.data / SQLITE_FILE, timeout=30)) as raw:
            raw.execute(statement)
            raw.commit()

    def newest(self) -> AuditEntry:
        return self.service.entries(AuditFilters(), limit=1).data[0]


@pytest.fixture
def desk(own_sandbox: RunningSandbox) -> Iterator[Desk]:
    client = ApiClient(own_sandbox.url, StaticToken(own_sandbox.sign_in("admin")), retry=NO_RETRY)
    with closing(client) as api, closing(open_cache(None, None)) as cache:
        yield Desk(own_sandbox, api, AuditService(api, cache))


def test_pages_are_asked_for_by_filters(desk: Desk) -> None:
    whole = desk.service.entries(AuditFilters())
    one = next(entry for entry in whole.data if entry.action == "key.create")
    for filters in (
        AuditFilters(entity_id=one.entity_id),
        AuditFilters(account_id=one.account_id, action="key.create"),
        AuditFilters(actor_id=one.actor_id, start=one.at),
    ):
        assert one in desk.service.entries(filters).data
    first = desk.service.entries(AuditFilters(), limit=2)
    second = desk.service.entries(AuditFilters(), first.next_cursor, limit=2)
    assert first.data + second.data == whole.data[:4]


def test_an_entry_is_checked_against_the_verified_log(desk: Desk) -> None:
    entry = desk.newest()
    assert desk.service.standing().kept is None
    checked = desk.service.check(entry)
    assert (checked.inclusion, checked.standing.verified) == (Inclusion.PROVED, entry.seq + 1)
    altered = entry.model_copy(update={"reason": "another"})
    assert desk.service.check(altered).inclusion is Inclusion.ALTERED
    beyond = entry.model_copy(update={"seq": 10_000})
    assert desk.service.check(beyond).inclusion is Inclusion.TOO_NEW
    desk.change("UPDATE audit SET seq = 10000 WHERE seq = 3")
    gone = entry.model_copy(update={"seq": 3})
    assert desk.service.check(gone).inclusion is Inclusion.MISSING


def test_a_finding_is_accepted_with_a_reason(desk: Desk) -> None:
    kept = desk.service.look().kept
    desk.change("UPDATE audit_nodes SET hash = zeroblob(32) WHERE level = 5")
    desk.sandbox.sign_in("support")
    found = desk.service.look()
    assert found.finding is not None
    assert (found.finding.verdict, found.kept) == (Verdict.REWRITTEN, kept)
    with pytest.raises(AuditTrouble, match="Write down why"):
        desk.service.accept_head(found.finding, "  because ")
    other = replace(found.finding, head=Head(3, bytes(32)))
    with pytest.raises(AuditTrouble, match="something else by now"):
        desk.service.accept_head(other, "It was repaired under supervision.")
    standing = desk.service.accept_head(found.finding, "It was repaired under supervision.")
    assert standing.is_sound
    assert standing.kept is not None
    assert standing.kept.head == found.finding.head
    (accepted,) = desk.service.accepted()
    assert accepted.finding == found.finding
    assert accepted.reason == "It was repaired under supervision."
    desk.sandbox.sign_in("support")
    assert desk.service.look().is_sound


@pytest.mark.parametrize("page", [7, 500])
def test_an_export_is_verified_without_the_backend(
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    page: int,
) -> None:
    monkeypatch.setattr(audit_export, "PAGE", page)
    told: list[tuple[int, int]] = []
    file, key, head = (tmp_path / name for name in ("export.jsonl", "key", "head"))
    done = desk.service.export(
        file, AuditFilters(), on_progress=lambda written, total: told.append((written, total))
    )
    size = done.head.head.size
    assert (done.entries, done.proved, told[-1]) == (size, size, (size, size))
    assert len(told) == -(-size // page)
    key.write_text(audit.fetch_key(desk.api).text)
    head.write_text(done.head.note)
    desk.sandbox.stop()
    assert verify_audit.main(file, key, head) == verify_audit.PROVED
    said = capsys.readouterr().out
    assert f"all {size} entries up to the signed head: none is missing" in said
    assert "The head is the one that you kept." in said


def test_a_filtered_export_says_that_it_is_a_part(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.jsonl"
    done = desk.service.export(file, AuditFilters(action="key.revoke"))
    assert done.entries == done.proved > 0
    assert verify_audit.main(file, None, None) == verify_audit.PROVED
    assert "no other one would belong here is not" in capsys.readouterr().out


def test_what_was_altered_is_exported_and_does_not_verify(desk: Desk, tmp_path: Path) -> None:
    desk.service.look()
    desk.change("UPDATE audit SET reason = 'another' WHERE seq = 3")
    file = tmp_path / "export.jsonl"
    done = desk.service.export(file, AuditFilters())
    assert done.proved == done.entries - 1
    assert verify_audit.main(file, None, None) == verify_audit.NOT_PROVED


def test_an_export_that_is_stopped_or_cannot_be_written_leaves_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_export, "PAGE", 5)
    cancel = CancelToken()
    file = tmp_path / "export.jsonl"
    file.write_text("the one before")
    with pytest.raises(Cancelled):
        desk.service.export(
            file, AuditFilters(), on_progress=lambda done, total: cancel.cancel(), cancel=cancel
        )
    assert [each.name for each in tmp_path.iterdir() if "export" in each.name] == ["export.jsonl"]
    assert file.read_text() == "the one before"
    with pytest.raises(AuditTrouble, match="could not be written"):
        desk.service.export(tmp_path / "no folder" / "export.jsonl", AuditFilters())
