"""Which provider and region serves a request, how it goes, and who is tried next if it fails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.sandbox.codes import ERROR_CODES
from lmchat_desktop.sandbox.world.catalogue import SLOW_SHARE, Catalogue
from lmchat_desktop.sandbox.world.chance import Chance, Stream
from lmchat_desktop.sandbox.world.companies import COMPANIES
from lmchat_desktop.sandbox.world.sample import FloatArray, IntArray

MAX_ATTEMPTS = 3

PREFERENCE = {"lepton": 0.3, "bedrock": 0.4, "replicate": 0.3, "cloudflare": 0.3, "azure": 0.8}
"""How often a provider is asked, against 1 for the others: those that fail or are slow, less."""

RATE_LIMITED = ERROR_CODES.index("rate_limited")
TOO_FEW_TOKENS = ERROR_CODES.index("too_few_tokens")
PROVIDER_ERROR = ERROR_CODES.index("provider_error")

FALLBACK_REASONS = (
    "",
    "The provider refused the request: too many requests (429).",
    "The provider answered fewer tokens than were asked for.",
    "The provider failed to answer.",
)
"""Why the next provider was tried, by position in `codes.ERROR_CODES`."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A provider in trouble for some hours of each loop.

    Its calls are resampled from the slowest decile of its measured calls, and are refused as often
    as all calls of llmperf failed together.
    """

    provider: str
    begins_ms: int
    lasts_ms: int

    def covers(self, phase_ms: IntArray) -> NDArray[np.bool_]:
        """Whether the positions in the loop fall into it."""
        covered: NDArray[np.bool_] = (phase_ms >= self.begins_ms) & (
            phase_ms < self.begins_ms + self.lasts_ms
        )
        return covered


INCIDENT = Incident("together", 5 * 86_400_000 + 13 * 3_600_000 + 1_200_000, 3 * 3_600_000)
"""From 13:20 to 16:20 UTC on the first Tuesday of each loop."""


@dataclass(frozen=True, slots=True)
class Asked:
    """n requests that are to be served.

    Attributes:
        row: n numbers that tell the requests of a loop apart.
        phase_ms: n positions in the loop.
        account_no, model_no: n numbers.
        input_tokens, output_tokens: n counts.
    """

    row: IntArray
    phase_ms: IntArray
    account_no: IntArray
    model_no: IntArray
    input_tokens: IntArray
    output_tokens: IntArray


@dataclass(frozen=True, slots=True)
class Served:
    """What became of n requests; a × n arrays hold attempt a of each (pool -1: none was made).

    Attributes:
        attempts: how many were made.
        pool: a × n pools.
        error: a × n positions in `codes.ERROR_CODES`.
        wait_ms: a × n times from the request's arrival to the attempt.
        total_ms, first_ms: a × n times of the attempt alone; NaN where none was measured.
    """

    attempts: IntArray
    pool: IntArray
    error: IntArray
    wait_ms: FloatArray
    total_ms: FloatArray
    first_ms: FloatArray


class Router:
    """Serves requests from the catalogue's measured calls."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        pools = catalogue.pools
        near = np.array([(0.0, 0.0, 0.0), *(company.near for company in COMPANIES)])
        by_place = near[:, [("us-west", "us-east", "eu-west").index(p) for p in catalogue.places]]
        preference = np.array(
            [0.0, *(PREFERENCE.get(provider.id, 1.0) for provider in catalogue.providers)]
        )
        # A region shares its place with others of the same provider and model.
        siblings = (
            (pools.offer[:, None] == pools.offer[None, :])
            & (pools.place[:, None] == pools.place[None, :])
        ).sum(axis=1)
        # Who is far from every region of an offer still gets it, now and then.
        self._weights = (by_place[:, pools.place] + 0.01) * preference[pools.provider_no] / siblings
        self._of_model = {
            model.number: np.flatnonzero(pools.model_no == model.number)
            for model in catalogue.models
        }
        self._bounds = np.cumsum(catalogue.failures.rates, axis=1)
        self._incident_no = next(
            provider.number for provider in catalogue.providers if provider.id == INCIDENT.provider
        )
        failing = catalogue.failures.too_few_provider
        numbers = np.arange(len(catalogue.providers) + 2)
        self._too_few_bounds = np.searchsorted(failing, numbers)

    def fits(
        self, model_no: IntArray, tokens_in: IntArray, tokens_out: IntArray
    ) -> NDArray[np.bool_]:
        """Whether any provider of the model takes so many tokens."""
        fits = np.zeros(len(model_no), dtype=np.bool_)
        for number, candidates in self._of_model.items():
            rows = np.flatnonzero(model_no == number)
            if len(rows):
                allowed = self._allowed(candidates, tokens_in[rows], tokens_out[rows])
                fits[rows] = allowed.any(axis=1)
        return fits

    def serve(self, asked: Asked, chance: Chance) -> Served:
        """Try providers for each request until one succeeds, at most `MAX_ATTEMPTS`."""
        shape = (MAX_ATTEMPTS, len(asked.row))
        served = Served(
            attempts=np.zeros(shape[1], dtype=np.int64),
            pool=np.full(shape, -1, dtype=np.int64),
            error=np.zeros(shape, dtype=np.int64),
            wait_ms=np.zeros(shape),
            total_ms=np.full(shape, np.nan),
            first_ms=np.full(shape, np.nan),
        )
        going = np.arange(shape[1])
        for attempt in range(MAX_ATTEMPTS):
            pool = self._choose(asked, served, going, attempt, chance)
            going, pool = going[pool >= 0], pool[pool >= 0]
            served.pool[attempt, going] = pool
            served.attempts[going] = attempt + 1
            self._call(asked, served, going, attempt, chance)
            if attempt + 1 < MAX_ATTEMPTS:
                spent = np.nan_to_num(served.total_ms[attempt, going])
                served.wait_ms[attempt + 1, going] = served.wait_ms[attempt, going] + spent
            going = going[served.error[attempt, going] > 0]
            if not len(going):
                break
        return served

    def _allowed(
        self, candidates: NDArray[np.intp], tokens_in: IntArray, tokens_out: IntArray
    ) -> NDArray[np.bool_]:
        pools = self._catalogue.pools
        allowed: NDArray[np.bool_] = (
            (tokens_in + tokens_out)[:, None] <= pools.context_tokens[candidates]
        ) & (tokens_out[:, None] <= pools.output_limit[candidates])
        return allowed

    def _choose(
        self,
        asked: Asked,
        served: Served,
        going: NDArray[np.intp],
        attempt: int,
        chance: Chance,
    ) -> IntArray:
        """A pool for each request that is still going, of no provider tried before; or -1."""
        pools = self._catalogue.pools
        chosen = np.full(len(going), -1, dtype=np.int64)
        draws = chance.draw(Stream.OFFER + attempt, asked.row[going])
        model_no = asked.model_no[going]
        for number in np.unique(model_no).tolist():
            at = np.flatnonzero(model_no == number)
            rows = going[at]
            candidates = self._of_model[number]
            weights = self._weights[asked.account_no[rows]][:, candidates]
            allowed = self._allowed(candidates, asked.input_tokens[rows], asked.output_tokens[rows])
            if attempt == 0:
                # What is too long for every model goes to the model that was named all the same.
                allowed |= ~allowed.any(axis=1, keepdims=True)
            for earlier in range(attempt):
                tried = pools.provider_no[served.pool[earlier, rows]]
                allowed &= pools.provider_no[candidates] != tried[:, None]
            running = np.cumsum(weights * allowed, axis=1)
            reached = running > (draws[at] * running[:, -1])[:, None]
            found = running[:, -1] > 0
            chosen[at[found]] = candidates[np.argmax(reached[found], axis=1)]
        return chosen

    def _call(
        self,
        asked: Asked,
        served: Served,
        going: NDArray[np.intp],
        attempt: int,
        chance: Chance,
    ) -> None:
        """What each attempt comes to: its error, and its times where they were measured."""
        pools, failures = self._catalogue.pools, self._catalogue.failures
        rows = asked.row[going]
        pool = served.pool[attempt, going]
        provider_no = pools.provider_no[pool]
        trouble = INCIDENT.covers(asked.phase_ms[going]) & (provider_no == self._incident_no)
        draws = chance.draw(Stream.FAILURE + attempt, rows)
        error = (self._bounds[provider_no] <= draws[:, None]).sum(axis=1) % len(ERROR_CODES)
        error[trouble & (draws < failures.pooled_rate)] = RATE_LIMITED
        which = chance.draw(Stream.CALL + attempt, rows)
        count, start = pools.count[pool], pools.start[pool]
        slowest = -(-count // SLOW_SHARE)
        start = np.where(trouble, start + count - slowest, start)
        count = np.where(trouble, slowest, count)
        call = start + (which * count).astype(np.int64)
        first_ms = pools.first_ms[call]
        more = np.maximum(asked.output_tokens[going] - 1, 0)
        total_ms = first_ms + more * pools.token_ms[call]
        low = self._too_few_bounds[provider_no]
        many = self._too_few_bounds[provider_no + 1] - low
        short = error == TOO_FEW_TOKENS
        short_call = low[short] + (which[short] * many[short]).astype(np.int64)
        first_ms[short] = failures.too_few_first_ms[short_call]
        total_ms[short] = failures.too_few_total_ms[short_call]
        silent = (error == RATE_LIMITED) | (error == PROVIDER_ERROR)
        first_ms[silent] = np.nan
        total_ms[silent] = np.nan
        served.error[attempt, going] = error
        served.first_ms[attempt, going] = first_ms
        served.total_ms[attempt, going] = total_ms
