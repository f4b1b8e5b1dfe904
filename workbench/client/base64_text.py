"""Files that come as base64, in whichever way it is written."""

from __future__ import annotations

import binascii
from base64 import b64decode

_URL_SAFE = str.maketrans("-_", "+/")


def bytes_in(text: str) -> bytes | None:
    """The bytes behind base64 in either alphabet, bare or in a data URL; None where it is none. One cut short is decoded as
    far as it goes."""
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        if not head.endswith(";base64"):
            return None
    text = "".join(text.split()).rstrip("=")
    try:
        return b64decode(_padded(text if text.isalnum() else text.translate(_URL_SAFE)), validate=True)
    except (binascii.Error, ValueError):
        return None


def _padded(text: str) -> str:
    whole = len(text) - (len(text) % 4 == 1)
    return text[:whole] + "=" * (-whole % 4)
