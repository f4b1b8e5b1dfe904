"""What a request carries: its body, and what a record keeps of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from workbench.client.media import KEPT, SENT, Telling, media_type_of, stand_in
from workbench.domain.images.formats import extension_of as picture_extension
from workbench.domain.images.formats import picture_type
from workbench.domain.speech.sounds import extension_of as sound_extension


class Payload(NamedTuple):
    """shown: the body as a record keeps it, with a word in place of each picture and recording."""

    content_type: str
    body: bytes
    shown: bytes


def json_payload(value_of: Callable[[Telling], Any]) -> Payload:
    """value_of: the JSON value, with its pictures and recordings told in that way."""
    body, shown = (msgspec.json.encode(value_of(telling)) for telling in (SENT, KEPT))
    return Payload("application/json", body, shown)


def raw_payload(content_type: str, data: bytes) -> Payload:
    """The body is the file itself."""
    return Payload(content_type, data, stand_in(data).encode())


def form_payload(fields: Mapping[str, Any], files: Sequence[tuple[str, bytes]]) -> Payload:
    """multipart/form-data; fields that are None are left out, a list is one field for each. files: name and content, a name
    may come again.

    The boundary is made from the contents: equal requests are equal bytes then, and a gateway's cache knows them again.
    """
    texts = [
        (name, str(each))
        for name, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
        if each is not None
    ]
    digest = sha256(repr(texts).encode(errors="surrogatepass"))
    for name, data in files:
        digest.update(f"\n{name} {len(data)}\n".encode())
        digest.update(data)
    content_type = f"multipart/form-data; boundary={digest.hexdigest()[:48]}"
    body = _form(content_type, texts, [(name, data, data) for name, data in files])
    kept = [(name, data, stand_in(data).encode()) for name, data in files]
    return Payload(content_type, body, _form(content_type, texts, kept))


def _form(
    content_type: str, texts: Sequence[tuple[str, str]], files: Sequence[tuple[str, bytes, bytes]]
) -> bytes:
    """files: name, picture, and what is written of it."""
    import httpx

    parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in texts]
    for name, data, written in files:
        kind = media_type_of(data)
        extension = picture_extension(kind) if picture_type(data) else sound_extension(kind)
        parts.append((name, (name.removesuffix("[]") + extension, written, kind)))
    return httpx.Request("POST", "http://form", files=parts, headers={"content-type": content_type}).read()
