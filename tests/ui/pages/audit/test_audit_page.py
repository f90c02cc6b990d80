"""The audit page on a real sandbox: entries, filters, one entry and its proof, exports."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication

from lmchat_desktop.__main__ import main
from lmchat_desktop.sandbox.database import SQLITE_FILE
from lmchat_desktop.ui.pages.audit import rows
from lmchat_desktop.ui.pages.audit.query import AuditQuery, Field
from lmchat_desktop.ui.pages.figures.range_dialog import RangeDialog
from lmchat_desktop.ui.pages.figures.ranges import Preset
from lmchat_desktop.ui.pages.keys.view import KeysPage
from lmchat_desktop.ui.shell.context import ScopeChoice
from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.widgets.chips import Chip
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.audit.conftest import Reader, reader_at
from tests.ui.shell.conftest import Office


def test_entries_stand_newest_first_with_names(reader: Reader, sandbox: RunningSandbox) -> None:
    page = reader.page
    answer = sandbox.call("GET", "/v1/audit", sandbox.sign_in("support"), params={"limit": 60})
    told = answer.json()["data"]
    page.card.model.look_above()
    reader.office.until(lambda: page.card.model.key(0) == told[0]["seq"])
    seen = reader.shown("seq")
    assert seen == sorted(seen, reverse=True)
    assert seen[:60] == [entry["seq"] for entry in told]
    assert "Signed in" in reader.shown("action")
    assert "Created a key" in reader.shown("action")
    assert reader.workspace.session.me.person.name in reader.shown("actor")
    assert sandbox.person("support")["person"]["name"] in reader.shown("actor")
    assert any(words.startswith("Key · ") for words in reader.shown("object"))
    assert reader.told().startswith("good: History verified up to entry ")


def test_filters_narrow_and_are_taken_away(reader: Reader) -> None:
    page = reader.page
    reader.choose("action", "created a key")
    assert page.toolbar.chips == ["action is Created a key"]
    assert set(reader.shown("action")) == {"Created a key"}
    names = set(reader.shown("actor"))
    assert len(names) > 1
    name = min(name for name in names if name.isascii())
    reader.choose("actor", name)
    assert page.toolbar.chips == [f"person is {name}", "action is Created a key"]
    assert set(reader.shown("actor")) == {name}
    key = page.card.model.row(0)
    assert key is not None
    reader.office.bot.keyClicks(page.toolbar.search, key[-1].entity_id)
    reader.office.until(lambda: page.model.query.object == key[-1].entity_id)
    reader.settled()
    assert reader.shown("seq") == [key[-1].seq]
    reader.click("audit-clear-filters")
    reader.settled()
    assert page.model.query == AuditQuery()
    assert page.toolbar.search.text() == ""
    assert page.toolbar.chips == []
    assert len(set(reader.shown("action"))) > 2


def test_an_action_that_is_not_known_can_be_typed(reader: Reader) -> None:
    reader.choose("action", "key.melt")
    assert reader.page.model.query.action == "key.melt"
    empty = reader.page.card.empty
    assert empty.isVisible()
    assert empty.accessibleName() == "No such entries"
    reader.office.bot.mouseClick(empty.action_button, Qt.MouseButton.LeftButton)
    reader.settled()
    assert not empty.isVisible()
    assert reader.page.card.model.count > 0


def test_kinds_of_objects_narrow(reader: Reader) -> None:
    reader.choose("kind", "device")
    assert reader.page.toolbar.chips == ["kind is Device"]
    assert {"Signed in", "Registered a device"} <= set(reader.shown("action"))
    assert all(words.startswith("Device · ") for words in reader.shown("object"))
    chip = reader.page.findChild(Chip, "audit-chip-kind")
    assert isinstance(chip, Chip)
    reader.office.bot.keyClick(chip, Qt.Key.Key_Delete)
    reader.settled()
    assert reader.page.toolbar.chips == []
    assert "Created a key" in reader.shown("action")


def test_the_time_and_the_account_narrow_too(reader: Reader) -> None:
    page, session = reader.page, reader.workspace.session
    now = session.clock.now()
    page.enter({"range": Preset.DAY.value})
    reader.settled()
    assert reader.shown("at")
    assert all((now - at).days < 1 for at in reader.shown("at"))
    page.enter({"range": (now - timedelta(days=90), now - timedelta(days=30))})
    reader.settled()
    assert reader.shown("at")
    assert all(30 <= (now - at).days <= 90 for at in reader.shown("at"))
    page.model.show_all()
    reader.settled()
    model = page.card.model
    row = next(row for row in map(model.row, range(model.count)) if row and row[4])
    accounts = {each.id: each for each in session.accounts()}
    chosen = accounts[row[-1].account_id]
    reader.workspace.context.scope.choose(ScopeChoice(chosen.id, chosen.name))
    reader.office.until(lambda: set(reader.shown("account")) == {chosen.name})
    assert page.model.filter_words() == [f"the account is {chosen.name}"]


def test_a_range_of_ones_own_is_asked_for_and_dropped_again(reader: Reader) -> None:
    page = reader.page
    page.toolbar.custom_asked.emit()
    asking = reader.dialog("range-dialog")
    assert isinstance(asking, RangeDialog)
    asking.reject()
    assert page.model.query.range is None
    page.toolbar.custom_asked.emit()
    asking = reader.dialog("range-dialog")
    assert isinstance(asking, RangeDialog)
    period = asking.period
    assert period is not None
    asking.accept()
    reader.settled()
    assert page.model.query.range is not None
    shown = reader.shown("at")
    assert shown
    assert all(period.start <= at < period.end for at in shown)
    assert all(not words.endswith("—") for words in page.model.filter_words())
    page.model.show_all()
    reader.settled()


def test_an_entry_leads_to_what_it_names(reader: Reader) -> None:
    page = reader.page
    reader.choose("action", "created a key")
    page.card.table.selectRow(0)
    reader.settled()
    entry = page.model.entry
    assert entry is not None
    reader.click("audit-go-keys")
    keys = reader.workspace.page("keys")
    assert isinstance(keys, KeysPage)
    reader.office.until(keys.panel.isVisible)
    assert keys.model.looked_at is not None
    assert keys.model.looked_at.key.id == entry.entity_id


def test_pages_come_as_one_scrolls_to_the_end(
    office: Office, admin_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE_ROWS", 15)
    reader = reader_at(office, admin_workspace)
    card = reader.page.card
    assert card.model.count < 48
    assert card.foot_text().endswith("more come as you scroll")
    while not card.model.complete:
        held = card.model.count
        card.table.scrollToBottom()
        office.until(lambda held=held: card.model.count > held or card.model.complete)
        reader.settled()
    assert reader.shown("seq") == list(range(card.model.count - 1, -1, -1))
    assert card.model.rowCount() == card.model.count
    assert card.foot_text() == f"All {card.model.count} entries"


def test_new_entries_come_by_themselves_and_nothing_moves(
    own_reader: Reader, own_sandbox: RunningSandbox
) -> None:
    card = own_reader.page.card
    before = card.model.count
    card.table.selectRow(12)
    card.table.scrollTo(card.model.index(40, 0))
    top = card.model.key(card.table.rowAt(0))
    entry = own_reader.page.model.entry
    assert entry is not None
    own_sandbox.sign_in("support")
    own_reader.click("audit-verify-now")
    own_reader.office.until(lambda: card.model.count == before + 2)
    own_reader.settled()
    assert card.model.key(card.table.rowAt(0)) == top
    assert own_reader.page.model.entry == entry
    assert own_reader.told() == f"good: History verified up to entry {before + 1}"


def test_an_entry_is_proved_and_copied(reader: Reader) -> None:
    page = reader.page
    page.card.table.selectRow(5)
    reader.settled()
    row = page.card.model.row(5)
    assert row is not None
    entry = row[-1]
    assert page.panel.isVisible()
    facts = {fact.label: fact for fact in page.panel.facts.facts}
    assert facts["Leaf hash"].value.replace(" ", "") == entry.opened().leaf().hex()
    assert facts["Salts"].value == "all five are there"
    assert facts["Person"].note == entry.actor_id or facts["Person"].value == entry.actor_id
    reader.click("audit-verify-entry")
    reader.office.until(lambda: bool(page.panel.proof_text()))
    assert page.panel.proof_text().startswith("In the tree of ")
    reader.click("audit-copy-json")
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied["seq"] == entry.seq
    assert copied["salts"] == entry.salts
    page.card.table.selectRow(6)
    assert page.panel.proof_text() == ""
    reader.office.bot.keyClick(page.card.table, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()


def test_what_was_altered_is_not_proved_and_what_was_erased_says_so(
    own_reader: Reader, own_sandbox: RunningSandbox
) -> None:
    page = own_reader.page
    with closing(sqlite3.connect(own_sandbox.data / SQLITE_FILE, timeout=30)) as raw:
        raw.execute("UPDATE audit SET reason = 'another' WHERE seq = 40")
        raw.execute("UPDATE audit SET actor_id = NULL, actor_id_salt = NULL WHERE seq = 39")
        raw.commit()
    page.model.narrow(Field.ACTION, "key.create")
    own_reader.settled()
    for seq, words in ((40, "Not proved: what is shown"), (39, "In the tree of ")):
        page.card.table.select_key(seq)
        own_reader.settled()
        own_reader.click("audit-verify-entry")
        own_reader.office.until(lambda: bool(page.panel.proof_text()))
        assert page.panel.proof_text().startswith(words)
    facts = {fact.label: fact for fact in page.panel.facts.facts}
    assert facts["Person"].value == "erased or withheld"
    assert facts["Salts"].value == "4 of 5 are there"
    assert not page.panel.only_actor.isVisible()
    place = page.card.model.row_of(39)
    assert place is not None
    assert page.card.model.text(place, 1) == "erased or withheld"


def test_the_whole_log_is_exported_and_verified(
    reader: Reader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "the log.jsonl"
    page = reader.page
    page.export.ask = lambda *_: str(file)
    page.export.open_dialog()
    dialog = reader.dialog("audit-export-dialog")
    reader.office.bot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    reader.office.until(lambda: page.toast.isVisible())
    assert "with their proofs" in page.toast.text()
    reader.office.bot.mouseClick(page.toast.action_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == f"lmchat-desktop verify-audit '{file}'"
    assert main(["verify-audit", str(file)]) == 0
    assert "none is missing" in capsys.readouterr().out


def test_a_filtered_export_says_what_it_cannot_prove(
    reader: Reader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "part.jsonl"
    page = reader.page
    reader.choose("action", "key.create")
    page.export.ask = lambda *_: str(file)
    page.export.open_dialog()
    dialog = reader.dialog("audit-export-dialog")
    words = " ".join(label.text() for label in dialog.findChildren(type(page.card._foot)))
    assert "the action is Created a key" in words
    assert "cannot prove that it holds all" in words
    dialog.accept()
    reader.office.until(lambda: page.toast.isVisible())
    assert main(["verify-audit", str(file)]) == 0
    assert "is not" in capsys.readouterr().out


def test_rows_are_copied_and_saved_and_no_formula_leaves(
    own_reader: Reader, own_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    token = own_sandbox.sign_in("admin")
    keys = own_sandbox.call("GET", "/v1/keys", token, params={"limit": 100}).json()["data"]
    key = next(key for key in keys if key["state"] == "active")
    own_sandbox.call(
        "POST",
        f"/v1/keys/{key['id']}/revoke",
        token,
        json={"reason": "=HYPERLINK(1)"},
        headers={"Idempotency-Key": "a-key-of-the-tests", "If-Match": key["etag"]},
    ).raise_for_status()
    page = own_reader.page
    page.card.model.look_above()
    own_reader.office.until(lambda: "=HYPERLINK(1)" in own_reader.shown("reason"))
    place = own_reader.shown("reason").index("=HYPERLINK(1)")
    flags = QItemSelectionModel.SelectionFlag
    page.card.table.selectionModel().select(
        page.card.model.index(place, 0), flags.ClearAndSelect | flags.Rows
    )
    page.export.copy_rows()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert len(copied) == 2
    assert "'=HYPERLINK(1)" in copied[1].split("\t")
    file = tmp_path / "rows.csv"
    page.export.ask = lambda *_: str(file)
    page.export.save_rows()
    own_reader.settled()
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == page.card.model.count + 1
    assert "'=HYPERLINK(1)" in lines[place + 1]
