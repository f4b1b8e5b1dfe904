"""One call for a picture, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.domain.chat import GatewayOptions, Served
from workbench.domain.images.abilities import Abilities
from workbench.domain.images.settings import ImageSettings


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """settings: fitted to the abilities already. source, mask, references: the encoded pictures its digests stand for."""

    model: str
    settings: ImageSettings
    abilities: Abilities
    source: bytes | None = field(default=None, repr=False)
    mask: bytes | None = field(default=None, repr=False)
    references: tuple[bytes, ...] = field(default=(), repr=False)
    options: GatewayOptions = field(default_factory=GatewayOptions)


@dataclass(frozen=True, slots=True)
class ImageReply:
    """images: encoded pictures as they came, recognised by their bytes (`formats.picture_type`), at least one.

    text: what the model said beside them. neurons: what the provider charged, None where it did not tell.
    tokens_in, tokens_out: where a model is priced by tokens.
    """

    images: tuple[bytes, ...] = field(repr=False)
    text: str = ""
    neurons: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    served: Served = field(default_factory=Served)
