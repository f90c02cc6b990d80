"""What the person saw last is seen at once at the next start, and only where it may be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from sqlalchemy import text

from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.cache.trouble import DiskTrouble
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.domain.lease import MAX_LEASE
from lmchat_desktop.services.session import Session
from lmchat_desktop.settings.preferences import PreferenceStore
from lmchat_desktop.settings.profiles import CacheKeeping, ProfileStore
from lmchat_desktop.settings.secrets import SecretKind
from lmchat_desktop.ui.pages.overview.first_view import OverviewFirstView
from lmchat_desktop.ui.pages.overview.view import OverviewPage
from lmchat_desktop.ui.shell.first_picture.view import FirstPicture
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.opener import Attempt, SessionOpener
from tests.support.first_picture import (
    SeenBefore,
    overview_record,
    shown_record,
)
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import Office
from tests.ui.shell.test_trouble import sign_in, trouble_in


@dataclass
class Gate:
    """Keeps every opening of a session waiting until it is let go, or is to fail."""

    opened: threading.Event = field(default_factory=threading.Event)
    fault: Exception | None = None

    def wait(self) -> None:
        assert self.opened.wait(30)
        if self.fault is not None:
            raise self.fault

    def let_go(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.opened.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate()
    really = SessionOpener.open

    def waiting(self: SessionOpener, attempt: Attempt, cancel: CancelToken) -> Session:
        made.wait()
        return really(self, attempt, cancel)

    monkeypatch.setattr(SessionOpener, "open", waiting)
    yield made
    made.opened.set()


@pytest.fixture
def utc(office: Office) -> Office:
    """An office whose people want their times in UTC, as the records are."""
    PreferenceStore(office.folder / "config").set(zone="UTC")
    return office


def started(office: Office) -> MainWindow:
    """The next start, up to what comes first: the picture, or whatever stands in its place."""
    window = office.window(office.desk())
    office.until(lambda: window.first_stage.shown or has_moved_on(window))
    return window


def has_moved_on(window: MainWindow) -> bool:
    """Whether the session is being opened, or something else is shown by now."""
    return window.flow._attempt is not None or window.stack.currentWidget() is window.sign_in


def view_of(window: MainWindow) -> FirstPicture:
    view = window.first_stage.view
    assert view is not None
    assert window.stack.currentWidget() is view
    return view


def page_of(view: FirstPicture) -> OverviewFirstView:
    assert isinstance(view.page, OverviewFirstView)
    return view.page


def shows_nothing(office: Office, gate: Gate) -> bool:
    """Whether a start comes to its opening without a picture."""
    window = started(office)
    nothing = not window.first_stage.shown
    gate.let_go()
    return nothing


# What is seen


def test_the_figures_are_seen_though_the_session_never_opens(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    window = started(utc)
    view = view_of(window)
    page = page_of(view)
    assert window.workspace is None
    assert page.figures_text() == "486,903 · 469 M / 94.0 M · $1,574.46 · 14.2 s · 0.08 %"
    assert page.age.whole_text().startswith("Data up to ")
    assert [row.text() for row in page.attention.rows] == ["Key “nightly” expires in 3 d"]
    assert page.models.rows[0][0] == "Llama 3"
    assert page.largest.rows[0][0] == "nightly"
    assert view.top.scope.text() == "Acme Robotics"
    assert view.top.person.text() == "MK"
    assert list(view.rail.items) == ["overview", "usage"]
    assert view.rail.items["overview"].isChecked()
    assert view.rail.items["overview"].badge == 1
    assert view.status.text.whole_text().startswith("Synced just now · cache ")
    for card in (page.models, page.largest):
        assert card.table.horizontalScrollBar().maximum() == 0
    picture = view.page.grab().toImage()
    assert len(colours_of(picture)) > 20


def colours_of(picture: QImage) -> set[int]:
    return {
        picture.pixel(x, y)
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    }


def test_words_about_ages_are_dated_once_they_are_old(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets, now=datetime.now(UTC) - timedelta(hours=3))
    page = page_of(view_of(started(utc)))
    assert page.attention.hint.whole_text().startswith("1 due, as of ")
    assert page.age.whole_text().endswith("3 h ago")


def test_the_page_takes_its_place_in_place(office: Office, sandbox: RunningSandbox) -> None:
    window = sign_in(office, sandbox)
    workspace = office.workspace(window)
    before = cast("OverviewPage", workspace.page("overview"))
    office.until(lambda: not workspace.context.tasks.busy)
    tiles = before.tiles.tiles
    figures = " · ".join(tile.figure_text() for tile in tiles.values())
    account = workspace.top.scope.text()
    places = places_of(window, before.tiles, before.chart_card, before.attention_card)
    office.close_window(window)

    again = office.window(office.desk())
    office.until(lambda: again.first_stage.shown)
    view = view_of(again)
    page = page_of(view)
    assert page.figures_text() == figures
    assert view.top.scope.text() == account
    first = places_of(again, page.tiles, page.chart.parentWidget(), page.attention)
    office.until(lambda: again.workspace is not None and not again.first_stage.shown)
    workspace = again.workspace
    assert workspace is not None
    assert again.stack.currentWidget() is workspace
    after = cast("OverviewPage", workspace.page("overview"))
    assert after.model.picture is not None
    assert first == places
    office.until(lambda: again.findChildren(FirstPicture) == [])


def places_of(window: MainWindow, *widgets: QWidget) -> list[tuple[QPoint, int]]:
    return [(each.mapTo(window, QPoint(0, 0)), each.width()) for each in widgets]


def test_nothing_of_it_lies_in_clear(office: Office, sandbox: RunningSandbox) -> None:
    window = sign_in(office, sandbox)
    workspace = office.workspace(window)
    page = cast("OverviewPage", workspace.page("overview"))
    models = [str(row[0]) for row in page.models_card.rows]
    told = page.record()
    assert told is not None
    content = told.content.decode()
    assert all(model in content for model in models)
    words = [workspace.top.scope.text(), workspace.session.me.person.name, content, *models]
    office.close_window(window)
    for file in office.folder.rglob("*"):
        if file.is_file():
            lies = file.read_bytes()
            assert not [word for word in words if word.encode() in lies], file.name


# Until the session is open


def test_a_page_that_is_chosen_meanwhile_is_shown_in_the_end(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    window = started(utc)
    view = view_of(window)
    item = view.rail.items["usage"]
    utc.bot.mouseClick(view, Qt.MouseButton.LeftButton, pos=item.mapTo(view, item.rect().center()))
    assert view.wanted_page == "usage"
    assert item.isChecked()
    gate.let_go()
    utc.until(lambda: window.workspace is not None and not window.first_stage.shown)
    assert window.workspace is not None
    assert window.workspace.page_id == "usage"


def test_a_page_can_be_chosen_by_its_keys(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    view = view_of(started(utc))
    utc.bot.keyClick(view, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert view.wanted_page == "usage"


def test_everything_else_is_still(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    window = started(utc)
    view = view_of(window)
    page = page_of(view)
    before = window.grab().toImage()
    for part in (view.top.scope, view.top.search, view.top.person, view.top.dot, page.tiles):
        at = part.mapTo(view, part.rect().center())
        utc.bot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_F5):
        utc.bot.keyClick(view, key)
    assert view.cursor().shape() == Qt.CursorShape.BusyCursor
    assert view.wanted_page == ""
    assert window.grab().toImage() == before
    assert view_of(window) is view


def test_it_can_be_scrolled(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    window = started(utc)
    window.resize(900, 560)
    view = view_of(window)
    bar = view.page.scroller.verticalScrollBar()
    utc.until(lambda: bar.maximum() > 0)
    utc.bot.keyClick(view, Qt.Key.Key_PageDown)
    assert bar.value() > 0


def test_whoever_does_not_want_to_wait_gets_to_the_profiles(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    window = started(utc)
    utc.bot.keyClick(view_of(window), Qt.Key.Key_Escape)
    assert window.stack.currentWidget() is window.sign_in
    assert not window.first_stage.shown
    gate.let_go()


def test_patience_is_asked_for_with_a_way_out(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    window = started(utc)
    view = view_of(window)
    assert not view.banner.isVisible()
    view._patience.timeout.emit()
    assert view.banner.isVisible()
    utc.bot.mouseClick(view.banner.action_button, Qt.MouseButton.LeftButton)
    assert window.stack.currentWidget() is window.sign_in
    gate.let_go()


def test_a_session_that_cannot_be_opened_says_why_in_its_place(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    window = started(utc)
    view_of(window)
    gate.let_go(DiskTrouble())
    trouble_in(utc, window, "disk-trouble")
    assert not window.first_stage.shown


def test_the_window_can_be_closed_meanwhile(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets)
    window = started(utc)
    utc.bot.keyClick(view_of(window), Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()
    gate.let_go()
    utc.close()
    assert window.workspace is None


# Where it must not be seen


@pytest.mark.parametrize(
    "changed",
    [{"language": "Übersicht"}, {"zone": "Europe/Vienna"}, {"page": "usage"}],
    ids=["language", "zone", "page"],
)
def test_what_would_look_otherwise_now_is_left_out(
    utc: Office, gate: Gate, changed: dict[str, Any]
) -> None:
    SeenBefore.made(utc.folder, utc.secrets, **changed)
    assert shows_nothing(utc, gate)


def test_of_another_account_than_will_be_shown_it_is_left_out(utc: Office, gate: Gate) -> None:
    seen = SeenBefore.made(utc.folder, utc.secrets)
    who = f"{seen.profile.id}/{seen.place.person_id}"
    store = PreferenceStore(utc.folder / "config")
    store.change(lambda value: value.placed(who, scope="acct_other"))
    assert shows_nothing(utc, gate)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"language": "Overview"}',
        msgspec.json.encode(shown_record(overview_record(datetime.now(UTC))))[:-40],
        msgspec.json.encode(
            msgspec.structs.replace(
                shown_record(overview_record(datetime.now(UTC))), content=msgspec.Raw(b"{}")
            )
        ),
        msgspec.json.encode(shown_record(overview_record(datetime.now(UTC)))).replace(
            b'"known":[false,', b'"known":['
        ),
        msgspec.json.encode(shown_record(overview_record(datetime.now(UTC)))).replace(
            b'["Llama 3",300000,', b'["Llama 3",'
        ),
    ],
    ids=["empty", "cut", "little", "cut later", "no page", "odd chart", "odd row"],
)
def test_a_damaged_record_leaves_the_start_as_it_was(
    utc: Office, gate: Gate, content: bytes
) -> None:
    SeenBefore.made(utc.folder, utc.secrets, content=content)
    assert shows_nothing(utc, gate)


def locked(seen: SeenBefore) -> None:
    seen.secrets.delete(seen.profile.id, seen.place.person_id, SecretKind.CACHE_KEY)


def by_passphrase(seen: SeenBefore) -> None:
    profiles = ProfileStore(seen.folder / "config")
    person = seen.profile.people[0]
    changed = msgspec.structs.replace(person, keeping=CacheKeeping.PASSPHRASE)
    profiles.update(seen.profile.with_person(changed))


def past_retention(seen: SeenBefore) -> None:
    cache = seen.open()
    with cache.write() as connection:
        connection.execute(text("UPDATE first_picture SET valid_until_ms = 1000"))
    cache.close()


def by_another_version(seen: SeenBefore) -> None:
    cache = seen.open()
    with cache.write() as connection:
        connection.execute(text("UPDATE first_picture SET version = '0.0/0'"))
    cache.close()


def condemned(seen: SeenBefore) -> None:
    seen.place.path.with_name("cache.db.ended").write_text("device-revoked")


def of_somebody_else(seen: SeenBefore) -> None:
    profiles = ProfileStore(seen.folder / "config")
    person = msgspec.structs.replace(seen.profile.people[0], person_id="person_other")
    profiles.update(seen.profile.with_person(person))
    seen.secrets.set(seen.profile.id, "person_other", SecretKind.TOKEN, "other")


@pytest.mark.parametrize(
    "change",
    [
        locked,
        by_passphrase,
        past_retention,
        by_another_version,
        condemned,
        of_somebody_else,
    ],
)
def test_what_must_not_be_seen_is_not(
    utc: Office, gate: Gate, change: Callable[[SeenBefore], None]
) -> None:
    change(SeenBefore.made(utc.folder, utc.secrets))
    window = started(utc)
    assert not window.first_stage.shown
    utc.bot.wait(0)
    assert not window.first_stage.shown
    gate.let_go()


def test_after_the_end_of_the_lease_it_is_left_out(utc: Office, gate: Gate) -> None:
    SeenBefore.made(utc.folder, utc.secrets, now=datetime.now(UTC) - MAX_LEASE)
    assert shows_nothing(utc, gate)


def test_before_the_end_of_the_lease_it_is_seen(utc: Office, gate: Gate) -> None:
    at = datetime.now(UTC) - MAX_LEASE + timedelta(hours=1)
    SeenBefore.made(utc.folder, utc.secrets, now=at)
    assert not shows_nothing(utc, gate)


def test_after_signing_out_it_is_gone(office: Office, sandbox: RunningSandbox) -> None:
    window = sign_in(office, sandbox)
    workspace = office.workspace(window)
    session = workspace.session
    path = session.cache.path
    assert path is not None
    window._sign_out()
    office.until(lambda: window.stack.currentWidget() is window.sign_in)
    office.until(lambda: session.closed and not any(d.closings.busy for d in office.desks))
    profile = ProfileStore(office.folder / "config").list()[0]
    key = office.secrets.get(profile.id, session.person_id, SecretKind.CACHE_KEY)
    assert key is not None
    cache = open_cache(path, RawKey(bytes.fromhex(key)))
    with cache.read() as connection:
        assert connection.execute(text("SELECT content FROM first_picture")).scalar() is None
    cache.close()
    office.close_window(window)
    again = office.window(office.desk())
    office.until(lambda: again.stack.currentWidget() is again.sign_in)
    assert not again.first_stage.shown


def test_the_zone_of_the_record_is_the_one_that_times_are_shown_in(utc: Office, gate: Gate) -> None:
    PreferenceStore(utc.folder / "config").set(zone="Europe/Vienna")
    at = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    SeenBefore.made(utc.folder, utc.secrets, now=max(at, datetime.now(UTC)), zone="Europe/Vienna")
    view = view_of(started(utc))
    local = max(at, datetime.now(UTC)).astimezone(ZoneInfo("Europe/Vienna"))
    assert f"{local.day} " in page_of(view).age.whole_text()
    assert "(Europe/Vienna)" in page_of(view).age.whole_text()
