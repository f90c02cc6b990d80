"""Charts as pictures: a PNG at twice the size, and the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSaveFile
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from lmchat_desktop.ui.theme.manager import tokens

if TYPE_CHECKING:
    from pathlib import Path

_SCALE = 2.0
_DOTS_PER_METRE = 7559
"""192 dots an inch: twice the usual 96."""


class PictureNotSaved(OSError):
    """The picture could not be written; a file that was there is as it was."""


def picture_of(widget: QWidget, scale: float = _SCALE) -> QImage:
    """The widget as it looks now, on the theme's surface, at so many times its size."""
    image = QImage(widget.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.setDotsPerMeterX(_DOTS_PER_METRE)
    image.setDotsPerMeterY(_DOTS_PER_METRE)
    image.fill(QColor(tokens().surface))
    painter = QPainter(image)
    widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
    return image


def save_png(widget: QWidget, path: Path) -> None:
    """Write the widget as a PNG file, whole or not at all.

    Raises:
        PictureNotSaved: it could not be written.
    """
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        raise PictureNotSaved(file.errorString())
    if not picture_of(widget).save(file, "PNG"):  # type: ignore[call-overload]
        file.cancelWriting()
    if not file.commit():
        raise PictureNotSaved(file.errorString())


def copy_picture(widget: QWidget) -> None:
    """Put the widget's picture on the clipboard."""
    QGuiApplication.clipboard().setImage(picture_of(widget))
