"""What came with a message beside text: pictures, recordings, documents, as far as their bytes tell."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from hashlib import blake2b

from workbench.domain.images.formats import picture_type, size_of

PICTURE, RECORDING, DOCUMENT = "picture", "recording", "document"
_HEAD = 256 * 1024
"""Base64 letters that are decoded to see what it is: a camera may put much before a JPEG's size."""


class NotBase64(ValueError):
    """The data is no base64 text."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """media_type: by the first bytes where they tell, else as it was said. width, height: pixels, 0 where not known.

    size: in bytes; None for a link, which is not fetched. mark: stands for the content, so that another picture gets
    another answer. data: the base64 text, "" for a link.
    """

    kind: str
    media_type: str = ""
    width: int = 0
    height: int = 0
    size: int | None = None
    mark: str = ""
    data: str = field(default="", repr=False)

    def told(self) -> str:
        """`PNG, 640 × 480 pixels, 12.3 KB`."""
        if self.size is None:
            return "a link, which is not fetched here"
        parts = [self.media_type.partition("/")[2].upper().removeprefix("X-") or "unknown type"]
        if self.width:
            parts.append(f"{self.width} × {self.height} pixels")
        return ", ".join([*parts, _size(self.size)])

    def content(self) -> bytes:
        """The bytes themselves; b"" for a link."""
        return base64.b64decode(self.data)


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.1f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def linked(kind: str, url: str) -> Attachment:
    return Attachment(kind, mark=_mark(url))


def inline(kind: str, data: str, media_type: str = "") -> Attachment:
    """An attachment from base64 text; raises NotBase64."""
    text = data if data.isascii() and not any(c in data[:200] for c in "\r\n ") else "".join(data.split())
    head = _decoded(text[:_HEAD])
    if len(text) > _HEAD and len(text) % 4 == 1:
        raise NotBase64("the text ends in the middle of a byte")
    seen = picture_type(head) if kind == PICTURE else None
    width, height = (size_of(head) if seen else None) or (0, 0)
    size = len(text.rstrip("=")) * 3 // 4
    return Attachment(kind, seen or media_type, width, height, size, _mark(text), text)


def from_url(kind: str, url: str) -> Attachment:
    """An attachment from a data URL, or from a link; raises NotBase64."""
    if not url.startswith("data:"):
        return linked(kind, url)
    head, comma, data = url[5:].partition(",")
    if not comma or not head.endswith(";base64"):
        raise NotBase64("a data URL reads data:image/png;base64,…")
    return inline(kind, data, head.removesuffix(";base64").partition(";")[0])


def from_bytes(kind: str, content: bytes) -> Attachment:
    return inline(kind, base64.b64encode(content).decode())


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotBase64("it is not base64 text") from error


def _mark(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=8).hexdigest()
