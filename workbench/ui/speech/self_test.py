"""The tab proves itself: a text is spoken, heard, corrected and handed out as subtitles that read the same."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path

from workbench.domain.speech import srt
from workbench.domain.speech.captions import transcript_of
from workbench.domain.speech.forms import TextForm
from workbench.domain.speech.scores import word_errors
from workbench.domain.speech.takes import TakeState
from workbench.ui.speech.model import PageId
from workbench.ui.speech.tab import SpeechTab
from workbench.ui.support.self_test import SelfTestFailed, wait_until

_ADDED = "Corrected"


async def self_test(tab: SpeechTab) -> None:
    """Through the tab's own models and widgets; raises SelfTestFailed. The recording stays."""
    until = partial(wait_until, seen=partial(_seen, tab))
    library, reading, text = tab.library_model, tab.reading, tab.text_model
    tab.show_page(PageId.TRANSCRIBE)
    await until("the recordings are read", lambda: not library.loading)
    said = tab.start.examples()[0][1]
    library.try_example(said)
    await until("the example is spoken and open", lambda: library.recording is not None)
    await until("its sound is shown", lambda: tab.player_model.measured is not None)
    await until("it is transcribed", lambda: reading.take is not None and reading.take.state.over)
    take = reading.take
    if take is None or take.state is not TakeState.DONE:
        raise SelfTestFailed("it is transcribed", _seen(tab))
    await until("its text is shown", lambda: text.transcript.segments)
    if (word_errors(said, text.transcript.text).rate or 0.0) > 0.5:
        raise SelfTestFailed("what is heard is what was said", text.transcript.text[:200])
    first = text.transcript.segments[0]
    text.type([first.id], [f"{_ADDED} {first.text}"])
    await until("the text is corrected", lambda: text.transcript.text.startswith(_ADDED))
    reading.flush()
    await until("the correction is stored", lambda: reading.saved)
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        path = Path(folder) / "speech.srt"
        tab.export_model.set_form(TextForm.SRT)
        tab.export_model.save(path)
        await until("the subtitles are written", lambda: not tab.export_model.saving and path.exists())
        written = await asyncio.to_thread(path.read_text, encoding="utf-8")
    again = transcript_of(srt.read(written))
    if word_errors(text.transcript.text, again.text).count:
        raise SelfTestFailed("the subtitles read as the text does", again.text[:200])


def _seen(tab: SpeechTab) -> str:
    take, trouble = tab.reading.take, tab.reading.sound_trouble
    parts = [trouble.what if trouble else ""]
    example = tab.library_model.example_trouble
    parts.append(example.what if example else "")
    if take is not None:
        parts.append(f"{take.model}: {take.state} {take.trouble.what if take.trouble else ''}")
    return "; ".join(part for part in parts if part)[:500]
