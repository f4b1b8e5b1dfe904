"""Server-sent events out of bytes, however the network cut them (workers-ai §5.3; WHATWG HTML §9.2.6)."""

from __future__ import annotations

from dataclasses import dataclass

MAX_EVENT_BYTES = 32 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class EventTooLarge(ValueError):
    """An event, or a line of one, grew past the limit: this is no event stream, or a hostile one."""


@dataclass(frozen=True, slots=True)
class SseEvent:
    """One event. event: its type, "" where the stream named none. id: the last id the stream gave, "" if none.

    data: the data lines joined with line feeds; `[DONE]` is data like any other and left to the caller.
    """

    event: str
    data: str
    id: str = ""


class SseDecoder:
    """Feed it chunks as they come; it answers with the events they complete.

    Lines end with LF, CR or CRLF and nothing else (U+2028 is text). Bytes that are not UTF-8 become U+FFFD.
    One pass over each chunk: a chunk that ends in mid-line is kept as it is and joined once, when the line ends.
    """

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_event_bytes = max_event_bytes
        self._rest: list[bytes] = []
        self._rest_bytes = 0
        self._ended_in_cr = False
        self._started = False
        self._event = ""
        self._id = ""
        self._data: list[str] = []
        self._data_bytes = 0

    def feed(self, chunk: bytes) -> list[SseEvent]:
        """The events that chunk completes. Raises EventTooLarge."""
        if not chunk:
            return []
        if self._ended_in_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._ended_in_cr = False
            if not chunk:
                return []
        self._ended_in_cr = chunk.endswith(b"\r")
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        head, newline, tail = chunk.rpartition(b"\n")
        if not newline:
            self._keep(chunk)
            return []
        if self._rest:
            self._rest.append(head)
            head = b"".join(self._rest)
            self._rest.clear()
            self._rest_bytes = 0
        if tail:
            self._keep(tail)
        return self._lines(head.split(b"\n"))

    def end(self) -> list[SseEvent]:
        """The event that was open when the stream ended, if it had data: servers do forget the last blank line."""
        lines = [b"".join(self._rest), b""] if self._rest else [b""]
        self._rest.clear()
        self._rest_bytes = 0
        return self._lines(lines)

    def _keep(self, piece: bytes) -> None:
        self._rest.append(piece)
        self._rest_bytes += len(piece)
        self._check(self._rest_bytes + self._data_bytes)

    def _check(self, size: int) -> None:
        if size > self._max_event_bytes:
            raise EventTooLarge(f"an event of more than {self._max_event_bytes} bytes")

    def _lines(self, lines: list[bytes]) -> list[SseEvent]:
        if not self._started:
            self._started = True
            lines[0] = lines[0].removeprefix(_BOM)
        events: list[SseEvent] = []
        for line in lines:
            if line.startswith(b"data:"):
                start = 6 if line.startswith(b"data: ") else 5
                self._data.append(line[start:].decode("utf-8", "replace"))
                self._data_bytes += len(line)
                self._check(self._data_bytes)
            elif line:
                self._field(line)
            else:
                if self._data:
                    text = self._data[0] if len(self._data) == 1 else "\n".join(self._data)
                    events.append(SseEvent(self._event, text, self._id))
                    self._data.clear()
                    self._data_bytes = 0
                self._event = ""
        return events

    def _field(self, line: bytes) -> None:
        """Any line but `data:…`; comments (a leading colon), `retry` and unknown names change nothing."""
        name, _, value = line.partition(b":")
        text = value.removeprefix(b" ").decode("utf-8", "replace")
        if name == b"event":
            self._event = text
        elif name == b"id" and "\0" not in text:
            self._id = text
        elif name == b"data":
            self._data.append("")
