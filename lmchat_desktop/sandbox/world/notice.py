"""What everybody who looks at the sample world should know."""

from __future__ import annotations

NOTICE = (
    "This is a sample world. People and companies are invented. The traffic is a composition of "
    "published measurements, not the log of any real service: arrivals and tokens from ServeGen "
    "(Alibaba) and Azure's public LLM trace, times resampled from calls measured by "
    "thefastest.ai and the LLMPerf leaderboard, error rates from LLMPerf, prices from LiteLLM. "
    "Sources, licences and rules: resources/sample/README.md."
)
