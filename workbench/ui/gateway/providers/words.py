"""Providers and their modes in the user's words."""

from __future__ import annotations

from PySide6.QtCore import QObject

from workbench.domain.gateway import UpstreamKind
from workbench.domain.gateways import DEFAULT_ALIAS, Mode, ProviderConfig
from workbench.services.gateway_providers import ProviderState

NAMES = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "google-ai-studio": "Google AI Studio",
    "workers-ai": "Workers AI",
    "groq": "Groq",
    "grok": "Grok (xAI)",
    "mistral": "Mistral",
    "deepseek": "DeepSeek",
    "openrouter": "OpenRouter",
    "perplexity-ai": "Perplexity",
    "cerebras": "Cerebras",
    "cohere": "Cohere",
}


def name_of(state: ProviderState) -> str:
    return state.custom.name if state.custom is not None else NAMES.get(state.slug, state.slug)


class Words(QObject):
    def modes(self, state: ProviderState, behind: UpstreamKind | None = None) -> tuple[tuple[Mode, str], ...]:
        """What can be chosen, as one would say it. behind: who answers where nothing is."""
        follow = (
            self.tr("Itself, with a stored key if any") if state.custom is not None else self._default(behind)
        )
        return (
            (Mode.FOLLOW, follow),
            (Mode.SANDBOX, self.tr("Sandbox: simulated, free")),
            (Mode.STORED, self.tr("Live, with the stored key")),
            (Mode.CALLER, self.tr("Live, with the caller’s key")),
        )

    def _default(self, behind: UpstreamKind | None) -> str:
        match behind:
            case UpstreamKind.SANDBOX:
                return self.tr("Default: the sandbox")
            case UpstreamKind.OPENAI:
                return self.tr("Default: the server of the settings")
            case UpstreamKind.CLOUDFLARE:
                return self.tr("Default: Cloudflare")
        return self.tr("Default: as the settings say")

    def key(self, config: ProviderConfig) -> str:
        """••••abcd, and under which alias and limit."""
        parts = [f"••••{config.preview}"]
        if config.alias != DEFAULT_ALIAS:
            parts.append(self.tr("alias {0}").format(config.alias))
        if config.rate_limit is not None:
            parts.append(
                self.tr("{0} requests in {1} s").format(config.rate_limit, config.rate_limit_period_s)
            )
        return " · ".join(parts)

    def lack(self, state: ProviderState) -> str:
        """What keeps the chosen mode from working; "" where nothing does."""
        if state.custom is not None and not state.custom.enable:
            return self.tr("Switched off: requests for it are refused.")
        if state.mode is Mode.STORED and not state.keys and state.custom is None:
            return self.tr("There is no stored key yet: only requests that bring their own will work.")
        if state.mode is Mode.FOLLOW and state.keys and state.custom is None:
            return self.tr("The key is used once “Live, with the stored key” is chosen.")
        return ""
