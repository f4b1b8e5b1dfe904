"""Dice for orders that leave something to chance."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from random import Random, SystemRandom

from workbench.gateway.calls import Call

_MOST = 1024
"""Requests whose tries are remembered; a gateway's retries follow each other closely."""


class Dice:
    """The same call always throws the same. Another element of a route, another model and each further try of one
    request throw anew, so that a retry or a fallback has a chance.
    """

    def __init__(self) -> None:
        self._tries: OrderedDict[tuple[str, str], int] = OrderedDict()

    def thrown(self, call: Call, request_id: str, *, seeded: bool = True) -> Random:
        """Dice for this try of a request."""
        if not seeded:
            return SystemRandom()
        asker = f"{call.provider}/{call.model}/{call.element}"
        key = f"{asker} {self._try(request_id, asker)}".encode()
        return Random(blake2b(call.body, digest_size=8, key=blake2b(key, digest_size=16).digest()).digest())

    def _try(self, request_id: str, asker: str) -> int:
        number = self._tries.pop((request_id, asker), 0)
        self._tries[request_id, asker] = number + 1
        if len(self._tries) > _MOST:
            self._tries.popitem(last=False)
        return number
