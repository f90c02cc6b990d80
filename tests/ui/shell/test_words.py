"""The shell's words and searches, without a window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.identity import Me, Membership, Person
from lmchat_desktop.domain.clock import ClockDispute
from lmchat_desktop.domain.scopes import Role, Scope
from lmchat_desktop.sync.states import SyncPhase, SyncProgress, SyncState
from lmchat_desktop.ui.pages import registry
from lmchat_desktop.ui.shell.connection import connection_words
from lmchat_desktop.ui.shell.palette_model import Entry, Kind, PaletteModel
from lmchat_desktop.ui.shell.person_menu import initials, role_words
from lmchat_desktop.ui.shell.scope_picker import scope_choices
from lmchat_desktop.ui.shell.signin.model import check_address

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def nothing() -> None:
    """What an entry does in these tests."""


def entry(kind: Kind, title: str, hint: str = "", run: Callable[[], None] = nothing) -> Entry:
    return Entry(kind, title, hint, run)


def me(
    *, operator: tuple[Role, ...] = (), members: tuple[tuple[str, Role], ...] = (), scopes: str = ""
) -> Me:
    return Me(
        person=Person(id="person_1", name="Anna Berg", email="a@example.org", created_at=NOW),
        device=None,
        memberships=[
            Membership(account_id=f"acct_{name}", account_name=name, role=role)
            for name, role in members
        ],
        operator_roles=list(operator),
        scopes=scopes.split(),
        capabilities=[],
        backend="test",
        server_time=NOW,
    )


def account(name: str) -> Account:
    return Account(
        id=f"acct_{name}",
        name=f"{name} renamed",
        email="a@example.org",
        email_verified=True,
        plan_id="plan_1",
        state=AccountState.ACTIVE,
        created_at=NOW,
        etag="1",
    )


def test_every_page_says_of_itself_what_the_registry_says() -> None:
    for listed in registry.PAGES:
        page = listed.load()
        assert (page.page_id, page.title, page.icon) == (
            listed.page_id,
            listed.title,
            listed.icon,
        )


def test_pages_follow_scopes() -> None:
    assert [p.page_id for p in registry.pages_for([Scope.USAGE_READ])] == ["overview", "usage"]
    assert [p.page_id for p in registry.pages_for([Scope.AUDIT_READ])] == ["audit"]
    assert registry.pages_for([Scope.JOBS_RUN]) == ()


MODEL = PaletteModel(
    [
        entry(Kind.KEY, "nightly batch", "Acme"),
        entry(Kind.ACCOUNT, "Café Açaí"),
        entry(Kind.ACCOUNT, "Batchworks"),
        entry(Kind.PAGE, "Usage"),
        entry(Kind.ACTION, "Sync now", "F5"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "Usage"),
        ("us", "Usage"),
        ("usgae", "Usage"),
        ("cafe", "Café Açaí"),
        ("AÇAÍ", "Café Açaí"),
        ("batch", "Batchworks"),
        ("acme", "nightly batch"),
        ("f5", "Sync now"),
    ],
)
def test_the_palette_ranks(typed: str, first: str) -> None:
    assert MODEL.find(typed)[0].title == first


def test_the_palette_finds_nothing_for_what_is_not_there() -> None:
    assert MODEL.find("xyzzy plugh") == []


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=8))
def test_the_palette_takes_any_text(typed: str, titles: list[str]) -> None:
    model = PaletteModel([entry(Kind.ACCOUNT, title) for title in titles])
    assert {found.title for found in model.find(typed)} <= set(titles)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Anna Berg", "AB"), ("Ines", "I"), ("Jean Luc van Dam", "JD"), ("", "–"), ("<b> x", "X")],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_roles_in_words() -> None:
    assert role_words(me(operator=(Role.ADMIN, Role.LEGAL))) == "Admin, Legal"
    assert role_words(me(members=(("Acme", Role.OWNER),))) == "Owner of Acme"
    assert role_words(me(members=(("A", Role.OWNER), ("B", Role.MEMBER)))) == "Member of 2 accounts"
    assert role_words(me()) == "No role"


def test_staff_choose_from_all_and_owners_from_theirs() -> None:
    accounts = [account("Acme"), account("Other")]
    staff = scope_choices(me(operator=(Role.ADMIN,), scopes="service:read"), accounts)
    assert [choice.id for choice in staff] == ["service", "acct_Acme", "acct_Other"]
    owner = scope_choices(me(members=(("Acme", Role.OWNER),), scopes="usage:read"), accounts)
    assert [(choice.id, choice.name) for choice in owner] == [("acct_Acme", "Acme renamed")]


def state(phase: SyncPhase, **more: object) -> SyncState:
    return SyncState(phase, NOW - timedelta(hours=1), **more)  # type: ignore[arg-type]


def test_offline_is_told_with_its_age() -> None:
    offline = state(SyncPhase.OFFLINE, detail="No answer.", last_sync_at=NOW - timedelta(hours=2))
    words = connection_words(offline, NOW, BERLIN, 7200.0)
    assert words.caption == "Offline since 13:00"
    assert words.banner == ("Offline since 13:00. What you see was last synced at 12:00, 2 h ago.")
    assert words.banner_detail == "No answer."


def test_clocks_in_dispute_are_told_beside_all_else() -> None:
    local = NOW + timedelta(days=365)
    heard = ClockDispute(local, NOW, heard=True)
    words = connection_words(state(SyncPhase.LIVE, dispute=heard), NOW, BERLIN, 1.0)
    assert words.dot == "live"
    assert words.banner == (
        "This computer's clock says 24 Nov 2027, 14:00, the backend's 24 Nov 2026, 14:00. Figures "
        "go by the backend's; nothing was deleted."
    )
    assert "ends by itself" in words.banner_detail
    unheard = ClockDispute(local, NOW, heard=False)
    offline = state(SyncPhase.OFFLINE, detail="No answer.", dispute=unheard)
    words = connection_words(offline, NOW, BERLIN, None)
    assert words.banner.startswith("Offline since 13:00.")
    assert words.banner_detail.startswith("No answer. This computer's clock says 24 Nov 2027")
    assert "nothing was deleted" in words.banner_detail
    ended = state(SyncPhase.STOPPED, dispute=unheard)
    assert connection_words(ended, NOW, BERLIN, None).banner == ""


def test_another_day_is_told_with_its_date() -> None:
    long_ago = SyncState(SyncPhase.OFFLINE, NOW - timedelta(days=3))
    assert "21 Nov 2026" in connection_words(long_ago, NOW, BERLIN, None).caption


def test_offline_before_anything_was_read() -> None:
    words = connection_words(state(SyncPhase.OFFLINE), NOW, BERLIN, None)
    assert "Nothing has been read" in words.banner


def test_syncing_tells_how_far() -> None:
    syncing = state(SyncPhase.SYNCING, progress=SyncProgress(3, 62, "usage"))
    assert connection_words(syncing, NOW, BERLIN, None).status == "Syncing usage: 3 of 62"


def test_an_end_without_trouble_needs_no_banner() -> None:
    assert connection_words(state(SyncPhase.STOPPED), NOW, BERLIN, 1.0).banner == ""
    fault = state(SyncPhase.STOPPED, code="fault", detail="A fault.", last_sync_at=NOW)
    assert connection_words(fault, NOW, BERLIN, 1.0).banner.startswith("Sync has stopped.")


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        ("admin.example.org", "https://admin.example.org"),
        ("https://admin.example.org/", "https://admin.example.org"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_addresses_that_are_taken(typed: str, base_url: str) -> None:
    assert check_address(typed).base_url == base_url


def test_an_empty_address_is_no_problem_yet() -> None:
    assert check_address("  ") == check_address("")
    assert check_address("").problem == ""
