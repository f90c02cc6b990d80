"""Makes resources/sample from the published data: a compact, cleaned copy with its licences.

    python tools/build_sample.py DATA_DIR --out resources/sample
    python tools/build_sample.py DATA_DIR --traffic-only tests/data/small-traffic.npz --keep 0.01
    python tools/build_sample.py DATA_DIR --large large-traffic.npz

DATA_DIR holds the folders azure, litellm, llmperf, servegen and thefastest. The same input always
gives the same bytes. What is written is described in resources/sample/README.md.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import shutil
import sys
import zipfile
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sample_sources import (
    LEAST_CALLS,
    LEAST_STREAMED,
    LLMPERF_FROM,
    MEASURED_FROM,
    MODELS,
    OFFERS,
    PROVIDERS,
    REGIONS,
    Offer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FORMAT = 1
SMALL, LARGE = "m-small", "m-large"
"""The services of servegen's that are used."""
ALL_AT_ONCE = "999"
"""thefastest's sentinel of tokens a second: the tokens arrived together."""


def save_columns(
    path: Path, columns: Mapping[str, NDArray[Any]], compression: int = zipfile.ZIP_LZMA
) -> None:
    """Write named arrays as .npz: a zip of compressed .npy members, with fixed times."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, column in columns.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, column, allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = compression
            archive.writestr(info, member.getvalue())


def thin(count: int, keep: float) -> NDArray[np.intp]:
    """Every 1/keep-th of `count` rows, evenly spread."""
    steps = np.floor(np.arange(count + 1) * keep)
    return np.flatnonzero(np.diff(steps) > 0)


def by_client(data: Path, service: str, keep: float) -> dict[str, NDArray[Any]]:
    """A service of servegen's, client by client in order of time; times as differences in ms."""
    with gzip.open(data / "servegen" / f"{service}_14d.csv.gz", "rt") as source:
        rows = np.loadtxt(source, delimiter=",", skiprows=1, usecols=(0, 1, 2, 3))
    t_ms = np.rint(rows[:, 0] * 1000).astype(np.int64)
    client, tokens_in, tokens_out = (rows[:, column].astype(np.int64) for column in (1, 2, 3))
    clients = np.unique(client)
    parts: list[NDArray[np.int64]] = []
    for one in clients:
        of_client = np.flatnonzero(client == one)
        of_client = of_client[np.argsort(t_ms[of_client], kind="stable")]
        parts.append(of_client[thin(len(of_client), keep)])
    return {
        "clients": clients.astype(np.int32),
        "client_rows": np.array([len(part) for part in parts], dtype=np.int32),
        "client_delta_ms": np.concatenate(
            [np.diff(t_ms[part], prepend=0) for part in parts]
        ).astype(np.uint32),
        "client_input_tokens": np.concatenate([tokens_in[part] for part in parts]).astype(
            np.uint16
        ),
        "client_output_tokens": np.concatenate([tokens_out[part] for part in parts]).astype(
            np.uint16
        ),
    }


def busy_hour(data: Path, keep: float) -> dict[str, NDArray[Any]]:
    """Azure's hour of chat requests, times from its full first minute as differences in ms."""
    with (data / "azure" / "AzureLLMInferenceTrace_conv.csv").open(newline="") as source:
        rows = list(csv.DictReader(source))
    # seven fractional digits: datetime reads six
    at = [datetime.fromisoformat(row["TIMESTAMP"][:26]) for row in rows]
    start = at[0].replace(second=0, microsecond=0)
    kept = thin(len(rows), keep)
    t_ms = np.array([round((moment - start).total_seconds() * 1000) for moment in at])[kept]
    return {
        "hour_delta_ms": np.diff(t_ms, prepend=0).astype(np.uint32),
        "hour_input_tokens": np.array([int(row["ContextTokens"]) for row in rows])[kept].astype(
            np.uint16
        ),
        "hour_output_tokens": np.array([int(row["GeneratedTokens"]) for row in rows])[kept].astype(
            np.uint16
        ),
    }


def save_large_traffic(data: Path, path: Path, keep: float) -> None:
    """Write the arrivals and tokens of servegen's largest service alone, without a busy hour.

    It is compressed for speed: who asks for it wants a load, not a small file.
    """
    hour = ("hour_delta_ms", "hour_input_tokens", "hour_output_tokens")
    save_columns(
        path,
        {
            "format": np.array([FORMAT], dtype=np.int32),
            "keep": np.array([keep]),
            **by_client(data, LARGE, keep),
            **{name: np.zeros(0, dtype=np.uint32) for name in hour},
        },
        zipfile.ZIP_DEFLATED,
    )


def save_traffic(data: Path, path: Path, keep: float) -> None:
    """Write the arrivals and tokens of servegen and azure, thinned to the fraction `keep`."""
    save_columns(
        path,
        {
            "format": np.array([FORMAT], dtype=np.int32),
            "keep": np.array([keep]),
            **by_client(data, SMALL, keep),
            **busy_hour(data, keep),
        },
    )


def ten_thousandths(seconds: str) -> int:
    """Seconds as tenths of a millisecond, the precision of the measurements."""
    return round(float(seconds) * 10_000)


class Calls:
    """The measured calls of every offer and region, and the errors of every provider."""

    def __init__(self, data: Path) -> None:
        with (data / "thefastest" / "provider_calls.csv").open(newline="") as source:
            self.fastest = list(csv.DictReader(source))
        with (data / "llmperf" / "provider_calls.csv").open(newline="") as source:
            self.llmperf = list(csv.DictReader(source))

    def pool(self, offer: Offer, region: str, place: str) -> list[tuple[int, int, int, bool]]:
        """First-token and total time (0.1 ms), tokens, and whether they arrived all at once."""
        found = [
            (
                ten_thousandths(row["time_to_first_token_s"]),
                ten_thousandths(row["total_time_s"]),
                int(row["output_tokens"]),
                row["tokens_per_s"] == ALL_AT_ONCE or int(row["output_tokens"]) < 2,
            )
            for row in self.fastest
            if row["model"] in offer.fastest and MEASURED_FROM[row["region"]] == place
        ]
        if offer.llmperf is not None and region == LLMPERF_FROM:
            found += [
                (
                    ten_thousandths(row["time_to_first_token_s"]),
                    ten_thousandths(row["total_time_s"]),
                    int(row["output_tokens"]),
                    False,
                )
                for row in self.llmperf
                if row["provider_model"] == offer.llmperf and row["error_code"] == ""
            ]
        return found

    def errors(self) -> list[dict[str, Any]]:
        """How many calls llmperf made to each provider and how many ended with which error."""
        calls: Counter[str] = Counter()
        ended: Counter[tuple[str, str]] = Counter()
        for row in self.llmperf:
            provider = row["provider_model"].rsplit("_", 1)[0]
            calls[provider] += 1
            ended[provider, row["error_code"]] += 1
        return [
            {
                "provider": provider,
                "calls": calls[provider],
                "rate_limited": ended[provider, "429"],
                "too_few_tokens": ended[provider, "-100"],
                "provider_error": ended[provider, "-1"],
            }
            for provider in sorted(calls)
        ]

    def too_few(self) -> list[tuple[str, int, int]]:
        """Provider, first-token and total time (0.1 ms) of calls with error -100."""
        return [
            (
                row["provider_model"].rsplit("_", 1)[0],
                ten_thousandths(row["time_to_first_token_s"]),
                ten_thousandths(row["total_time_s"]),
            )
            for row in self.llmperf
            if row["error_code"] == "-100"
        ]


def price_entry(prices: Mapping[str, Any], offer: Offer) -> dict[str, Any]:
    """One offer's exact prices and limits; a provider without a published price charges nothing."""
    entry: dict[str, Any] = {"model": offer.model, "provider": offer.provider, "price": offer.price}
    if offer.price is None:
        nothing = {"input_usd": "0", "cached_input_usd": "0", "output_usd": "0"}
        return entry | nothing | {"context_tokens": None, "max_output_tokens": None}
    listed = prices[offer.price]
    price_in = Decimal(listed["input_cost_per_token"])
    return entry | {
        "input_usd": format(price_in, "f"),
        "cached_input_usd": format(
            Decimal(listed.get("cache_read_input_token_cost", price_in)), "f"
        ),
        "output_usd": format(Decimal(listed["output_cost_per_token"]), "f"),
        "context_tokens": listed.get("max_input_tokens"),
        "max_output_tokens": listed.get("max_output_tokens"),
    }


def save_catalogue(data: Path, out: Path) -> None:
    """Write calls.npz and catalogue.json: offers with prices, pools of calls, error counts."""
    calls = Calls(data)
    with (data / "litellm" / "model_prices_and_context_window.json").open() as source:
        prices = json.load(source, parse_float=Decimal)
    pools: list[dict[str, Any]] = []
    rows: list[tuple[int, int, int, int, bool]] = []
    for offer in OFFERS:
        for region in REGIONS:
            own = region.id.startswith("azure-")
            if (offer.region == region.id) if own else (offer.region is None):
                measured = calls.pool(offer, region.id, region.place)
                streamed = sum(not at_once for *_, at_once in measured)
                if len(measured) < LEAST_CALLS or streamed < LEAST_STREAMED:
                    continue
                number = len(pools)
                pools.append(
                    {
                        "model": offer.model,
                        "provider": offer.provider,
                        "region": region.id,
                        "calls": len(measured),
                    }
                )
                rows += [(number, *call) for call in measured]
    offers = {
        (offer.model, offer.provider): price_entry(prices, offer)
        for offer in OFFERS
        if any((p["model"], p["provider"]) == (offer.model, offer.provider) for p in pools)
    }
    too_few = calls.too_few()
    failing = sorted({provider for provider, *_ in too_few})
    save_columns(
        out / "calls.npz",
        {
            "format": np.array([FORMAT], dtype=np.int32),
            "pool": np.array([row[0] for row in rows], dtype=np.uint16),
            "first_tenths_ms": np.array([row[1] for row in rows], dtype=np.uint32),
            "total_tenths_ms": np.array([row[2] for row in rows], dtype=np.uint32),
            "output_tokens": np.array([row[3] for row in rows], dtype=np.uint16),
            "all_at_once": np.array([row[4] for row in rows], dtype=np.bool_),
            "too_few_provider": np.array(
                [failing.index(row[0]) for row in too_few], dtype=np.uint8
            ),
            "too_few_first_tenths_ms": np.array([row[1] for row in too_few], dtype=np.uint32),
            "too_few_total_tenths_ms": np.array([row[2] for row in too_few], dtype=np.uint32),
        },
    )
    catalogue = {
        "format": FORMAT,
        "regions": [asdict(region) for region in REGIONS],
        "providers": [{"id": key, "name": name} for key, name in PROVIDERS.items()],
        "models": [{"id": key, "name": name} for key, name in MODELS.items()],
        "offers": list(offers.values()),
        "pools": pools,
        "errors": calls.errors(),
        "too_few_providers": failing,
    }
    (out / "catalogue.json").write_text(
        json.dumps(catalogue, indent=1, ensure_ascii=True) + "\n", encoding="ascii"
    )


def copy_licences(data: Path, out: Path) -> None:
    """Copy each source's licence text."""
    folder = out / "licences"
    folder.mkdir(parents=True, exist_ok=True)
    for source in ("azure", "litellm", "llmperf", "servegen", "thefastest"):
        target = folder / f"{source}.txt"
        shutil.copyfile(data / source / "LICENSE", target)
        target.chmod(0o644)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the whole sample here")
    parser.add_argument("--traffic-only", type=Path, metavar="FILE", help="write the traffic alone")
    parser.add_argument("--large", type=Path, metavar="FILE", help="write a large traffic here")
    parser.add_argument("--keep", type=float, default=1.0, help="fraction of the requests to keep")
    options = parser.parse_args()
    if not 0 < options.keep <= 1:
        parser.error("--keep must lie above 0 and at most be 1")
    if sum(file is not None for file in (options.out, options.traffic_only, options.large)) != 1:
        parser.error("name one of --out, --traffic-only and --large")
    if options.large is not None:
        save_large_traffic(options.data, options.large, options.keep)
        return 0
    if options.traffic_only is not None:
        save_traffic(options.data, options.traffic_only, options.keep)
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    save_traffic(options.data, options.out / "traffic.npz", options.keep)
    save_catalogue(options.data, options.out)
    copy_licences(options.data, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
