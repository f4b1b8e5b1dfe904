"""Keeps the secrets of a call out of whatever is recorded or said about it."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.domain.secret import MASK, Secret

SHORTEST = 8
"""Shorter values are placeholders like "ollama"; masking them would blot out ordinary words."""


class Masker:
    """Masks the given secrets wherever they turn up: servers do echo a key in an error, and users paste one in a prompt."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._texts = [text for secret in secrets if len(text := secret.reveal()) >= SHORTEST]
        self._bytes = [text.encode() for text in self._texts]

    def text(self, value: str) -> str:
        for secret in self._texts:
            if secret in value:
                value = value.replace(secret, MASK)
        return value

    def data(self, value: bytes) -> bytes:
        for secret in self._bytes:
            if secret in value:
                value = value.replace(secret, MASK.encode())
        return value

    def __repr__(self) -> str:
        return f"Masker({len(self._texts)} secrets)"
