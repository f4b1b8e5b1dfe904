"""Vectors for texts: a real engine's where one is installed, else an honest simulation.

The simulation hashes words and their letters, so texts that share words or parts of words are near each other and others
are not. It knows no meaning: "car" and "automobile" are strangers to it.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from workbench.gateway.sandbox.media import minilm
from workbench.gateway.sandbox.media.outcome import SIMULATED
from workbench.gateway.sandbox.phrases import COMMON_WORDS

_WORD = re.compile(r"\w+")
_PLACES = 4
"""In how many numbers of a vector one word or piece of a word is felt."""
_SHORT = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "can",
        "did",
        "do",
        "for",
        "had",
        "has",
        "he",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "nor",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "she",
        "so",
        "the",
        "to",
        "too",
        "up",
        "us",
        "was",
        "we",
        "who",
        "why",
        "you",
        "your",
    ]
)
_FLIPPED = (1, 4)
"""Which numbers of a vector change their sign before it is turned, so that none stays where it was."""
_COMMON, _PIECE = 0.15, 0.35
"""The weight of a common word, and of three letters, beside 1 for a word."""

Vector = list[float]


async def vectors_of(texts: Sequence[str], dimensions: int, salt: str) -> tuple[list[Vector], str]:
    """A unit vector for each text, and the name of the engine. salt: vectors of different salts are not comparable."""
    if minilm.installed():
        small = await asyncio.to_thread(minilm.vectors, texts)
        return [resized(vector, dimensions) for vector in small], minilm.NAME
    return await asyncio.to_thread(_simulated, texts, dimensions, salt), SIMULATED


def cosine(one: Vector, other: Vector) -> float:
    """Of unit vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def resized(vector: Vector, dimensions: int) -> Vector:
    """A unit vector of another length. A longer one repeats the numbers, scaled so that every cosine stays what it is."""
    size = len(vector)
    if dimensions <= size:
        return unit(vector[:dimensions])
    copies = [dimensions // size + (at < dimensions % size) for at in range(size)]
    return [vector[at % size] / math.sqrt(copies[at % size]) for at in range(dimensions)]


def unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


def _simulated(texts: Sequence[str], dimensions: int, salt: str) -> list[Vector]:
    known: dict[str, list[tuple[int, float]]] = {}
    return [_simulate(text, dimensions, salt, known) for text in texts]


def _simulate(text: str, dimensions: int, salt: str, known: dict[str, list[tuple[int, float]]]) -> Vector:
    vector = [0.0] * dimensions
    for word in _WORD.findall(text.lower()):
        if word not in known:
            known[word] = list(_felt(word, dimensions, salt))
        for place, weight in known[word]:
            vector[place] += weight
    if not any(vector):  # nothing to hash, or what there was cancelled itself out
        vector[sum(text.encode(errors="replace")) % dimensions] = 1.0
    return unit(_turned(vector))


def _turned(vector: Vector) -> Vector:
    """The same turn of every vector, so that a few words are felt in all numbers; no angle between two vectors changes.

    Two Hadamard transforms, of the start and of the end, which overlap where the length is no power of two.
    """
    size = 1 << (len(vector).bit_length() - 1)
    signed = [-value if at * at % 7 in _FLIPPED else value for at, value in enumerate(vector)]
    first = _hadamard(signed[:size]) + signed[size:]
    return first[:-size] + _hadamard(
        [-value if at % 3 == 1 else value for at, value in enumerate(first[-size:])]
    )


def _hadamard(values: Vector) -> Vector:
    """Orthonormal; the length is a power of two."""
    half = len(values) // 2
    if not half:
        return values
    for _ in range(len(values).bit_length() - 1):
        pairs = list(zip(values[0::2], values[1::2], strict=True))
        values = [a + b for a, b in pairs] + [a - b for a, b in pairs]
    scale = 1 / math.sqrt(2 * half)
    return [value * scale for value in values]


def _felt(word: str, dimensions: int, salt: str) -> Iterator[tuple[int, float]]:
    """A word, and the pieces of three letters that it shares with its relatives."""
    weight = _COMMON if word in COMMON_WORDS or word in _SHORT else 1.0
    yield from _spots(word, weight, dimensions, salt)
    bounded = f"<{word}>"
    for at in range(len(bounded) - 2):
        yield from _spots(bounded[at : at + 3], weight * _PIECE, dimensions, salt)


def _spots(piece: str, weight: float, dimensions: int, salt: str) -> Iterator[tuple[int, float]]:
    digest = blake2b(piece.encode(errors="replace"), digest_size=4 * _PLACES, key=salt.encode()[:64]).digest()
    for at in range(0, len(digest), 4):
        number = int.from_bytes(digest[at : at + 4])
        yield (number >> 1) % dimensions, weight if number & 1 else -weight
