"""Streaming: 20,000 tokens of mixed markdown from a loopback server, through the real client, into the real window.

    python -m benchmarks.streaming [--quick] [--rounds N]

The window is the whole program (services, SQLite, chat tab), run in a process of its own; the reference is a
QPlainTextEdit fed with each delta by the same client. While an answer comes, a timer of 4 ms on the main thread notes how late it fires. The
end counts as visible when the transcript has been painted with it. --quick: 4,000 tokens, for a look.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._texts import END_MARK, message
from benchmarks._upstream import Upstream
from benchmarks.harness import Row, measured_alone, memory_mb, percentile, show

if TYPE_CHECKING:
    from workbench.app import Front
    from workbench.domain.targets import Target
    from workbench.ui.chat.tab import ChatTab
    from workbench.ui.chat.transcript.view import TranscriptView

TOKENS, QUICK_TOKENS = 20_000, 4_000
PROBE_MS = 4
LOADED = 2_000


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--rounds", type=int, default=1)
    chosen = options.parse_args()
    tokens = QUICK_TOKENS if chosen.quick else TOKENS
    rows: list[Row] = []
    for number in range(chosen.rounds):
        rows = _round(tokens)
        show(f"streaming, {tokens:,} tokens, round {number + 1}", rows)
    return sum(not row.met for row in rows)


def _round(tokens: int) -> list[Row]:
    plain = _run("plain", tokens, 500)
    slow = _run("window", tokens, 500)
    full = _run("window", tokens, 500, LOADED)
    fast = _run("window", tokens, 2_000)
    twice = _run("window", 2 * tokens, 2_000)
    again = _run("window", tokens, 2_000)  # the machine's own pace drifts: once before and once after
    once_cpu_s = (fast["cpu_s"] + again["cpu_s"]) / 2
    return [
        *_lateness("500 tokens/s", slow, plain, 12, 35),
        Row("500 tokens/s: CPU", slow["cpu_s"], "s", 2.2, plain["cpu_s"], relative=True),
        Row("500 tokens/s: end visible after", slow["visible_ms"], "ms", 60, note=_painted(slow)),
        *_lateness(f"500 tokens/s, {LOADED:,} messages loaded", full, plain, 12, 35),
        Row(f"{LOADED:,} loaded: CPU", full["cpu_s"], "s", 2.2, plain["cpu_s"], relative=True),
        Row(f"{LOADED:,} loaded: end visible after", full["visible_ms"], "ms", 60),
        *_lateness("2,000 tokens/s", fast, None, 16, 50),
        Row("2,000 tokens/s: end visible after", fast["visible_ms"], "ms", 60, note=_painted(fast)),
        Row(
            f"{2 * tokens:,} tokens: CPU, against {tokens:,}",
            twice["cpu_s"],
            "s",
            2.2,
            once_cpu_s,
            relative=True,
        ),
    ]


def _lateness(
    name: str, found: dict[str, Any], plain: dict[str, Any] | None, p99: float, most: float
) -> list[Row]:
    return [
        Row(f"{name}: main thread late p99", found["p99_ms"], "ms", p99, plain["p99_ms"] if plain else None),
        Row(f"{name}: main thread late max", found["max_ms"], "ms", most, plain["max_ms"] if plain else None),
    ]


def _painted(found: dict[str, Any]) -> str:
    return f"{found['paints']} paints, {found['shown']:,} characters shown"


def _run(kind: str, tokens: int, per_second: int, loaded: int = 0) -> dict[str, Any]:
    return measured_alone("benchmarks.streaming", "--child", kind, str(tokens), str(per_second), str(loaded))


# -- in the child


class Probe:
    """Lateness of a short timer on the main thread, CPU of the process, and what was painted of a widget."""

    def __init__(self, painted: Callable[[], bool]) -> None:
        from PySide6.QtCore import QEvent, QObject, Qt, QTimer

        probe = self

        class Watch(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    probe.paints += 1
                    if probe.seen_at is None and painted():
                        # The event is about to be delivered: painted when the loop turns next.
                        probe.seen_at = 0.0
                        QTimer.singleShot(0, probe._see)
                return False

        self.paints = 0
        self.late_ms: list[float] = []
        self.busy_ms: list[float] = []
        """CPU time of the main thread between two firings: what it did itself, whatever else runs on the machine."""
        self.seen_at: float | None = None
        self.cpu_s = 0.0
        self.watch = Watch()
        self._due = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PROBE_MS)
        self._timer.timeout.connect(self._fire)

    def start(self) -> None:
        self._began = time.process_time()
        self._due = time.perf_counter() + PROBE_MS / 1000
        self._thread_time = time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self.cpu_s = time.process_time() - self._began
        self._timer.stop()

    def _see(self) -> None:
        self.seen_at = time.monotonic()

    def _fire(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._due) * 1000))
        self._due = now + PROBE_MS / 1000
        used = time.thread_time()
        self.busy_ms.append((used - self._thread_time) * 1000)
        self._thread_time = used

    def report(self, last_sent: float, shown: int) -> str:
        return json.dumps(
            {
                "p99_ms": percentile(self.late_ms, 0.99),
                "max_ms": max(self.late_ms),
                "busy_p99_ms": percentile(self.busy_ms, 0.99),
                "busy_max_ms": max(self.busy_ms),
                "cpu_s": self.cpu_s,
                "visible_ms": ((self.seen_at or 0) - last_sent) * 1000,
                "paints": self.paints,
                "shown": shown,
                "mb": memory_mb(),
            }
        )


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110  widgets set no event
        await asyncio.sleep(0.02)


def _target(upstream: Upstream) -> Target:
    from workbench.domain.targets import Target, TargetKind

    return Target("bench", "Bench", TargetKind.OPENAI, base_url=upstream.base_url)


async def _plain(upstream: Upstream) -> str:
    """The reference: the same client, each delta put into a plain text widget."""
    from PySide6.QtGui import QTextCursor
    from PySide6.QtWidgets import QPlainTextEdit

    from workbench.client.chat import ChatClient
    from workbench.client.connection import HttpClient
    from workbench.domain.chat import ChatMessage, ChatRequest, Role, TextDelta
    from workbench.domain.exchange import Exchange
    from workbench.domain.targets import Connection

    edit = QPlainTextEdit()
    edit.setReadOnly(True)
    edit.resize(760, 700)
    edit.show()
    tail = ""
    probe = Probe(lambda: tail.endswith(END_MARK))
    edit.viewport().installEventFilter(probe.watch)
    http = HttpClient()
    request = ChatRequest("bench", (ChatMessage(Role.USER, "Write"),))
    await asyncio.sleep(1)
    probe.start()
    async for delta in ChatClient(http).stream(Connection(_target(upstream)), request, Exchange("x", 0.0)):
        if isinstance(delta, TextDelta):
            edit.moveCursor(QTextCursor.MoveOperation.End)
            edit.insertPlainText(delta.text)
            edit.ensureCursorVisible()
            tail = (tail + delta.text)[-40:]
    await _until(lambda: probe.seen_at)
    probe.stop()
    await http.aclose()
    return probe.report(upstream.last_sent(), len(edit.toPlainText()))


async def _window(front: Front, upstream: Upstream) -> str:
    """The whole program; the question goes through the chat tab's model, the answer is looked for on the screen."""
    from workbench.app import open_workbench

    async with AsyncExitStack() as stack:
        front.window.resize(1200, 860)
        front.window.show()
        workbench = await open_workbench(front, stack)
        workbench.start()
        await _until(lambda: workbench.parts)
        parts = workbench.parts
        assert parts is not None
        await parts.services.targets.save(_target(upstream))
        await parts.services.targets.select("bench")
        await parts.services.targets.status("bench")  # what the dot in the header has asked long before
        page = parts.window.host.open("chat")
        assert page is not None
        tab: ChatTab = page.widget  # type: ignore[assignment]  # the chat page's
        await _until(lambda: tab.model.loaded)
        await asyncio.sleep(2.5)  # as a user would look first: lexers are warm, everything is idle
        tab.model.set_model("bench")
        transcript = tab.transcript
        probe = Probe(lambda: _shows_end(transcript))
        transcript.viewport().installEventFilter(probe.watch)
        probe.start()
        tab.model.send("Write something long.")
        await _until(lambda: probe.seen_at)
        probe.stop()
        answer = tab.model.last_answer()
        shown = _shown(transcript)
        assert answer is not None
        await _until(lambda: not tab.model.busy)
        assert shown >= len(answer.text), "something that came was not shown"
        report = probe.report(upstream.last_sent(), shown)
        front.window.close()
    return report


def _shows_end(transcript: TranscriptView) -> bool:
    """The last leaf in the viewport is the end mark, laid out."""
    from workbench.ui.chat.transcript.making import TEXT

    visible = transcript.visible_entries()
    flow = visible[-1].flow(TEXT) if visible else None
    if flow is None or not flow.cells:
        return False
    last = flow.cells[-1]
    return last.box is not None and END_MARK in last.leaf.content and last.box.leaf is last.leaf


def _shown(transcript: TranscriptView) -> int:
    from workbench.ui.chat.transcript.making import TEXT

    flow = transcript.visible_entries()[-1].flow(TEXT)
    return len(flow.source) if flow is not None else 0


async def _fill(paths: Any, count: int) -> None:
    """Store a conversation of that many messages, to be opened by the window."""
    import random

    from workbench.domain.chat import Role
    from workbench.domain.conversations import ChatSettings, Conversation, StoredMessage
    from workbench.domain.ids import new_id
    from workbench.storage.conversations import ConversationStore
    from workbench.storage.database import Database

    database = await Database.open(paths.database)
    store = ConversationStore(database)
    now = time.time()
    conversation = Conversation(new_id(), "Bench", now, now, settings=ChatSettings(model="bench"))
    await store.create(conversation)
    dice = random.Random(3)
    for number in range(count):
        role = Role.ASSISTANT if number % 2 else Role.USER
        await store.add(StoredMessage(new_id(), conversation.id, role, message(number, dice), now))
    await database.aclose()


def _child(kind: str, tokens: int, per_second: int, loaded: int) -> None:
    import qasync  # type: ignore[import-untyped]  # ships no types

    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    with (
        tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder,
        Upstream(tokens, per_second) as upstream,
    ):
        from workbench.app import Front, application
        from workbench.storage.paths import Paths

        paths = Paths.under(Path(folder)).make()
        settings = {"version": 1, "gateway_autostart": False, "welcome_dismissed": True, "theme": "light"}
        paths.settings_file.write_text(json.dumps(settings), encoding="utf-8")
        qt = application()
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qt)) as runner:
            if loaded:
                runner.run(_fill(paths, loaded))
            if kind == "plain":
                print(runner.run(_plain(upstream)), flush=True)
            else:
                print(runner.run(_window(Front(qt, paths), upstream)), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        sys.exit(main())
