"""Identifiers that sort by the time they were made (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import threading
import time

_POOL = 4000
_lock = threading.Lock()
_last = 0
_random = b""
_used = 0


def new_id() -> str:
    """A fresh UUIDv7 in lower-case text; later ids of one process sort after earlier ones, even within a millisecond."""
    global _last, _random, _used
    with _lock:
        if _used >= len(_random):  # many at once: each time the system is asked, other threads go first
            _random, _used = os.urandom(_POOL), 0
        noise = int.from_bytes(_random[_used : _used + 10])
        _used += 10
        value = (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80 | noise
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        _last = value = max(value, _last + 1)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
