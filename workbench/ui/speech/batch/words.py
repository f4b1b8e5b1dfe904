"""Batches in the user's words."""

from __future__ import annotations

from workbench.domain.speech.forms import TextForm
from workbench.ui.speech.batch.model import Totals
from workbench.ui.speech.words import cost, ltr, translate
from workbench.ui.support import figures


def form(of: TextForm) -> str:
    return {
        TextForm.TXT: translate("SpeechBatch", "Plain text"),
        TextForm.MARKDOWN: translate("SpeechBatch", "Markdown"),
        TextForm.SRT: translate("SpeechBatch", "Captions, SRT"),
        TextForm.VTT: translate("SpeechBatch", "Captions, WebVTT"),
        TextForm.JSON: translate("SpeechBatch", "Words and speakers"),
        TextForm.CSV: translate("SpeechBatch", "Table"),
    }[of]


def totals(of: Totals) -> str:
    """“7 of 12 files done · 1 failed · 2 running · $0.04”."""
    if not of.files:
        return ""
    done = translate("SpeechBatch", "{0} of {1} files done")
    parts = [done.format(figures.count(of.done), figures.count(of.files))] if of.files != of.ready else []
    for number, words in (
        (of.failed, translate("SpeechBatch", "{0} failed")),
        (of.stopped, translate("SpeechBatch", "{0} stopped")),
        (of.running, translate("SpeechBatch", "{0} running")),
        (of.waiting, translate("SpeechBatch", "{0} waiting")),
        (of.ready, translate("SpeechBatch", "{0} ready to start")),
    ):
        if number:
            parts.append(words.format(figures.count(number)))
    parts.append(ltr(cost(of.cost)) if cost(of.cost) else "")
    return " · ".join(part for part in parts if part)


def adding(looking: bool) -> str:
    if looking:
        return translate("SpeechBatch", "Looking for recordings…")
    return translate("SpeechBatch", "Reading the list…")


def start(ready: int) -> str:
    if ready > 1:
        return translate("SpeechBatch", "Start {0} files").format(figures.count(ready))
    return translate("SpeechBatch", "Start")
