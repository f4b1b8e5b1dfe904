"""What the transcript is told: messages in the words of the window, without anything of the wire."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.chat import Role, ToolCall
from workbench.domain.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Metric:
    """One part of the line under an answer. copies: what a click puts on the clipboard; empty means the text itself."""

    text: str
    tooltip: str
    copies: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptMessage:
    """One message as it is shown. label: who speaks, e.g. the model's name.

    text, reasoning: markdown. streaming: more will come through `TranscriptView.extend`. note: a state worth a line
    ("Stopped", "Cut off"). superseded: folded to one line. can_retry: offers another try. has_exchange: offers the wire
    record. reasoning_s: seconds the model thought, where known; while streaming the view measures it.
    fix_label: names the button that fixes the trouble; empty means none.
    """

    id: str
    role: Role
    label: str
    text: str
    reasoning: str = ""
    streaming: bool = False
    metrics: tuple[Metric, ...] = ()
    trouble: Trouble | None = None
    note: str = ""
    superseded: bool = False
    can_retry: bool = False
    has_exchange: bool = False
    tool_calls: tuple[ToolCall, ...] = ()
    reasoning_s: float | None = None
    fix_label: str = ""
