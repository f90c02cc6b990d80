"""Charts are tested as the kit is: on a light theme, with a runner on two threads."""

from tests.ui.kit.conftest import runner, theme

__all__ = ["runner", "theme"]
