"""Requests for pictures, and pictures to answer them with."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import replace
from typing import Any

from workbench.client.connection import HttpClient
from workbench.client.images.client import ImageClient
from workbench.domain.exchange import Exchange
from workbench.domain.images import pngs
from workbench.domain.images.abilities import Abilities, Shape
from workbench.domain.images.requests import ImageReply, ImageRequest
from workbench.domain.images.settings import ImageSettings
from workbench.domain.targets import Connection

FLUX_1 = "@cf/black-forest-labs/flux-1-schnell"
FLUX_2 = "@cf/black-forest-labs/flux-2-dev"
GEMINI = "google-ai-studio/gemini-2.5-flash-image"
GPT_IMAGE = "openai/gpt-image-2.5-flare"
MODELS = {Shape.RUN: FLUX_1, Shape.RUN_FORM: FLUX_2, Shape.GENERATE: GEMINI, Shape.IMAGES: GPT_IMAGE}


def png(width: int = 4, height: int = 3, shade: int = 0) -> bytes:
    """One grey all over."""
    return pngs.encode(width, bytes((shade, shade, shade)), [bytes(width)] * height, height)


def grey_png(rows: list[bytes]) -> bytes:
    """As painters save their masks: one grey byte a pixel."""

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (
        pngs.SIGNATURE + pngs.chunk(b"IHDR", header) + pngs.chunk(b"IDAT", pixels) + pngs.chunk(b"IEND", b"")
    )


JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x02pixels\xff\xd9"
"""No decoder would take it; its structure is one's."""


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def request_for(
    shape: Shape = Shape.RUN,
    prompt: str = "a fox",
    *,
    model: str = "",
    abilities: Abilities | None = None,
    source: bytes | None = None,
    mask: bytes | None = None,
    references: tuple[bytes, ...] = (),
    options: Any = None,
    **settings: Any,
) -> ImageRequest:
    request = ImageRequest(
        model or MODELS[shape],
        ImageSettings(prompt, **settings),
        abilities or Abilities(shape),
        source,
        mask,
        references,
    )
    return request if options is None else replace(request, options=options)


async def made(
    http: HttpClient,
    request: ImageRequest,
    connection: Connection,
    record: Exchange | None = None,
    **more: Any,
) -> ImageReply:
    try:
        client = ImageClient(http, **more)
        return await client.generate(connection, request, record or Exchange("x1", 0.0))
    finally:
        await http.aclose()
