"""Composes request rows: arrivals and tokens from one source, times, errors and prices from others.

No published data set has every field of a request. What comes of this is a composition of several
and is to be called that wherever it is shown; see `notice` and resources/sample/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lmchat_desktop.domain.money import request_cost_nanos
from lmchat_desktop.domain.usage.cells import Outcome
from lmchat_desktop.sandbox.codes import OUTCOMES
from lmchat_desktop.sandbox.usage_columns import RequestColumns
from lmchat_desktop.sandbox.world.catalogue import Catalogue
from lmchat_desktop.sandbox.world.chance import Chance, Stream
from lmchat_desktop.sandbox.world.customers import MIXES, SUBSTITUTES
from lmchat_desktop.sandbox.world.routing import FALLBACK_REASONS, Asked, Router, Served
from lmchat_desktop.sandbox.world.sample import LOOP_MS, IntArray
from lmchat_desktop.sandbox.world.workload import KEYS, SEED

CACHED_FROM = 1_024
"""Shorter prompts are not cached."""
CACHED_BLOCK = 128
"""Prompts are cached in whole blocks of so many tokens."""
CACHED_SHARE = (0.4, 0.9)
"""Between these parts of a prompt that begins like an earlier one are cached, evenly."""

_OK, _REROUTED, _FAILED = (
    OUTCOMES.index(outcome) for outcome in (Outcome.OK, Outcome.REROUTED, Outcome.FAILED)
)

AttemptRow = tuple[int, int, int, int, int, float, float | None, int, str]
"""A row of `tables.attempts`, in the order of its columns."""


@dataclass(frozen=True, slots=True)
class Composed:
    """n requests in order of their ids.

    Attributes:
        ids: n ids of rows.
        columns: n requests.
        attempt_count: n numbers of attempts.
        served: each attempt.
        pool_provider_no, pool_region_no, pool_model_no: what the attempts' pools are.
    """

    ids: IntArray
    columns: RequestColumns
    attempt_count: IntArray
    served: Served
    pool_provider_no: IntArray
    pool_region_no: IntArray
    pool_model_no: IntArray

    def attempt_rows(self) -> list[AttemptRow]:
        """The attempts of requests that failed or took more than one, in order."""
        told = np.flatnonzero((self.attempt_count > 1) | (self.columns.outcome == _FAILED))
        rows: list[AttemptRow] = []
        for at in told.tolist():
            many = int(self.attempt_count[at])
            for attempt in range(many):
                pool = int(self.served.pool[attempt, at])
                error = int(self.served.error[attempt, at])
                total_ms = float(self.served.total_ms[attempt, at])
                rows.append(
                    (
                        int(self.ids[at]),
                        attempt + 1,
                        int(self.pool_provider_no[pool]),
                        int(self.pool_region_no[pool]),
                        int(self.pool_model_no[pool]),
                        float(self.served.wait_ms[attempt, at]),
                        None if total_ms != total_ms else total_ms,
                        error,
                        FALLBACK_REASONS[error] if attempt + 1 < many else "",
                    )
                )
        return rows


class Composer:
    """Makes request rows of arrivals; the same arrivals always make the same rows."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._router = Router(catalogue)
        numbers = {model.id: model.number for model in catalogue.models}
        self._substitutes = [numbers[name] for name in SUBSTITUTES]
        self._account_no = np.array([0, *(key.account_no for key in KEYS)])
        self._repeats = np.array([0.0, *(key.key.repeats for key in KEYS)])
        mixes = [MIXES[key.key.mix] for key in KEYS]
        widest = max(len(mix) for mix in mixes)
        self._mix_bounds = np.ones((len(KEYS) + 1, widest))
        self._mix_models = np.zeros((len(KEYS) + 1, widest), dtype=np.int64)
        for key, mix in zip(KEYS, mixes, strict=True):
            shares = np.array(list(mix.values()))
            self._mix_bounds[key.number, : len(mix)] = np.cumsum(shares) / shares.sum()
            self._mix_models[key.number, : len(mix)] = [numbers[name] for name in mix]

    def compose(
        self,
        loop: int,
        ids: IntArray,
        rows: IntArray,
        started_ms: IntArray,
        key_no: IntArray,
        input_tokens: IntArray,
        output_tokens: IntArray,
    ) -> Composed:
        """The requests of one loop.

        Args:
            loop: which repetition of the 14 days; each has its own chance.
            ids: n ids for the rows.
            rows: n numbers that tell the requests of the loop apart.
            started_ms: n instants, ms since the epoch.
            key_no: n numbers of keys.
            input_tokens: n counts.
            output_tokens: n counts.
        """
        chance = Chance(SEED, loop)
        account_no = self._account_no[key_no]
        asked = Asked(
            rows,
            started_ms % LOOP_MS,
            account_no,
            self._models(chance, rows, key_no, input_tokens, output_tokens),
            input_tokens,
            output_tokens,
        )
        served = self._router.serve(asked, chance)
        return self._composed(asked, served, chance, ids, started_ms, key_no)

    def _models(
        self,
        chance: Chance,
        rows: IntArray,
        key_no: IntArray,
        input_tokens: IntArray,
        output_tokens: IntArray,
    ) -> IntArray:
        """The model of each request: by the key's mix, or a substitute where it is too long."""
        draws = chance.draw(Stream.MODEL, rows)
        at = (self._mix_bounds[key_no] <= draws[:, None]).sum(axis=1)
        model_no: IntArray = self._mix_models[key_no, at]
        long = np.flatnonzero(~self._router.fits(model_no, input_tokens, output_tokens))
        model_no[long] = self._substitutes[0]
        for substitute in self._substitutes:
            if not len(long):
                break
            tried = np.full(len(long), substitute)
            fits = self._router.fits(tried, input_tokens[long], output_tokens[long])
            model_no[long[fits]] = substitute
            long = long[~fits]
        return model_no

    def _composed(
        self,
        asked: Asked,
        served: Served,
        chance: Chance,
        ids: IntArray,
        started_ms: IntArray,
        key_no: IntArray,
    ) -> Composed:
        pools = self._catalogue.pools
        every = np.arange(len(ids))
        last = served.attempts - 1
        pool = served.pool[last, every]
        error = served.error[last, every]
        failed = error > 0
        outcome = np.where(failed, _FAILED, np.where(last > 0, _REROUTED, _OK))
        output_tokens = np.where(failed, 0, asked.output_tokens)
        cached_tokens = np.where(failed, 0, self._cached(asked, chance, key_no))
        cost = np.zeros(len(ids), dtype=np.int64)
        offers = np.where(failed, -1, pools.offer[pool])
        for offer in np.unique(offers).tolist():
            if offer >= 0:
                of_offer = offers == offer
                cost[of_offer] = request_cost_nanos(
                    asked.input_tokens[of_offer],
                    cached_tokens[of_offer],
                    output_tokens[of_offer],
                    self._catalogue.offers[offer].prices,
                )
        waited = served.wait_ms[last, every]
        columns = RequestColumns(
            started_ms=started_ms,
            account_no=asked.account_no,
            key_no=key_no,
            model_no=asked.model_no,
            provider_no=pools.provider_no[pool],
            region_no=pools.region_no[pool],
            outcome=outcome,
            error=error,
            input_tokens=asked.input_tokens,
            cached_tokens=cached_tokens,
            output_tokens=output_tokens,
            cost_nanos=cost,
            total_ms=waited + served.total_ms[last, every],
            first_token_ms=waited + served.first_ms[last, every],
        )
        return Composed(
            ids,
            columns,
            served.attempts,
            served,
            pools.provider_no,
            pools.region_no,
            pools.model_no,
        )

    def _cached(self, asked: Asked, chance: Chance, key_no: IntArray) -> IntArray:
        """How much of each prompt the provider had cached, by a stated rule, not measured."""
        long = asked.input_tokens >= CACHED_FROM
        repeats = chance.draw(Stream.CACHED, asked.row) < self._repeats[key_no]
        low, high = CACHED_SHARE
        share = low + (high - low) * chance.draw(Stream.CACHED_SHARE, asked.row)
        blocks = (asked.input_tokens * share).astype(np.int64) // CACHED_BLOCK
        cached: IntArray = np.where(long & repeats, blocks * CACHED_BLOCK, 0)
        return cached
