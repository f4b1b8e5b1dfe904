"""Reading an address that somebody pasted: which family it belongs to, and what can be told from it (ai-gateway §1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from workbench.domain.targets import CLOUDFLARE_API, CLOUDFLARE_GATEWAY, Target, TargetKind

MAX_GATEWAY_ID = 64
"""ai-gateway §9.1."""

PROVIDERS = frozenset(
    {
        "workers-ai", "openai", "anthropic", "google-ai-studio", "google-vertex-ai", "grok", "groq", "mistral",
        "deepseek", "perplexity-ai", "cerebras", "cohere", "openrouter", "fireworks", "azure-openai", "aws-bedrock",
        "huggingface", "replicate", "fal", "ideogram", "cartesia", "deepgram", "elevenlabs", "baseten", "parallel",
        "adobe-firefly",
    }
)  # fmt: skip
"""The slugs of ai-gateway §1.3; `custom-{slug}` comes on top."""


class UrlKind(StrEnum):
    """The families of ai-gateway §1.1, and what is none of them.

    REST: the account alone, or its `/ai`. RUN: Workers AI by path. V1: the OpenAI and Anthropic shapes of the REST family.
    """

    REST = "rest"
    RUN = "run"
    V1 = "v1"
    PROVIDER = "provider"
    COMPAT = "compat"
    UNIVERSAL = "universal"
    WEBSOCKET = "websocket"
    CUSTOM_DOMAIN = "custom-domain"
    DASHBOARD = "dashboard"
    OPENAI = "openai"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ReadUrl:
    """What an address says. Fields it does not tell are empty; api_base and gateway_base are as in Target.

    base_url: OpenAI-compatible base, for OPENAI and CUSTOM_DOMAIN. custom_domain: the host, for CUSTOM_DOMAIN.
    problems: sentences for the user; none quotes a query value or a password.
    """

    kind: UrlKind = UrlKind.UNKNOWN
    account: str = ""
    gateway: str = ""
    provider: str = ""
    model: str = ""
    api_base: str = ""
    gateway_base: str = ""
    base_url: str = ""
    custom_domain: str = ""
    problems: tuple[str, ...] = ()

    def target(self, id: str, name: str) -> Target | None:
        """The target this address leads to; None where it leads to none."""
        if self.kind is UrlKind.UNKNOWN:
            return None
        if self.base_url:
            return Target(id, name, TargetKind.OPENAI, base_url=self.base_url)
        return Target(
            id,
            name,
            TargetKind.CLOUDFLARE,
            account=self.account,
            gateway=self.gateway,
            api_base=self.api_base or CLOUDFLARE_API,
            gateway_base=self.gateway_base or CLOUDFLARE_GATEWAY,
        )


_GATEWAY_HOST = "gateway.ai.cloudflare.com"
_API_HOST = "api.cloudflare.com"
_DASHBOARD_HOST = "dash.cloudflare.com"
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_ACCOUNT = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"[{}<>$]|^your[-_]|^x{3,}$|account_?(?:id|tag)|gateway_?(?:id|name)$", re.IGNORECASE
)
_SECRET_QUERY = re.compile(r"(?:key|token|secret|password)$", re.IGNORECASE)
_API = re.compile(r"^(?P<prefix>.*?/client/v4)(?:/accounts(?:/(?P<rest>.*))?)?$")
_OPENAI_TAIL = re.compile(
    r"/(?:chat/completions|completions|responses|embeddings|models|messages|images/generations|audio/\w+)/?$"
)
_VERSIONED = re.compile(r"(.*?)/v1(?:/(.*))?$")
_OPENAI_NOUNS = frozenset(
    {
        "audio",
        "batches",
        "chat",
        "completions",
        "embeddings",
        "files",
        "images",
        "messages",
        "models",
        "responses",
    }
)
_OPENAI_HOSTS = re.compile(r"(?:^|\.)(?:groq\.com|azure\.com|openai\.com|openrouter\.ai|fireworks\.ai)$")
"""Hosts that have a provider's name in their own paths and are no custom domain of a gateway."""


def read_url(text: str) -> ReadUrl:
    """Understand an address of any family of ai-gateway §1, or say in `problems` what is wrong with it. Never raises."""
    text = text.strip().strip("'\"").strip()
    if not text:
        return _unknown("There is no address.")
    if "://" not in text:
        local = re.match(
            r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)(?:[:/]|$)", text, re.IGNORECASE
        )
        text = f"{'http' if local else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _unknown("The address is not well formed.")
    scheme = _SCHEMES.get(parts.scheme.lower())
    if scheme is None:
        return _unknown("The address must start with https:// or http:// (or wss://).")
    if not host or _PLACEHOLDER.search(host) or any(char.isspace() for char in host):
        return _unknown("The address has no host name.")
    origin = f"{scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    found = _family(parts, host, origin)
    if parts.scheme.lower() in ("ws", "wss") and found.kind is not UrlKind.UNKNOWN:
        model = parse_qs(parts.query).get("model", [""])[0]
        found = replace(found, kind=UrlKind.WEBSOCKET, model=found.model or model)
    return replace(found, problems=(*found.problems, *_doubts(found, parts, host)))


def _family(parts: SplitResult, host: str, origin: str) -> ReadUrl:
    path = re.sub(r"/{2,}", "/", unquote(parts.path)).rstrip("/")
    if host == _DASHBOARD_HOST:
        return _dashboard(path)
    if (api := _API.match(path)) or host == _API_HOST:
        if api is None:
            return _unknown("This address of the Cloudflare API has no “/client/v4/accounts/…” in it.")
        return _rest(api["rest"] or "", origin + api["prefix"])
    if host == _GATEWAY_HOST or _looks_like_gateway(path, host):
        return _gateway(path, origin)
    first, _, rest = path.lstrip("/").partition("/")
    if _is_provider(first) and not _OPENAI_HOSTS.search(host) and not _is_loopback(host):
        found = _tail(ReadUrl(custom_domain=host, base_url=f"{origin}/compat"), first, rest)
        return replace(
            found,
            kind=UrlKind.CUSTOM_DOMAIN,
            problems=(
                "A custom domain tells neither account nor gateway, and takes a Cloudflare Access token.",
            ),
        )
    return ReadUrl(UrlKind.OPENAI, base_url=origin + _openai_base(path))


def _dashboard(path: str) -> ReadUrl:
    account = next((part for part in path.split("/") if _ACCOUNT.fullmatch(part)), "")
    if not account:
        return _unknown("This is an address of the dashboard, and it names no account.")
    return ReadUrl(
        UrlKind.DASHBOARD,
        account=account,
        problems=("This is an address of the dashboard. Only the account id was taken from it.",),
    )


def _rest(rest: str, api_base: str) -> ReadUrl:
    """rest: what follows `/accounts/`."""
    account, _, tail = rest.partition("/")
    found = ReadUrl(UrlKind.REST, account=account, api_base=api_base)
    if tail.startswith("ai/run"):
        return replace(
            found, kind=UrlKind.RUN, model=tail.removeprefix("ai/run").lstrip("/"), provider="workers-ai"
        )
    if tail.startswith("ai/v1"):
        return replace(found, kind=UrlKind.V1)
    if match := re.match(r"ai-gateway/gateways/([^/]+)", tail):
        return replace(found, gateway=match[1])
    return found


def _gateway(path: str, origin: str) -> ReadUrl:
    """path: `{prefix}/v1/{account}/{gateway}[/{provider or compat}/…]`."""
    match = _VERSIONED.match(path)
    if match is None:
        return _unknown("This address of the AI Gateway has no “/v1/{account}/{gateway}” in it.")
    account, gateway, first, tail = (*(match[2] or "").split("/", 3), "", "", "", "")[:4]
    found = ReadUrl(account=account, gateway=gateway, gateway_base=f"{origin}{match[1]}/v1")
    return _tail(found, first, tail)


def _tail(found: ReadUrl, first: str, tail: str) -> ReadUrl:
    """What follows the gateway: nothing, `compat/…`, or a provider's own path."""
    if not first:
        return replace(found, kind=UrlKind.UNIVERSAL)
    if first == "compat":
        return replace(found, kind=UrlKind.COMPAT)
    found = replace(found, kind=UrlKind.PROVIDER, provider=first, model=_model_in(first, tail))
    if not _is_provider(first):
        return replace(found, problems=(f"“{first}” is not a provider of the AI Gateway.",))
    return found


def _model_in(provider: str, tail: str) -> str:
    """The model in a provider's own path (ai-gateway §1.3), where it stands there."""
    match provider:
        case "workers-ai":
            tail = tail.removeprefix("run/")
            return tail if tail.startswith("@") else ""
        case "huggingface" | "fal":
            return tail
        case "azure-openai":
            return (*tail.split("/"), "", "")[1]
        case _:
            found = re.search(r"(?:^|/)models?/([^/:]+(?::\d+)?)", tail)
            return found[1] if found else ""


def _looks_like_gateway(path: str, host: str) -> bool:
    """`…/v1/{account}/{gateway}` on another host: a proxy, or the local gateway."""
    match = _VERSIONED.match(path)
    rest = match[2] or "" if match else ""
    account, gateway, first = [*rest.split("/"), "", ""][:3]
    if not account or not gateway:
        return False
    if _ACCOUNT.fullmatch(account) or _is_provider(first):
        return True
    return _is_loopback(host) and not first and account not in _OPENAI_NOUNS


def _openai_base(path: str) -> str:
    """The base is what stands before the endpoint; Ollama and others are also pasted without their `/v1`."""
    path = _OPENAI_TAIL.sub("", path)
    if path in ("", "/api"):  # `/api` is Ollama's own door; the OpenAI one is beside it
        return "/v1"
    return re.sub(r"^/api/(?:chat|generate|tags)$", "/v1", path)


def _doubts(found: ReadUrl, parts: SplitResult, host: str) -> list[str]:
    doubts: list[str] = []
    if parts.username or parts.password:
        doubts.append("A name or password in the address is not used; enter it as the key.")
    if any(_SECRET_QUERY.search(name) for name in parse_qs(parts.query)):
        doubts.append("A key in the address is not used; enter it as the key.")
    if found.kind in (UrlKind.UNKNOWN, UrlKind.OPENAI, UrlKind.CUSTOM_DOMAIN):
        return doubts
    if not found.account:
        doubts.append("The account id is missing.")
    elif _PLACEHOLDER.search(found.account):
        doubts.append("The account id is still a placeholder.")
    elif host in (_API_HOST, _GATEWAY_HOST) and not _ACCOUNT.fullmatch(found.account):
        doubts.append("The account id should be 32 characters, digits and a to f.")
    if found.gateway_base and not found.gateway:
        doubts.append("The name of the gateway is missing.")
    elif found.gateway and _PLACEHOLDER.search(found.gateway):
        doubts.append("The name of the gateway is still a placeholder.")
    elif len(found.gateway) > MAX_GATEWAY_ID:
        doubts.append(f"The name of a gateway has at most {MAX_GATEWAY_ID} characters.")
    return doubts


def _is_provider(slug: str) -> bool:
    return slug in PROVIDERS or slug == "compat" or slug.startswith("custom-")


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _unknown(problem: str) -> ReadUrl:
    return ReadUrl(problems=(problem,))
