"""Whatever lies in a settings file, it is read, migrated or kept aside; and copies merge fairly."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from lmchat_desktop.settings.errors import DamagedFile, NewerFile
from lmchat_desktop.settings.merging import merged
from lmchat_desktop.settings.preferences import Preferences, PreferenceStore, TableState
from lmchat_desktop.settings.profiles import ProfileStore

NAMES = ("profiles.json", "preferences.json")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["version", "data", "profiles", "last_id", "id", "name", "base_url", "people",
                 "person_id", "theme", "zone", "window", "width", "tables", "columns", "usage"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip
contents = (
    st.binary(max_size=120)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.tuples(st.integers(-3, 4), json_values).map(
        lambda pair: json.dumps({"version": pair[0], "data": pair[1]}).encode()
    )
)


@given(contents)
@example(b'{"version": 1e400, "data": {}}')
@example(b'{"version": 1, "data": {"zone": "\\ud800"}}')
@example(b'{"version": 1, "data": {"zone": "' + b"a/" * 5000 + b'"}}')
@example(b'{"version": 1, "data": {"zone": "A\\u0000B"}}')
def test_any_content_is_read_or_kept_aside(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in NAMES:
            (folder / file).write_bytes(content)
        stores = ProfileStore(folder), PreferenceStore(folder)
        profiles, value = stores[0].list(), stores[1].value
        for store, file in zip(stores, NAMES, strict=True):
            trouble = store.trouble
            assert trouble is None or isinstance(trouble, DamagedFile | NewerFile)
            if isinstance(trouble, DamagedFile):
                (aside,) = folder.glob(f"{file}.damaged-*")
                assert aside.read_bytes() == content
        stores[0].add("Work", "https://work.example.org")
        stores[1].set(rail_collapsed=not value.rail_collapsed)
        again = ProfileStore(folder), PreferenceStore(folder)
        assert again[0].list()[: len(profiles)] == profiles
        assert again[1].value == stores[1].value
        assert (again[0].trouble, again[1].trouble) == (None, None)


texts = st.text(max_size=6)
tables = st.dictionaries(
    st.sampled_from(["keys", "accounts", "requests"]),
    st.builds(TableState, sort=st.none() | texts),
)
preferences = st.builds(
    Preferences, rail_collapsed=st.booleans(), page=texts, tables=tables,
    usage=st.dictionaries(st.sampled_from(["period", "by"]), texts),
)  # fmt: skip


def flat(value: Preferences) -> dict[str, Any]:
    """Every field that can be changed by itself, with its value."""
    found: dict[str, Any] = {}
    for name in value.__struct_fields__:
        held = getattr(value, name)
        if isinstance(held, dict):
            found.update({f"{name}/{key}": inner for key, inner in held.items()})
        else:
            found[name] = held
    return found


@given(preferences, preferences, preferences)
def test_merging_keeps_every_change_of_either_side(
    base: Preferences, mine: Preferences, theirs: Preferences
) -> None:
    both = flat(merged(base, mine, theirs))
    before, here, there = flat(base), flat(mine), flat(theirs)
    for name in before.keys() | here.keys() | there.keys():
        kept_here = here.get(name) == before.get(name) and (name in here) == (name in before)
        wanted = there if kept_here else here
        assert both.get(name) == wanted.get(name), name
    assert merged(base, base, theirs) == theirs
    assert merged(base, mine, base) == mine
    assert merged(theirs, mine, theirs) == mine


@given(preferences)
def test_preferences_come_back(value: Preferences) -> None:
    with tempfile.TemporaryDirectory() as name:
        store = PreferenceStore(Path(name))
        store.change(lambda _old: value)
        assert PreferenceStore(Path(name)).value == msgspec.structs.replace(value)
