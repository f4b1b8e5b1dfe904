"""Lines that point SDKs and coding agents at the local gateway (ai-gateway §10, with the addresses of this machine).

The token stands in them as $WORKBENCH_TOKEN, or in full when the user asks for it.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.targets import DEFAULT_GATEWAY, LOCAL_ACCOUNT

VARIABLE = "WORKBENCH_TOKEN"
MODEL = "workers-ai/@cf/zai-org/glm-4.7-flash"
"""Answers at once: the sandbox knows every model."""


@dataclass(frozen=True, slots=True)
class Place:
    """address: `http://127.0.0.1:8787`. model: as the unified address names it. token: "" leaves the variable in its place."""

    address: str
    gateway: str = DEFAULT_GATEWAY
    model: str = MODEL
    token: str = ""

    @property
    def base(self) -> str:
        return f"{self.address}/v1/{LOCAL_ACCOUNT}/{self.gateway}"

    @property
    def api(self) -> str:
        return f"{self.address}/client/v4/accounts/{LOCAL_ACCOUNT}/ai/v1"

    @property
    def shell(self) -> str:
        return shlex.quote(self.token) if self.token else f'"${VARIABLE}"'

    @property
    def in_shell_text(self) -> str:
        """Inside double quotes of a shell."""
        return self.token or f"${VARIABLE}"

    @property
    def python(self) -> str:
        return repr(self.token) if self.token else f'os.environ["{VARIABLE}"]'

    def model_of(self, provider: str, otherwise: str) -> str:
        """The chosen model where it is of this provider, as the provider itself names it."""
        found = self.model.partition("/")
        return found[2] if found[0] == provider else otherwise


@dataclass(frozen=True, slots=True)
class Way:
    """One way in. name: as its makers write it. language: "python", "sh" or "json", for who shows it."""

    id: str
    name: str
    language: str
    write: Callable[[Place], str]


def _openai(place: Place) -> str:
    return (
        f"{_os(place)}from openai import OpenAI\n\n"
        "client = OpenAI(\n"
        f'    base_url="{place.base}/compat",\n'
        f"    api_key={place.python},\n"
        ")\n"
        "reply = client.chat.completions.create(\n"
        f"    model={_text(place.model)},\n"
        '    messages=[{"role": "user", "content": "Hello"}],\n'
        ")\n"
        "print(reply.choices[0].message.content)\n"
    )


def _anthropic(place: Place) -> str:
    return (
        f"{_os(place)}from anthropic import Anthropic\n\n"
        "client = Anthropic(\n"
        f'    base_url="{place.base}/anthropic",\n'
        f"    api_key={place.python},\n"
        ")\n"
        "reply = client.messages.create(\n"
        f"    model={_text(place.model_of('anthropic', 'claude-sonnet-4-5'))},\n"
        "    max_tokens=256,\n"
        '    messages=[{"role": "user", "content": "Hello"}],\n'
        ")\n"
        "print(reply.content[0].text)\n"
    )


def _google(place: Place) -> str:
    return (
        f"{_os(place)}from google import genai\n\n"
        "client = genai.Client(\n"
        f"    api_key={place.python},\n"
        f'    http_options={{"base_url": "{place.base}/google-ai-studio"}},\n'
        ")\n"
        "reply = client.models.generate_content(\n"
        f"    model={_text(place.model_of('google-ai-studio', 'gemini-2.5-flash'))},\n"
        '    contents="Hello",\n'
        ")\n"
        "print(reply.text)\n"
    )


def _cloudflare(place: Place) -> str:
    model = place.model_of("workers-ai", "@cf/zai-org/glm-4.7-flash")
    return (
        f"{_os(place)}from cloudflare import Cloudflare\n\n"
        "client = Cloudflare(\n"
        f'    base_url="{place.address}/client/v4",\n'
        f"    api_token={place.python},\n"
        ")\n"
        "reply = client.ai.run(\n"
        f"    {_text(model)},\n"
        f'    account_id="{LOCAL_ACCOUNT}",\n'
        '    messages=[{"role": "user", "content": "Hello"}],\n'
        f'    extra_headers={{"cf-aig-gateway-id": "{place.gateway}"}},\n'
        ")\n"
        "print(reply)\n"
    )


def _curl(place: Place) -> str:
    body = json.dumps({"model": place.model, "messages": [{"role": "user", "content": "Hello"}]})
    return (
        f"curl {place.base}/compat/chat/completions \\\n"
        f'  -H "Authorization: Bearer {place.in_shell_text}" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(body)}\n"
    )


def _claude_code(place: Place) -> str:
    return (
        f"export ANTHROPIC_BASE_URL={place.base}/anthropic\n"
        f"export ANTHROPIC_API_KEY={place.shell}\n"
        f'export ANTHROPIC_CUSTOM_HEADERS="cf-aig-authorization: Bearer {place.in_shell_text}"\n'
        "claude\n"
    )


def _codex(place: Place) -> str:
    token = f"export {VARIABLE}={place.shell}\n" if place.token else ""
    provider = (
        f'{{name="AI Workbench",base_url="{place.base}/openai",env_key="{VARIABLE}",wire_api="responses"}}'
    )
    model = place.model_of("openai", "gpt-5-mini")
    return (
        f"{token}codex -c model_provider=workbench -c model={shlex.quote(model)} \\\n"
        f"  -c {shlex.quote(f'model_providers.workbench={provider}')}\n"
    )


def _copilot(place: Place) -> str:
    return (
        "export COPILOT_PROVIDER_TYPE=openai\n"
        f"export COPILOT_PROVIDER_BASE_URL={place.base}/compat\n"
        f"export COPILOT_PROVIDER_API_KEY={place.shell}\n"
        f"export COPILOT_MODEL={shlex.quote(place.model)}\n"
        "copilot\n"
    )


def _opencode(place: Place) -> str:
    options = {"baseURL": f"{place.base}/compat", "apiKey": place.token or f"{{env:{VARIABLE}}}"}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "AI Workbench",
        "options": options,
        "models": {place.model: {}},
    }
    document = {"$schema": "https://opencode.ai/config.json", "provider": {"workbench": provider}}
    return json.dumps(document, indent=2) + "\n"


WAYS: tuple[Way, ...] = (
    Way("openai", "OpenAI Python", "python", _openai),
    Way("anthropic", "Anthropic Python", "python", _anthropic),
    Way("google", "Google GenAI Python", "python", _google),
    Way("cloudflare", "Cloudflare Python", "python", _cloudflare),
    Way("curl", "curl", "sh", _curl),
    Way("claude-code", "Claude Code", "sh", _claude_code),
    Way("codex", "Codex", "sh", _codex),
    Way("copilot", "Copilot CLI", "sh", _copilot),
    Way("opencode", "OpenCode (opencode.json)", "json", _opencode),
)


def _os(place: Place) -> str:
    return "" if place.token else "import os\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
