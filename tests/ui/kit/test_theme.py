"""Tokens are legible, the theme switches live, type follows the system."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.theme.fonts import Typography, system_scale
from lmchat_desktop.ui.theme.icons import GLYPHS, glyph_character, icon
from lmchat_desktop.ui.theme.manager import ThemeManager, current_theme
from lmchat_desktop.ui.theme.series import SeriesColours
from lmchat_desktop.ui.theme.stylesheet import stylesheet_of
from lmchat_desktop.ui.theme.tokens import DARK, LIGHT, SERIES, Tokens, contrast, mix
from lmchat_desktop.ui.widgets.buttons import Button

TEXTS = ("text", "muted", "accent", "good", "warn", "bad")


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("token", TEXTS)
@pytest.mark.parametrize("ground", ["canvas", "surface", "raised"])
def test_text_is_legible(tokens: Tokens, token: str, ground: str) -> None:
    assert contrast(tokens.colour(token), tokens.colour(ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_fills_is_legible(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.text, tokens.soft) >= 4.5
    assert contrast(tokens.accent, tokens.soft) >= 4.5
    for tone in ("accent", "good", "warn", "bad"):
        banner = mix(tokens.surface, tokens.colour(tone), 0.08)
        assert contrast(tokens.text, banner) >= 4.5
        assert contrast(tokens.muted, banner) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_series_stand_out_from_the_ground(tokens: Tokens) -> None:
    for colour in SERIES:
        assert contrast(colour, tokens.surface) >= 2.3


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_tints_stand_out_from_the_ground(tokens: Tokens) -> None:
    assert len(set(tokens.series_tints) | set(SERIES)) == 2 * len(SERIES)
    for colour in tokens.series_tints:
        assert contrast(colour, tokens.surface) >= 3


SIGHTS = {
    "ordinary": np.eye(3),
    "without red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "without green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""

TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def _lab(colour: str, sight: np.ndarray) -> np.ndarray:
    ratios = np.array(QColor(colour).getRgbF()[:3])
    linear = np.where(ratios <= 0.04045, ratios / 12.92, ((ratios + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(sight @ linear, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
def test_neighbours_in_a_stack_are_told_apart(sight: str) -> None:
    labs = [_lab(colour, SIGHTS[sight]) for colour in SERIES]
    for first, second in itertools.pairwise(labs):
        assert np.linalg.norm(first - second) > 8


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_a_tint_is_told_apart_from_its_colour(tokens: Tokens, sight: str) -> None:
    for colour, tint in zip(tokens.series, tokens.series_tints, strict=True):
        apart = _lab(colour, SIGHTS[sight]) - _lab(tint, SIGHTS[sight])
        assert np.linalg.norm(apart) > 15


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_series_look_alike(tokens: Tokens) -> None:
    labs = [_lab(c, SIGHTS["ordinary"]) for c in (*tokens.series, *tokens.series_tints)]
    for first, second in itertools.combinations(labs, 2):
        assert np.linalg.norm(first - second) > 12


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


def test_a_theme_switches_live(theme: ThemeManager, qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.theme_changed) as changed:
        theme.apply("dark")
    assert changed.args == [DARK]
    assert theme.tokens is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.canvas)
    assert DARK.surface in qapp.styleSheet()
    with qtbot.assertNotEmitted(theme.theme_changed):
        theme.apply("dark")
    with pytest.raises(ValueError, match="no such theme"):
        theme.apply("sepia")


def test_system_follows_the_systems_scheme(
    theme: ThemeManager, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Qt.ColorScheme.Light
    monkeypatch.setattr(theme, "system_scheme", lambda: said)
    hints = qapp.styleHints()
    theme.apply("system")
    for said, tokens in ((Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Unknown, LIGHT)):
        with qtbot.waitSignal(theme.theme_changed):
            hints.colorSchemeChanged.emit(said)
        assert theme.tokens is tokens


def test_a_chosen_theme_does_not_follow_the_system(theme: ThemeManager, qapp: QApplication) -> None:
    theme.apply("dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens is DARK


def test_there_is_one_theme(theme: ThemeManager) -> None:
    assert current_theme() is theme


def test_every_stylesheet_image_exists() -> None:
    from pathlib import Path

    for tokens in (LIGHT, DARK):
        sheet = stylesheet_of(tokens, current_theme().typography)
        paths = [part.split('"')[0] for part in sheet.split('url("')[1:]]
        assert paths
        assert all(Path(path).is_file() for path in paths)


def test_type_follows_the_systems_size(qapp: QApplication) -> None:
    usual, large = QFont("Inter"), QFont("Inter")
    usual.setPixelSize(13)
    large.setPixelSize(26)
    assert system_scale(usual) == 1.0
    assert system_scale(large) == pytest.approx(2.0, abs=0.1)
    type_ = Typography(usual, 2.0)
    assert type_.text().pixelSize() == 28
    assert type_.label().pixelSize() == 24
    assert type_.title().pixelSize() == 40
    assert type_.figure().pixelSize() == 52
    assert type_.px(34) == 68


def test_figures_are_tabular(theme: ThemeManager) -> None:
    font = theme.typography.text(tabular=True)
    assert [tag.toString() for tag in font.featureTags()] == ["tnum"]


def test_controls_grow_with_the_text(theme: ThemeManager, qtbot: QtBot) -> None:
    small = Button("Export")
    qtbot.addWidget(small)
    before = small.sizeHint().height()
    theme.set_text_scale(2.0)
    large = Button("Export")
    qtbot.addWidget(large)
    large.ensurePolished()
    assert large.sizeHint().height() > 1.5 * before


def test_every_icon_is_in_the_set(qapp: QApplication) -> None:
    assert {len(glyph_character(name)) for name in GLYPHS} == {1}
    with pytest.raises(KeyError):
        icon("no such icon")


def _colours(made: QIcon) -> set[str]:
    image = made.pixmap(QSize(32, 32)).toImage()
    return {
        image.pixelColor(x, y).name().upper()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() == 255
    }


def test_an_icon_takes_the_colour_of_the_theme(theme: ThemeManager) -> None:
    made = icon("usage", "accent")
    assert LIGHT.accent in _colours(made)
    theme.apply("dark")
    assert DARK.accent in _colours(made)


def test_a_series_keeps_its_colour() -> None:
    colours = SeriesColours()
    assert colours.assign(["b", "a"], "model") == list(SERIES[:2])
    assert colours.colour("a", "model") == SERIES[1]
    assert colours.colour("a", "provider") == SERIES[0]
    many = colours.assign([str(n) for n in range(26)], "key")
    assert many[:8] == list(SERIES)
    assert many[8:16] == list(LIGHT.series_tints)
    assert many[16:24] == list(LIGHT.series_pales)
    assert many[24:] == many[:2]
    colours.use(DARK)
    assert colours.assign(["9", "1"], "key") == [DARK.series_tints[1], SERIES[1]]


def test_the_theme_in_force_gives_the_tints(theme: ThemeManager) -> None:
    names = [f"tint {n}" for n in range(9)]
    for mode, tokens in (("light", LIGHT), ("dark", DARK)):
        theme.apply(mode)
        assert theme.series.assign(names, "test of tints")[8] == tokens.series_tints[0]
