"""Lines with which a key is used: a file of variables, curl, and Python."""

from __future__ import annotations

import json
import shlex
from enum import StrEnum

VARIABLE = "LMCHAT_API_KEY"
INFERENCE_PATH = "/inference/v1"


class Lines(StrEnum):
    """What lines can be had for."""

    ENV = "env"
    CURL = "curl"
    PYTHON = "python"


def lines_for(kind: Lines, base_url: str, model: str, secret: str) -> str:
    """The lines; only those of `Lines.ENV` hold the secret, the others read the variable.

    Args:
        kind: what for.
        base_url: the backend's address.
        model: the id of a model that the key may call.
        secret: the secret, or what stands for it.
    """
    address = f"{base_url.rstrip('/')}{INFERENCE_PATH}"
    if kind is Lines.ENV:
        return f"{VARIABLE}={secret}\nOPENAI_BASE_URL={address}\n"
    if kind is Lines.CURL:
        message = {"role": "user", "content": "Hello"}
        # A model's id came from outside: it cannot end the quotation.
        body = shlex.quote(json.dumps({"model": model, "messages": [message]}))
        return (
            f"curl {shlex.quote(f'{address}/chat/completions')} \\\n"
            f'  -H "Authorization: Bearer ${VARIABLE}" \\\n'
            '  -H "Content-Type: application/json" \\\n'
            f"  -d {body}\n"
        )
    return (
        "import os\n\n"
        "from openai import OpenAI\n\n"
        f"client = OpenAI(\n    base_url={json.dumps(address)},\n"
        f'    api_key=os.environ["{VARIABLE}"],\n)\n'
        f"answer = client.chat.completions.create(\n    model={json.dumps(model)},\n"
        '    messages=[{"role": "user", "content": "Hello"}],\n)\n'
        "print(answer.choices[0].message.content)\n"
    )
