"""When to send again, and after how long (ai-gateway §3.3, workers-ai §15).

Not stamina: it sleeps and rolls its dice by itself, while both are passed in here; it calls its hook before the wait
is known, and after the last attempt too, while each wait is recorded with the attempt that caused it; and it wraps a call,
while an answer is a stream that may be sent again only until its first delta was shown. What would remain is a counter.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.gateways import is_retried

_NEVER = frozenset({Failure.OUT_OF_NEURONS, Failure.SPEND_LIMIT, Failure.PAYMENT, Failure.BLOCKED})
_NO_REPLY = frozenset({Failure.DNS, Failure.CONNECT, Failure.CUT})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """attempts: in all. base_s doubles with each attempt up to most_s; the dice take up to half of it off again.

    longest_asked_s: a `Retry-After` beyond it is not waited for, but told.
    """

    attempts: int = 3
    base_s: float = 0.5
    most_s: float = 8.0
    longest_asked_s: float = 20.0
    dice: random.Random = field(default_factory=random.Random, repr=False)

    def wait_s(self, error: RequestFailed, attempt: int) -> float | None:
        """Seconds to wait after attempt number `attempt` (from 1) failed; None where it was the last."""
        if attempt >= self.attempts or not may_be_sent_again(error):
            return None
        if error.retry_after_s is not None:
            return error.retry_after_s if error.retry_after_s <= self.longest_asked_s else None
        longest = min(self.most_s, self.base_s * 2.0 ** (attempt - 1))
        return longest * (1 - self.dice.random() / 2)


def may_be_sent_again(error: RequestFailed) -> bool:
    """By the reply's status; without a reply, where none can have been begun. A silent server may be working still."""
    if error.failure in _NEVER:
        return False
    if error.status is None:
        return error.failure in _NO_REPLY
    if error.status < 300:
        return error.retryable
    return is_retried(error.status)
