"""One call to hear, to speak or to translate, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.chat import GatewayOptions, Served
from workbench.domain.speech.abilities import HearingAbilities, SpeakingAbilities
from workbench.domain.speech.transcripts import Transcript


@dataclass(frozen=True, slots=True)
class HearingRequest:
    """audio: an encoded recording of media_type. seconds: how long it is. options: by wire name, checked against the abilities."""

    model: str
    audio: bytes = field(repr=False)
    media_type: str
    abilities: HearingAbilities
    seconds: float = 0.0
    options: Mapping[str, Any] = field(default_factory=dict)
    gateway: GatewayOptions = field(default_factory=GatewayOptions)


@dataclass(frozen=True, slots=True)
class HearingReply:
    """transcript: times count from the beginning of the audio that was sent. neurons: charged, None where not told."""

    transcript: Transcript
    neurons: float | None = None
    served: Served = field(default_factory=Served)


@dataclass(frozen=True, slots=True)
class SpeakingRequest:
    """options: by wire name (speaker, encoding, lang …)."""

    model: str
    text: str
    abilities: SpeakingAbilities
    options: Mapping[str, Any] = field(default_factory=dict)
    gateway: GatewayOptions = field(default_factory=GatewayOptions)


@dataclass(frozen=True, slots=True)
class SpeakingReply:
    """audio: playable as it is (bare samples have been given a WAV header). media_type: told by its bytes."""

    audio: bytes = field(repr=False)
    media_type: str
    neurons: float | None = None
    served: Served = field(default_factory=Served)
