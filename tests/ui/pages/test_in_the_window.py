"""Both pages in the real window on a real sandbox: figures equal what its requests add up to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from lmchat_desktop.client.sandbox import order_traffic
from lmchat_desktop.client.usage import list_slices
from lmchat_desktop.contract.base import instant_text
from lmchat_desktop.contract.sandbox import TrafficOrder
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.pages.figures.tiles import Tile
from lmchat_desktop.ui.pages.overview.view import OverviewPage
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.shell.workspace import Workspace
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office, admin_workspace, office

__all__ = ["admin_workspace", "office"]


def requests_of(
    sandbox: RunningSandbox, token: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """All requests of a span by the list, page after page."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"start": instant_text(start), "end": instant_text(end), "limit": 1000}
    while True:
        answer = sandbox.call("GET", "/v1/requests", token, params=query)
        answer.raise_for_status()
        page = answer.json()
        found += page["data"]
        if not page["has_more"]:
            return found
        query["cursor"] = page["next_cursor"]


@pytest.fixture
def usage(office: Office, admin_workspace: Workspace) -> UsagePage:
    """The usage page of the whole service, entered."""
    admin_workspace.navigate("usage")
    page = admin_workspace.page("usage")
    assert isinstance(page, UsagePage)
    office.until(lambda: page.model.details is not None and not page.model.busy)
    return page


def test_a_day_equals_the_sum_of_its_requests(
    office: Office,
    usage: UsagePage,
    sandbox: RunningSandbox,
) -> None:
    midnight = usage.context.session.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = midnight - timedelta(days=3), midnight - timedelta(days=2)
    usage.enter({"range": (start, end), "group_by": "provider"})
    office.until(lambda: not usage.model.busy)
    counted = requests_of(sandbox, sandbox.sign_in("admin"), start, end)
    assert len(counted) > 100
    shown = usage.model.shown
    assert shown is not None
    total = shown.picture.total
    assert total.requests == len(counted)
    assert total.cost == sum(request["cost_nanos"] for request in counted)
    assert total.input_tokens == sum(request["input_tokens"] for request in counted)
    assert total.output_tokens == sum(request["output_tokens"] for request in counted)
    assert total.failed == sum(request["outcome"] == "failed" for request in counted)
    for row in shown.picture.rows:
        own = [request for request in counted if request["provider"] == row.value]
        assert row.requests == len(own)
        assert row.name != ""
        times = sorted(r["total_ms"] for r in own if r["total_ms"] is not None)
        if row.p95 is not None:
            exact = times[-(-95 * len(times) // 100) - 1]
            assert row.p95 == pytest.approx(exact, rel=0.011)


def test_names_come_from_the_catalogue(usage: UsagePage, office: Office) -> None:
    for dimension in (Dimension.MODEL, Dimension.PROVIDER, Dimension.REGION):
        usage.enter({"group_by": dimension.value, "filters": {}, "range": "7d"})
        office.until(lambda: not usage.model.busy)
        shown = usage.model.shown
        assert shown is not None
        assert shown.picture.rows
        assert all(row.name for row in shown.picture.rows)


def test_the_overview_of_the_service(
    office: Office,
    admin_workspace: Workspace,
) -> None:
    admin_workspace.navigate("overview")
    page = admin_workspace.page("overview")
    assert isinstance(page, OverviewPage)
    office.until(lambda: page.model.picture is not None and not page.model.busy)
    office.until(lambda: page.model.top is not None)
    assert page.models_card.rows
    assert page.service_card.rows
    assert page.tiles.tiles[Tile.REQUESTS].figure_text() != "–"
    top = page.model.top
    assert top is not None
    page.service_card.row_chosen.emit(top.data[0].id)
    assert admin_workspace.page_id == "usage"
    assert admin_workspace.context.scope.id == top.data[0].id
    usage = admin_workspace.page("usage")
    assert isinstance(usage, UsagePage)

    def synced() -> bool:
        shown = usage.model.shown
        return (
            shown is not None
            and shown.scope == admin_workspace.context.scope.id
            and shown.picture.total.requests > 0
        )

    office.until(synced)


def test_live_traffic_moves_the_figures(
    office: Office,
    own_sandbox: RunningSandbox,
) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "owner")
    workspace = office.workspace(window)
    workspace.navigate("usage", range="24h")
    page = workspace.page("usage")
    assert isinstance(page, UsagePage)
    office.until(lambda: page.model.details is not None and not page.model.busy)
    shown = page.model.shown
    assert shown is not None
    before = shown.picture.total.requests
    client = page.context.session.client
    # Its world can be a copy of one that was made a while ago.
    arrived_until = list_slices(client, page.model.scope).as_of
    order = TrafficOrder(
        count=40,
        started_at=arrived_until - timedelta(minutes=20),
        account_id=page.model.scope,
    )
    order_traffic(client, order, sandbox_token=own_sandbox.token)
    office.until(
        lambda: page.model.shown.picture.total.requests >= before + 40  # type: ignore[union-attr]
    )
    assert not page.model.shown.fresh  # type: ignore[union-attr]
