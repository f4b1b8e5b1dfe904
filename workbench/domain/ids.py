"""Identifiers that sort by the time they were made (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import threading
import time

_POOL = 4000
_NOISE = 15
"""Digits of an id that are random; before them come the time and a counter within its millisecond."""
_lock = threading.Lock()
_last_ms = 0
_count = 0
_random = ""
_used = 0


def new_id() -> str:
    """A fresh UUIDv7 in lower-case text; later ids of one process sort after earlier ones, even within a millisecond."""
    global _last_ms, _count, _random, _used
    with _lock:
        if _used + _NOISE > len(_random):  # asked of the system for many: other threads go first each time
            _random, _used = os.urandom(_POOL).hex(), 0
        noise = _random[_used : _used + _NOISE]
        _used += _NOISE
        now = time.time_ns() // 1_000_000
        _count += 1
        if now > _last_ms or _count > 0xFFF:
            _last_ms, _count = max(now, _last_ms + 1), 0
        text = f"{_last_ms:012x}7{_count:03x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:]}-8{noise[:3]}-{noise[3:]}"
