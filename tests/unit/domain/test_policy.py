"""What data policies decide about, and the default."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.policy import CATEGORY_OF, PRODUCT_DEFAULT, Part, kept_for
from lmchat_desktop.domain.usage.slices import RETENTION_CEILING


def test_every_part_has_a_category_in_their_order_and_a_default() -> None:
    assert [CATEGORY_OF[part] for part in Part] == sorted(CATEGORY_OF[part] for part in Part)
    assert set(CATEGORY_OF.values()) == set(Category)
    assert list(PRODUCT_DEFAULT) == list(Part)


@pytest.mark.parametrize(
    ("part", "kept"),
    [
        (Part.EVENTS, timedelta(days=90)),
        (Part.REQUESTS, timedelta(days=400)),
        (Part.PROMPTS, timedelta(0)),
        (Part.COMPLETIONS, timedelta(0)),
    ],
)
def test_how_long_a_part_is_kept(part: Part, kept: timedelta) -> None:
    assert kept_for(part) == kept
    assert kept <= RETENTION_CEILING


def test_what_is_kept_as_long_as_the_account_has_no_days() -> None:
    with pytest.raises(ValueError, match="as long as the account"):
        kept_for(Part.ACCOUNT)
