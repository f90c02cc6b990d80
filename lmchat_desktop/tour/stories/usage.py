"""What can be asked on the Usage page, by two people, while the backend goes and comes back."""

from __future__ import annotations

from datetime import timedelta

from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.domain.usage.cells import Dimension, Measure
from lmchat_desktop.tour.stage import LARGE, SMALL, Stage, Story
from lmchat_desktop.tour.summary import report_lines
from lmchat_desktop.tour.usage_page import UsageVisit
from lmchat_desktop.tour.visitor import SIGN_IN_S, Visitor
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure, ChartStyle

A_DAY_S = 86_400.0
AN_HOUR = timedelta(hours=1)


def play(stage: Stage) -> None:
    """Play the story."""
    with stage.step("sign in as the admin"):
        admin = stage.person(Role.ADMIN, LARGE)
        admin.go("usage")
        usage = UsageVisit(admin)
    _ranges_and_groups(stage, admin, usage)
    _filters_and_zoom(stage, admin, usage)
    _latency_and_errors(stage, admin, usage)
    _two_people(stage, admin)
    _offline_and_back(stage, admin, usage)
    _time_passes(stage, admin, usage)


def _ranges_and_groups(stage: Stage, admin: Visitor, usage: UsageVisit) -> None:
    with stage.step("choose ranges"):
        for title in ("24 h", "7 d", "90 d", "30 d"):
            usage.range(title)
            stage.picture(admin, f"range {title}")
    with stage.step("group by provider, region, outcome and error code"):
        usage.range("7 d")
        for dimension in (
            Dimension.PROVIDER,
            Dimension.REGION,
            Dimension.OUTCOME,
            Dimension.ERROR,
        ):
            usage.group(dimension)
            stage.picture(admin, f"by {dimension.value}")
        usage.group(Dimension.MODEL)
    with stage.step("lines instead of bars, cost instead of tokens"):
        usage.style(ChartStyle.LINES)
        usage.measure(ChartMeasure.COST)
        stage.both_themes(admin, "cost as lines")
        usage.style(ChartStyle.STACKED)


def _filters_and_zoom(stage: Stage, admin: Visitor, usage: UsageVisit) -> None:
    with stage.step("click a row to filter"):
        whole = usage.shown.report.answer.totals[Measure.REQUESTS].sum()
        chosen = usage.click_row(0)
        part = usage.shown.report.answer.totals[Measure.REQUESTS].sum()
        if not 0 < part < whole:
            raise AssertionError(f"filtered by {chosen}: {part} of {whole} requests")
        stage.picture(admin, "one model")
        usage.click_row(0)
    with stage.step("brush to zoom, and go back"):
        usage.brush(0.55, 0.75)
        stage.picture(admin, "zoomed in")
        admin.press("usage-back")
    with stage.step("compare with the previous period"):
        usage.compare(True)
        stage.both_themes(admin, "compared")
        usage.compare(False)
    with stage.step("read values at the crosshair"):
        words = usage.point_at(0.8)
        if not words:
            raise AssertionError("the crosshair says nothing")
        stage.picture(admin, "crosshair")
        usage.point_away()


def _latency_and_errors(stage: Stage, admin: Visitor, usage: UsageVisit) -> None:
    with stage.step("first-token time and errors"):
        for title in ("First token", "Errors", "Total time"):
            usage.side(title)
            if title != "Total time":
                stage.picture(admin, title)
    with stage.step("times in UTC"):
        admin.palette("Times in UTC")
        if admin.workspace.context.zone.name != "UTC":
            raise AssertionError("times are not in UTC")
        stage.picture(admin, "in UTC")


def _two_people(stage: Stage, admin: Visitor) -> None:
    with stage.step("an account's owner sees their own usage, by key"):
        owner = stage.person(Role.OWNER, SMALL)
        owner.go("usage")
        own = UsageVisit(owner)
        own.group(Dimension.KEY)
        stage.both_themes(owner, "an owner's keys")
        stage.say(*report_lines("Usage, one account by key", own.shown.report, own.name_of), "")
        if owner.session.person_id == admin.session.person_id:
            raise AssertionError("two windows are of one person")
        owner.window.close()


def _offline_and_back(stage: Stage, admin: Visitor, usage: UsageVisit) -> None:
    with stage.step("the backend goes away: the last data stay readable, with their age"):
        stage.aside(stage.sandbox.go_away, "ending the sandbox")
        admin.session.wake()
        admin.until(lambda: admin.workspace.top.dot.state == "offline", "going offline", 120.0)
        if not admin.workspace.banner.isVisible():
            raise AssertionError("nothing says that the data are old")
        usage.group(Dimension.PROVIDER)
        stage.both_themes(admin, "offline")
        usage.group(Dimension.MODEL)
    with stage.step("it comes back by itself"):
        stage.aside(stage.sandbox.open, "starting the sandbox again")
        admin.session.wake()
        admin.until_live()
        if admin.workspace.banner.isVisible():
            raise AssertionError("the offline banner is still there")


def _time_passes(stage: Stage, admin: Visitor, usage: UsageVisit) -> None:
    with stage.step("a day passes in the sandbox"):
        usage.range("24 h")
        before = usage.shown.report.period.end
        now = stage.clock_forward(A_DAY_S)
        admin.session.wake()

        def up_to_date() -> bool:
            report = usage.shown.report
            known = report.live_until
            return known is not None and report.period.end > before and known >= now - AN_HOUR

        admin.until(up_to_date, "the next day's figures", SIGN_IN_S)
        admin.until_live()
        admin.settled()
        stage.picture(admin, "a day later")


USAGE = Story(
    "usage",
    "what can be asked on the Usage page, for two people, offline and back",
    play,
)
