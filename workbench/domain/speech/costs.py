"""What hearing and speaking cost: estimated from the price list before, charged by the provider after (workers-ai §12, §16)."""

from __future__ import annotations

from workbench.domain.models import Cost, Model, charged
from workbench.domain.speech.requests import HearingReply, SpeakingReply

_CHARACTERS_PER_S = 15
"""Of speech at an ordinary pace (inferred), for models that are paid by the minute of what they say."""


def hearing_estimate(model: Model, seconds: float) -> float | None:
    """US dollars for so much of a recording; None without a price, for "unknown" is not "free"."""
    price = _price(model, "per audio minute")
    return None if price is None else price * seconds / 60


def speaking_estimate(model: Model, text: str) -> float | None:
    """US dollars for saying a text; None without a price."""
    if (price := _price(model, "per 1k characters")) is not None:
        return price * len(text) / 1000
    return hearing_estimate(model, len(text) / _CHARACTERS_PER_S)


def hearing_cost(model: Model, reply: HearingReply, seconds: float) -> Cost:
    """What a reply cost: the neurons the provider charged if it told and is no sandbox, else as estimated for so much audio."""
    return charged(reply.neurons, reply.served) or Cost(hearing_estimate(model, seconds))


def speaking_cost(model: Model, reply: SpeakingReply, text: str) -> Cost:
    """As hearing_cost, estimated for the text that was said."""
    return charged(reply.neurons, reply.served) or Cost(speaking_estimate(model, text))


def _price(model: Model, unit: str) -> float | None:
    return next((price.usd for price in model.prices if price.unit == unit and price.usd), None)
