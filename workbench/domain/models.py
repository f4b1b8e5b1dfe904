"""Catalogue entries: what a model is, what it can do, what it costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.chat import Served, Usage
from workbench.domain.images.abilities import Abilities

USD_PER_NEURON = 0.011 / 1000
"""workers-ai §16."""

TEXT_GENERATION = "Text Generation"
TEXT_TO_IMAGE = "Text-to-Image"
SPEECH_RECOGNITION = "Automatic Speech Recognition"
TEXT_TO_SPEECH = "Text-to-Speech"
TEXT_EMBEDDINGS = "Text Embeddings"


_DRAWING = re.compile(
    r"gpt-image|dall-e|flux|stable-?diffusion|sdxl|gemini-.*-image|qwen-image|sandbox-image"
)
_HEARING = re.compile(r"whisper|transcribe|parakeet|(?:^|[-_])(?:asr|stt)(?:[-_]|$)", re.IGNORECASE)
_SPEAKING = re.compile(r"(?:^|[-_])tts(?:[-_]|$)|kokoro|piper|melotts", re.IGNORECASE)
_EMBEDDING = re.compile(r"embed|(?:^|[-_])(?:bge|gte|e5|minilm|mpnet)(?:[-_:]|$)", re.IGNORECASE)
_RERANKING = re.compile(r"rerank", re.IGNORECASE)
_SOCKET_ONLY = "ws-params"


def short_name(model_id: str) -> str:
    """The last part of a model's id, as people say it: `glm-4.7-flash`."""
    return model_id.rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Price:
    """usd, neurons: for one `unit` ("per M input tokens", "per step" …), the provider's own wording kept."""

    unit: str
    usd: float
    neurons: float | None = None


@dataclass(frozen=True, slots=True)
class ReasoningEffort:
    """supported: levels that may be sent, strongest first; empty where the model has a switch only.

    default: None where nothing is declared. can_disable: reasoning can be turned off. toggle: the chat-template
    argument that turns it off ("enable_thinking"), empty if a level ("none") does. aliases: accepted spellings.
    """

    supported: tuple[str, ...] = ()
    default: str | None = None
    can_disable: bool = False
    toggle: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """One model as the catalogue knows it. Unknown facts are None, empty or False; `properties` keeps whatever else came.

    id: what is sent as `model`. task: Cloudflare's task name, "" when unknown. context_window: tokens.
    schema_shape: family of input schema (workers-ai §5.1, §17). image: what it takes where it makes pictures. local: served by an OpenAI-compatible server.
    retires_on: ISO date. known: False for an id that no list had (typed in by hand).
    """

    id: str
    task: str = ""
    author: str = ""
    description: str = ""
    context_window: int | None = None
    prices: tuple[Price, ...] = ()
    function_calling: bool = False
    reasoning: bool = False
    vision: bool = False
    lora: bool = False
    beta: bool = False
    batch: bool = False
    realtime: bool = False
    deprecated: bool = False
    retires_on: str = ""
    replacement: str = ""
    requires_workers_paid: bool = False
    gated: bool = False
    reasoning_effort: ReasoningEffort | None = None
    response_kind: str = ""
    input_kind: str = ""
    schema_shape: str = ""
    image: Abilities | None = None
    terms: str = ""
    note: str = ""
    known: bool = True
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short_name(self) -> str:
        return short_name(self.id)

    @property
    def successor(self) -> str:
        """What to use instead of one that is being retired; "" for others, and where none is told."""
        return self.replacement if self.deprecated else ""

    @property
    def chats(self) -> bool:
        """It takes messages and answers with text. Decision models are listed as text generation but do not (workers-ai §10.1)."""
        return self.task in ("", TEXT_GENERATION) and self.schema_shape != "decision"

    @property
    def draws(self) -> bool:
        """It makes pictures. A name has to do where a server's list says no more."""
        if self.task:
            return self.task == TEXT_TO_IMAGE
        return self.image is not None or bool(_DRAWING.search(self.short_name))

    @property
    def hears(self) -> bool:
        """A recording can be given to it, and text comes back. A name has to do as for `draws`."""
        if self.task:
            return self.task == SPEECH_RECOGNITION and self.schema_shape != _SOCKET_ONLY
        return bool(_HEARING.search(self.short_name))

    @property
    def speaks(self) -> bool:
        """It says a text aloud. A name has to do as for `draws`."""
        if self.task:
            return self.task == TEXT_TO_SPEECH
        return bool(_SPEAKING.search(self.short_name))

    @property
    def embeds(self) -> bool:
        """It makes vectors of texts. A name has to do as for `draws`."""
        if self.task:
            return self.task == TEXT_EMBEDDINGS
        return bool(_EMBEDDING.search(self.short_name)) and not self.reranks

    @property
    def reranks(self) -> bool:
        """It says how well texts fit a query. The task tells nothing: a reranker is listed as a classifier (workers-ai §12)."""
        return self.schema_shape.startswith(("rerank", "embed-or-score")) or bool(
            _RERANKING.search(self.short_name)
        )

    def price_per_m(self, kind: str) -> float | None:
        """US dollars for a million tokens; kind is "input", "output" or "cached input". None when not priced that way."""
        return next((price.usd for price in self.prices if price.unit == f"per M {kind} tokens"), None)


@dataclass(frozen=True, slots=True)
class Cost:
    """usd: None when it cannot be known. charged: reported by the provider, otherwise estimated from tokens and the price list."""

    usd: float | None
    charged: bool = False


def sum_of(one: Cost | None, other: Cost) -> Cost:
    """Of two calls: unknown where either is, charged where both are. one: None for none yet."""
    if one is None:
        return other
    usd = None if one.usd is None or other.usd is None else one.usd + other.usd
    return Cost(usd, one.charged and other.charged)


def charged(neurons: float | None, served: Served) -> Cost | None:
    """By the provider, where it told and is no sandbox."""
    if neurons is None or served.sandbox:
        return None
    return Cost(neurons * USD_PER_NEURON, charged=True)


def cost_of(model: Model, usage: Usage) -> Cost:
    """What a chat answer cost: the neurons the provider charged if it told, else tokens by the price list (workers-ai §16)."""
    if usage.neurons is not None:
        return Cost(usage.neurons * USD_PER_NEURON, charged=True)
    return Cost(estimated_usd(model, usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens or 0))


def estimated_usd(
    model: Model, prompt_tokens: int | None, completion_tokens: int | None, cached_tokens: int = 0
) -> float | None:
    """Dollars by the price list; None where a price or a count is missing, for "unknown" is not "free"."""
    into, out = model.price_per_m("input"), model.price_per_m("output")
    if into is None or prompt_tokens is None:
        return None
    if out is None and completion_tokens:
        return None
    cached_price = model.price_per_m("cached input")
    cached = min(cached_tokens, prompt_tokens) if cached_price is not None else 0
    total = (
        (prompt_tokens - cached) * into + cached * (cached_price or 0) + (completion_tokens or 0) * (out or 0)
    )
    return total / 1_000_000


def estimated_tokens(text: str) -> int:
    """A rough count of a text's tokens before any provider has counted them; show it with “≈”.

    About four characters to a token in Latin script, about two in others, which is how common tokenisers behave.
    """
    wide = 0 if text.isascii() else sum(1 for char in text if ord(char) > 0x2AF)
    return max(1, round((len(text) - wide) / 4 + wide / 2)) if text else 0
