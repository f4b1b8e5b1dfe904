"""Opening a conversation of 2,000 messages against one of 10, and scrolling through it.

    python -m benchmarks.open

Both are opened in the same process, in turns: time from set_messages to painted, medians of five. Memory is what the process has grown by.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from typing import TYPE_CHECKING

from benchmarks._texts import message
from benchmarks.harness import Row, measured_alone, memory_mb, percentile, show

if TYPE_CHECKING:
    from workbench.ui.chat.transcript.message import TranscriptMessage
    from workbench.ui.chat.transcript.view import TranscriptView

FEW, MANY = 10, 2_000
ROUNDS = 5


def main() -> int:
    found = measured_alone("benchmarks.open", "--child")
    return show(
        "open",
        [
            Row(
                f"{MANY:,} messages: painted after",
                found["many_ms"],
                "ms",
                2.0,
                found["few_ms"],
                relative=True,
            ),
            Row(f"{MANY:,} messages: memory added", found["many_mb"], "MB", 40),
            Row("wheel through it: a step p99", found["wheel_p99_ms"], "ms", 18),
            Row("wheel through it: a step max", found["wheel_max_ms"], "ms", 50),
            Row("page keys: a page p99", found["page_p99_ms"], "ms", 35),
            Row("after all of it was seen: memory added", found["seen_mb"], "MB", 40),
        ],
    )


def _messages(count: int) -> list[TranscriptMessage]:
    from workbench.domain.chat import Role
    from workbench.ui.chat.transcript.message import TranscriptMessage

    dice = random.Random(5)
    return [
        TranscriptMessage(
            f"{count}-{number}",
            Role.ASSISTANT if number % 2 else Role.USER,
            "bench",
            message(number, dice),
            can_retry=True,
        )
        for number in range(count)
    ]


def _opened(view: TranscriptView, messages: list[TranscriptMessage]) -> float:
    """Milliseconds until the messages are painted."""
    began = time.perf_counter()
    view.set_messages(messages)
    view.paint_frame(8)
    view.viewport().repaint()
    return (time.perf_counter() - began) * 1000


def _steps(view: TranscriptView, delta: int, count: int) -> list[float]:
    bar, taken = view.verticalScrollBar(), []
    for _ in range(count):
        began = time.perf_counter()
        bar.setValue(bar.value() + delta)
        view.paint_frame(8)
        view.viewport().repaint()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _child() -> None:
    from PySide6.QtWidgets import QApplication

    from workbench.ui.chat.transcript.view import TranscriptView
    from workbench.ui.support.frames import FrameClock
    from workbench.ui.support.markdown import highlight
    from workbench.ui.support.theme import Theme

    app = QApplication([])
    theme = Theme("light")
    theme.apply(app)
    view = TranscriptView(theme, FrameClock())
    view.resize(760, 700)
    view.show()
    app.processEvents()
    for language in highlight.COMMON:
        highlight.warm(language)
    few, many = _messages(FEW), _messages(MANY)
    _opened(view, few)
    gc.collect()
    before = memory_mb()
    taken_few, taken_many = [], []
    _opened(view, many)
    many_mb = memory_mb() - before
    for _ in range(ROUNDS):
        taken_few.append(_opened(view, few))
        taken_many.append(_opened(view, many))
    wheel = _steps(view, -120, 600)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    pages = _steps(view, -700, 400)
    bar = view.verticalScrollBar()
    while bar.value() > 0:
        _steps(view, -5_000, 1)
    print(
        json.dumps(
            {
                "few_ms": percentile(taken_few, 0.5),
                "many_ms": percentile(taken_many, 0.5),
                "many_mb": many_mb,
                "wheel_p99_ms": percentile(wheel, 0.99),
                "wheel_max_ms": max(wheel),
                "page_p99_ms": percentile(pages, 0.99),
                "seen_mb": memory_mb() - before,
            }
        )
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child()
    else:
        sys.exit(main())
