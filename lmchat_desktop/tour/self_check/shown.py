"""What is seen: the first window, fonts and formats, the sandbox's pages and a saved chart."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QImageReader,
    QPainter,
)

from lmchat_desktop import bootstrap
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.tour.self_check.complaints import complaints
from lmchat_desktop.tour.self_check.findings import Finding, NotSound
from lmchat_desktop.tour.waiting import wait_until
from lmchat_desktop.ui.shell.windows import Windows
from lmchat_desktop.ui.theme.icons import GLYPHS, draw_glyph
from lmchat_desktop.ui.theme.manager import current_theme

if TYPE_CHECKING:
    from pathlib import Path

    from lmchat_desktop.tour.self_check.findings import Place
    from lmchat_desktop.tour.stage import Stage
    from lmchat_desktop.tour.visitor import Visitor
    from lmchat_desktop.ui.pages.usage.view import UsagePage

WINDOW_S = 60.0
FORMATS = {"png", "svg", "ico"}
FEWEST_COLOURS = 16
"""A page that was drawn has at least as many colours; an empty surface has one."""
SYNC_S = 1.0


class _Painted(QObject):
    """Notes that a widget was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and watched.isWidgetType():
            self.seen = True
        return False


def window(place: Place) -> Finding:
    """The first window of an application without profiles, until its first frame."""
    painted = _Painted()
    place.app.installEventFilter(painted)
    desk = bootstrap.make_desk(place.app, place.paths)
    windows = Windows(desk, place.app)
    try:
        with complaints() as heard:
            windows.open_window()
            wait_until(lambda: painted.seen, "the first frame", WINDOW_S)
        since = time.perf_counter() - place.started
        return Finding(f"painted {since:.2f} s after the command began").noting(heard)
    finally:
        place.app.removeEventFilter(painted)
        windows.close_all()
        desk.closings.wait()
        desk.preferences.close()


def display(place: Place) -> Finding:
    """The platform and its fonts, the icons, and the formats of pictures."""
    platform = place.app.platformName()
    families = QFontDatabase.families()
    if not families:
        raise NotSound("the system has no font")
    formats = {bytes(each.data()).decode() for each in QImageReader.supportedImageFormats()}
    if not formats >= FORMATS:
        raise NotSound(f"no pictures of the kinds {', '.join(sorted(FORMATS - formats))}")
    for name in GLYPHS:
        if _colours(_glyph(name)) < 2:
            raise NotSound(f"the icon {name!r} is not drawn")
    family = current_theme().typography.family
    return Finding(
        f"{platform} with {len(QGuiApplication.screens())} screen(s), type {family} "
        f"of {len(families)} families, {len(GLYPHS)} icons, {', '.join(sorted(formats))}"
    )


def sandbox(place: Place) -> Finding:
    """A sandbox as a process of this program."""
    began = time.perf_counter()
    door = place.sandbox.open()
    return Finding(
        f"started and answered in {time.perf_counter() - began:.1f} s, "
        f"with {len(door.people)} people"
    )


def pages(place: Place) -> Finding:
    """Every page in light and dark, as an administrator of the sandbox sees it, and a chart."""
    from lmchat_desktop.tour.stage import Stage

    place.sandbox.open()
    desk = bootstrap.make_desk(
        place.app,
        place.paths,
        sandbox=place.sandbox,
        passing=place.folder,
        sync_interval_s=SYNC_S,
    )
    stage = Stage(desk, place.out)
    try:
        with complaints() as heard:
            names, charts = _play(stage)
    finally:
        stage.close()
        desk.preferences.close()
    for path in (*stage.pictures, *charts):
        _expect_drawn(path)
    kinds = " and ".join(path.suffix[1:].upper() for path in charts)
    drawn = f"{', '.join(names)}: {len(stage.pictures)} pictures, a chart as {kinds}"
    return Finding(drawn).noting(heard)


def _play(stage: Stage) -> tuple[list[str], list[Path]]:
    with stage.step("sign in"):
        visitor = stage.person(Role.ADMIN)
    names = list(visitor.workspace.rail.items)
    for name in names:
        with stage.step(f"draw {name}"):
            visitor.go(name)
            stage.both_themes(visitor, name)
    with stage.step("find a page by typing"):
        visitor.palette("overview")
    with stage.step("save a chart"):
        return names, _save_charts(visitor, stage.out)


def _save_charts(visitor: Visitor, out: Path) -> list[Path]:
    """A chart as both kinds of picture that a person can save."""
    from lmchat_desktop.ui.charts.export import save_png, svg_of, write_file

    visitor.go("usage")
    chart = cast("UsagePage", visitor.workspace.page("usage")).measure_card
    raster, drawing = out / "chart.png", out / "chart.svg"
    save_png(chart, raster)
    write_file(drawing, svg_of(chart, "Usage"))
    return [raster, drawing]


def _expect_drawn(path: Path) -> None:
    colours = _colours(QImage(str(path)))
    if colours < FEWEST_COLOURS:
        raise NotSound(f"{path.name} has {colours} colours: nothing was drawn")


def _glyph(name: str) -> QImage:
    image = QImage(32, 32, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    draw_glyph(painter, QRectF(image.rect()), name, QColor("black"))
    painter.end()
    return image


def _colours(image: QImage) -> int:
    """How many colours a picture has, of a sample of its pixels."""
    across = range(0, image.width(), max(1, image.width() // 200))
    down = range(0, image.height(), max(1, image.height() // 200))
    return len({image.pixel(x, y) for x in across for y in down})
