"""What support and legal staff find when they sign in: aggregates of the service, nothing dead."""

from __future__ import annotations

import pytest

from lmchat_desktop.domain.scopes import Role, Scope
from lmchat_desktop.ui.pages import registry
from lmchat_desktop.ui.pages.overview.attention_card import DetailsDialog
from lmchat_desktop.ui.pages.overview.model import TopBy
from lmchat_desktop.ui.pages.overview.view import OverviewPage
from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.plain import PlainLabel
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

STAFF = (Role.SUPPORT, Role.LEGAL)


def overview_of(office: Office, sandbox: RunningSandbox, role: Role) -> OverviewPage:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), role.value)
    workspace = office.workspace(window)
    page = workspace.page("overview")
    assert isinstance(page, OverviewPage)
    assert workspace.page_id == "overview"
    office.until(lambda: page.model.picture is not None and page.model.top is not None)
    office.until(lambda: not workspace.context.tasks.busy)
    return page


def workspace_of(page: OverviewPage) -> Workspace:
    window = page.window()
    workspace = getattr(window, "workspace", None)
    assert isinstance(workspace, Workspace)
    return workspace


@pytest.mark.parametrize("role", STAFF)
def test_staff_begin_with_the_whole_service(
    office: Office, sandbox: RunningSandbox, role: Role
) -> None:
    page = overview_of(office, sandbox, role)
    workspace = workspace_of(page)
    assert workspace.context.scope.current.is_service
    pages = ["overview", "usage"] + (["operators"] if role is Role.LEGAL else [])
    assert list(workspace.rail.items) == pages
    picture = page.model.picture
    assert picture is not None
    assert picture.overview.figures.requests.value
    assert picture.models
    assert not page.banner.isVisible()
    assert page.model.top is not None
    assert page.model.top.data


@pytest.mark.parametrize("role", STAFF)
def test_the_largest_of_the_service_lead_to_their_usage(
    office: Office, sandbox: RunningSandbox, role: Role
) -> None:
    page = overview_of(office, sandbox, role)
    workspace = workspace_of(page)
    sees_keys = workspace.session.may(Scope.KEYS_READ)
    assert page.top_by.isVisible() is sees_keys
    choices: tuple[TopBy, ...] = ("account", "key") if sees_keys else ("account",)
    for by in choices:
        workspace.navigate("overview")
        workspace.context.scope.choose(workspace.finder.choices[0])
        page.model.choose_top(by)
        office.until(lambda by=by: page.model.top is not None and page.model.top.by == by)
        office.until(lambda: not workspace.context.tasks.busy)
        top = page.model.top
        assert top is not None
        page.service_card.row_chosen.emit(top.data[0].id)
        assert workspace.page_id == "usage"
        office.until(lambda: not workspace.context.tasks.busy)


@pytest.mark.parametrize("role", STAFF)
def test_every_item_that_needs_attention_leads_somewhere(
    office: Office, sandbox: RunningSandbox, role: Role
) -> None:
    page = overview_of(office, sandbox, role)
    workspace = workspace_of(page)
    items = [row.worded for row in page.attention_card.rows]
    assert items
    for worded in items:
        workspace.navigate("overview")
        page.take_step(worded)
        office.until(lambda: not workspace.context.tasks.busy)
        if worded.step.page:
            assert workspace.page_id == worded.step.page
            continue
        dialog = page.findChild(DetailsDialog)
        assert dialog is not None
        dialog.close()
        office.until(lambda: page.findChild(DetailsDialog) is None)


def test_somebody_without_any_page_is_told_so(
    office: Office, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "PAGES", ())
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "legal")
    workspace = office.workspace(window)
    shown = workspace.stack.currentWidget()
    assert isinstance(shown, EmptyState)
    assert shown.isVisible()
    words = " ".join(label.whole_text() for label in shown.findChildren(PlainLabel))
    assert "Ask an administrator" in words
    assert not shown.action_button.isVisible()
