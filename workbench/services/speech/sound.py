"""What plays and what records. The window brings both; here is only what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SLOWEST, FASTEST = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Level:
    """How loud it is just now, in dB below the loudest that can be recorded, so never more than 0. clipped: it was too loud."""

    loudness: float
    peak: float
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class Microphone:
    """id: stays the same after a restart. name: in the words of the system."""

    id: str
    name: str
    is_default: bool = False


class Player(Protocol):
    """Plays one recording. Times in seconds from its beginning."""

    @property
    def playing(self) -> bool: ...
    @property
    def position(self) -> float: ...
    @property
    def seconds(self) -> float: ...
    @property
    def trouble(self) -> str:
        """Why nothing can be heard, "" when it can."""

    def open(self, path: Path | None, seconds: float = 0.0) -> None:
        """From now on this recording, whose length is known; None: nothing. Stands at its beginning, and does not play."""

    def play(self, start_s: float | None = None, end_s: float | None = None, *, loop: bool = False) -> None:
        """From start_s, else from where it stands, up to end_s, else to the end; with loop again and again."""

    def pause(self) -> None: ...
    def seek(self, at_s: float) -> None: ...
    def set_speed(self, speed: float) -> None:
        """SLOWEST–FASTEST; the pitch is kept."""


class Recorder(Protocol):
    """Records into a WAV file that is whole at any time, after a crash too."""

    @property
    def microphones(self) -> tuple[Microphone, ...]: ...
    @property
    def recording(self) -> bool:
        """From start to stop, pauses too."""

    @property
    def paused(self) -> bool: ...
    @property
    def seconds(self) -> float:
        """That have been recorded, without the pauses."""

    async def start(self, target: Path, microphone_id: str = "") -> None:
        """microphone_id: "" for the system's choice. Raises InvalidInput where there is none or it may not be used,

        StorageFailed where target cannot be written.
        """

    def pause(self) -> None: ...
    def resume(self) -> None: ...

    async def stop(self) -> Path | None:
        """The finished file; None where nothing was recorded."""
