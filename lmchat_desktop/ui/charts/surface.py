"""The plot itself: two axes and a view, as a picture that takes no events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from lmchat_desktop.ui.charts.kept_layer import KeptItem
from lmchat_desktop.ui.charts.zone_axis import ValueAxis, ZoneTimeAxis
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.paint import rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from lmchat_desktop.ui.charts.layers import PixelItem

RING_PX = 2


class PlotSurface(pg.PlotWidget):  # type: ignore[misc]
    """A plot without menus, buttons and mouse modes of its own: the chart around it has them.

    Attributes:
        time_axis, value_axis: the axes.
        view: the view, in epoch seconds and values.
    """

    def __init__(self, parent: QWidget) -> None:
        self.time_axis = ZoneTimeAxis()
        self.value_axis = ValueAxis()
        super().__init__(
            parent,
            background=None,
            axisItems={"bottom": self.time_axis, "left": self.value_axis},
        )
        self._kept_layers: list[KeptItem] = []
        self._ringed = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setContentsMargins(0, typography().px(7), 2, 0)
        self.view = item.getViewBox()
        self.view.setMouseEnabled(False, False)
        self.view.setMenuEnabled(False)
        self.view.disableAutoRange()
        self.view.setDefaultPadding(0)

    def restyle(self) -> None:
        """Take colours and fonts from the theme."""
        self.time_axis.restyle()
        self.value_axis.restyle()
        self.viewport().update()

    def add_layer(self, layer: PixelItem) -> None:
        """Paint a layer, where its own z value puts it."""
        self.view.addItem(layer, ignoreBounds=True)
        if isinstance(layer, KeptItem):
            self._kept_layers.append(layer)

    def set_moving(self, moving: bool) -> None:
        """Tell the layers whether a person is panning or zooming just now."""
        for layer in self._kept_layers:
            layer.set_moving(moving)

    def show_ring(self, shown: bool) -> None:
        """Show that the chart has the keyboard, by a ring around the data."""
        if shown != self._ringed:
            self._ringed = shown
            self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        super().drawForeground(painter, rect)
        if self._ringed:
            # Outside the data: on bars of the accent's colour it would not be seen.
            # And on whole pixels: between two it would be twice as wide and half as strong.
            data = QRectF(self.view.sceneBoundingRect().toRect())
            area = data.adjusted(-RING_PX, -RING_PX, RING_PX, RING_PX)
            rounded(painter, area, 4, border=tokens().accent, width=RING_PX)

    def forget_pictures(self) -> None:
        """Let pictures go that the layers keep for a moving view."""
        for layer in self._kept_layers:
            layer.forget()

    def plot_rect(self) -> QRect:
        """Where the data are drawn, in the chart's coordinates."""
        scene = self.view.sceneBoundingRect()
        corner = self.mapFromScene(scene.topLeft())
        other = self.mapFromScene(scene.bottomRight())
        return QRect(corner, other).translated(self.pos())

    def value_at(self, point: QPoint) -> QPointF:
        """The instant and value at a point of the chart."""
        mapped: QPointF = self.view.mapSceneToView(self.mapToScene(point - self.pos()))
        return mapped

    def point_of(self, at_s: float, value: float) -> QPoint:
        """The chart's point of an instant and a value."""
        scene = self.view.mapViewToScene(QPointF(at_s, value))
        mapped: QPoint = self.mapFromScene(scene) + self.pos()
        return mapped
