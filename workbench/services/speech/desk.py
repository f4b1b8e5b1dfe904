"""All that the speech tab can do, put together: recordings, takes, batches, what is spoken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.exchange import Exchange
from workbench.domain.targets import Connection
from workbench.services.speech.batch import Batches
from workbench.services.speech.examples import Examples
from workbench.services.speech.library import Recordings
from workbench.services.speech.models import SpeechModels
from workbench.services.speech.reuse import Reuse
from workbench.services.speech.speaking import Speaking
from workbench.services.speech.takes import Takes
from workbench.services.targets import TargetService

Translate = Callable[[Connection, str, str, str, Exchange], Awaitable[str]]
"""client.speech.client.TranslationClient.translate: text, from which language, into which, and the record it fills in."""


@dataclass(frozen=True)
class SpeechDesk:
    """targets: who is asked. folder: where recordings are made. closing: what is closed with the desk, in this order."""

    targets: TargetService
    models: SpeechModels
    recordings: Recordings
    takes: Takes
    batches: Batches
    speaking: Speaking
    reuse: Reuse
    examples: Examples
    translate: Translate
    folder: Path
    closing: tuple[Callable[[], Awaitable[object]], ...] = ()

    async def load(self, name_of: Callable[[float], str] = lambda at: "") -> None:
        """Take up what an earlier run left: half-finished recordings, takes, batches. Raises StorageFailed; may be called again.

        name_of: what to call a recording that ended then, in Unix seconds.
        """
        await self.recordings.recover(name_of)
        await self.takes.load()
        await self.batches.load()
        for part in (self.recordings, self.takes, self.speaking):
            await part.tidy()

    async def aclose(self) -> None:
        """What runs is stopped and goes on with the next start."""
        for close in self.closing:
            await close()
