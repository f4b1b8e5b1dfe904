"""What the batch page needs from the rest of the program, as it is seen from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from workbench.domain.speech.batches import SpeechBatch
from workbench.domain.speech.forms import ExportRules, TextForm
from workbench.domain.speech.takes import Take
from workbench.services.speech.batch import BatchEvent
from workbench.services.speech.takes import TakesEvent


class Batches(Protocol):
    """services.speech.batch.Batches."""

    async def all(self, limit: int = 50, before: str = "") -> Sequence[SpeechBatch]: ...
    async def begin(
        self,
        paths: Sequence[Path],
        model: str,
        options: Mapping[str, Any],
        *,
        target_id: str = "",
        folder: Path | None = None,
        forms: Sequence[TextForm] = (TextForm.TXT,),
        rules: ExportRules = ...,
        most_s: float = 0.0,
    ) -> SpeechBatch: ...
    async def stop(self, batch_id: str) -> None: ...
    async def retry(self, batch_id: str, numbers: Iterable[int] | None = None) -> None: ...
    async def delete(self, batch_id: str) -> None: ...
    def on_change(self, listener: Callable[[BatchEvent], object]) -> Callable[[], None]: ...


class Takes(Protocol):
    """services.speech.takes.Takes."""

    async def get(self, take_id: str) -> Take | None: ...
    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]: ...


FilesOf = Callable[[Sequence[Path]], list[Path]]
"""services.speech.library.files_of: of folders the recordings in them. Blocks, and raises StorageFailed."""
