"""The tool that makes the sample, on a data folder of a few lines."""

from __future__ import annotations

import csv
import gzip
import importlib
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lmchat_desktop.sandbox.world import sample

TOOL = Path(__file__).parents[3] / "tools" / "build_sample.py"


def write_csv(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="") as target:
        target.write(header + "\r\n")
        csv.writer(target).writerows(rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for source in ("azure", "litellm", "llmperf", "servegen", "thefastest"):
        (folder / source).mkdir(parents=True)
        (folder / source / "LICENSE").write_text(f"the licence of {source}")
    write_csv(
        folder / "azure" / "AzureLLMInferenceTrace_conv.csv",
        "TIMESTAMP,ContextTokens,GeneratedTokens",
        [
            ("2023-11-16 18:15:46.6805900", 374, 44),
            ("2023-11-16 18:15:50.9951690", 396, 109),
            ("2023-11-16 18:16:01.0000000", 879, 55),
        ],
    )
    for service, many in (("m-small", 200), ("m-large", 500)):
        rows = [f"{k * 1.5:.3f},{k % 2},{100 + k},{k},{service}" for k in range(many)]
        (folder / "servegen" / f"{service}_14d.csv.gz").write_bytes(
            gzip.compress(
                "\n".join(["t_s,client,input_tokens,output_tokens,model", *rows, ""]).encode()
            )
        )
    write_csv(
        folder / "thefastest" / "provider_calls.csv",
        "run_time_utc,region,cmd,model,time_to_response_s,time_to_first_token_s,tokens_per_s,"
        "output_tokens,total_time_s",
        [
            ("t", "sea", "", name, 0.1, 0.25, "999" if k == 3 else "50", 20, 0.63)
            for name, many in (("gpt-4-turbo", 6), ("openai/gpt-4-turbo", 12), ("gpt-x", 40))
            for k in range(many)
        ]
        + [("t", "cdg", "", "openai/gpt-4-turbo", 0.1, 0.25, "50", 20, 0.63)] * 14,
    )
    write_csv(
        folder / "llmperf" / "provider_calls.csv",
        "provider_model,input_tokens,output_tokens,time_to_first_token_s,inter_token_latency_s,"
        "total_time_s,tokens_per_s,error_code",
        [("lepton_7b", 550, 151, 1.1, 0.02, 4.1, 12, "")] * 15
        + [("lepton_7b", 550, 1, 0, 0, 0, 0, "429")] * 5
        + [("bedrock_13b", 550, 39, 0.8, 1.7, 1.7, 22, "-100")] * 2,
    )
    (folder / "litellm" / "model_prices_and_context_window.json").write_text(
        '{"sample_spec": {}, "gpt-4-turbo-2024-04-09": {"input_cost_per_token": 1.00000000002e-05,'
        ' "output_cost_per_token": 3e-05, "max_input_tokens": 128000, "max_output_tokens": 4096}}'
    )
    return folder


def build(*arguments: object) -> None:
    subprocess.run([sys.executable, str(TOOL), *map(str, arguments)], check=True, timeout=60)


def test_it_cleans_and_keeps_what_was_measured_often_enough(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(data, "--out", out)
    catalogue = sample.read_catalogue(out / "catalogue.json")
    pools = [(pool["model"], pool["provider"], pool["region"]) for pool in catalogue["pools"]]
    # Names with and without provider are one pool; Paris has too few calls; gpt-x is not known.
    assert pools == [
        ("gpt-4-turbo", "openai", "us-west"),
        ("llama-2-7b", "lepton", "us-west"),
    ]
    assert catalogue["offers"][0]["input_usd"] == "0.0000100000000002"
    assert catalogue["offers"][0]["cached_input_usd"] == "0.0000100000000002"
    assert catalogue["offers"][1]["price"] is None
    errors = {entry["provider"]: entry for entry in catalogue["errors"]}
    assert (errors["lepton"]["calls"], errors["lepton"]["rate_limited"]) == (20, 5)
    assert errors["bedrock"]["too_few_tokens"] == 2
    calls = sample.read_calls(out / "calls.npz")
    assert np.bincount(calls.pool).tolist() == [18, 15]
    assert calls.all_at_once.sum() == 2
    assert calls.first_ms[0] == pytest.approx(250.0)
    assert calls.too_few_total_ms.tolist() == [1_700.0, 1_700.0]
    assert (out / "licences" / "servegen.txt").read_text() == "the licence of servegen"
    traffic = sample.read_traffic(out / "traffic.npz")
    assert len(traffic.t_ms) == 200
    assert traffic.t_ms[:3].tolist() == [0, 3_000, 6_000]
    assert traffic.hour_ms.tolist() == [46_681, 50_995, 61_000]


def test_the_same_input_gives_the_same_bytes(data: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    build(data, "--out", one)
    build(data, "--out", two)
    for path in one.rglob("*.*"):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()


def test_it_thins_each_client_evenly(data: Path, tmp_path: Path) -> None:
    thin = tmp_path / "thin.npz"
    build(data, "--traffic-only", thin, "--keep", "0.1")
    traffic = sample.read_traffic(thin)
    assert traffic.keep == pytest.approx(0.1)
    assert np.bincount(traffic.client).tolist() == [10, 10]


def test_a_large_traffic_is_the_csv_it_is_made_of(data: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.npz"
    build(data, "--large", large)
    made = sample.read_traffic(large)
    read = sample.read_traffic(data / "servegen" / "m-large_14d.csv.gz")
    assert len(made.t_ms) == 500
    assert len(made.hour_ms) == 0
    for name in ("t_ms", "client", "input_tokens", "output_tokens"):
        assert np.array_equal(getattr(made, name), getattr(read, name))


def test_the_shipped_catalogue_names_what_the_tool_names() -> None:
    document = json.loads(sample.sample_path("catalogue.json").read_text())
    sys.path.insert(0, str(TOOL.parent))
    try:
        sample_sources: Any = importlib.import_module("sample_sources")
    finally:
        sys.path.pop(0)
    assert {entry["id"] for entry in document["models"]} == set(sample_sources.MODELS)
    assert {entry["id"] for entry in document["providers"]} == set(sample_sources.PROVIDERS)
    offered = {(offer.model, offer.provider) for offer in sample_sources.OFFERS}
    assert {(offer["model"], offer["provider"]) for offer in document["offers"]} == offered
