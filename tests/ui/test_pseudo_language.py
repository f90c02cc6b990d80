"""Whatever people read can be translated: in a pseudo language, nothing is left in English."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import keyring.backends.fail
import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.trouble import CacheTrouble
from lmchat_desktop.client import answers
from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import ApiTrouble, Cancelled, Effect
from lmchat_desktop.client.loopback import LoopbackListener
from lmchat_desktop.client.pages import pages
from lmchat_desktop.client.refusals import refusal
from lmchat_desktop.client.signin import Backend, sign_in_with_token
from lmchat_desktop.contract.accounts import Account, Member
from lmchat_desktop.contract.base import Page, Problem
from lmchat_desktop.contract.catalog import Model, Plan, Provider
from lmchat_desktop.contract.identity import Device, DeviceRegister
from lmchat_desktop.contract.invitations import Invitation
from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.domain.timebasis import Period
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.account_policy import Keeping
from lmchat_desktop.services.crash_reports import CrashReports
from lmchat_desktop.services.sandbox_process import SandboxFailed
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.settings.profiles import Profile, ProfileStore
from lmchat_desktop.settings.secrets import KeyringSecrets
from lmchat_desktop.sync.states import SyncPhase, SyncProgress, SyncState
from lmchat_desktop.ui.charts.ticks import time_ticks
from lmchat_desktop.ui.pages.accounts.own_view import OwnAccountPage
from lmchat_desktop.ui.pages.accounts.view import AccountsPage
from lmchat_desktop.ui.pages.figures.range_dialog import RangeDialog
from lmchat_desktop.ui.pages.keys.leaks.dialog import LeaksDialog
from lmchat_desktop.ui.pages.operators.view import OperatorsPage
from lmchat_desktop.ui.pages.outbox.view import OutboxPage
from lmchat_desktop.ui.pages.overview.view import OverviewPage
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.shell.connection import connection_words
from lmchat_desktop.ui.shell.crash.dialog import (
    NoReportsDialog,
    crash_offer,
    fault_dialog,
    kept_reports,
)
from lmchat_desktop.ui.shell.dialogs import AboutDialog, FaultDialog, SignOutDialog
from lmchat_desktop.ui.shell.lock.dialog import LockDialog
from lmchat_desktop.ui.shell.lock.model import Locked, Proof, Why
from lmchat_desktop.ui.shell.lock.view import LockView
from lmchat_desktop.ui.shell.signin.view import SignInView
from lmchat_desktop.ui.shell.trouble.model import Way, trouble_of
from lmchat_desktop.ui.shell.trouble.view import TroubleView
from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.shell.zones import local_zone
from lmchat_desktop.ui.wording import translated
from tests.integration.sandbox.api import Owner
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.conftest import desk, make_desk, requests
from tests.ui.pages.desk import Desk, worries
from tests.ui.pages.fitting import cut
from tests.ui.pages.keys.test_leaked_keys import find_in, made_by, press_tick
from tests.ui.pseudo import plain, pseudo, tool, translate_all, untranslated
from tests.ui.shell.conftest import AttachedSandbox, Office, office, plain_pages

__all__ = ["desk", "make_desk", "office", "plain_pages", "requests"]

PRODUCT = "lmchat desktop", "lmchat", "lmc-pat-…", "lmc-pat-"
NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)
DETAIL = "Words of a backend"
PROFILE = Profile(id="p", name="Acme backend", base_url="https://admin.example.org")
DEVICE = DeviceRegister(name="desk", platform="linux", app_version="1")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pseudo language, compiled."""
    file = tmp_path_factory.mktemp("translations") / "lmchat_de.ts"
    with pytest.MonkeyPatch.context() as monkeypatch:
        translations = tool(monkeypatch)
        translations.collect(file, "de")
        translate_all(file)
        assert list(translations.mistakes(file)) == []
        return Path(translations.compile_(file))


@pytest.fixture(autouse=True)
def spoken(qapp: QApplication, catalogue: Path) -> Iterator[None]:
    """The interface in the pseudo language."""
    translator = QTranslator()
    assert translator.load(str(catalogue))
    assert qapp.installTranslator(translator)
    yield
    assert qapp.removeTranslator(translator)


def shown(bot: QtBot, widget: QWidget) -> QWidget:
    bot.addWidget(widget)
    widget.resize(1000, 800)
    widget.show()
    return widget


def none_left(left: list[str]) -> None:
    assert not left, "\n".join(dict.fromkeys(left))


def test_the_signs_of_the_pseudo_language() -> None:
    assert pseudo("Saved as {name}.") == "⟦Şȧṽḗḓ ȧş {name}.⟧"
    assert pseudo("%n keys") == "⟦%n ķḗẏş⟧"


def test_signing_in(qtbot: QtBot) -> None:
    view = SignInView()
    shown(qtbot, view)
    known = [*PRODUCT, PROFILE.name]
    view.show_profiles([], None)
    view.address.setText("ftp://example.org")
    none_left(untranslated([view], known))
    view.show_profiles([PROFILE], PROFILE)
    none_left(untranslated([view], known))


def catch(work: Callable[[], object]) -> BaseException:
    try:
        work()
    except (ApiTrouble, SettingsTrouble) as trouble:
        return trouble
    raise AssertionError("it went well")


def refused(status: int, kind: str = "", **more: Any) -> BaseException:
    problem = Problem(
        type=f"https://lmchat.example/problems/{kind}", title="", status=status, **more
    )
    answer = httpx.Response(
        status,
        content=problem.model_dump_json(),
        headers={"Content-Type": "application/problem+json", "Retry-After": "20"},
    )
    return refusal(answer, NOW, "GET /v1/keys", Effect.UNKNOWN)


def listening() -> None:
    with LoopbackListener() as listener:
        listener.wait(CancelToken(), 0.0)


def signing_in(pasted: str) -> Callable[[], object]:
    return lambda: sign_in_with_token(Backend("http://127.0.0.1:9"), pasted, DEVICE)


def untrusted() -> BaseException:
    cause = ssl.SSLCertVerificationError()
    cause.verify_message = DETAIL
    error = httpx.ConnectError("")
    error.__cause__ = cause
    return answers.no_answer(error, "admin.example.org", Effect.NONE)


def moved() -> object:
    transport = httpx.MockTransport(lambda _request: httpx.Response(302))
    with ApiClient("http://127.0.0.1:9", None, transport=transport) as api:
        return api.get("/v1/keys", Page[ApiKey], authorised=False)


def failures() -> Iterator[BaseException]:
    """Troubles of every code that a person can meet, made where the product makes them."""
    yield from (kind() for kind in (CacheTrouble, *CacheTrouble.__subclasses__()))
    yield Cancelled()
    for address in ("http://[", "ftp://a.example", "https://", "https://a:b@c", "https://a?b"):
        yield catch(lambda address=address: backend_address(address))
    yield catch(lambda: backend_address("http://admin.example.org"))
    for error in (httpx.ConnectError(""), httpx.PoolTimeout(""), httpx.ReadTimeout("")):
        yield answers.no_answer(error, "admin.example.org", Effect.UNKNOWN)
        yield answers.broken_off(error, 3, Effect.READING)
    yield untrusted()
    plain = httpx.Response(200, content=b"x" * 9, headers={"Content-Type": "text/html"})
    yield catch(lambda: answers.expect_type(plain, "application/json", Effect.READING))
    yield catch(lambda: answers.read_body(plain, 3, Effect.READING))
    yield catch(lambda: answers.parse(b"{}", Problem, Effect.NONE))
    yield catch(moved)
    yield catch(lambda: list(pages(lambda _cursor: Page[ApiKey](data=[], has_more=True))))
    for status in (400, 401, 403, 404, 409, 410, 412, 418, 429, 500, 501):
        yield refused(status, detail=DETAIL)
        yield refused(status, detail=f"{DETAIL}.", errors=[{"pointer": "/name", "detail": "x"}])
    yield refused(401, "device-revoked")
    yield catch(listening)
    yield catch(signing_in("sk-lmc-x"))
    yield catch(signing_in("two words"))
    yield catch(KeyringSecrets(keyring.backends.fail.Keyring()).check)
    yield SandboxFailed("it ended")
    yield RuntimeError("a fault")


def test_every_trouble(qtbot: QtBot) -> None:
    view = TroubleView()
    shown(qtbot, view)
    known = [*PRODUCT, DETAIL, "admin.example.org", "https://", "http://", "127.0.0.1", "/name"]
    known += ["localhost", "GNOME Keyring", "KWallet"]
    left: list[str] = []
    for error in failures():
        trouble = trouble_of(error)
        view.show_trouble(trouble, new_passphrase=True)
        left += [f"{trouble.code}: {line}" for line in untranslated([view], known)]
        for way in (Way.SET_ASIDE, Way.PASSPHRASE):
            button = view.button(way)
            if button is not None:
                button.click()
                left += [f"{trouble.code}: {line}" for line in untranslated([view], known)]
                view.show_trouble(trouble, new_passphrase=way is Way.SET_ASIDE)
    none_left(left)


def test_damaged_settings(tmp_path: Path) -> None:
    (tmp_path / "profiles.json").write_text("{")
    store = ProfileStore(tmp_path)
    store.list()
    trouble = store.trouble
    assert trouble is not None
    words = translated(trouble.message).replace("profiles.json.damaged-1", "")
    assert not plain(words), words


def test_dialogs(qtbot: QtBot) -> None:
    for dialog in (SignOutDialog("Ada"), AboutDialog(None), FaultDialog("trace"), LockDialog()):
        shown(qtbot, dialog)
        none_left(untranslated([dialog], [*PRODUCT, "Ada"]))


def test_crash_reports(qtbot: QtBot, tmp_path: Path) -> None:
    reports = CrashReports(tmp_path, now=lambda: NOW)
    kept = [reports.write("what", "where"), reports.write("what", "where")]
    for dialog in (
        fault_dialog(reports, kept[0]),
        crash_offer(reports, kept),
        kept_reports(reports, kept),
        NoReportsDialog(),
    ):
        shown(qtbot, dialog)
        none_left(untranslated([dialog], [*PRODUCT, local_zone().key]))


@pytest.mark.parametrize("in_sandbox", [True, False])
def test_every_lock(qtbot: QtBot, in_sandbox: bool) -> None:
    view = LockView(in_sandbox)
    shown(qtbot, view)
    for why in Why:
        for proof in Proof:
            view.show_locked(Locked(PROFILE, None, proof, why))
            none_left(untranslated([view], PRODUCT))


def test_the_connection_in_every_phase() -> None:
    since, detail = NOW - timedelta(days=2), CacheTrouble.message
    words = []
    for phase in SyncPhase:
        for progress in (None, SyncProgress(3, 62, said("Sync", "usage"))):
            for at in (None, since):
                state = SyncState(phase, since, detail, at, "fault", progress)
                words.append(connection_words(state, NOW, UTC, 7200.0))
    for each in words:
        shown = (each.caption, each.detail, each.status, each.banner, each.banner_detail)
        assert not any(plain("".join(shown))), shown


def test_axes_name_months_in_the_language() -> None:
    labels = [
        tick.label
        for days in (2, 20, 200, 2000)
        for tick in time_ticks(NOW.timestamp(), (NOW + timedelta(days=days)).timestamp(), UTC, 9)
    ]
    assert not [label for label in labels if plain(label)]


def test_choosing_a_range(qtbot: QtBot) -> None:
    dialog = RangeDialog(
        Period(NOW - timedelta(days=7), NOW), ZoneInfo("UTC"), NOW, NOW - timedelta(days=3)
    )
    shown(qtbot, dialog)
    qts_own = {"Cancel", "OK"}
    none_left(untranslated([dialog], [*PRODUCT, *qts_own]))


def names_in(workspace: Workspace) -> set[str]:
    """What came from the backend: names, places, the backend's own words."""
    me = workspace.session.me
    entities: EntityRepository = workspace.session.entities
    found = {me.person.name, me.backend, me.notice, workspace.context.zone.name}
    found.add(workspace.session.profile.name)
    for kind in (Account, ApiKey, Model, Provider, Device):
        for each in entities.list(kind):
            found |= {each.id, each.name, getattr(each, "hint", "")}
    for provider in entities.list(Provider):
        for region in provider.regions:
            found |= {region.id, region.name}
    initials = "".join(word[0] for word in me.person.name.split())
    return found | {initials} | set(PRODUCT)


def people_in(sandbox: RunningSandbox) -> set[str]:
    found: set[str] = set()
    for person in sandbox.people():
        found |= {person["person"]["name"], *person["accounts"]}
    return found


def test_the_window_from_its_start(office: Office, sandbox: RunningSandbox) -> None:
    known = {*PRODUCT, *people_in(sandbox)}
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)))
    none_left(untranslated([window], known))
    office.until(lambda: window.people.isVisible() and window.people.cards)
    none_left(untranslated([window], known))


def test_the_shell_around_pages(office: Office, sandbox: RunningSandbox, plain_pages: None) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    workspace = office.workspace(window)
    office.until(lambda: "·" in workspace.status.text.whole_text())
    known = names_in(workspace) | people_in(sandbox)
    none_left(untranslated([window], known))
    workspace.finder.open_palette()
    none_left(untranslated([window], known))
    workspace.finder.open_picker()
    none_left(untranslated([window], known))


@pytest.mark.parametrize("who", ["admin", "owner"])
def test_pages_on_a_sandbox(office: Office, sandbox: RunningSandbox, who: str) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), who)
    workspace = office.workspace(window)
    known = names_in(workspace) | people_in(sandbox)
    workspace.navigate("overview")
    overview = workspace.page("overview")
    assert isinstance(overview, OverviewPage)
    office.until(lambda: overview.model.picture is not None and not overview.model.busy)
    left = untranslated([window], known)
    workspace.navigate("usage")
    usage = workspace.page("usage")
    assert isinstance(usage, UsagePage)
    for dimension in ("model", "provider", "region", "outcome", "error"):
        usage.enter({"group_by": dimension})
        office.until(lambda: usage.model.details is not None and not usage.model.busy)
        left += untranslated([window], known)
    if who == "admin":
        workspace.navigate("operators")
        operators = workspace.page("operators")
        assert isinstance(operators, OperatorsPage)
        office.until(lambda: operators.model.picture is not None and operators.model.roles)
        left += untranslated([window], known | told_by(operators))
    none_left(left)


def told_by(page: OperatorsPage) -> set[str]:
    """What people have written, the names of devices, and the scopes as the API names them."""
    picture = page.model.picture
    assert picture is not None
    known = {scope.value for scope in Scope}
    known |= {each.reason for each in (*picture.waiting, *picture.decided)}
    known |= {each.decision_reason for each in picture.decided}
    for device in picture.devices:
        known |= {device.name, device.platform, device.app_version}
    return known | {each.email for each in picture.operators}


@pytest.mark.parametrize("who", ["admin", "Dana Whitfield"])
def test_an_account_on_a_sandbox(office: Office, sandbox: RunningSandbox, who: str) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), who)
    workspace = office.workspace(window)
    page_id = "accounts" if workspace.session.me.operator_roles else "account"
    workspace.navigate(page_id)
    page = workspace.page(page_id)
    assert isinstance(page, AccountsPage | OwnAccountPage)
    known = names_in(workspace) | people_in(sandbox)
    entities = workspace.session.entities
    left: list[str] = []
    for kind in (Account, Member, Invitation):
        for each in entities.list(kind):
            known |= {each.id, each.email, getattr(each, "phone", None) or each.id}
            known |= {getattr(each, "name", each.id), getattr(each, "person_id", each.id)}
            known |= {getattr(each, "country", None) or each.id}
    known |= {plan.name for plan in entities.list(Plan)}
    if isinstance(page, AccountsPage):
        office.until(lambda: page.finder.accounts.rowCount() > 0)
        left += untranslated([window], known)
        page.open_account(entities.list(Account)[0].id)
    office.until(lambda: page.view.model.picture is not None)
    for part in page.view._parts:
        page.view.show_part(part)
        office.until(lambda: not workspace.context.tasks.busy)
        for event in page.view.events.list.rows or []:
            known |= {event.ip, event.user_agent, event.detail, event.person_id or ""} - {""}
        if page.view.policy.keeping is not None:
            known |= told_of_keeping(page.view.policy.keeping)
        for note in page.view.notes.list.rows or []:
            known |= {note.text, note.author_name, *note.text.splitlines()}
        left += untranslated([window], known)
    none_left(left)


def told_of_keeping(keeping: Keeping) -> set[str]:
    """What the backend says in its own words about what it keeps and who receives it."""
    stores = [store for part in keeping.policy.parts for store in part.stores]
    vendors = [one.processor for one in keeping.recipients]
    known = {word for store in stores for word in (store.purpose, store.retention)}
    known |= {word for one in vendors for word in (one.name, one.region, one.transfer)}
    return known - {""}


def test_leaked_keys_and_the_outbox(office: Office, own_sandbox: RunningSandbox) -> None:
    owner = Owner(own_sandbox, own_sandbox.sign_in("Dana Whitfield"), name="Dana Whitfield")
    secrets = [made_by(owner, name)[0] for name in ("one key", "another")]
    email = "joiner@mailbox.example"
    owner.post(f"{owner.account}/invitations", {"email": email, "role": "member"})
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "admin")
    workspace = office.workspace(window)
    known = names_in(workspace) | people_in(own_sandbox) | {email, "joiner"}
    workspace.navigate("keys", leaks=True)
    dialog = workspace.page("keys").findChild(LeaksDialog)
    assert dialog is not None
    left = untranslated([dialog], known)
    find_in(office, dialog, *secrets)
    known |= {"another", "one key", owner.get("/v1/me")["person"]["email"]}
    known |= {one.hint for one in dialog.working}
    left += [*untranslated([dialog], known), *cut(dialog)]
    press_tick(office, dialog, 0)
    left += untranslated([dialog], known)
    dialog.typed.field.setText(dialog.typed._wanted)
    dialog.confirm.click()
    office.until(lambda: dialog.acted)
    left += untranslated([dialog], known)
    dialog.reject()
    workspace.navigate("outbox")
    page = workspace.page("outbox")
    assert isinstance(page, OutboxPage)
    office.until(lambda: bool(page.list.rows))
    for message in page.list.rows or []:
        known |= {message.to, message.subject, message.body, *message.body.splitlines()}
    left += [*untranslated([page], known), *cut(page)]
    none_left(left)


def test_what_needs_attention(qtbot: QtBot, desk: Desk) -> None:
    desk.session.put(*worries(desk.machine.at))
    page = OverviewPage(desk.context)
    shown(qtbot, page)
    page.enter({})
    qtbot.waitUntil(lambda: page.model.picture is not None and not page.model.busy)
    known = {*PRODUCT, "Europe/Berlin", "Acme Robotics", "Blue Kiln Ceramics"}
    known |= {"laptop of Ada", "old desktop"}
    for kind in (ApiKey, Model, Provider):
        known |= {each.name for each in desk.session.entities.list(kind)}
    known |= {each.id for each in desk.session.entities.list(Model)}
    known |= {key.hint for key in desk.session.entities.list(ApiKey)}
    none_left(untranslated([page], known))
