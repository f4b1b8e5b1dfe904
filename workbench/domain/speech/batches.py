"""Many recordings heard by one model, and their texts written into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.speech.forms import ExportRules, TextForm
from workbench.domain.speech.takes import TakeState, state_of_all
from workbench.domain.trouble import Trouble


@dataclass(frozen=True, slots=True)
class BatchItem:
    """path: of the file to hear. stem: what its texts are called, before the ending. files: paths of what was written."""

    number: int
    path: str
    stem: str
    state: TakeState = TakeState.WAITING
    recording_id: str = ""
    take_id: str = ""
    trouble: Trouble | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeechBatch:
    """target: id of who is asked. folder: where texts go; "" for beside each recording. options, most_s: as in Take."""

    id: str
    created_at: float
    model: str
    options: Mapping[str, Any] = field(default_factory=dict)
    target: str = ""
    folder: str = ""
    forms: tuple[TextForm, ...] = (TextForm.TXT,)
    rules: ExportRules = field(default_factory=ExportRules)
    most_s: float = 0.0
    items: tuple[BatchItem, ...] = ()

    @property
    def state(self) -> TakeState:
        return state_of_all(item.state for item in self.items)
