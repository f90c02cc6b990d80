"""Which published measurements and prices stand behind each offer of the sample world.

The names on the right are those of the sources: `thefastest` names of calls, `llmperf` names of
runs, `litellm` names of prices. Several source names of one offer are the same service under the
names it had in the course of the measurements; those without a provider are of the first days.
"""

from __future__ import annotations

from dataclasses import dataclass

LEAST_CALLS = 15
"""A pool of fewer measured calls is not used."""
LEAST_STREAMED = 5
"""Of these, so many must have an inter-token time (their tokens did not arrive all at once)."""


@dataclass(frozen=True)
class Region:
    """A place where models are served; `place` names the nearest place of measurement."""

    id: str
    name: str
    country: str
    place: str


MEASURED_FROM = {"sea": "us-west", "iad": "us-east", "cdg": "eu-west"}
"""thefastest's place of measurement → the region that serves there."""
LLMPERF_FROM = "us-west"
"""The llmperf leaderboard was measured from Oregon."""

REGIONS = (
    Region("us-west", "US West (Seattle)", "US", "us-west"),
    Region("us-east", "US East (Ashburn)", "US", "us-east"),
    Region("eu-west", "EU West (Paris)", "FR", "eu-west"),
    Region("azure-westus", "Azure West US", "US", "us-west"),
    Region("azure-eastus2", "Azure East US 2", "US", "us-east"),
    Region("azure-scentralus", "Azure South Central US", "US", "us-east"),
    Region("azure-frcentral", "Azure France Central", "FR", "eu-west"),
    Region("azure-secentral", "Azure Sweden Central", "SE", "eu-west"),
    Region("azure-uksouth", "Azure UK South", "GB", "eu-west"),
)
"""Azure's regions are Azure's own; the calls to them are those measured from the nearest place."""

PROVIDERS = {
    "openai": "OpenAI",
    "azure": "Microsoft Azure",
    "anthropic": "Anthropic",
    "cohere": "Cohere",
    "together": "Together AI",
    "fireworks": "Fireworks AI",
    "anyscale": "Anyscale",
    "databricks": "Databricks",
    "perplexity": "Perplexity",
    "bedrock": "Amazon Bedrock",
    "replicate": "Replicate",
    "cloudflare": "Cloudflare Workers AI",
    "lepton": "Lepton AI",
}

MODELS = {
    "gpt-4-turbo": "GPT-4 Turbo",
    "gpt-4-1106-preview": "GPT-4 Turbo 1106 preview",
    "gpt-4-0125-preview": "GPT-4 Turbo 0125 preview",
    "gpt-3.5-turbo": "GPT-3.5 Turbo",
    "gpt-3.5-turbo-1106": "GPT-3.5 Turbo 1106",
    "claude-3-opus": "Claude 3 Opus",
    "claude-3-haiku": "Claude 3 Haiku",
    "command-r-plus": "Command R+",
    "command-r": "Command R",
    "command-light": "Command Light",
    "sonar-medium-chat": "Sonar Medium Chat",
    "llama-3-70b": "Llama 3 70B Instruct",
    "llama-3-8b": "Llama 3 8B Instruct",
    "llama-2-70b": "Llama 2 70B Chat",
    "llama-2-13b": "Llama 2 13B Chat",
    "llama-2-7b": "Llama 2 7B Chat",
    "mixtral-8x7b": "Mixtral 8x7B Instruct",
}


@dataclass(frozen=True)
class Offer:
    """One model at one provider: its price's name and the names of its measured calls.

    Attributes:
        price: the name in litellm's list; None where no price is published (calls are then free).
        fastest: names in thefastest.
        llmperf: the run in llmperf.
        region: the provider's own region; None where the place of measurement is the region.
    """

    model: str
    provider: str
    price: str | None
    fastest: tuple[str, ...] = ()
    llmperf: str | None = None
    region: str | None = None


_FIREWORKS = "fireworks_ai/accounts/fireworks/models/"


def _plain(model: str, provider: str, price: str, *fastest: str) -> Offer:
    return Offer(model, provider, price, fastest)


def _llama2(size: str, together_price: str) -> tuple[Offer, ...]:
    """Llama 2 in one size at those who offered it; sizes are 7b, 13b and 70b."""
    model = f"llama-2-{size}"
    big = size.upper().replace("B", "b")
    return (
        Offer(
            model,
            "anyscale",
            f"anyscale/meta-llama/Llama-2-{big}-chat-hf",
            (f"anyscale.com/Llama-2-{size}-chat-hf", f"anyscale.com/llama-2-{size}-chat"),
            f"anyscale_{size}",
        ),
        Offer(
            model,
            "fireworks",
            f"{_FIREWORKS}llama-v2-{size}-chat",
            (
                f"api.fireworks.ai/llama-v2-{size}-chat",
                f"fireworks.ai/llama-v2-{size}-chat",
                f"fireworks.ai/llama-2-{size}-chat",
            ),
            f"fireworks_{size}",
        ),
        Offer(
            model,
            "together",
            together_price,
            (
                f"togethercomputer/llama-2-{size}-chat",
                f"together.xyz/llama-2-{size}-chat",
                f"together.ai/llama-2-{size}-chat",
            ),
            f"together_{size}",
        ),
        Offer(model, "replicate", f"replicate/meta/llama-2-{size}-chat", (), f"replicate_{size}"),
        Offer(model, "lepton", None, (), f"lepton_{size}"),
    )


def _azure(model: str, price: str, region: str) -> Offer:
    source = "gpt-3.5-turbo" if model == "gpt-3.5-turbo" else model
    return Offer(
        model,
        "azure",
        price,
        (f"fixie-{region}.azure/{source}", f"azure.{region}/{source}"),
        None,
        f"azure-{region}",
    )


OFFERS: tuple[Offer, ...] = (
    _plain("gpt-4-turbo", "openai", "gpt-4-turbo-2024-04-09", "gpt-4-turbo", "openai/gpt-4-turbo"),
    _plain(
        "gpt-4-1106-preview",
        "openai",
        "gpt-4-1106-preview",
        "gpt-4-1106-preview",
        "openai/gpt-4-1106-preview",
    ),
    *(
        _azure("gpt-4-1106-preview", "azure/gpt-4-1106-preview", region)
        for region in ("eastus2", "westus", "frcentral", "secentral", "uksouth")
    ),
    _plain(
        "gpt-4-0125-preview",
        "openai",
        "gpt-4-0125-preview",
        "gpt-4-0125-preview",
        "openai/gpt-4-0125-preview",
    ),
    _azure("gpt-4-0125-preview", "azure/gpt-4-0125-preview", "scentralus"),
    _plain(
        "gpt-3.5-turbo",
        "openai",
        "gpt-3.5-turbo-0125",
        "gpt-3.5-turbo-0125",
        "openai/gpt-3.5-turbo-0125",
    ),
    _azure("gpt-3.5-turbo", "azure/gpt-3.5-turbo", "eastus2"),
    _plain(
        "gpt-3.5-turbo-1106",
        "openai",
        "gpt-3.5-turbo-1106",
        "gpt-3.5-turbo-1106",
        "openai/gpt-3.5-turbo-1106",
    ),
    _azure("gpt-3.5-turbo-1106", "azure/gpt-35-turbo-1106", "westus"),
    _plain(
        "claude-3-opus",
        "anthropic",
        "claude-3-opus-20240229",
        "claude-3-opus-20240229",
        "anthropic/claude-3-opus-20240229",
    ),
    _plain(
        "claude-3-haiku",
        "anthropic",
        "claude-3-haiku-20240307",
        "claude-3-haiku-20240307",
        "anthropic/claude-3-haiku-20240307",
    ),
    _plain("command-r-plus", "cohere", "command-r-plus", "command-r-plus", "cohere/command-r-plus"),
    _plain("command-r", "cohere", "command-r", "command-r", "cohere/command-r"),
    _plain("command-light", "cohere", "command-light", "command-light", "cohere/command-light"),
    _plain(
        "sonar-medium-chat",
        "perplexity",
        "perplexity/sonar-medium-chat",
        "api.perplexity.ai/sonar-medium-chat",
        "perplexity.ai/sonar-medium-chat",
    ),
    _plain(
        "llama-3-70b",
        "together",
        "together-ai-41.1b-80b",
        "together.xyz/Llama-3-70b-chat-hf",
        "together.ai/llama-3-70b-chat",
    ),
    _plain(
        "llama-3-70b",
        "fireworks",
        f"{_FIREWORKS}llama-v3-70b-instruct",
        "fireworks.ai/llama-v3-70b-instruct",
        "fireworks.ai/llama-3-70b-chat",
    ),
    _plain(
        "llama-3-70b",
        "anyscale",
        "anyscale/meta-llama/Meta-Llama-3-70B-Instruct",
        "anyscale.com/Llama-3-70b-chat-hf",
        "anyscale.com/llama-3-70b-chat",
    ),
    _plain(
        "llama-3-70b",
        "databricks",
        "databricks/databricks-meta-llama-3-70b-instruct",
        "databricks.com/llama-3-70b-chat",
    ),
    _plain(
        "llama-3-8b",
        "together",
        "together-ai-4.1b-8b",
        "together.xyz/Llama-3-8b-chat-hf",
        "together.ai/llama-3-8b-chat",
    ),
    _plain(
        "llama-3-8b",
        "fireworks",
        f"{_FIREWORKS}llama-v3-8b-instruct-hf",
        "fireworks.ai/llama-v3-8b-instruct",
        "fireworks.ai/llama-3-8b-chat",
    ),
    _plain(
        "llama-3-8b",
        "anyscale",
        "anyscale/meta-llama/Meta-Llama-3-8B-Instruct",
        "anyscale.com/Llama-3-8b-chat-hf",
        "anyscale.com/llama-3-8b-chat",
    ),
    *_llama2("70b", "together-ai-41.1b-80b"),
    *_llama2("13b", "together-ai-8.1b-21b"),
    *_llama2("7b", "together-ai-4.1b-8b"),
    _plain(
        "llama-2-70b",
        "databricks",
        "databricks/databricks-llama-2-70b-chat",
        "azuredatabricks.net/llama-2-70b-chat",
        "databricks.com/llama-2-70b-chat",
    ),
    Offer("llama-2-70b", "perplexity", "perplexity/llama-2-70b-chat", (), "perplexity_70b"),
    Offer("llama-2-70b", "bedrock", "meta.llama2-70b-chat-v1", (), "bedrock_70b"),
    Offer("llama-2-13b", "bedrock", "meta.llama2-13b-chat-v1", (), "bedrock_13b"),
    _plain(
        "llama-2-7b",
        "cloudflare",
        "cloudflare/@cf/meta/llama-2-7b-chat-fp16",
        "@cf/meta/llama-2-7b-chat-fp16",
        "cloudflare/llama-2-7b-chat-fp16",
        "cloudflare.com/llama-2-7b-chat",
    ),
    _plain(
        "mixtral-8x7b",
        "fireworks",
        f"{_FIREWORKS}mixtral-8x7b-instruct",
        "api.fireworks.ai/mixtral-8x7b-instruct",
        "fireworks.ai/mixtral-8x7b-instruct",
    ),
    _plain(
        "mixtral-8x7b",
        "anyscale",
        "anyscale/mistralai/Mixtral-8x7B-Instruct-v0.1",
        "anyscale.com/Mixtral-8x7B-Instruct-v0.1",
        "anyscale.com/mixtral-8x7b-instruct",
    ),
    _plain(
        "mixtral-8x7b",
        "databricks",
        "databricks/databricks-mixtral-8x7b-instruct",
        "azuredatabricks.net/mixtral-8x7b-instruct",
        "databricks.com/mixtral-8x7b-instruct",
    ),
    _plain(
        "mixtral-8x7b",
        "perplexity",
        "perplexity/mixtral-8x7b-instruct",
        "perplexity.ai/mixtral-8x7b-instruct",
    ),
)
