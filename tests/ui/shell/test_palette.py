"""The command palette: how it finds things, also among very many."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from lmchat_desktop.settings.preferences import PreferenceStore
from lmchat_desktop.ui.shell import known
from lmchat_desktop.ui.shell.palette_model import Entry, Kind, PaletteModel
from lmchat_desktop.ui.shell.search_index import CHUNK, SearchIndex, folded
from lmchat_desktop.ui.shell.workspace import Workspace
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office


def nothing() -> None:
    """What an entry does in these tests."""


ENTRIES = [
    Entry(Kind.KEY, "nightly batch", "Acme · sk-lmc-…a1b2", nothing, "", "key_nightly"),
    Entry(Kind.KEY, "Nordlicht import", "Nordlicht", nothing, "", "key_import"),
    Entry(Kind.ACCOUNT, "Łódź Straße Ærø", "", nothing, "", "acct_lodz", "olga@lodz.example"),
    Entry(Kind.ACCOUNT, "Acme Robotics", "", nothing, "", "acct_acme", "ops@acme.example"),
    Entry(Kind.ACTION, "Sync now", "F5", nothing, "", "sync"),
    Entry(Kind.ACTION, "Theme: dark", "", nothing, "", "theme-dark"),
    Entry(Kind.PAGE, "API keys", "Ctrl+3", nothing, "", "keys"),
    Entry(Kind.PAGE, "Usage", "Ctrl+2", nothing, "", "usage"),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ak", "API keys"),
        ("nb", "nightly batch"),
        ("batch nightly", "nightly batch"),
        ("acme nightly", "nightly batch"),
        ("lodz", "Łódź Straße Ærø"),
        ("strasse", "Łódź Straße Ærø"),
        ("aero", "Łódź Straße Ærø"),
        ("ÆRØ", "Łódź Straße Ærø"),
        ("olga@lodz", "Łódź Straße Ærø"),
        ("acct_acme", "Acme Robotics"),
        ("KEY_IMPORT", "Nordlicht import"),
        ("a1b2", "nightly batch"),
        ("nightyl", "nightly batch"),
        ("robotcis", "Acme Robotics"),
        ("syncnow", "Sync now"),
        ("dark", "Theme: dark"),
        ("ｕｓａｇｅ", "Usage"),
        ("u\u200bsage", "Usage"),
    ],
)
def test_it_finds(typed: str, first: str) -> None:
    assert PaletteModel(ENTRIES).find(typed)[0].title == first


@pytest.mark.parametrize("typed", ["zzzz", "qx", "9"])
def test_what_is_not_there_is_not_found(typed: str) -> None:
    assert PaletteModel(ENTRIES).find(typed) == []


def test_what_was_chosen_last_comes_first_among_equals() -> None:
    model = PaletteModel(ENTRIES, recent=["key:key_import", "page:usage", "page:gone"])
    assert [entry.id for entry in model.find("")[:3]] == ["key_import", "usage", "keys"]
    assert len(model.find("")) == len(ENTRIES)
    assert model.find("n")[0].id == "key_import"
    assert model.find("nightly")[0].id == "key_nightly"


def test_folding_goes_through_all_spellings() -> None:
    assert folded("  ＡＢＣ\t\u202eÉ\u0301 ") == folded("abc e")


def test_a_search_that_nobody_waits_for_ends() -> None:
    index = SearchIndex((f"key {number}", "", f"key_{number}") for number in range(CHUNK * 3))
    asked: list[bool] = []

    def wanted() -> bool:
        asked.append(True)
        return len(asked) < 2

    assert index.search("key", 10, wanted) == []
    assert len(asked) == 2
    assert [hit.place for hit in index.search("key_17", 1)] == [17]
    assert index.search("key 9", 3)[0].place == 9
    assert len(index.search("k", 40)) == 40


@pytest.fixture
def many(office: Office, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace for which the sample world's keys are very many."""
    monkeypatch.setattr(known, "MOST_AT_HAND", 3)
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    return office.workspace(window)


@pytest.mark.usefixtures("plain_pages")
def test_very_many_keys_are_found_on_the_pool(office: Office, many: Workspace) -> None:
    many.finder.open_palette()
    panel = many.finder.palette.panel
    panel.field.setText("ticket triage")
    assert panel.list.isHidden()
    assert "Searching" in panel._nothing.whole_text()
    office.until(lambda: panel.list.currentIndex().data() == "Ticket triage")
    panel.field.setText("no such key at all 123")
    office.until(lambda: "no such key at all 123" in panel._nothing.whole_text())
    panel.field.setText("acme")
    assert panel.list.currentIndex().data() == "Acme Robotics Inc."
    panel.field.setText("ticket triage")
    office.until(lambda: panel.list.currentIndex().data() == "Ticket triage")
    office.bot.keyClick(panel.field, Qt.Key.Key_Return)
    assert many.page_id == "keys"


@pytest.mark.usefixtures("plain_pages")
def test_what_a_person_moved_to_stays_chosen_when_more_is_found(
    office: Office, many: Workspace
) -> None:
    many.finder.open_palette()
    panel = many.finder.palette.panel
    panel.field.setText("theme")
    office.bot.keyClick(panel.field, Qt.Key.Key_Down)
    chosen = panel.list.currentIndex().data()
    office.until(lambda: not many.context.tasks.busy)
    assert panel.list.currentIndex().data() == chosen


@pytest.mark.usefixtures("plain_pages")
def test_recent_pages_and_actions_are_remembered_and_nothing_else(
    office: Office, admin_workspace: Workspace
) -> None:
    panel = admin_workspace.finder.palette.panel
    for typed in ("acme robotics", "theme dark", "usage"):
        admin_workspace.finder.open_palette()
        panel.field.setText(typed)
        office.bot.keyClick(panel.field, Qt.Key.Key_Return)
    admin_workspace.finder.open_palette()
    rows = [panel.list.model().index(row, 0).data() for row in range(3)]
    assert rows == ["Usage", "Theme: dark", "Acme Robotics Inc."]
    kept = PreferenceStore(office.folder / "config").value.recent
    assert kept == ("page:usage", "action:theme-dark")


def test_the_page_offers_its_exports_and_diagnostics_hold_no_name(
    office: Office, admin_workspace: Workspace
) -> None:
    admin_workspace.navigate("usage")
    office.until(lambda: not admin_workspace.context.tasks.busy)
    admin_workspace.finder.open_palette()
    panel = admin_workspace.finder.palette.panel
    panel.field.setText("save chart png")
    assert panel.list.currentIndex().data() == "Export: Save chart as PNG…"
    panel.field.setText("copy diagnostics")
    office.bot.keyClick(panel.field, Qt.Key.Key_Return)
    copied = QGuiApplication.clipboard().text()
    assert "page: usage" in copied
    me = admin_workspace.session.me
    accounts = admin_workspace.session.accounts()
    for name in (me.person.name, me.person.email, *(account.name for account in accounts)):
        assert name not in copied
