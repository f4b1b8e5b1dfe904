"""Fills in an Exchange while it happens: true at every moment, masked at the source, bounded (design §7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from workbench.client.masking import Masker
from workbench.domain.errors import RequestFailed, WorkbenchError
from workbench.domain.exchange import Chunk, Exchange, FailedAttempt, masked_headers, masked_url

MAX_BODY_BYTES = 8 * 1024 * 1024
STOPPED = "Stopped."


class Recorder:
    """Times are ms since the recorder was made, which is when the first attempt is sent."""

    def __init__(
        self,
        exchange: Exchange,
        clock: Callable[[], float],
        *,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._started = clock()
        self._max_body_bytes = max_body_bytes
        self._kept = 0
        self._masker = Masker()

    @property
    def elapsed_ms(self) -> float:
        return (self._clock() - self._started) * 1000

    def sent(
        self, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes, masker: Masker
    ) -> None:
        """What goes out now, headers as the transport has them; forgets the reply of an earlier attempt."""
        self._masker = masker
        exchange = self._exchange
        exchange.method = method
        exchange.url = masker.text(masked_url(url))
        exchange.request_headers = self._masked(headers)
        exchange.request_body = masker.data(body)
        exchange.status = exchange.headers_ms = None
        exchange.response_headers = ()
        exchange.chunks.clear()
        exchange.dropped_bytes = self._kept = 0

    def answered(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        self._exchange.status = status
        self._exchange.headers_ms = self.elapsed_ms
        self._exchange.response_headers = self._masked(headers)

    def chunk(self, data: bytes) -> None:
        kept = data[: self._max_body_bytes - self._kept]
        self._exchange.dropped_bytes += len(data) - len(kept)
        if kept:
            self._kept += len(kept)
            self._exchange.chunks.append(Chunk(self.elapsed_ms, self._masker.data(kept)))

    def shortened(self, body: bytes) -> None:
        """All of the reply has come and is understood: what is to be kept of it in place of its beginning."""
        self._exchange.chunks[:] = [Chunk(self.elapsed_ms, self._masker.data(body))]
        self._exchange.dropped_bytes = 0

    def retried(self, error: RequestFailed, waited_s: float) -> None:
        self._exchange.attempts.append(
            FailedAttempt(error.status, self._masker.text(error.what), self.elapsed_ms, waited_s * 1000)
        )

    def troubled(self, error: str) -> None:
        """What is wrong with the answer although it did not fail; the first word stands."""
        self._exchange.error = self._exchange.error or self._masker.text(error)

    def ended(self, error: str = "") -> None:
        """Over, for better or worse. Looks once more for a secret that lay across two chunks."""
        if self._exchange.ended_ms is not None:
            return
        self.troubled(error)
        self._exchange.ended_ms = self.elapsed_ms
        whole = self._exchange.response_body
        if (masked := self._masker.data(whole)) != whole:
            self._exchange.chunks[:] = [Chunk(self._exchange.chunks[0].at_ms, masked)]

    def _masked(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((name, self._masker.text(value)) for name, value in masked_headers(headers))


@contextmanager
def recorded(
    exchange: Exchange, clock: Callable[[], float], *, max_body_bytes: int = MAX_BODY_BYTES
) -> Iterator[Recorder]:
    """Whatever happens in the block, the exchange says how it ended."""
    recorder = Recorder(exchange, clock, max_body_bytes=max_body_bytes)
    try:
        yield recorder
    except (asyncio.CancelledError, GeneratorExit):
        recorder.ended(STOPPED)
        raise
    except WorkbenchError as error:
        recorder.ended(error.what)
        raise
    finally:
        recorder.ended()
