"""A customer's program in a story: it sends chat requests with a key, as any OpenAI client does."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

PATIENCE_S = 30.0


def ask_model(base_url: str, secret: str, model: str) -> int:
    """Send one chat request; answers the HTTP status. It blocks: call it off the interface thread.

    Args:
        base_url: the backend's address.
        secret: the key's secret.
        model: the model that is asked for.
    """
    body = {"model": model, "messages": [{"role": "user", "content": "Say good morning."}]}
    request = Request(
        f"{base_url}/inference/v1/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )
    # The sandbox is on this machine: no proxy of the environment is to be asked.
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code
