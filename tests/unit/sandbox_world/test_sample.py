"""The sample files: small enough, complete, and clear about it when they are damaged."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.sandbox.world import sample
from lmchat_desktop.sandbox.world.sample import SampleDamaged, read_traffic

from .conftest import SMALL

SAMPLE = sample.sample_path("")


def test_the_sample_is_at_most_6_mb_with_its_licences() -> None:
    files = [path for path in SAMPLE.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 6_000_000
    for source in ("azure", "litellm", "llmperf", "servegen", "thefastest"):
        assert (SAMPLE / "licences" / f"{source}.txt").stat().st_size > 500
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "composition" in readme
    for licence in ("CC-BY-4.0", "Apache-2.0", "MIT"):
        assert licence in readme


def test_the_small_traffic_is_small() -> None:
    assert SMALL.stat().st_size < 200_000
    small = read_traffic(SMALL)
    assert small.keep == pytest.approx(0.01)
    assert len(small.t_ms) == pytest.approx(9_211, abs=12)
    assert len(np.unique(small.client)) == 11


def test_all_published_requests_are_there() -> None:
    full = read_traffic()
    assert (len(full.t_ms), len(full.hour_ms)) == (921_143, 19_366)
    assert full.keep == 1.0
    assert (full.t_ms.min(), full.t_ms.max()) == (102, 1_209_599_983)
    for client in np.unique(full.client):
        assert (np.diff(full.t_ms[full.client == client]) >= 0).all()
    assert int(full.output_tokens.max()) == 8_192
    assert full.hour_ms[-1] < 3_600_000


def test_the_calls_belong_to_the_pools() -> None:
    calls, catalogue = sample.read_calls(), sample.read_catalogue()
    counts = np.bincount(calls.pool, minlength=len(catalogue["pools"])).tolist()
    assert counts == [pool["calls"] for pool in catalogue["pools"]]
    assert min(counts) >= 15
    assert len(calls.too_few_provider) == 146
    assert sum(entry["rate_limited"] for entry in catalogue["errors"]) == 392
    assert sum(entry["calls"] for entry in catalogue["errors"]) == 2_845


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SampleDamaged, match=r"gone\.npz cannot be used: No such file"):
        read_traffic(tmp_path / "gone.npz")


@pytest.mark.parametrize("left", [0, 3, 100, 20_000, -200, -1])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, left: int) -> None:
    cut = tmp_path / "cut.npz"
    cut.write_bytes(SMALL.read_bytes()[:left])
    with pytest.raises(SampleDamaged, match=r"cut\.npz"):
        read_traffic(cut)


@given(st.integers(0, SMALL.stat().st_size - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: int
) -> None:
    content = bytearray(SMALL.read_bytes())
    content[place] ^= change
    path = tmp_path_factory.mktemp("bytes") / "changed.npz"
    path.write_bytes(bytes(content))
    try:
        changed = read_traffic(path)
    except SampleDamaged:
        return
    # Some bytes of a zip file, such as times and version numbers, mean nothing here.
    assert np.array_equal(changed.t_ms, read_traffic(SMALL).t_ms)


def test_another_kind_of_archive_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    np.savez(other, format=np.array([2]))
    with pytest.raises(SampleDamaged, match="format"):
        read_traffic(other)
    np.savez(other, format=np.array([1]), keep=np.array([1.0]))
    with pytest.raises(SampleDamaged, match="column clients is missing"):
        read_traffic(other)
    np.savez(other, format=np.array([{"a": 1}], dtype=object))
    with pytest.raises(SampleDamaged, match="damaged or not a sample file"):
        read_traffic(other)


def test_servegens_csv_is_read(tmp_path: Path) -> None:
    text = "t_s,client,input_tokens,output_tokens,model\n5.25,2,10,0,x\n1.5,2,7,3,x\n9,1,1,1,x\n"
    plain, zipped = tmp_path / "plain.csv", tmp_path / "zipped.csv.gz"
    plain.write_text(text)
    zipped.write_bytes(gzip.compress(text.encode()))
    for path in (plain, zipped):
        read = read_traffic(path)
        assert read.t_ms.tolist() == [9_000, 1_500, 5_250]
        assert read.client.tolist() == [1, 2, 2]
        assert read.output_tokens.tolist() == [1, 3, 0]
        assert len(read.hour_ms) == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nothing of the kind", "neither a traffic sample nor"),
        ("t_s,client,input_tokens,output_tokens,model\n", "no requests"),
        ("t_s,client,input_tokens,output_tokens,model\n1,2,x,4,m\n", "damaged"),
        ("t_s,client,input_tokens,output_tokens,model\n1,2,nan,4,m\n", "no numbers"),
        ("t_s,client,input_tokens,output_tokens,model\n1,2,-3,4,m\n", "out of bounds"),
        ("t_s,client,input_tokens,output_tokens,model\n-1,2,3,4,m\n", "outside the 14 days"),
        ("t_s,client,input_tokens,output_tokens,model\n1209600,2,3,4,m\n", "outside the 14 days"),
    ],
)
@pytest.mark.filterwarnings("ignore:loadtxt")
def test_a_csv_that_is_wrong_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text)
    with pytest.raises(SampleDamaged, match=reason):
        read_traffic(path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 9, "pools": [1]}'])
def test_a_catalogue_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(text)
    with pytest.raises(SampleDamaged, match=r"catalogue\.json"):
        sample.read_catalogue(path)


def test_prices_are_exact_decimals_with_some_below_a_nano_dollar() -> None:
    offers = json.loads((SAMPLE / "catalogue.json").read_text())["offers"]
    prices = {(offer["model"], offer["provider"]): offer for offer in offers}
    assert prices["claude-3-haiku", "anthropic"]["cached_input_usd"] == "0.00000003"
    assert prices["mixtral-8x7b", "perplexity"]["input_usd"] == "0.00000007"
    # 500.01 nano dollars a token: the last digit is below a nano dollar.
    assert prices["mixtral-8x7b", "databricks"]["input_usd"] == "0.00000050001"
