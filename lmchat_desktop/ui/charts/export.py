"""Charts as pictures: PNG at twice the size, and SVG with shapes as shapes and text as text."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from lmchat_desktop.ui.theme.manager import tokens
from lmchat_desktop.ui.widgets.plain import one_line, shown

_SCALE = 2.0
_DOTS_PER_METRE = 7559
"""192 dots an inch: twice the usual 96."""
_SVG_DOTS_PER_INCH = 96
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, not even escaped (https://www.w3.org/TR/xml/#charsets)."""
_FAMILY = re.compile(r'font-family="([^"]*)"')
_OTHER_FAMILIES = "Segoe UI, Helvetica, Arial, sans-serif"
"""For programs that do not have the font: an SVG names fonts, it does not hold them."""


def picture_of(widget: QWidget, scale: float = _SCALE) -> QImage:
    """The widget as it looks now, on the theme's surface, at so many times its size."""
    image = QImage(widget.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.setDotsPerMeterX(_DOTS_PER_METRE)
    image.setDotsPerMeterY(_DOTS_PER_METRE)
    painter = QPainter(image)
    _render(widget, painter)
    painter.end()
    return image


def png_of(image: QImage) -> bytes:
    """The picture as a PNG file; may run on any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError("the picture could not be made into a PNG")
    return bytes(buffer.data().data())


def svg_of(widget: QWidget, title: str = "", description: str = "") -> bytes:
    """The widget as it looks now as an SVG 1.1 file, on the theme's surface.

    Text is text, in the application's font or one that is alike. Title and description are for
    screen readers. To be called on the interface thread, since it paints.
    """
    from PySide6.QtSvg import QSvgGenerator

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(_SVG_DOTS_PER_INCH)
    generator.setSize(widget.size())
    generator.setViewBox(QRect(QPoint(), widget.size()))
    generator.setTitle(one_line(title))
    generator.setDescription(shown(description))
    painter = QPainter(generator)
    _render(widget, painter)
    painter.end()
    text = bytes(buffer.data().data()).decode("utf-8", "replace")
    text = _FAMILY.sub(lambda found: f'font-family="{found[1]}, {_OTHER_FAMILIES}"', text)
    return _NOT_IN_XML.sub("\ufffd", text).encode()


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: it could not be written; a file that was there is as it was.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_png(path: Path, image: QImage) -> None:
    """Write a picture as a PNG file, whole or not at all; may run on any thread.

    Raises:
        OSError: it could not be written; a file that was there is as it was.
    """
    write_file(path, png_of(image))


def save_png(widget: QWidget, path: Path) -> None:
    """Write the widget as it looks now as a PNG file; raises as `write_png`."""
    write_png(path, picture_of(widget))


def _render(widget: QWidget, painter: QPainter) -> None:
    """Paint the widget without the ring around what has the keyboard."""
    focused = QApplication.focusWidget()
    within = focused is not None and (focused is widget or widget.isAncestorOf(focused))
    if focused is not None and within:
        focused.clearFocus()
    painter.fillRect(widget.rect(), QColor(tokens().surface))
    widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    if focused is not None and within:
        focused.setFocus(Qt.FocusReason.OtherFocusReason)
