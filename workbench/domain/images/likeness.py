"""Do two pictures look alike? A difference hash: 64 bits that survive another encoder, another size, a little noise."""

from __future__ import annotations

WIDTH, HEIGHT = 9, 8
"""Of the grey picture that is hashed."""
SIMILAR_AT_MOST = 10
"""Bits of 64: up to here two pictures look alike; unrelated ones differ in about 32."""


def hash_of(grey: bytes) -> int:
    """grey: 9×8 luminances, row by row. A bit is set where a pixel is brighter than its right neighbour."""
    if len(grey) != WIDTH * HEIGHT:
        raise ValueError(f"{len(grey)} bytes are not {WIDTH}×{HEIGHT} pixels")
    bits = 0
    for row in range(HEIGHT):
        for column in range(WIDTH - 1):
            at = row * WIDTH + column
            bits = bits << 1 | (grey[at] > grey[at + 1])
    return bits


def distance(one: int, other: int) -> int:
    """In how many bits two hashes differ, 0–64."""
    return (one ^ other).bit_count()
